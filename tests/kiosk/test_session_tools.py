"""What helps a visitor: time enough, speech, larger text; and what the terminal shows when nobody is there."""

from collections.abc import Callable

import pytest

from contract.sheets import Vote
from kiosk.session import Appearance, Screen, Session, Timing
from tests.kiosk.visit import Visit

MESSAGES = ({"nb": "Vi har malt", "en": "We painted"}, {"nb": "Vi har kaffe"})


def shown(visit: Visit, seconds: int) -> list[tuple[str, int | None]]:
    """What the idle terminal shows, in the middle of each of the next seconds."""
    visit.clock.advance(-0.5)
    views = []
    for _ in range(seconds):
        visit.wait(1)
        views.append((visit.view().language, visit.view().message))
    return views


def test_the_idle_question_goes_through_the_languages() -> None:
    visit = Visit(timing=Timing(rotation=2))
    assert shown(visit, 7) == [(language, None) for language in ("nb", "nb", "en", "en", "th", "th", "nb")]
    assert visit.idle()


def test_after_each_round_comes_a_message_in_a_language_that_it_is_written_in() -> None:
    visit = Visit(languages=("nb", "en"), messages=MESSAGES, timing=Timing(rotation=1, message=2))
    round_ = [("nb", None), ("en", None)]
    assert shown(visit, 16) == [
        *round_,
        *[("nb", 0)] * 2,
        *round_,
        *[("en", 0)] * 2,
        *round_,
        *[("nb", 1)] * 2,
        *round_,
        *[("nb", 0)] * 2,
    ]


def test_one_language_and_no_message_stay_as_they_are() -> None:
    visit = Visit(languages=("nb",), messages=[{"en": "nobody reads this here"}])
    view = visit.view()
    shown(visit, 100)
    assert visit.view() is view


def test_the_view_is_the_same_object_while_nothing_changes() -> None:
    visit = Visit()
    visit.wait(1)
    view = visit.view()
    visit.wait(1)
    assert visit.view() is view


def test_a_touch_anywhere_stops_the_rotation_where_it_is_until_the_session_ends() -> None:
    visit = Visit()
    visit.wait(4)
    visit.touch()
    assert not visit.idle()
    visit.wait(visit.session.timing.language - 1)
    assert visit.view().language == "en"
    visit.wait(1)
    assert visit.idle()
    assert visit.view().language == "nb"
    visit.wait(visit.session.timing.rotation)
    assert visit.view().language == "en"
    assert visit.recorder.changes == []


def test_a_touch_during_a_message_shows_the_question() -> None:
    visit = Visit(languages=("nb", "en"), messages=MESSAGES)
    visit.wait(7)
    assert visit.view().message == 0
    visit.touch()
    assert (visit.view().language, visit.view().message) == ("nb", None)


def test_each_touch_gives_the_whole_time_again() -> None:
    visit = Visit()
    visit.face(4)
    for _ in range(10):
        visit.wait(visit.session.timing.why - 1)
        visit.touch(after=0.5)
    assert visit.shows(Screen.WHY)
    assert visit.session.time_left == 1


@pytest.mark.parametrize("screen", [Screen.THANKS, Screen.UNAVAILABLE])
def test_no_touch_makes_a_rest_longer(screen: Screen) -> None:
    visit = Visit()
    visit.face(4)
    seconds = visit.session.timing.thanks
    if screen is Screen.THANKS:
        visit.touch(visit.session.skip)
    else:
        visit.face(1, on_disk=False)
        visit.disk_answers(ok=False)
        seconds = visit.session.timing.unavailable
    visit.touch(after=seconds - 0.5)
    visit.session.tick()
    assert visit.shows(screen)
    visit.wait(0.5)
    assert visit.idle()


def test_speech_that_goes_on_keeps_the_time_but_is_nobody() -> None:
    visit = Visit()
    visit.session.listen()
    assert visit.idle()
    visit.face(4)
    for _ in range(100):
        visit.wait(1)
        visit.session.listen()
    assert visit.shows(Screen.WHY)
    visit.touch(visit.session.skip)
    for _ in range(10):
        visit.wait(1)
        visit.session.listen()
    assert visit.shows(Screen.THANKS)


@pytest.mark.parametrize("screen", [Screen.QUESTION, Screen.LANGUAGES, Screen.WHY])
def test_the_visitor_is_told_when_the_time_is_nearly_over(screen: Screen) -> None:
    visit = Visit()
    visit.touch()
    seconds = visit.session.timing.language
    if screen is Screen.LANGUAGES:
        visit.touch(visit.session.show_languages)
    elif screen is Screen.WHY:
        visit.face(4)
        seconds = visit.session.timing.why
    visit.wait(seconds - visit.session.timing.hurry - 0.1)
    assert not visit.view().hurry
    visit.wait(0.2)
    assert visit.view().hurry
    visit.touch(after=0.1)
    assert not visit.view().hurry
    assert visit.session.time_left == 1
    visit.wait(seconds - 1)
    assert visit.view().hurry
    visit.wait(1)
    assert not visit.view().hurry
    assert visit.view().screen is not screen or visit.idle()


def test_nobody_is_hurried_by_thanks() -> None:
    visit = Visit()
    visit.face(4)
    visit.touch(visit.session.skip)
    visit.wait(visit.session.timing.thanks - 0.1)
    assert visit.shows(Screen.THANKS)
    assert not visit.view().hurry


def test_saying_that_the_time_is_nearly_over_does_not_make_it_longer() -> None:
    visit = Visit()
    visit.face(4)
    visit.wait(visit.session.timing.why - 2)
    visit.session.listen()
    assert visit.view().hurry
    visit.wait(2)
    assert visit.shows(Screen.THANKS)


def test_who_listens_has_twice_the_time() -> None:
    visit = Visit(speaks=["nb"])
    visit.touch(visit.session.toggle_speech)
    visit.face(4)
    visit.wait(2 * visit.session.timing.why - 2 * visit.session.timing.hurry - 0.1)
    assert not visit.view().hurry
    visit.wait(0.2)
    assert visit.view().hurry
    visit.wait(2 * visit.session.timing.hurry - 0.2)
    assert visit.shows(Screen.WHY)
    visit.wait(0.2)
    assert visit.shows(Screen.THANKS)
    visit.wait(visit.session.timing.thanks)
    assert visit.idle()


def test_the_ear_turns_speech_on_and_off_for_one_visitor() -> None:
    visit = Visit(speaks=["nb"])
    visit.touch(visit.session.toggle_speech)
    assert visit.view().speech
    assert not visit.idle()
    visit.face(4)
    visit.touch(visit.session.toggle_speech)
    assert not visit.view().speech
    visit.touch(visit.session.toggle_speech)
    visit.touch(visit.session.skip)
    visit.touch(visit.session.toggle_speech)
    assert visit.view().speech, "thanks waits for nobody's choice"
    visit.touch(visit.session.dismiss)
    assert not visit.view().speech


def test_without_recordings_there_is_nothing_to_hear() -> None:
    visit = Visit()
    visit.session.toggle_speech()
    assert visit.idle()
    assert not visit.view().speech


def test_who_has_chosen_no_language_hears_the_first_that_can_be_heard() -> None:
    visit = Visit(speaks=["th", "en"])
    visit.touch(visit.session.toggle_speech)
    assert (visit.view().language, visit.view().speech) == ("en", True)
    visit.face(4)
    assert visit.votes() == [(None, Vote(4, "nb"))], "to hear a language is not to choose it"


def test_where_the_visitor_has_begun_to_read_the_ear_changes_no_language() -> None:
    visit = Visit(speaks=["nb"])
    visit.wait(visit.session.timing.rotation)
    visit.face(4)
    visit.touch(visit.session.toggle_speech)
    assert (visit.view().language, visit.view().speech) == ("en", False)


def test_the_shown_language_is_heard_if_it_can_be() -> None:
    visit = Visit(speaks=["nb", "en"])
    visit.wait(visit.session.timing.rotation)
    visit.touch(visit.session.toggle_speech)
    assert (visit.view().language, visit.view().speech) == ("en", True)


def test_a_chosen_language_without_recordings_is_silent_and_the_next_one_is_heard_again() -> None:
    visit = Visit(speaks=["nb"])
    visit.touch(visit.session.toggle_speech)
    visit.language("th")
    assert not visit.view().speech
    visit.touch(visit.session.toggle_speech)
    assert (visit.view().language, visit.view().speech) == ("th", False)
    visit.language("nb")
    assert visit.view().speech


def test_the_appearance_goes_round_and_is_forgotten() -> None:
    visit = Visit()
    seen = []
    for _ in range(4):
        visit.touch(visit.session.next_appearance)
        seen.append(visit.view().appearance)
    assert seen == [Appearance.LARGE, Appearance.CONTRAST, Appearance.NORMAL, Appearance.LARGE]
    visit.face(4)
    assert visit.view().appearance is Appearance.LARGE
    visit.touch(visit.session.skip)
    assert visit.view().appearance is Appearance.LARGE
    visit.touch(visit.session.next_appearance)
    assert visit.view().appearance is Appearance.LARGE, "thanks waits for nobody's choice"
    visit.touch(visit.session.dismiss)
    assert visit.view().appearance is Appearance.NORMAL


def test_the_volume_stays_within_its_bounds_and_is_forgotten() -> None:
    visit = Visit(volume=4)
    for volume in (5, 5):
        visit.touch(lambda: visit.session.change_volume(1))
        assert visit.view().volume == volume
    for volume in (4, 3, 2, 1, 1):
        visit.touch(lambda: visit.session.change_volume(-1))
        assert visit.view().volume == volume
    visit.wait(visit.session.timing.language)
    assert visit.view().volume == 4


@pytest.mark.parametrize(
    "help_",
    [
        Session.show_languages,
        Session.next_appearance,
        Session.toggle_speech,
        lambda session: session.change_volume(1),
        lambda session: session.choose_language("th"),
    ],
)
def test_help_on_the_question_begins_a_session_that_ends_by_itself(help_: Callable[[Session], None]) -> None:
    visit = Visit(speaks=["nb"])
    help_(visit.session)
    assert not visit.idle()
    for _ in range(2):
        visit.wait(2 * visit.session.timing.language)
    assert visit.idle()
    assert visit.recorder.ended == 1
    assert visit.recorder.changes == []
