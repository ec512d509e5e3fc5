"""One visitor's vote, touch by touch."""

import pytest

from contract.ids import NONE
from contract.sheets import Vote
from kiosk.session import Screen
from tests.kiosk.visit import Visit


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_a_face_counts_at_once_without_a_reason(visit: Visit) -> None:
    visit.face(4)
    assert visit.votes() == [(None, Vote(4, "nb", NONE))]
    assert visit.shows(Screen.WHY)


def test_nothing_turns_before_the_disk_has_it(visit: Visit) -> None:
    visit.face(4, on_disk=False)
    assert visit.shows(Screen.QUESTION)
    assert visit.view().score == 4
    visit.wait(60)
    assert visit.shows(Screen.QUESTION)
    visit.disk_answers()
    assert visit.shows(Screen.WHY)


def test_a_touch_while_the_disk_is_busy_does_nothing(visit: Visit) -> None:
    visit.face(4, on_disk=False)
    view = visit.view()
    visit.face(1, on_disk=False)
    for deed in (
        visit.session.skip,
        visit.session.oops,
        visit.session.dismiss,
        visit.session.show_languages,
        visit.session.next_appearance,
        visit.session.toggle_speech,
        visit.session.listen,
        lambda: visit.session.choose_language("th"),
        lambda: visit.session.change_volume(1),
    ):
        visit.touch(deed, on_disk=False)
    assert visit.view() is view
    assert visit.votes() == [(None, Vote(4, "nb"))]


def test_an_answer_moves_the_vote_and_thanks(visit: Visit) -> None:
    visit.face(3)
    visit.answer("help")
    assert visit.votes()[-1] == (Vote(3, "nb"), Vote(3, "nb", "help"))
    assert visit.shows(Screen.THANKS)


def test_a_change_of_mind_moves_the_vote_and_its_side(visit: Visit) -> None:
    visit.language("th")
    visit.face(4)
    visit.face(1)
    assert visit.votes()[-1] == (Vote(4, "th"), Vote(1, "th"))
    visit.answer("help")
    assert visit.shows(Screen.WHY), "an answer of the other side is none"
    visit.answer("wait")
    assert visit.votes()[-1] == (Vote(1, "th"), Vote(1, "th", "wait"))


def test_the_chosen_face_again_changes_nothing(visit: Visit) -> None:
    visit.face(4)
    visit.face(4)
    assert len(visit.recorder.changes) == 1


def test_skipping_keeps_the_vote_and_asks_the_disk_nothing(visit: Visit) -> None:
    visit.face(2)
    visit.touch(visit.session.skip)
    assert visit.shows(Screen.THANKS)
    assert len(visit.recorder.changes) == 1


def test_walking_away_after_the_face_counts_and_ends_in_the_first_language(visit: Visit) -> None:
    visit.language("en")
    visit.face(2)
    visit.wait(visit.session.timing.why)
    assert visit.shows(Screen.THANKS)
    assert visit.recorder.ended == 0
    visit.wait(visit.session.timing.thanks)
    assert visit.shows(Screen.QUESTION)
    assert (visit.view().language, visit.idle()) == ("nb", True)
    assert visit.recorder.ended == 1
    assert visit.votes() == [(None, Vote(2, "en"))]


def test_a_touch_on_the_thanks_lets_the_next_visitor_begin(visit: Visit) -> None:
    visit.face(2)
    visit.touch(visit.session.skip)
    visit.touch(visit.session.dismiss)
    assert visit.idle()
    visit.face(4)
    assert visit.votes()[-1] == (None, Vote(4, "nb"))


def test_an_echo_of_a_touch_is_not_a_touch(visit: Visit) -> None:
    visit.face(4)
    visit.clock.advance(0.2)
    visit.session.choose_answer("help")
    assert visit.shows(Screen.WHY)
    visit.clock.advance(0.2)
    visit.session.choose_answer("help")
    assert len(visit.recorder.changes) == 2


def test_the_echo_of_the_touch_that_ends_a_session_begins_none(visit: Visit) -> None:
    visit.face(4)
    visit.touch(visit.session.skip)
    visit.touch(visit.session.dismiss)
    visit.touch(after=0.1)
    assert visit.idle()
    visit.touch(after=0.3)
    assert not visit.idle()


def test_nobody_is_thanked_for_what_the_disk_refused(visit: Visit) -> None:
    visit.face(4, on_disk=False)
    visit.disk_answers(ok=False)
    assert visit.shows(Screen.UNAVAILABLE)
    visit.wait(visit.session.timing.unavailable)
    assert visit.idle()
    visit.face(4)
    assert visit.votes()[-1] == (None, Vote(4, "nb"))


def test_an_answer_that_nobody_waits_for_changes_nothing(visit: Visit) -> None:
    for _ in range(2):
        visit.session.recorded(ok=True)
    visit.session.recorded(ok=False)
    assert (visit.shows(Screen.QUESTION), visit.idle()) == (True, True)


def test_a_session_belongs_to_its_first_touch_also_after_oops(visit: Visit) -> None:
    visit.touch()
    first = visit.clock.moment()
    visit.language("th")
    visit.face(4)
    visit.clock.now = visit.clock.now.replace(year=2031)
    visit.touch(visit.session.oops)
    visit.face(1)
    visit.answer("wait")
    assert [change.moment for change in visit.recorder.changes] == [first] * 4


def test_oops_takes_the_vote_back_and_asks_anew(visit: Visit) -> None:
    visit.language("th")
    visit.touch(visit.session.next_appearance)
    before = visit.view()
    visit.face(1)
    visit.touch(visit.session.oops, on_disk=False)
    assert visit.votes()[-1] == (Vote(1, "th"), None)
    assert visit.shows(Screen.WHY)
    visit.disk_answers()
    assert visit.view() == before
    assert not visit.idle()
    visit.face(3)
    assert visit.votes()[-1] == (None, Vote(3, "th"))


def test_the_same_face_can_be_chosen_after_oops(visit: Visit) -> None:
    visit.face(1)
    visit.touch(visit.session.oops)
    visit.face(1)
    assert visit.votes() == [(None, Vote(1, "nb")), (Vote(1, "nb"), None), (None, Vote(1, "nb"))]


def test_walking_away_after_oops_counts_nothing(visit: Visit) -> None:
    visit.face(1)
    visit.touch(visit.session.oops)
    visit.wait(visit.session.timing.language)
    assert visit.idle()
    assert visit.votes() == [(None, Vote(1, "nb")), (Vote(1, "nb"), None)]


@pytest.mark.parametrize("screen", [Screen.QUESTION, Screen.LANGUAGES, Screen.THANKS, Screen.UNAVAILABLE])
def test_oops_is_for_the_question_why_alone(visit: Visit, screen: Screen) -> None:
    if screen is Screen.LANGUAGES:
        visit.face(1)
        visit.touch(visit.session.show_languages)
    elif screen is Screen.THANKS:
        visit.face(1)
        visit.touch(visit.session.skip)
    elif screen is Screen.UNAVAILABLE:
        visit.face(1, on_disk=False)
        visit.disk_answers(ok=False)
    asked = len(visit.recorder.changes)
    visit.touch(visit.session.oops)
    assert visit.shows(screen)
    assert len(visit.recorder.changes) == asked


def test_an_oops_that_the_disk_refused_leaves_the_vote_where_it_is(visit: Visit) -> None:
    visit.face(1)
    visit.touch(visit.session.oops, on_disk=False)
    visit.disk_answers(ok=False)
    assert visit.shows(Screen.UNAVAILABLE)
    visit.wait(visit.session.timing.unavailable)
    assert visit.idle()
    visit.face(1)
    assert visit.votes()[-1] == (None, Vote(1, "nb")), "the next visitor's, not a change of the last one's"


def test_the_time_left_runs_from_one_to_nothing(visit: Visit) -> None:
    assert visit.session.time_left == 1
    visit.face(4)
    assert visit.session.time_left == 1
    visit.clock.advance(visit.session.timing.why / 2)
    assert visit.session.time_left == pytest.approx(0.5)
    visit.clock.advance(1000)
    assert visit.session.time_left == 0
