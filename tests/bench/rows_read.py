"""How many rows of the store each question of a page reads, and how many questions a page asks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.store.reading import SqliteReadStore
from collector.store.summing import SUMS
from dashboard.address import Address
from dashboard.look import Site, look

MANY = 10_000
_K = 5
_SUM_UP = SUMS[SUMS.index(")\nSELECT [group]") + 2 : SUMS.index(":length")]
"""Where the statement begins to add up the rows that it has read."""


class Reads:
    """A site over a store, of which every statement is kept."""

    def __init__(self, file: Path, now: datetime) -> None:
        self._file = file
        self._said: list[str] = []
        self._site = Site(self._open, ZoneInfo("Europe/Oslo"), ["en"], _K, lambda: now)

    def of(self, address: Address) -> Sequence[int]:
        """Rows of sheets and totals that each statement of a page reads; of small ones, no more than these."""
        self._said = []
        look(self._site, address)
        store = SqliteReadStore.open(self._file)
        try:
            return [_rows(store, statement) for statement in self._said]
        finally:
            store.close()

    def _open(self) -> SqliteReadStore:
        store = SqliteReadStore.open(self._file)
        store._db.set_trace_callback(self._said.append)
        return store


def many(reads: Sequence[int]) -> int:
    """How many questions read many rows."""
    return sum(rows > MANY for rows in reads)


def _rows(store: SqliteReadStore, statement: str) -> int:
    """Sums: the rows that go into them. Other statements: no more than the steps that SQLite takes for them."""
    if _SUM_UP in statement:
        inner = statement[: statement.index(_SUM_UP)]
        return int(store._db.execute(f"{inner} SELECT count(*) FROM part").fetchone()[0])
    if " AS t\n    CROSS JOIN totals AS m" in statement:
        return len(store._db.execute(statement).fetchall())
    return _steps(store, statement)


def _steps(store: SqliteReadStore, statement: str) -> int:
    steps: Iterator[int] = count()
    store._db.set_progress_handler(lambda: next(steps) < 0, 1)
    store._db.execute(statement).fetchall()
    store._db.set_progress_handler(None, 0)
    return next(steps)
