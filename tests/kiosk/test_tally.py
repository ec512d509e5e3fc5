"""Counts on disk, releases, revisions, and lives of a disk."""

import shutil
import sqlite3
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from contract.sheets import Sheet, Table, Vote
from kiosk.errors import DiskError
from kiosk.moment import Known, Provisional
from kiosk.session import Change
from kiosk.tally import Tally
from tests.fakes.clock import OSLO
from tests.kiosk.samples import FIRST, HAPPY, SECOND, TUESDAY, make_tally, press, revisions


def press_days(tally: Tally, days: int) -> None:
    for day in range(days):
        press(tally, moment=Known(TUESDAY.local + timedelta(days=day)))


def owed(tally: Tally) -> list[Sheet]:
    return [sheet for sheets in tally.owed().values() for sheet in sheets]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "terminal" / "tally.db"


def test_a_vote_is_in_the_four_sheets_it_belongs_to(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    assert {(sheet.table, sheet.period): sheet.counts for sheet in owed(tally)} == {
        (Table.FACES, "2026-03-24"): {"4": 1},
        (Table.PATTERN, "2026-03"): {"4:2-14": 1},
        (Table.ANSWERS, "2026-03"): {"4:help": 1},
        (Table.LANGUAGES, "2026-03"): {"4:th": 1},
    }


def test_the_busy_profile_counts_by_hour_and_day(path: Path) -> None:
    tally = make_tally(path, "busy")
    press(tally)
    tally.release()
    assert {sheet.table: sheet.period for sheet in owed(tally)} == {
        Table.FACES: "2026-03-24T14+01:00",
        Table.PATTERN: "2026-03",
        Table.ANSWERS: "2026-03-24",
        Table.LANGUAGES: "2026-03-24",
    }


def test_a_suspect_vote_is_counted_apart_and_can_become_one(path: Path) -> None:
    tally = make_tally(path)
    press(tally, times=5)
    tally.release_if_due(TUESDAY, idle=True)
    tally.record(Change("visit@1", TUESDAY, HAPPY, Vote(4, "th", "help", suspect=True)))
    tally.release()
    found = {sheet.table: sheet for sheet in owed(tally)}
    assert found[Table.SUSPECT].counts == {"4": 1}
    assert found[Table.FACES].counts == {"4": 4}
    assert found[Table.FACES].revision == SECOND


def test_four_votes_stay_and_the_fifth_releases(path: Path) -> None:
    tally = make_tally(path)
    for _ in range(4):
        press(tally)
        assert not tally.release_if_due(TUESDAY, idle=True)
    assert owed(tally) == []
    press(tally)
    assert not tally.release_if_due(TUESDAY, idle=False), "somebody is still at the terminal"
    assert tally.release_if_due(TUESDAY, idle=True)
    assert {sheet.total for sheet in owed(tally)} == {5}
    press(tally)
    assert not tally.release_if_due(TUESDAY, idle=True)


def test_the_end_of_the_day_releases_what_has_gathered(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    assert not tally.release_if_due(Known(TUESDAY.local.replace(hour=23, minute=59)), idle=True)
    tally.close()
    tally = make_tally(path)
    assert tally.release_if_due(Known(TUESDAY.local + timedelta(hours=10)), idle=True)
    assert {sheet.total for sheet in owed(tally)} == {1}


def test_with_release_one_every_change_leaves(path: Path) -> None:
    tally = make_tally(path, "busy")
    press(tally, Vote(4, "th"))
    assert tally.release_if_due(TUESDAY, idle=False)
    tally.record(Change("visit@1", TUESDAY, Vote(4, "th"), HAPPY))
    assert tally.release_if_due(TUESDAY, idle=False)
    answers = next(sheet for sheet in owed(tally) if sheet.table is Table.ANSWERS)
    assert (answers.revision, answers.counts) == (SECOND, {"4:help": 1})
    faces = next(sheet for sheet in owed(tally) if sheet.table is Table.FACES)
    assert faces.revision == FIRST, "a sheet that did not change keeps its revision"


def test_a_restart_keeps_every_count(path: Path) -> None:
    tally = make_tally(path)
    press(tally, times=3)
    tally.close()
    tally = make_tally(path)
    tally.release()
    assert {sheet.total for sheet in owed(tally)} == {3}


def test_acknowledged_is_no_longer_owed_until_the_next_revision(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    tally.acknowledge(tally.installation, revisions(owed(tally)))
    assert tally.owed_count() == 0
    press(tally)
    tally.release()
    assert {sheet.revision for sheet in owed(tally)} == {SECOND}


def test_an_old_acknowledgement_lowers_nothing(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    first = revisions(owed(tally))
    press(tally)
    tally.release()
    tally.acknowledge(tally.installation, revisions(owed(tally)))
    tally.acknowledge(tally.installation, first)
    assert tally.owed_count() == 0


def test_what_an_emptied_store_lacks_is_owed_again(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    tally.acknowledge(tally.installation, revisions(owed(tally)))
    tally.compare(tally.installation, {})
    assert tally.owed_count() == 4


def test_a_disk_in_another_machine_begins_a_new_installation(path: Path) -> None:
    tally = make_tally(path)
    press(tally, times=2)
    before = tally.installation
    tally.close()
    tally = make_tally(path, machine="another")
    press(tally)
    tally.release()
    assert tally.installation != before
    assert {one: {sheet.total for sheet in sheets} for one, sheets in tally.owed().items()} == {
        before: {2},
        tally.installation: {1},
    }


def test_a_disk_that_was_rolled_back_goes_on_as_a_new_installation(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    tally.acknowledge(tally.installation, revisions(owed(tally)))
    before = tally.installation
    tally.close()
    shutil.copy(path, path.with_name("image"))
    tally = make_tally(path)
    press(tally, times=10)
    tally.release()
    in_store = revisions(owed(tally))
    tally.close()
    shutil.copy(path.with_name("image"), path)
    tally = make_tally(path)
    press(tally, times=3)
    tally.compare(before, in_store)
    tally.release()
    assert tally.installation != before
    assert {one: {sheet.total for sheet in sheets} for one, sheets in tally.owed().items()} == {tally.installation: {3}}


def test_an_image_of_an_empty_disk_notices_the_other_life(path: Path) -> None:
    tally = make_tally(path)
    before = tally.installation
    tally.close()
    tally = make_tally(path)
    press(tally)
    since = tally.kept_since()[before]
    tally.compare(before, {"visit@1": {Table.FACES: {"2026-03-23": 7}}})
    assert since <= date(2026, 3, 23)
    assert tally.installation != before


def test_sheets_are_forgotten_by_whole_months_and_not_before_they_are_acknowledged(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    tally.forget(date(2027, 1, 1))
    assert tally.owed_count() == 4, "unacknowledged sheets never expire"
    everything = revisions(owed(tally))
    acknowledged = date(2027, 1, 1)
    tally.acknowledge(tally.installation, everything)
    tally.forget(acknowledged)
    tally.forget(acknowledged + timedelta(days=40))
    tally.compare(tally.installation, {})
    assert tally.owed_count() == 4, "kept for 40 days after the acknowledgement, however old the month"
    tally.acknowledge(tally.installation, everything)
    again = acknowledged + timedelta(days=50)
    tally.forget(again)
    tally.forget(again + timedelta(days=41))
    tally.compare(tally.installation, {})
    assert tally.owed_count() == 0
    before = tally.installation
    tally.close()
    tally = make_tally(path)
    tally.compare(before, everything)
    assert tally.installation == before, "what the store has of forgotten sheets is no other life's"


@pytest.mark.parametrize("noticed", [True, False])
def test_after_a_clock_that_was_far_ahead_a_forgotten_month_goes_on_under_another_name(
    path: Path, noticed: bool
) -> None:
    """Under the old name its sheets would begin again at a revision that the store has had."""
    tally = make_tally(path)
    press(tally)
    tally.release()
    tally.acknowledge(tally.installation, revisions(owed(tally)))
    for wrong in (date(2027, 1, 1), date(2027, 3, 1)):
        tally.forget(wrong)
    before = tally.installation
    if noticed:
        tally.forget(TUESDAY.local.date())
        assert tally.installation != before, "before there is a vote to tell of"
    after = tally.installation
    press(tally, times=2)
    tally.release()
    assert (tally.installation == after) is noticed
    assert tally.installation != before
    assert {sheet.total for sheet in owed(tally)} == {2}
    assert tally.owed().keys() == {tally.installation}
    press(tally)
    tally.forget(TUESDAY.local.date())
    assert len(tally.owed()) == 1, "once is enough"


def test_what_was_not_released_goes_along_to_the_other_name(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    tally.acknowledge(tally.installation, revisions(owed(tally)))
    tally.forget(date(2027, 1, 1))
    press(tally, times=2, moment=Known(datetime(2027, 1, 1, 12, tzinfo=OSLO)))
    tally.forget(date(2027, 3, 1))
    tally.forget(TUESDAY.local.date())
    assert tally.owed_count() == 0
    tally.release()
    assert [(name == tally.installation, sheet.total) for name, sheets in tally.owed().items() for sheet in sheets] == [
        (True, 2)
    ] * 4


def test_a_month_is_kept_while_any_of_its_sheets_is_owed(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    tally.release()
    everything = revisions(owed(tally))
    del everything["visit@1"][Table.FACES]
    tally.acknowledge(tally.installation, everything)
    tally.forget(date(2026, 6, 1))
    tally.forget(date(2026, 9, 1))
    tally.compare(tally.installation, {})
    assert tally.owed_count() == 4


class TestClock:
    BOOTED = datetime(2026, 3, 29, 0, 20, tzinfo=UTC)  # the night that the clock is put forward

    def test_votes_wait_for_a_trusted_clock_and_go_where_they_belong(self, path: Path) -> None:
        tally = make_tally(path, "busy")
        press(tally, moment=Provisional("boot-1", 3600 * 3 + 60))
        tally.release()
        assert tally.owed_count() == 0
        tally.trust("boot-1", self.BOOTED, datetime(2026, 3, 29, 12, tzinfo=OSLO))
        tally.release()
        found = {sheet.table: sheet for sheet in owed(tally)}
        assert found[Table.FACES].period == "2026-03-29T05+02:00"
        assert found[Table.PATTERN].counts == {"4:7-5": 1}
        assert not any(sheet.estimated for sheet in owed(tally))

    def test_a_change_of_mind_follows_its_vote_after_the_clock_was_trusted(self, path: Path) -> None:
        tally = make_tally(path)
        moment = Provisional("boot-1", 60)
        press(tally, Vote(4, "th"), moment)
        tally.trust("boot-1", self.BOOTED, datetime(2026, 3, 29, 12, tzinfo=OSLO))
        tally.record(Change("visit@1", moment, Vote(4, "th"), Vote(1, "th", "wait")))
        tally.release()
        assert Counter(cell for sheet in owed(tally) for cell in sheet.counts) == Counter(
            {"1": 1, "1:7-1": 1, "1:wait": 1, "1:th": 1}
        )

    def test_a_boot_that_was_never_trusted_goes_to_the_last_trusted_hour_as_an_estimate(self, path: Path) -> None:
        tally = make_tally(path)
        tally.trust("boot-0", self.BOOTED, datetime(2026, 3, 20, 9, 30, tzinfo=OSLO))
        tally.close()
        tally = make_tally(path)
        press(tally, moment=Provisional("boot-1", 60))
        tally.close()
        tally = make_tally(path)
        tally.trust("boot-2", self.BOOTED, datetime(2026, 4, 1, 9, tzinfo=OSLO))
        tally.release()
        found = {sheet.table: sheet for sheet in owed(tally)}
        assert found[Table.FACES].period == "2026-03-20"
        assert found[Table.PATTERN].counts == {"4:5-9": 1}
        assert all(sheet.estimated for sheet in owed(tally))

    @pytest.mark.parametrize("profile", ["small", "busy"])
    def test_all_tables_of_a_vote_fall_in_one_month(self, path: Path, profile: str) -> None:
        tally = make_tally(path, profile)
        booted = datetime(2026, 3, 31, 5, tzinfo=UTC)
        for hour in range(0, 48):
            press(tally, moment=Provisional("boot-1", 3600 * hour + 1))
        tally.trust("boot-1", booted, datetime(2026, 4, 2, 12, tzinfo=OSLO))
        tally.release()
        sums: Counter[tuple[str, Table]] = Counter()
        for sheet in owed(tally):
            sums[sheet.period[:7], sheet.table] += sheet.total
        for month in ("2026-03", "2026-04"):
            assert len({count for (of, _), count in sums.items() if of == month}) == 1


def test_a_damaged_file_is_moved_aside_and_a_new_installation_begins(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 1000)
    tally = make_tally(path)
    press(tally)
    assert len(list(path.parent.glob("tally.db.damaged-*"))) == 1


def test_a_file_of_a_newer_fjes_is_refused_and_left_alone(path: Path) -> None:
    make_tally(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(DiskError, match=r"tally\.db was written by a newer fjes"):
        make_tally(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match=r"cannot write .*file/tally\.db"):
        make_tally(tmp_path / "file" / "tally.db")


def test_a_closed_tally_says_so(path: Path) -> None:
    tally = make_tally(path)
    tally.close()
    with pytest.raises(DiskError, match="is closed"):
        press(tally)


def test_a_full_disk_changes_nothing_and_says_so(path: Path) -> None:
    tally = make_tally(path)
    press(tally)
    assert tally._db is not None
    pages = tally._db.execute("PRAGMA page_count").fetchone()[0]
    tally._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskError, match="full"):
        press_days(tally, 400)
    tally._db.execute("PRAGMA max_page_count = 100000")
    tally.release()
    sums = Counter[Table]()
    for sheet in owed(tally):
        sums[sheet.table] += sheet.total
    assert len(set(sums.values())) == 1


def test_released_counts_leave_no_history_in_the_write_ahead_log(path: Path) -> None:
    tally = make_tally(path)
    press(tally, times=5)
    assert path.with_name("tally.db-wal").stat().st_size > 0
    tally.release_if_due(TUESDAY, idle=True)
    assert path.with_name("tally.db-wal").stat().st_size == 0
