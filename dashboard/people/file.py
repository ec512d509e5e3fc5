"""The file of people on disk: private, one connection that reads and one that writes, each behind a lock."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Self

from dashboard.people.errors import PeopleError
from dashboard.people.schema import migrate

BUSY_SECONDS = 5.0
_OWNER_ONLY = 0o600


class PeopleFile:
    """May be used from several threads. What is read never waits for this process's own disk writes."""

    def __init__(self, path: Path, reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
        self._path = path
        self._reader = reader
        self._writer = writer
        self._reading = Lock()
        self._writing = Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens the file, makes it where there is none, and brings its schema up. Raises PeopleError."""
        with _speaking_of(path):
            _make_private(path)
            writer = _connect(path)
            try:
                writer.execute("PRAGMA journal_mode = WAL")
                file = cls(path, _connect(path), writer)
                with file.writing() as cursor:
                    migrate(cursor.connection, path)
            except BaseException:
                writer.close()
                raise
        return file

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    def rows(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """Raises PeopleError."""
        with _speaking_of(self._path), self._reading:
            return self._reader.execute(statement, values).fetchall()

    def forget_history(self) -> None:
        """Empties the write-ahead log: what was written and taken back is not to be read there. Raises PeopleError."""
        with _speaking_of(self._path), self._writing:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """One transaction, on disk at its end; what it reads is still true when it writes. Raises PeopleError."""
        with _speaking_of(self._path), self._writing, closing(self._writer.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    cursor.execute("ROLLBACK")


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")  # what was taken back leaves no trace in the file
    return db


@contextmanager
def _speaking_of(path: Path) -> Iterator[None]:
    """Turns what SQLite and the disk say into a PeopleError that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise PeopleError(f"people {path}: {error}") from error
    except OSError as error:
        raise PeopleError(f"people {path}: {error.strerror}") from error


def _make_private(path: Path) -> None:
    """What root makes belongs to whom the directory belongs to: the dashboard must be able to use it.

    Root follows no link, as whoever may write there could have it give away any file.
    """
    own_links = 0 if os.geteuid() else os.O_NOFOLLOW
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | own_links, _OWNER_ONLY)
    try:
        found = os.fstat(descriptor)
        if os.geteuid() == 0 and not found.st_size:
            directory = path.parent.stat()
            os.fchown(descriptor, directory.st_uid, directory.st_gid)
        if found.st_mode & 0o077:
            os.fchmod(descriptor, _OWNER_ONLY)
    finally:
        os.close(descriptor)
