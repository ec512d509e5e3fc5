"""What the tally does about time that is unknown, late, or leaps: rule 6, and what it means for releases."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contract.sheets import Sheet, Table
from kiosk.moment import Known, Provisional
from kiosk.tally import Tally
from tests.fakes.clock import OSLO
from tests.kiosk.samples import TUESDAY, make_tally, press, released, revisions

NOON = datetime(2026, 3, 24, 12, 20, tzinfo=OSLO)
BOOTED = datetime(2026, 3, 24, 7, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tally.db"


def owed(tally: Tally) -> list[Sheet]:
    return [sheet for sheets in tally.owed().values() for sheet in sheets]


def faces(tally: Tally) -> dict[str, int]:
    """Released votes by day."""
    found: Counter[str] = Counter()
    for sheet in owed(tally):
        if sheet.table is Table.FACES:
            found[sheet.period] += sheet.total
    return dict(found)


def started(path: Path, tally: Tally) -> Tally:
    """The next start."""
    tally.close()
    return make_tally(path)


def test_a_boot_that_is_over_is_filed_at_the_last_trusted_hour_without_waiting_for_a_clock(path: Path) -> None:
    tally = make_tally(path)
    tally.trust("boot-0", BOOTED, NOON)
    tally = started(path, tally)
    press(tally, moment=Provisional("boot-1", 60), times=6)
    tally.distrust("boot-1")
    assert not tally.release_if_due(Provisional("boot-1", 70), idle=True), "it may be trusted yet"
    tally = started(path, tally)
    tally.distrust("boot-2")
    assert tally.release_if_due(Provisional("boot-2", 5), idle=True)
    assert faces(tally) == {"2026-03-24": 6}
    assert all(sheet.estimated for sheet in owed(tally))


def test_where_no_hour_was_ever_trusted_it_waits_and_is_filed_at_the_first_boot_that_is(path: Path) -> None:
    tally = make_tally(path)
    press(tally, moment=Provisional("boot-1", 60), times=5)
    tally = started(path, tally)
    tally.distrust("boot-2")
    tally.release()
    assert owed(tally) == []
    began = datetime(2026, 3, 4, 11, 30, tzinfo=UTC)
    tally.trust("boot-2", began, NOON)
    tally.release()
    assert faces(tally) == {"2026-03-04": 5}, "it was over before this one began"
    assert {cell for sheet in owed(tally) if sheet.table is Table.PATTERN for cell in sheet.counts} == {"4:3-12"}
    assert all(sheet.estimated for sheet in owed(tally))


def test_a_boot_that_is_trusted_is_never_taken_for_one_that_is_over(path: Path) -> None:
    tally = make_tally(path)
    tally.trust("boot-1", BOOTED, NOON)
    tally.distrust("boot-1")
    press(tally, moment=Provisional("boot-1", 60))
    tally.release()
    assert not any(sheet.estimated for sheet in owed(tally))


def test_votes_that_wait_for_a_clock_do_not_send_off_the_one_before_them(path: Path) -> None:
    """A group of five with one vote in it would be that visitor's."""
    tally = make_tally(path)
    press(tally)
    tally = started(path, tally)
    press(tally, moment=Provisional("boot-2", 60), times=4)
    assert not tally.release_if_due(Provisional("boot-2", 70), idle=True)
    assert owed(tally) == []
    tally.trust("boot-2", BOOTED, NOON)
    assert tally.release_if_due(Known(NOON), idle=True), "they are five now"
    assert faces(tally) == {"2026-03-24": 5}


def test_four_votes_that_waited_are_no_group_either(path: Path) -> None:
    tally = make_tally(path)
    press(tally, moment=Provisional("boot-1", 60), times=4)
    tally.trust("boot-1", BOOTED, NOON)
    assert not tally.release_if_due(Known(NOON), idle=True)
    assert tally.release_if_due(Known(NOON + timedelta(days=1)), idle=True), "but for the day's end"


def test_a_vote_taken_back_before_the_clock_is_trusted_gathers_for_nothing(path: Path) -> None:
    tally = make_tally(path)
    press(tally, moment=Provisional("boot-1", 60), times=4)
    tally.trust("boot-1", BOOTED, NOON)
    press(tally)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT gathered FROM life").fetchone() == (5,)


@pytest.mark.parametrize(
    ("back", "over"), [(timedelta(minutes=20), False), (timedelta(days=1), False), (timedelta(days=400), True)]
)
def test_a_clock_that_was_ahead_holds_nothing_back_for_years(path: Path, back: timedelta, over: bool) -> None:
    """A day that is far ahead is over; the day before midnight, after a clock that was a little fast, is not."""
    tally = make_tally(path)
    moment = Known(datetime(2027, 5, 6, 0, 10, tzinfo=OSLO))
    press(tally, moment=moment)
    assert tally.release_if_due(Known(moment.local - back), idle=True) is over


class TestLeaps:
    """A clock that is wrong by years must not have forgotten what a restored store may lack."""

    TODAY = NOON.date()

    def acknowledged(self, path: Path) -> Tally:
        tally = make_tally(path)
        tally.trust("boot-1", BOOTED, NOON)
        released(tally, moment=TUESDAY)
        tally.acknowledge(tally.installation, revisions(owed(tally)))
        tally.forget(self.TODAY)
        return tally

    def tick(self, tally: Tally, now: datetime) -> None:
        tally.trust("boot-1", BOOTED, now)
        tally.forget(now.date())

    def kept(self, tally: Tally) -> bool:
        """Whether a store that lost all would be filled again."""
        tally.compare(tally.installation, {})
        return tally.owed_count() == 4

    def test_a_leap_forward_is_no_forty_days(self, path: Path) -> None:
        tally = self.acknowledged(path)
        self.tick(tally, NOON + timedelta(days=3000))
        self.tick(tally, NOON + timedelta(days=3039))
        assert self.kept(tally)

    def test_but_forty_days_after_it_are(self, path: Path) -> None:
        tally = self.acknowledged(path)
        self.tick(tally, NOON + timedelta(days=3000))
        self.tick(tally, NOON + timedelta(days=3041))
        assert not self.kept(tally)

    def test_a_terminal_that_was_off_for_a_season_forgets_as_any_other(self, path: Path) -> None:
        tally = self.acknowledged(path)
        self.tick(tally, NOON + timedelta(days=100))
        assert not self.kept(tally)

    def test_after_a_leap_back_nothing_is_kept_for_years(self, path: Path) -> None:
        ahead = NOON + timedelta(days=3000)
        tally = make_tally(path)
        tally.trust("boot-1", BOOTED, ahead)
        released(tally, moment=TUESDAY)
        tally.acknowledge(tally.installation, revisions(owed(tally)))
        tally.forget(ahead.date())
        assert tally.acknowledged() == ahead.date()
        self.tick(tally, NOON)
        assert tally.acknowledged() == self.TODAY
        self.tick(tally, NOON + timedelta(days=50))
        assert not self.kept(tally)


def test_the_hour_that_comes_twice_is_trusted_twice(path: Path) -> None:
    tally = make_tally(path, "busy")
    for minutes in (0, 60):
        now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(minutes=minutes)
        tally.trust("boot-0", now, now.astimezone(OSLO))
    press(tally, moment=Provisional("boot-1", 1))
    tally.trust("boot-2", datetime(2026, 10, 26, tzinfo=UTC), datetime(2026, 10, 26, 1, tzinfo=OSLO))
    tally.release()
    assert faces(tally) == {"2026-10-25T02+01:00": 1}


def test_the_last_trusted_hour_is_told_in_the_time_of_the_place(path: Path) -> None:
    tally = make_tally(path, "busy")
    tally.trust("boot-0", BOOTED, datetime(2026, 3, 24, 23, 30, tzinfo=UTC))
    press(tally, moment=Provisional("boot-1", 1))
    tally.distrust("boot-2")
    tally.release()
    assert faces(tally) == {"2026-03-25T00+01:00": 1}
