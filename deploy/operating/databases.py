"""SQLite files as a backup treats them: copied while others write, looked through, and put over one that is in use."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct

from deploy.errors import Problem

_BUSY_SECONDS = 30.0
"""How long a lock of another process is waited for."""


_SHEETS = """
SELECT count(*), coalesce(min(CASE length(period) WHEN 7 THEN period || '-01T00:00' WHEN 10 THEN period || 'T00:00'
    ELSE substr(period, 1, 13) || ':00' END), '') FROM sheets
"""
"""Of a store of any schema."""


class DamagedProblem(Problem):
    """The file is there, and is no sound database."""


_ROTTEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""SQLITE_ERROR is what a table or column is missing with, or counts are no JSON."""


class Contents(Struct, frozen=True):
    """What is in a store, so that two can be compared."""

    schema: int
    sheets: int
    votes: int
    """Honest votes: the counts of the table `faces`."""
    counts: int
    """All counts of all tables."""
    terminals: tuple[str, ...]
    first: str
    """Start of the earliest period, or empty."""


def copy_database(source: Path, target: Path) -> None:
    """An exact copy of one moment, in one file, while other processes write. Raises Problem."""
    with opened(source) as given:
        copy_from(given, target)


def copy_store(source: Path, target: Path) -> Contents:
    """The same of a store, with what was in it at that moment: both are read in one transaction. Raises Problem."""
    with opened(source) as given, _named(source):
        given.execute("BEGIN")
        found = contents_of(given)
        copy_from(given, target)
        given.execute("ROLLBACK")
    return found


def copy_from(given: sqlite3.Connection, target: Path) -> None:
    with _named(target), closing(sqlite3.connect(target, isolation_level=None)) as made:
        given.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def put_database(source: Path, target: Path) -> None:
    """Makes `target` what `source` is, in one transaction: who reads it meanwhile sees the one or the other.

    Raises Problem, and then nothing has changed.
    """
    with (
        opened(source) as given,
        _named(target),
        closing(sqlite3.connect(target, timeout=_BUSY_SECONDS, isolation_level=None)) as live,
    ):
        live.execute("PRAGMA synchronous = FULL")
        given.backup(live)


def check_database(file: Path) -> None:
    """Raises Problem when SQLite finds anything wrong in the file."""
    with opened(file) as db, _named(file):
        verdict = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise DamagedProblem(f"{file} is damaged: {verdict}")


def check_store(file: Path) -> Contents:
    """What is in a store. Raises Problem when anything is wrong in the file."""
    check_database(file)
    with opened(file) as db, _named(file):
        return contents_of(db)


def contents_of(db: sqlite3.Connection) -> Contents:
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    sheets, first = db.execute(_SHEETS).fetchone()
    votes, counts = db.execute(
        "SELECT coalesce(sum(value) FILTER (WHERE [table] = 'faces'), 0), coalesce(sum(value), 0)"
        " FROM sheets, json_each(sheets.counts)"
    ).fetchone()
    terminals = tuple(name for (name,) in db.execute("SELECT DISTINCT terminal FROM sheets ORDER BY 1"))
    return Contents(schema, sheets, votes, counts, terminals, first)


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that never writes. Raises Problem when there is none."""
    with (
        _named(file),
        closing(sqlite3.connect(_uri(file), uri=True, timeout=_BUSY_SECONDS, isolation_level=None)) as db,
    ):
        yield db


def _uri(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro"


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Turns SQLite's errors into a Problem that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
        kind = DamagedProblem if code in _ROTTEN else Problem
        raise kind(f"{file}: {error}") from error
