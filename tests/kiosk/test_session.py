"""One visitor, touch by touch."""

from collections.abc import Callable

import pytest

from contract.ids import NONE
from contract.sheets import Vote
from kiosk.session import Change, Screen, Session
from locales.catalogue import default_survey
from tests.fakes.clock import FakeClock

SURVEY = default_survey()


class SlowRecorder:
    """Notes what it is asked to record, and is done when the test says so."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.ended = 0

    def record(self, change: Change) -> None:
        self.changes.append(change)

    def session_ended(self) -> None:
        self.ended += 1

    @property
    def votes(self) -> list[tuple[Vote | None, Vote | None]]:
        return [(change.before, change.after) for change in self.changes]


class Visit:
    """A session with its surroundings."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.recorder = SlowRecorder()
        self.session = Session(SURVEY, ("nb", "en", "th"), self.recorder, self.clock.monotonic, self.clock.moment)

    def touch(self, what: Callable[[], None], *, on_disk: bool = True) -> None:
        self.clock.advance(1)
        asked = len(self.recorder.changes)
        what()
        if on_disk and len(self.recorder.changes) > asked:
            self.session.recorded(ok=True)

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.session.tick()

    def shows(self, screen: Screen) -> bool:
        return self.session.view.screen is screen


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_a_face_counts_at_once_without_a_reason(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(4))
    assert visit.recorder.votes == [(None, Vote(4, "nb", NONE))]
    assert visit.shows(Screen.WHY)


def test_nothing_turns_before_the_disk_has_it(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(4), on_disk=False)
    assert visit.shows(Screen.QUESTION)
    assert visit.session.view.score == 4
    visit.wait(60)
    assert visit.shows(Screen.QUESTION)
    visit.session.recorded(ok=True)
    assert visit.shows(Screen.WHY)


def test_a_touch_while_the_disk_is_busy_does_nothing(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(4), on_disk=False)
    visit.touch(lambda: visit.session.choose_face(1), on_disk=False)
    assert visit.recorder.votes == [(None, Vote(4, "nb"))]


def test_an_answer_moves_the_vote_and_thanks(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(3))
    visit.touch(lambda: visit.session.choose_answer("help"))
    assert visit.recorder.votes[-1] == (Vote(3, "nb"), Vote(3, "nb", "help"))
    assert visit.shows(Screen.THANKS)


def test_a_change_of_mind_moves_the_vote_and_its_side(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_language("th"))
    visit.touch(lambda: visit.session.choose_face(4))
    visit.touch(lambda: visit.session.choose_face(1))
    assert visit.recorder.votes[-1] == (Vote(4, "th"), Vote(1, "th"))
    visit.touch(lambda: visit.session.choose_answer("help"))
    assert visit.shows(Screen.WHY), "an answer of the other side is none"
    visit.touch(lambda: visit.session.choose_answer("wait"))
    assert visit.recorder.votes[-1] == (Vote(1, "th"), Vote(1, "th", "wait"))


def test_the_chosen_face_again_changes_nothing(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(4))
    visit.touch(lambda: visit.session.choose_face(4))
    assert len(visit.recorder.changes) == 1


def test_skipping_keeps_the_vote_and_asks_the_disk_nothing(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(2))
    visit.touch(visit.session.skip)
    assert visit.shows(Screen.THANKS)
    assert len(visit.recorder.changes) == 1


def test_walking_away_ends_in_the_question_in_the_first_language(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_language("en"))
    visit.touch(lambda: visit.session.choose_face(2))
    visit.wait(visit.session.timing.why)
    assert visit.shows(Screen.THANKS)
    assert visit.recorder.ended == 0
    visit.wait(visit.session.timing.thanks)
    assert visit.shows(Screen.QUESTION)
    assert (visit.session.view.language, visit.session.idle) == ("nb", True)
    assert visit.recorder.ended == 1


def test_a_touch_on_the_thanks_lets_the_next_visitor_begin(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(2))
    visit.touch(visit.session.skip)
    visit.touch(visit.session.dismiss)
    assert visit.session.idle
    visit.touch(lambda: visit.session.choose_face(4))
    assert visit.recorder.votes[-1] == (None, Vote(4, "nb"))


def test_a_language_without_a_face_is_forgotten(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_language("th"))
    assert not visit.session.idle
    visit.wait(visit.session.timing.language)
    assert visit.session.view.language == "nb"
    assert visit.session.idle


def test_an_echo_of_a_touch_is_not_a_touch(visit: Visit) -> None:
    visit.session.choose_face(4)
    visit.session.recorded(ok=True)
    visit.clock.advance(0.2)
    visit.session.choose_answer("help")
    assert visit.shows(Screen.WHY)
    visit.clock.advance(0.2)
    visit.session.choose_answer("help")
    assert len(visit.recorder.changes) == 2


def test_nobody_is_thanked_for_what_the_disk_refused(visit: Visit) -> None:
    visit.touch(lambda: visit.session.choose_face(4), on_disk=False)
    visit.session.recorded(ok=False)
    assert visit.shows(Screen.UNAVAILABLE)
    visit.wait(visit.session.timing.unavailable)
    assert visit.session.idle
    visit.touch(lambda: visit.session.choose_face(4))
    assert visit.recorder.votes[-1] == (None, Vote(4, "nb"))


def test_a_session_belongs_to_its_first_touch(visit: Visit) -> None:
    first = visit.clock.moment()
    visit.session.choose_language("th")
    visit.touch(lambda: visit.session.choose_face(4))
    visit.clock.now = visit.clock.now.replace(year=2031)
    visit.touch(lambda: visit.session.choose_answer("talk"))
    assert [change.moment for change in visit.recorder.changes] == [first, first]


def test_the_time_left_runs_from_one_to_nothing(visit: Visit) -> None:
    assert visit.session.time_left == 1
    visit.touch(lambda: visit.session.choose_face(4))
    assert visit.session.time_left == 1
    visit.clock.advance(visit.session.timing.why / 2)
    assert visit.session.time_left == pytest.approx(0.5)
    visit.clock.advance(1000)
    assert visit.session.time_left == 0


@pytest.mark.parametrize("language", ["xx", "ro"])
def test_a_language_that_is_not_offered_is_not_chosen(visit: Visit, language: str) -> None:
    visit.touch(lambda: visit.session.choose_language(language))
    assert visit.session.idle
