"""The terminal's SQLite file: opened so that a commit survives a power cut, and moved aside when it is damaged."""

import sqlite3
import uuid
from pathlib import Path

import structlog

from kiosk.errors import DiskError

log = structlog.get_logger()

SCHEMA_VERSION = 1
_SCHEMA = f"""
CREATE TABLE life (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    installation TEXT NOT NULL,  -- the current one; older ones live on in their sheets
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
    released TEXT NOT NULL DEFAULT '{{}}',  -- as sent, under `revision`
    revision INTEGER NOT NULL DEFAULT 0,
    acked INTEGER NOT NULL DEFAULT 0,     -- newest revision on the collector's disk
    acked_day TEXT NOT NULL DEFAULT '',   -- local day since when nothing is owed, or empty
    estimated INTEGER NOT NULL DEFAULT 0,
    noted_counts TEXT NOT NULL DEFAULT '{{}}',  -- the three above as they were when the terminal started
    noted_released TEXT NOT NULL DEFAULT '{{}}',
    noted_revision INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (installation, survey, tbl, period)
) WITHOUT ROWID;
CREATE TABLE provisional (
    boot TEXT NOT NULL,
    survey TEXT NOT NULL,
    tbl TEXT NOT NULL,
    hour INTEGER NOT NULL,  -- hours since boot at which the tally's stretch begins
    cell TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (boot, survey, tbl, hour, cell)
) WITHOUT ROWID;
PRAGMA user_version = {SCHEMA_VERSION};
"""


def open_disk(path: Path) -> sqlite3.Connection:
    """The terminal's database; a damaged file is moved aside and a new one begun.

    Raises DiskError when the place cannot be written or the file is of a newer fjes.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise DiskError(f"cannot write {path}: {error}") from error
        aside = path.with_name(f"{path.name}.damaged-{uuid.uuid4().hex[:8]}")
        log.error("disk-damaged", file=str(path), moved_to=str(aside), reason=str(error))
        for suffix in ("", "-wal", "-shm"):
            damaged = Path(f"{path}{suffix}")
            if damaged.exists():
                damaged.rename(f"{aside}{suffix}")
        return _open(path)
    except OSError as error:
        raise DiskError(f"cannot write {path}: {error.strerror}") from error


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5.0)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")  # what was counted and moved on leaves no trace in the file
        if (verdict := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(verdict)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise DiskError(f"{path} was written by a newer fjes (schema {version}); install that version here")
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    except BaseException:
        db.close()
        raise
    return db
