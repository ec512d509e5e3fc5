"""Tables that are held: their sheets leave when their period is over, and nothing of them before."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contract.sheets import PROFILES, Table
from kiosk.moment import Known, Moment, Provisional
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO
from tests.kiosk.samples import TUESDAY, press, revisions

MONTHLY = (Table.PATTERN, Table.ANSWERS, Table.LANGUAGES, Table.SUSPECT)
NEXT_DAY = Known(datetime(2026, 3, 25, 0, 0, 5, tzinfo=OSLO))
NEXT_MONTH = Known(datetime(2026, 4, 1, 0, 0, 5, tzinfo=OSLO))


def holding(path: Path, *hold: Table, release: int = 5) -> Tally:
    filing = Filing(OSLO, PROFILES["small"])
    tally = Tally(path / "tally.db", filing, release=release, machine="machine", hold=hold)
    tally.start()
    return tally


def left(tally: Tally, now: Moment) -> dict[Table, int]:
    """What a look at the terminal while nobody is there lets go of, and acknowledges."""
    tally.release_if_due(now, idle=True)
    found = {sheet.table: sheet.total for sheets in tally.owed().values() for sheet in sheets}
    for installation, sheets in tally.owed().items():
        tally.acknowledge(installation, revisions(sheets))
    return found


def test_what_is_held_stays_when_the_rest_goes(tmp_path: Path) -> None:
    tally = holding(tmp_path, Table.PATTERN)
    press(tally, times=5)
    assert left(tally, TUESDAY) == {Table.FACES: 5, Table.ANSWERS: 5, Table.LANGUAGES: 5}
    assert left(tally, NEXT_DAY) == {}
    assert left(tally, NEXT_MONTH) == {Table.PATTERN: 5}
    assert left(tally, NEXT_MONTH) == {}


def test_where_all_is_held_the_days_total_leaves_at_its_end_and_the_months_at_theirs(tmp_path: Path) -> None:
    tally = holding(tmp_path, *Table)
    press(tally, times=7)
    assert left(tally, TUESDAY) == {}
    assert left(tally, NEXT_DAY) == {Table.FACES: 7}
    press(tally, moment=Known(NEXT_DAY.local + timedelta(hours=12)), times=6)
    assert left(tally, Known(NEXT_DAY.local + timedelta(hours=13))) == {}
    assert left(tally, NEXT_MONTH) == {Table.FACES: 6, **dict.fromkeys(MONTHLY[:3], 13)}


def test_while_somebody_is_there_it_waits(tmp_path: Path) -> None:
    tally = holding(tmp_path, *Table)
    press(tally)
    assert not tally.release_if_due(NEXT_MONTH, idle=False)
    assert tally.release_if_due(NEXT_MONTH, idle=True)


@pytest.mark.parametrize("release", [1, 5])
def test_without_a_trusted_clock_no_period_is_over(tmp_path: Path, release: int) -> None:
    tally = holding(tmp_path, *Table, release=release)
    press(tally, times=9)
    assert left(tally, Provisional("boot-2", 10.0**7)) == {}
    assert left(tally, NEXT_DAY) == {Table.FACES: 9}


def test_what_is_held_is_not_forgotten_and_survives_a_start(tmp_path: Path) -> None:
    tally = holding(tmp_path, *Table)
    press(tally, times=2)
    left(tally, NEXT_DAY)
    for days in range(0, 400, 20):
        tally.forget(NEXT_DAY.local.date() + timedelta(days=days))
    tally.close()
    tally = holding(tmp_path, *Table)
    assert left(tally, NEXT_MONTH) == dict.fromkeys(MONTHLY[:3], 2)


def test_the_last_release_of_all_lets_go_of_everything(tmp_path: Path) -> None:
    tally = holding(tmp_path, *Table)
    press(tally)
    tally.release()
    assert tally.owed_count() == 4
