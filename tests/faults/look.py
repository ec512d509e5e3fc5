"""Looks at the store, from outside: what it holds of each terminal, and whether its sums agree."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.faults.truth import Counted

_EQUAL = ("faces", "pattern", "answers", "languages")
_Row = tuple[str, str, str, str, str, str]


def counted(store: Path) -> dict[str, Counted]:
    """What the store holds, by terminal. Raises sqlite3.Error."""
    found: dict[str, Counted] = defaultdict(lambda: Counted(Counter(), Counter()))
    for terminal, _installation, _survey, table, period, counts in _rows(store):
        for cell, votes in json.loads(counts).items():
            cells, dated = found[terminal]
            cells[table, cell[0] if table == "pattern" else cell] += votes
            dated[table, period, cell] += votes
    return found


def unequal_sums(store: Path) -> Iterator[str]:
    """The law of conservation: a line for each month of an installation that breaks it. Raises sqlite3.Error."""
    sums: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for terminal, installation, survey, table, period, counts in _rows(store):
        sums[terminal, installation, survey, period[:7]][table] += sum(json.loads(counts).values())
    for month, tables in sums.items():
        if len({tables[table] for table in _EQUAL}) > 1:
            yield f"{' '.join(month)}: {dict(tables)}"


def refused(store: Path) -> list[str]:
    """Why anything is in the quarantine. Raises sqlite3.Error."""
    with closing(_open(store)) as db:
        return [f"{topic}: {reason}" for topic, reason in db.execute("SELECT topic, reason FROM refusals")]


def _rows(store: Path) -> list[_Row]:
    with closing(_open(store)) as db:
        return db.execute("SELECT terminal, installation, survey, [table], period, counts FROM sheets").fetchall()


def _open(store: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)
