"""Tables that are held: by score alone until their period is over, and whole after it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contract.messages import Revisions
from contract.sheets import CROSSINGS, PROFILES, Counts, Table, Vote
from kiosk.moment import Known, Moment, Provisional
from kiosk.tally import Tally
from kiosk.tally.counts import KEPT
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO
from tests.kiosk.samples import FIRST, HAPPY, TUESDAY, press, revisions

SAD = Vote(1, "nb", "wait")
NEXT_DAY = Known(datetime(2026, 3, 25, 0, 0, 5, tzinfo=OSLO))
NEXT_MONTH = Known(datetime(2026, 4, 1, 0, 0, 5, tzinfo=OSLO))
SCORES = {"1": 1, "4": 5}
WHOLE: dict[Table, Counts] = {
    Table.PATTERN: {"1:2-14": 1, "4:2-14": 5},
    Table.ANSWERS: {"1:wait": 1, "4:help": 5},
    Table.LANGUAGES: {"1:nb": 1, "4:th": 5},
}


def holding(path: Path, *hold: Table, release: int = 5, machine: str = "machine") -> Tally:
    filing = Filing(OSLO, PROFILES["small"])
    tally = Tally(path / "tally.db", filing, release=release, machine=machine, hold=hold)
    tally.start()
    return tally


def visits(tally: Tally, moment: Moment = TUESDAY) -> None:
    press(tally, SAD, moment)
    press(tally, HAPPY, moment, times=5)


def left(tally: Tally, now: Moment) -> dict[Table, Counts]:
    """What a look at the terminal while nobody is there lets go of, and acknowledges."""
    tally.release_if_due(now, idle=True)
    return owed(tally)


def owed(tally: Tally) -> dict[Table, Counts]:
    """What is owed, and acknowledges it."""
    found = {sheet.table: sheet.counts for sheets in tally.owed().values() for sheet in sheets}
    for installation, sheets in tally.owed().items():
        tally.acknowledge(installation, revisions(sheets))
    return found


@pytest.mark.parametrize("held", CROSSINGS)
def test_what_is_held_is_told_by_score_alone_until_its_period_is_over(tmp_path: Path, held: Table) -> None:
    tally = holding(tmp_path, held)
    visits(tally)
    assert left(tally, TUESDAY) == {**WHOLE, Table.FACES: SCORES, held: SCORES}
    assert left(tally, NEXT_DAY) == {}
    assert left(tally, NEXT_MONTH) == {held: WHOLE[held]}
    assert left(tally, NEXT_MONTH) == {}


def test_while_a_month_runs_its_sums_are_those_of_its_days(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS)
    visits(tally)
    assert left(tally, TUESDAY) == dict.fromkeys((Table.FACES, *CROSSINGS), SCORES)
    visits(tally, Known(NEXT_DAY.local + timedelta(hours=12)))
    both: dict[Table, Counts] = {table: {"1": 2, "4": 10} for table in CROSSINGS}
    assert left(tally, Known(NEXT_DAY.local + timedelta(hours=13))) == {Table.FACES: SCORES, **both}
    assert left(tally, NEXT_MONTH)[Table.PATTERN] == {"1:2-14": 1, "1:3-12": 1, "4:2-14": 5, "4:3-12": 5}


def test_a_change_that_leaves_the_scores_as_they_are_leaves_with_the_next_release(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS, release=1)
    press(tally, SAD)
    assert left(tally, TUESDAY) == {table: {"1": 1} for table in (Table.FACES, *CROSSINGS)}
    assert left(tally, NEXT_MONTH)[Table.ANSWERS] == {"1:wait": 1}


def test_a_vote_of_a_month_that_was_told_is_told_whole(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS, release=1)
    press(tally, SAD)
    left(tally, NEXT_MONTH)
    press(tally, SAD)  # begun before midnight
    assert left(tally, NEXT_MONTH) == {
        Table.FACES: {"1": 2},
        Table.PATTERN: {"1:2-14": 2},
        Table.ANSWERS: {"1:wait": 2},
        Table.LANGUAGES: {"1:nb": 2},
    }


def test_while_somebody_is_there_it_waits(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS)
    visits(tally)
    left(tally, TUESDAY)
    assert not tally.release_if_due(NEXT_MONTH, idle=False)
    assert tally.release_if_due(NEXT_MONTH, idle=True)


@pytest.mark.parametrize("release", [1, 5])
def test_without_a_trusted_clock_no_period_is_over(tmp_path: Path, release: int) -> None:
    tally = holding(tmp_path, *CROSSINGS, release=release)
    visits(tally)
    assert set(left(tally, Provisional("boot-2", 10.0**7))) == {Table.FACES, *CROSSINGS}
    assert left(tally, Provisional("boot-2", 10.0**7)) == {}
    assert left(tally, NEXT_MONTH) == WHOLE


def test_what_was_not_told_whole_is_not_forgotten_and_survives_a_start(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS)
    visits(tally)
    left(tally, NEXT_DAY)
    for days in range(0, 400, 20):
        tally.forget(NEXT_DAY.local.date() + timedelta(days=days))
    tally.close()
    tally = holding(tmp_path, *CROSSINGS)
    assert left(tally, NEXT_MONTH) == WHOLE


def test_where_a_table_is_held_no_more_it_is_told_with_the_next_release(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS)
    visits(tally)
    left(tally, TUESDAY)
    tally.close()
    tally = holding(tmp_path)
    press(tally, SAD, NEXT_DAY)
    assert left(tally, Known(NEXT_DAY.local + timedelta(days=1)))[Table.ANSWERS] == {"1:wait": 2, "4:help": 5}


def test_the_last_release_of_all_tells_everything(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS)
    visits(tally)
    left(tally, TUESDAY)
    tally.release()
    assert owed(tally) == WHOLE


def test_a_disk_that_was_moved_tells_the_rest_when_the_month_is_over_and_a_clone_the_same(tmp_path: Path) -> None:
    """Under one revision, that the original never uses for anything else: whichever comes, nothing is doubled."""
    tally = holding(tmp_path, *CROSSINGS)
    old = tally.installation
    visits(tally)
    left(tally, TUESDAY)
    tally.close()
    disk = (tmp_path / "tally.db").read_bytes()
    told = []
    for machine in ("one", "two"):
        (tmp_path / machine).mkdir()
        (tmp_path / machine / "tally.db").write_bytes(disk)
        moved = holding(tmp_path / machine, *CROSSINGS, machine=machine)
        assert left(moved, TUESDAY) == {}
        moved.release_if_due(NEXT_MONTH, idle=True)
        told.append(moved.owed()[old])
    assert told[0] == told[1]
    kept = FIRST + KEPT
    assert {sheet.table: (sheet.revision, sheet.counts) for sheet in told[0]} == {
        table: (kept, counts) for table, counts in WHOLE.items()
    }
    original = holding(tmp_path, *CROSSINGS)
    had: Revisions = {"visit@1": {table: {"2026-03": kept} for table in CROSSINGS}}
    original.compare(old, had | {"visit@1": had["visit@1"] | {Table.FACES: {"2026-03-24": FIRST}}})
    assert original.installation == old, "a clone that came first is no other life of this disk"
    press(original, SAD, NEXT_DAY)
    original.release()
    assert {sheet.revision for sheet in original.owed()[old] if sheet.table in CROSSINGS} == {kept + KEPT + 1}


def test_what_few_have_said_under_a_name_of_its_own_is_never_told(tmp_path: Path) -> None:
    """Its hour, its language and its answer would be joined by the name."""
    tally = holding(tmp_path, *CROSSINGS)
    for _ in range(3):
        tally.close()
        tally = holding(tmp_path, *CROSSINGS)  # and nobody answers
        press(tally, SAD)
    tally.close()
    tally = holding(tmp_path, *CROSSINGS)
    tally.release_if_due(NEXT_MONTH, idle=True)
    for sheets in tally.owed().values():
        assert {sheet.table for sheet in sheets} == {Table.FACES, *CROSSINGS}
        assert all(sheet.counts == {"1": 1} for sheet in sheets)
    assert sum(sheet.total for sheets in tally.owed().values() for sheet in sheets) == 4 * 3
    owed(tally)
    for days in (0, 60):
        tally.forget(NEXT_MONTH.local.date() + timedelta(days=days))
    assert set(tally.kept_since()) == {tally.installation}, "and forgotten like all others"


def test_starts_that_nobody_answered_tell_nothing_before_its_time(tmp_path: Path) -> None:
    tally = holding(tmp_path, *CROSSINGS)
    visits(tally)
    assert set(left(tally, TUESDAY)) == {Table.FACES, *CROSSINGS}
    for _ in range(3):
        tally.close()
        tally = holding(tmp_path, *CROSSINGS)
        assert left(tally, TUESDAY) == {}
    assert left(tally, NEXT_MONTH) == WHOLE
