"""The visitor's language: chosen, moved, and never taken from what the idle terminal happens to show."""

import pytest

from contract.sheets import Vote
from kiosk.session import Screen
from tests.kiosk.visit import Visit


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_a_language_without_a_face_is_forgotten(visit: Visit) -> None:
    visit.language("th")
    assert (visit.view().language, visit.view().chosen) == ("th", True)
    assert not visit.idle()
    visit.wait(visit.session.timing.language)
    assert (visit.view().language, visit.view().chosen) == ("nb", False)
    assert visit.idle()


@pytest.mark.parametrize("language", ["xx", "ro"])
def test_a_language_that_is_not_offered_is_not_chosen(visit: Visit, language: str) -> None:
    visit.session.choose_language(language)
    assert visit.idle()


def test_what_the_rotation_showed_is_not_the_visitors_language(visit: Visit) -> None:
    visit.wait(visit.session.timing.rotation)
    assert visit.view().language == "en"
    visit.face(4)
    assert visit.votes() == [(None, Vote(4, "nb"))]
    assert (visit.view().language, visit.view().chosen) == ("en", False)
    visit.answer("help")
    assert visit.votes()[-1] == (Vote(4, "nb"), Vote(4, "nb", "help"))


def test_the_shown_language_can_be_chosen(visit: Visit) -> None:
    visit.wait(visit.session.timing.rotation)
    visit.language("en")
    visit.face(4)
    assert visit.votes() == [(None, Vote(4, "en"))]


def test_all_languages_are_opened_and_chosen_from_the_question(visit: Visit) -> None:
    visit.touch(visit.session.show_languages)
    assert visit.shows(Screen.LANGUAGES)
    assert not visit.idle()
    visit.language("th")
    assert visit.shows(Screen.QUESTION)
    visit.face(4)
    assert visit.votes() == [(None, Vote(4, "th"))]


def test_a_vote_that_is_counted_moves_to_the_chosen_language(visit: Visit) -> None:
    visit.face(4)
    visit.touch(visit.session.show_languages)
    visit.language("th", on_disk=False)
    assert visit.votes()[-1] == (Vote(4, "nb"), Vote(4, "th"))
    assert visit.shows(Screen.LANGUAGES)
    visit.disk_answers()
    assert (visit.view().screen, visit.view().score) == (Screen.WHY, 4)
    visit.answer("help")
    assert visit.votes()[-1] == (Vote(4, "th"), Vote(4, "th", "help"))


def test_a_vote_in_the_chosen_language_need_not_move(visit: Visit) -> None:
    visit.wait(visit.session.timing.rotation)
    visit.face(4)
    visit.touch(visit.session.show_languages)
    visit.language("nb")
    assert (visit.view().screen, visit.view().language) == (Screen.WHY, "nb")
    assert len(visit.recorder.changes) == 1


def test_a_move_that_the_disk_refused_leaves_the_vote_in_its_language(visit: Visit) -> None:
    visit.face(4)
    visit.touch(visit.session.show_languages)
    visit.language("th", on_disk=False)
    visit.disk_answers(ok=False)
    assert visit.shows(Screen.UNAVAILABLE)
    visit.wait(visit.session.timing.unavailable)
    assert visit.idle()
    visit.face(1)
    assert visit.votes()[-1] == (None, Vote(1, "nb"))


@pytest.mark.parametrize("voted", [False, True])
def test_walking_away_from_all_languages_leads_back_and_then_out(visit: Visit, voted: bool) -> None:
    if voted:
        visit.face(4)
    visit.touch(visit.session.show_languages)
    visit.wait(visit.session.timing.language)
    assert visit.shows(Screen.WHY if voted else Screen.QUESTION)
    assert not visit.idle()
    for seconds in (visit.session.timing.why, visit.session.timing.thanks) if voted else (20.0,):
        assert not visit.idle()
        visit.wait(seconds)
    assert visit.idle()
    assert len(visit.recorder.changes) == voted


def test_after_oops_a_language_leads_to_the_question(visit: Visit) -> None:
    """Though all languages were last opened from the other screen."""
    visit.face(4)
    visit.touch(visit.session.show_languages)
    visit.language("th")
    visit.touch(visit.session.oops)
    visit.language("en")
    assert visit.shows(Screen.QUESTION)
    visit.touch(visit.session.show_languages)
    visit.language("nb")
    assert visit.shows(Screen.QUESTION)


def test_a_language_is_not_chosen_where_none_is_shown(visit: Visit) -> None:
    visit.face(4)
    visit.language("th")
    assert visit.view().language == "nb"
    visit.touch(visit.session.skip)
    visit.touch(visit.session.show_languages)
    visit.language("th")
    assert visit.shows(Screen.THANKS)
    assert visit.view().language == "nb"
