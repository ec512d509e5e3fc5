"""Connections to the SQLite files of the store, and what SQLite and the disk say of them in words for an operator."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.store.protocol import StoreError

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's lock."""


def connect(target: str) -> sqlite3.Connection:
    """A connection to a file or a `file:` URI, without implicit transactions and free to change threads."""
    return sqlite3.connect(
        target,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=target.startswith("file:"),
    )


def refuse_no_file(path: Path) -> None:
    """A directory, a pipe, a device or a link to nowhere is no store; SQLite would wait for some of them for ever."""
    with speaking_of(path):
        if not path.is_file() and (path.exists() or path.is_symlink()):
            raise StoreError(f"store {path} is no file: name one in collector.store, or move what is there aside")


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """Turns SQLite's and the disk's errors into a StoreError that names the file and says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"store {path}: {error}: {_advice(str(error))}") from error
    except OSError as error:
        raise StoreError(f"store {path}: {error.strerror}: {_advice('')}") from error


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """One transaction, on disk at its end; what it reads is still true when it writes. Raises StoreError."""
    with speaking_of(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")


def _advice(text: str) -> str:
    if "full" in text:
        return "free some space on its disk"
    if "locked" in text or "busy" in text:
        return "another program holds it; end that program"
    if "malformed" in text or "not a database" in text:
        return "move it aside and restore a backup"
    return "check that its directory exists, may be written to, and that the disk is sound"
