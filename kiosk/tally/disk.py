"""The terminal's SQLite file: opened so that a commit survives a power cut, and moved aside when it is damaged."""

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import structlog
from msgspec import MsgspecError

from kiosk.errors import DiskError
from kiosk.tally import counts, lives

log = structlog.get_logger()

SCHEMA_VERSION = 1
_SCHEMA = f"""
CREATE TABLE life (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    installation TEXT NOT NULL,  -- the current one; older ones live on in their sheets
    next TEXT NOT NULL,          -- name for what is counted since the last start, should no hello answer it
    waiting TEXT NOT NULL,       -- name for what waits for a trusted clock since then
    machine TEXT NOT NULL,
    confirmed INTEGER NOT NULL,  -- a hello was answered since the start that the notes were taken at
    gathered INTEGER NOT NULL,   -- votes since the last release
    day TEXT NOT NULL,           -- local day of the newest of them
    trusted TEXT NOT NULL,       -- last hour at which the clock was trusted, in ISO form, or empty
    forgotten TEXT NOT NULL      -- sheets that ended by this day may have been forgotten, or empty
);
CREATE TABLE sheets (
    installation TEXT NOT NULL,
    survey TEXT NOT NULL,
    tbl TEXT NOT NULL,
    period TEXT NOT NULL,
    counts TEXT NOT NULL DEFAULT '{{}}',    -- as counted, never sent
    released TEXT NOT NULL DEFAULT '{{}}',  -- as they were when `revision` was released
    coarse INTEGER NOT NULL DEFAULT 0,    -- it was sent by score alone
    revision INTEGER NOT NULL DEFAULT 0,
    acked INTEGER NOT NULL DEFAULT 0,     -- newest revision on the collector's disk
    acked_day TEXT NOT NULL DEFAULT '',   -- local day since when nothing is owed, or empty
    estimated INTEGER NOT NULL DEFAULT 0,
    noted_counts TEXT NOT NULL DEFAULT '{{}}',  -- this and three above, when the terminal started
    noted_released TEXT NOT NULL DEFAULT '{{}}',
    noted_coarse INTEGER NOT NULL DEFAULT 0,
    noted_revision INTEGER NOT NULL DEFAULT 0,
    kept_revision INTEGER NOT NULL DEFAULT 0,   -- the newest that is kept for what was noted
    PRIMARY KEY (installation, survey, tbl, period)
) WITHOUT ROWID;
CREATE TABLE provisional (
    boot TEXT NOT NULL,
    survey TEXT NOT NULL,
    tbl TEXT NOT NULL,
    hour INTEGER NOT NULL,  -- hours since boot at which the tally's stretch begins
    cell TEXT NOT NULL,
    installation TEXT NOT NULL,  -- that these go to; empty for the current one
    count INTEGER NOT NULL,
    PRIMARY KEY (boot, survey, tbl, hour, cell, installation)
) WITHOUT ROWID;
CREATE TABLE trial (  -- what nobody reads, written to find out whether the disk takes it
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    writes INTEGER NOT NULL
);
PRAGMA user_version = {SCHEMA_VERSION};
"""


NONSENSE = (ValueError, TypeError, MsgspecError)
"""What SQLite takes for good, and is no sheet: it keeps no checksums."""
_ROTTEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)
"""SQLITE_ERROR is what a table or column is missing with, since its name in the file is spoilt; and no constraint of
ours can be broken by anything else than nonsense in the file."""
_KEPT = 10
"""Damaged files that stay for a person to look at; a disk that goes on failing must not be filled with them."""


def tally_of(directory: Path, terminal: str) -> Path:
    """The file with a terminal's counts: under another name it begins anew, as an installation has one terminal."""
    return directory / f"{terminal}.db"


def others_than(tally: Path) -> list[Path]:
    """Files beside it with the counts of the same disk under other terminals' names: they stay, and are not sent."""
    return sorted(file for file in tally.parent.glob("*.db") if file != tally)


def is_damage(error: Exception) -> bool:
    """Whether what the file holds is wrong, rather than that it cannot be used now."""
    if isinstance(error, sqlite3.Error):
        return _code(error) in _ROTTEN
    return isinstance(error, NONSENSE)


def needs_reopening(error: Exception) -> bool:
    """Whether no later attempt on the same connection can be trusted. A full disk, or a busy one, is waited for."""
    return is_damage(error) or (isinstance(error, sqlite3.Error) and _code(error) == sqlite3.SQLITE_IOERR)


def _code(error: sqlite3.Error) -> int:
    """The primary result code; an error that SQLite did not raise has none."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)) & 0xFF


def open_disk(path: Path, moved: Callable[[], None] = lambda: None) -> sqlite3.Connection:
    """The terminal's database; a damaged file is moved aside, and `moved` is called, before a new one is begun.

    Raises DiskError when the place cannot be written or the file is of a newer fjes.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path)
        except (sqlite3.Error, *NONSENSE) as error:
            if not is_damage(error):
                raise
            aside = _move_aside(path)
            log.error("disk-damaged", file=str(path), moved_to=str(aside), reason=str(error))
            moved()
            return _open(path)
    except sqlite3.Error as error:
        raise DiskError(f"cannot write {path}: {error}") from error
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error


def try_writing(db: sqlite3.Connection) -> None:
    """Finds out whether the disk takes what is written. Within a transaction."""
    db.execute("INSERT INTO trial VALUES (1, 1) ON CONFLICT DO UPDATE SET writes = writes + 1")


def _move_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{uuid.uuid4().hex[:8]}")
    for suffix in ("", "-wal", "-shm"):
        damaged = Path(f"{path}{suffix}")
        if damaged.exists():
            damaged.rename(f"{aside}{suffix}")
    older = sorted(path.parent.glob(f"{path.name}.damaged-????????"), key=lambda file: file.stat().st_mtime)
    for file in older[:-_KEPT]:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
    return aside


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5.0)
    db.text_factory = bytes.decode  # sqlite3's own reading has no error code for a text that is damaged
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA temp_store = MEMORY")  # what is tidied leaves no copy beside the file
        db.execute("PRAGMA secure_delete = ON")  # what was counted and moved on leaves no trace in the file
        if (verdict := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise ValueError(verdict)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise DiskError(f"{path} was written by a newer fjes (schema {version}); install that version here")
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        if _tables(db) != _expected_tables():
            raise ValueError("its tables are not those of this schema")
        counts.check(db)
        lives.check(db)
    except BaseException:
        db.close()
        raise
    return db


def _tables(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """The words that SQLite keeps each table's columns in. A spoilt one breaks only the statements that use it."""
    return db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()


@cache
def _expected_tables() -> list[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(_SCHEMA)
        return _tables(db)
