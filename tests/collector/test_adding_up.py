"""Totals are made while nobody sends, and now and then all the same; a store that fails stops nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from collector.adding_up import EVERY_SECONDS, PATIENCE_SECONDS, AddingUp
from collector.store.sqlite import SqliteStore
from tests.collector.samples import a_sheet, received
from tests.fakes.clock import FakeClock

TODAY = date(2026, 11, 22)
DAYS = [f"2026-11-{day:02}T10+01:00" for day in range(1, 6)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path / "fjes.db")
    yield store
    store.close()


@pytest.fixture
def adding_up(store: SqliteStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> AddingUp:
    monkeypatch.setattr("collector.adding_up.STEP", 2)
    return AddingUp(store, clock.monotonic, lambda: TODAY)


def to_make(store: SqliteStore) -> int:
    found = store._db.execute("SELECT count(*) FROM totals WHERE counts IS NULL AND granularity = 'day'").fetchone()
    return int(found[0])


def test_while_nobody_sends_one_step_follows_the_other_until_all_is_done(
    store: SqliteStore, adding_up: AddingUp, clock: FakeClock
) -> None:
    store.save([received(a_sheet(period=period)) for period in DAYS])
    left = []
    while adding_up.is_due:
        adding_up.step(idle=True)
        left.append(to_make(store))
    assert left == [3, 1, 0]
    store.save([received(a_sheet(2, {"4": 9}, period=DAYS[0]))])
    adding_up.step(idle=True)
    assert to_make(store) == 1, "it is looked for again only after a while"
    clock.advance(EVERY_SECONDS)
    adding_up.step(idle=True)
    assert to_make(store) == 0


def test_where_they_send_without_a_pause_it_is_done_in_the_end(
    store: SqliteStore, adding_up: AddingUp, clock: FakeClock
) -> None:
    store.save([received(a_sheet(period=DAYS[0]))])
    clock.advance(PATIENCE_SECONDS - 1)
    adding_up.step(idle=False)
    assert to_make(store) == 1
    clock.advance(1)
    adding_up.step(idle=False)
    assert to_make(store) == 0


def test_a_store_that_cannot_be_written_to_is_said_once_and_tried_again(
    store: SqliteStore, adding_up: AddingUp, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    store.save([received(a_sheet(period=DAYS[0]))])
    store._db.execute("UPDATE sheets SET counts = '{'")
    for _ in range(3):
        adding_up.step(idle=True)
        assert not adding_up.is_due
        clock.advance(EVERY_SECONDS)
    assert capsys.readouterr().out.count("not_added_up") == 1
    store._db.execute("UPDATE sheets SET counts = '{}'")
    adding_up.step(idle=True)
    assert to_make(store) == 0
