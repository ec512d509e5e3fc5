"""The session over the real recorder and tally: what is on disk, and what of it is released, when."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from contract.sheets import Table
from kiosk.clock import TerminalClock
from kiosk.play import Play, Rules
from kiosk.recording import TallyRecorder
from kiosk.session import Screen, Session
from tests.fakes.clock import OSLO, FakeClock
from tests.kiosk.samples import make_tally
from tests.kiosk.visit import SURVEY

MONTHLY = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)


class Terminal:
    """A terminal without screen and network. The recorder's answers wait until the test listens to them."""

    def __init__(self, file: Path, profile: str = "small") -> None:
        self.clock = FakeClock()
        self.tally = make_tally(file, profile)
        clock = TerminalClock(
            OSLO, trustworthy=lambda: True, boot_id="boot-1", utc=lambda: self.clock.now.astimezone(UTC)
        )
        self.answers: list[bool] = []
        self.releases = 0
        self.recorder = TallyRecorder(self.tally, clock, recorded=self.answers.append, released=self._released)
        play = Play(Rules(in_a_row=1))
        self.session = Session(SURVEY, ("nb", "th"), self.recorder, self.clock.monotonic, self.clock.moment, play=play)

    def _released(self) -> None:
        self.releases += 1

    def touch(self, what: Callable[[], None], after: float = 0.5) -> None:
        self.clock.advance(after)
        self.session.touch()
        what()
        self.hear()

    def hear(self) -> None:
        """The answers of the disk to all that was begun so far."""
        done = threading.Event()
        self.recorder._thread.submit(done.set)
        done.wait()
        while self.answers:
            self.session.recorded(self.answers.pop(0))

    def vote(self, score: int = 4, *, after: float = 5) -> None:
        self.touch(lambda: self.session.choose_face(score), after)
        self.touch(self.session.skip)
        self.touch(self.session.dismiss)

    def counts(self) -> dict[Table, Counter[str]]:
        """All that is on disk, released or not."""
        self.hear()
        self.tally.release()
        found: dict[Table, Counter[str]] = {table: Counter() for table in Table}
        for sheets in self.tally.owed().values():
            for sheet in sheets:
                found[sheet.table].update(sheet.counts)
        return found

    def totals(self) -> dict[Table, int]:
        return {table: counts.total() for table, counts in self.counts().items()}


@pytest.fixture(params=["small", "busy"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "tally.db", request.param)
    yield terminal
    terminal.recorder.stop()
    terminal.tally.close()


def test_oops_leaves_nothing_of_the_vote(terminal: Terminal) -> None:
    terminal.touch(lambda: terminal.session.choose_face(1))
    terminal.touch(terminal.session.oops)
    assert terminal.session.view.screen is Screen.QUESTION
    assert set(terminal.totals().values()) == {0}


def test_a_language_chosen_late_is_the_votes_language(terminal: Terminal) -> None:
    terminal.touch(lambda: terminal.session.choose_face(1))
    terminal.touch(terminal.session.show_languages)
    terminal.touch(lambda: terminal.session.choose_language("th"))
    counts = terminal.counts()
    assert +counts[Table.LANGUAGES] == {"1:th": 1}
    assert {counts[table].total() for table in MONTHLY} == {1}


def test_play_is_counted_apart_and_never_lost(terminal: Terminal) -> None:
    terminal.vote(4)
    for _ in range(6):
        terminal.vote(1, after=0.5)
    terminal.vote(3)
    totals = terminal.totals()
    assert totals == {Table.SUSPECT: 6, **dict.fromkeys(MONTHLY, 2)}
    assert +terminal.counts()[Table.SUSPECT] == {"1": 6}


def test_a_vote_that_becomes_suspect_with_its_face_changed_is_moved_whole(terminal: Terminal) -> None:
    for score in (4, 1, 4, 1, 4, 1, 4):
        terminal.touch(lambda score=score: terminal.session.choose_face(score))  # type: ignore[misc]
    terminal.touch(lambda: terminal.session.choose_answer("help"))
    assert terminal.totals() == {Table.SUSPECT: 1, **dict.fromkeys(MONTHLY, 0)}


@pytest.mark.parametrize("terminal", ["small"], indirect=True)
def test_somebody_who_takes_back_and_votes_again_gathers_one_vote(terminal: Terminal) -> None:
    """Else one visitor alone would bring about the release of that one vote."""
    for _ in range(5):
        terminal.touch(lambda: terminal.session.choose_face(1), 5)
        terminal.touch(terminal.session.oops)
    terminal.vote(1)
    for _ in range(3):
        terminal.vote(4)
    terminal.hear()
    assert terminal.releases == 0
    terminal.vote(4)
    terminal.hear()
    assert terminal.releases == 1


@pytest.mark.parametrize("terminal", ["small"], indirect=True)
def test_play_does_not_send_off_the_one_vote_before_it(terminal: Terminal) -> None:
    terminal.vote(1)
    for _ in range(20):
        terminal.vote(4, after=0.5)
    terminal.hear()
    assert terminal.releases == 0
    for _ in range(4):
        terminal.vote(4)
    terminal.hear()
    assert terminal.releases == 1
    assert terminal.totals() == {Table.SUSPECT: 20, **dict.fromkeys(MONTHLY, 5)}


@pytest.mark.parametrize("terminal", ["small"], indirect=True)
def test_a_group_is_released_after_the_last_of_it_was_moved(terminal: Terminal) -> None:
    """A vote found suspect at its session's end: no release shows it as an honest one."""
    for _ in range(4):
        terminal.vote(4)
    terminal.touch(lambda: terminal.session.choose_face(1), 5)
    terminal.touch(terminal.session.skip)
    for _ in range(20):
        terminal.touch(lambda: None, 0.31)
    terminal.touch(terminal.session.dismiss)
    terminal.hear()
    assert terminal.releases == 0
    assert terminal.totals() == {Table.SUSPECT: 1, **dict.fromkeys(MONTHLY, 4)}


def test_after_a_disk_that_refuses_the_next_vote_is_counted_once(terminal: Terminal) -> None:
    terminal.touch(lambda: terminal.session.choose_face(4))
    terminal.tally.close()
    with capture_logs():
        terminal.touch(terminal.session.oops)
    assert terminal.session.view.screen is Screen.UNAVAILABLE
    terminal.tally.start()
    terminal.clock.advance(60)
    terminal.session.tick()
    terminal.vote(1)
    assert +terminal.counts()[Table.FACES] == {"4": 1, "1": 1}
