"""From session to disk on a thread of its own, over a real tally and a clock that the test moves."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from contract.sheets import Table, Vote
from kiosk.clock import TerminalClock
from kiosk.errors import DiskError
from kiosk.faults import Faults
from kiosk.moment import Known, Moment, Provisional
from kiosk.recording import TallyRecorder
from kiosk.session import Change
from kiosk.tally import Tally
from tests.fakes.clock import OSLO
from tests.kiosk.samples import HAPPY, TUESDAY, make_tally, spoil


class Desk:
    """A recorder, with everything it is told and everything it tells."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.now = TUESDAY.local.astimezone(UTC)
        self.trusted = True
        self.outcomes: list[bool] = []
        self.threads: set[str] = set()
        self.releases = 0
        self.clock = TerminalClock(
            OSLO,
            trustworthy=lambda: self.trusted,
            boot_id="boot-1",
            since_boot=lambda: 3600.0,
            utc=lambda: self.now,
        )
        self.faults = Faults()
        self.recorder = TallyRecorder(
            tally, self.clock, recorded=self._recorded, released=self._released, faults=self.faults
        )

    def _recorded(self, ok: bool) -> None:
        self.outcomes.append(ok)
        self.threads.add(threading.current_thread().name)

    def _released(self) -> None:
        self.releases += 1

    def change(self, before: Vote | None, after: Vote | None, moment: Moment = TUESDAY) -> None:
        self.recorder.record(Change("visit@1", moment, before, after))

    def visitors(self, number: int) -> None:
        for _ in range(number):
            self.change(None, HAPPY)
            self.recorder.session_ended()

    def wait(self) -> None:
        """Until all that was begun so far is done."""
        self.recorder._thread.submit(lambda: None).result()

    def finish(self) -> None:
        """Waits for all that was begun."""
        self.recorder.stop()

    def released(self) -> dict[Table, int]:
        return {sheet.table: sheet.total for sheets in self.tally.owed().values() for sheet in sheets}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(make_tally(tmp_path / "tally.db"))
    yield desk
    desk.finish()
    desk.tally.close()


def test_changes_are_recorded_in_order_on_a_thread_of_their_own(desk: Desk) -> None:
    """In another order a vote would be taken back before it was counted, and the last one would not stand."""
    for score in (4, 1, 3, 2, 4, 1):
        desk.change(None, Vote(score, "nb"))
        desk.change(Vote(score, "nb"), Vote(score, "th"))
    desk.finish()
    assert desk.outcomes == [True] * 12
    assert len(desk.threads) == 1
    assert threading.current_thread().name not in desk.threads
    desk.tally.release()
    languages = next(s for sheets in desk.tally.owed().values() for s in sheets if s.table is Table.LANGUAGES)
    assert languages.counts == {"4:th": 2, "3:th": 1, "2:th": 1, "1:th": 2}


def test_a_disk_that_refuses_is_heard_of_and_works_again_when_it_does(desk: Desk) -> None:
    desk.tally.close()
    desk.change(None, HAPPY)
    desk.wait()
    desk.tally.start()
    desk.change(None, HAPPY)
    desk.finish()
    assert desk.outcomes == [False, True]
    desk.tally.release()
    assert set(desk.released().values()) == {1}


def test_a_vote_that_is_refused_is_neither_logged_nor_a_fault_but_the_next_tick_is_both(desk: Desk) -> None:
    """A line or a presence at the time of a vote would tell that somebody was there."""
    desk.tally.close()
    with capture_logs() as logs:
        desk.change(None, HAPPY)
        desk.recorder.session_ended()
        desk.wait()
        assert (logs, [*desk.faults.current]) == ([], [])
        desk.recorder.tick()
        desk.recorder.tick()
        desk.wait()
        assert [*desk.faults.current] == ["disk"]
        desk.tally.start()
        desk.recorder.tick()
        desk.wait()
    assert [*desk.faults.current] == []
    assert [(line["event"], line["fault"]) for line in logs] == [("fault", "disk"), ("fault-gone", "disk")]
    assert "is closed" in logs[0]["problem"]


def test_writing_is_tried_every_few_minutes_and_at_every_tick_while_it_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tick by itself only reads: it would not notice that the disk is full."""
    now, full, tried = 1000.0, False, []
    probe = desk.tally.probe

    def try_it() -> None:
        tried.append(now)
        if full:
            raise DiskError("database or disk is full")
        probe()

    def tick(at: float) -> tuple[str, ...]:
        nonlocal now
        now = at
        desk.recorder.tick()
        desk.wait()
        return desk.faults.current

    monkeypatch.setattr(desk.clock, "monotonic", lambda: now)
    monkeypatch.setattr(desk.tally, "probe", try_it)
    assert (tick(1000.0), tick(1005.0), tick(1299.0), tick(1300.0)) == ((), (), (), ())
    full = True
    assert (tick(1305.0), tick(1600.0), tick(1605.0)) == ((), ("disk",), ("disk",))
    full = False
    assert (tick(1610.0), tick(1615.0)) == ((), ())
    assert tried == [1000.0, 1300.0, 1600.0, 1605.0, 1610.0]


def test_a_disk_found_damaged_by_a_vote_is_opened_anew_for_that_very_vote(desk: Desk, tmp_path: Path) -> None:
    desk.visitors(2)
    desk.wait()
    spoil(tmp_path / "tally.db")
    desk.change(None, HAPPY)
    desk.change(HAPPY, Vote(1, "th", "wait"))
    desk.finish()
    assert desk.outcomes == [True] * 4
    desk.tally.release()
    faces = [sheet for sheets in desk.tally.owed().values() for sheet in sheets if sheet.table is Table.FACES]
    assert [sheet.counts for sheet in faces] == [{"1": 1}]
    assert len(list(tmp_path.glob("tally.db.damaged-????????"))) == 1


def test_a_disk_that_is_slow_delays_the_outcome_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "tally.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.change(None, HAPPY)
        assert desk.outcomes == []
        other.execute("COMMIT")
    desk.finish()
    assert desk.outcomes == [True]


def test_the_screen_hears_of_a_failure_that_nobody_foresaw(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_change: Change) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(desk.tally, "record", fail)
    with capture_logs() as logs:
        desk.change(None, HAPPY)
        desk.finish()
    assert desk.outcomes == [False]
    assert [line["problem"] for line in logs] == ["a mistake of ours"]


def test_five_votes_are_released_when_the_fifth_visitor_is_gone(desk: Desk) -> None:
    desk.visitors(4)
    desk.change(None, HAPPY)
    desk.wait()
    assert desk.releases == 0
    desk.recorder.session_ended()
    desk.finish()
    assert desk.releases == 1
    assert set(desk.released().values()) == {5}


def test_when_a_visitor_is_gone_the_disk_has_no_order_of_votes(desk: Desk, tmp_path: Path) -> None:
    """The write-ahead log keeps each commit for a while: the counts as they were between two visitors."""
    log = tmp_path / "tally.db-wal"
    for _ in range(3):
        desk.change(None, HAPPY)
        desk.wait()
        assert log.stat().st_size > 0
        desk.recorder.session_ended()
        desk.wait()
        assert log.stat().st_size == 0
    assert desk.releases == 0


def test_the_end_of_the_day_releases_what_is_left(desk: Desk) -> None:
    desk.visitors(2)
    desk.recorder.tick()
    desk.wait()
    desk.now += timedelta(hours=10)
    desk.recorder.tick()
    desk.finish()
    assert desk.releases == 1
    assert set(desk.released().values()) == {2}


def test_while_somebody_is_there_the_end_of_the_day_waits(desk: Desk) -> None:
    desk.change(None, HAPPY)
    desk.wait()
    desk.now += timedelta(hours=10)
    desk.recorder.tick()
    desk.finish()
    assert desk.releases == 0


def test_in_profile_busy_a_touch_is_released_at_once() -> None:
    desk = Desk(make_tally(profile="busy"))
    desk.change(None, HAPPY)
    desk.finish()
    assert desk.releases == 1
    desk.tally.close()


def test_votes_before_the_clock_was_trusted_are_filed_when_it_is(desk: Desk) -> None:
    desk.trusted = False
    moment = desk.clock.moment()
    assert moment == Provisional("boot-1", 3600.0)
    desk.change(None, HAPPY, moment)
    desk.recorder.tick()
    desk.recorder.session_ended()
    desk.wait()
    desk.tally.release()
    assert desk.tally.owed_count() == 0
    desk.trusted = True
    desk.recorder.tick()
    desk.finish()
    desk.tally.release()
    assert {sheet.period for sheets in desk.tally.owed().values() for sheet in sheets} == {"2026-03-24", "2026-03"}


def test_what_an_earlier_boot_counted_does_not_wait_for_a_clock_that_never_comes(desk: Desk) -> None:
    desk.recorder.tick()
    desk.wait()
    desk.trusted = False
    for _ in range(5):
        desk.change(None, HAPPY, Provisional("boot-0", 60.0))
    desk.clock = TerminalClock(OSLO, trustworthy=lambda: False, boot_id="boot-2", since_boot=lambda: 30.0)
    desk.recorder._clock = desk.clock
    desk.recorder.session_ended()
    desk.recorder.tick()
    desk.finish()
    assert desk.releases == 1
    assert all(sheet.estimated for sheets in desk.tally.owed().values() for sheet in sheets)


def test_the_tick_forgets_what_is_long_acknowledged(desk: Desk) -> None:
    desk.change(None, HAPPY, Known(datetime(2025, 1, 7, 12, tzinfo=OSLO)))
    desk.recorder.session_ended()
    desk.wait()
    desk.tally.release()
    for installation, sheets in desk.tally.owed().items():
        found = {sheet.survey: {s.table: {s.period: s.revision} for s in sheets} for sheet in sheets}
        desk.tally.acknowledge(installation, found)
    since = desk.tally.kept_since()
    desk.recorder.tick()
    desk.wait()
    desk.now += timedelta(days=41)
    desk.recorder.tick()
    desk.finish()
    assert desk.tally.kept_since() != since


def test_a_mistake_of_ours_in_a_tick_is_logged_and_ends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(desk.tally, "probe", fail)
    with capture_logs() as logs:
        desk.recorder.tick()
        desk.change(None, HAPPY)
        desk.finish()
    assert [(line["event"], line["problem"]) for line in logs] == [("recorder", "a mistake of ours")]
    assert desk.outcomes == [True]
