"""What a page asks of the store: few questions, and each finds its rows by the index, however many there are."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from collector.store.protocol import Placement
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from contract.periods import Granularity, Period
from dashboard.address import CHOICES
from dashboard.figures import figures_of, scores_below
from dashboard.places import Places
from dashboard.span import span_of
from tests.bench.decade import Decade

NOW = datetime(2026, 11, 20, 12)
SCAN = re.compile(r"SCAN (sheets|totals|s|t|m|d)(?! VIRTUAL)\b")
"""In a plan: all rows of one of the large tables, by its name or as a statement calls it."""
MOST = 14
"""Statements that look into them, of a page with all that is around its figures."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fortnight of three terminals, one of which has moved."""
    file = tmp_path_factory.mktemp("store") / "fjes.db"
    decade = Decade(date(2026, 11, 20), 3, years=0)
    decade.fill(file)
    with closing(SqliteStore.open(file)) as store:
        store.place(Placement("terminal-001", "elsewhere", date(2026, 11, 11)))
    return file


@pytest.fixture
def asked(file: Path) -> Iterator[tuple[SqliteReadStore, list[str]]]:
    statements: list[str] = []
    with closing(SqliteReadStore.open(file)) as store:
        store._db.set_trace_callback(statements.append)
        yield store, statements


@pytest.mark.parametrize("length", CHOICES)
@pytest.mark.parametrize("place", [None, "region-1", "elsewhere"])
def test_no_page_reads_through_all_sheets_or_totals(
    asked: tuple[SqliteReadStore, list[str]], length: Granularity, place: str | None
) -> None:
    store, statements = asked
    figures_of(store, Period.of(length, NOW), place, NOW)
    scores_below(store, Places.of(store), Period.of(length, NOW), place)
    span_of(store, Places.of(store), place)
    store.crossings(2026, date(2026, 12, 1))
    store.edition(2026, date(2026, 12, 1))
    assert len([one for one in statements if "sheets" in one or "totals" in one]) <= MOST
    store._db.set_trace_callback(None)
    for statement in statements:
        plan = [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not [line for line in plan if SCAN.match(line)], statement
