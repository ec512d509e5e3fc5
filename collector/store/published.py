"""The file of what was published to terminals, beside the store: the page and `fjes survey` write it, the collector
reads it.

surveys       id, survey (JSON); never changed: other words are another version
publications  id (never given twice), place ("" is everywhere), since (local day), survey (id, or null where the place
              goes along with the one around it), messages, opening (JSON; null leaves terminals their own hours)

It holds no votes, nor who published: that is in the page's log. Small and seldom written, so it has no write-ahead
log: who only reads it writes nothing.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Self

import msgspec

from collector.store.connecting import connect, refuse_no_file, speaking_of, transaction
from collector.store.merging import text
from collector.store.protocol import StoreError
from collector.store.publications import Publication, as_version
from contract.opening import OpenTime
from contract.survey import Survey, Text

SCHEMA = 1
_CREATE = (
    "CREATE TABLE surveys (id TEXT PRIMARY KEY, survey TEXT NOT NULL) STRICT",
    "CREATE TABLE publications (id INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, since TEXT NOT NULL,"
    " survey TEXT REFERENCES surveys (id), messages TEXT NOT NULL, opening TEXT) STRICT",
    *(
        f"CREATE TRIGGER surveys_no_{act.lower()} BEFORE {act} ON surveys"
        " BEGIN SELECT RAISE(ABORT, 'a published survey is never changed'); END"
        for act in ("UPDATE", "DELETE")
    ),
)
_ALL = (
    "SELECT publications.id, place, since, surveys.survey, messages, opening FROM publications"
    " LEFT JOIN surveys ON surveys.id = publications.survey ORDER BY publications.id"
)
_decode_survey = msgspec.json.Decoder(Survey).decode
_decode_messages = msgspec.json.Decoder(tuple[Text, ...]).decode
_decode_opening = msgspec.json.Decoder(tuple[OpenTime, ...]).decode


class PublishedFile:
    """The file as who publishes sees it. May be used from several threads."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the file. Raises StoreError."""
        refuse_no_file(path)
        with speaking_of(path):
            db = connect(str(path))
            try:
                db.execute("PRAGMA synchronous = FULL")
                file = cls(path, db)
                with file._writing():
                    _migrate(db, path)
            except BaseException:
                db.close()
                raise
        return file

    def publications(self) -> list[Publication]:
        """All that was not called off, in the order in which they were published. Raises StoreError."""
        with self._lock, speaking_of(self._path):
            return _publications(self._db)

    def surveys(self) -> dict[str, Survey]:
        """Every survey ever published here, by id. Raises StoreError."""
        with self._lock, speaking_of(self._path):
            return _surveys(self._db)

    def publish(
        self,
        place: str,
        since: date,
        survey: Survey | None,
        messages: Sequence[Text] = (),
        opening: Sequence[OpenTime] | None = None,
        *,
        known: Mapping[str, Survey],
        renumber: bool = True,
    ) -> Publication:
        """Publishes a survey under the next version of its name, if its words are new; `known` are the store's.

        Unless `renumber`: then under its own id. Raises StoreError, also where that is taken by other words.
        """
        with self._writing():
            if survey is not None:
                survey = self._keep(survey, {**known, **_surveys(self._db)}, renumber=renumber)
            hours = None if opening is None else text(list(opening))
            row = (place, since.isoformat(), survey and survey.id, text(list(messages)), hours)
            added = self._db.execute(
                "INSERT INTO publications (place, since, survey, messages, opening) VALUES (?, ?, ?, ?, ?)", row
            )
            number = int(added.lastrowid or 0)
        return Publication(number, place, since, survey, tuple(messages), None if opening is None else tuple(opening))

    def call_off(self, publication: int, after: date) -> bool:
        """Takes back what was to come after a day; whether it was there. Its survey keeps its version."""
        with self._writing():
            gone = self._db.execute(
                "DELETE FROM publications WHERE id = ? AND since > ?", (publication, after.isoformat())
            )
            return gone.rowcount > 0

    def close(self) -> None:
        self._db.close()

    def _keep(self, survey: Survey, known: Mapping[str, Survey], *, renumber: bool) -> Survey:
        if renumber:
            survey = as_version(survey, known)
        elif known.get(survey.id, survey) != survey:
            free = as_version(survey, known).id
            raise StoreError(f"there is another survey {survey.id} already: give the changed one the id {free}")
        self._db.execute("INSERT OR IGNORE INTO surveys VALUES (?, ?)", (survey.id, text(survey)))
        return survey

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, transaction(self._db, self._path):
            yield


class PublishedReader:
    """The file as the collector sees it: looked at again and again, also while there is none yet. One thread's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._seen: tuple[int, ...] | None = None

    def look(self) -> list[Publication] | None:
        """All publications, when they may be others than at the last look, else None. Raises StoreError."""
        with speaking_of(self._path):
            file = self._file()
            if self._seen is None or file != self._seen[:2]:
                self.close()
            if self._db is None and file:
                self._db = connect(f"{self._path.absolute().as_uri()}?mode=ro")
                _refuse_other(self._db, self._path)
            seen = (*file, *(self._db.execute("PRAGMA data_version").fetchone() if self._db else ()))
            if seen == self._seen:
                return None
            found = _publications(self._db) if self._db else []
            self._seen = seen
            return found

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _file(self) -> tuple[int, ...]:
        """Tells whether another file was put in its place, as a restore does."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        return found.st_dev, found.st_ino


def read_published(path: Path) -> list[Publication]:
    """All publications; none where there is no file yet. Raises StoreError."""
    with closing(PublishedReader(path)) as reader:
        return reader.look() or []


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    if not _schema(db):
        for statement in _CREATE:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {SCHEMA}")
    _refuse_other(db, path)


def _refuse_other(db: sqlite3.Connection, path: Path) -> None:
    if (schema := _schema(db)) > SCHEMA:
        raise StoreError(f"{path} has schema {schema}, made by a newer fjes; this one knows {SCHEMA}: upgrade fjes")


def _schema(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _surveys(db: sqlite3.Connection) -> dict[str, Survey]:
    return {name: _decode_survey(survey) for name, survey in db.execute("SELECT id, survey FROM surveys ORDER BY id")}


def _publications(db: sqlite3.Connection) -> list[Publication]:
    return [
        Publication(
            number,
            place,
            date.fromisoformat(since),
            survey and _decode_survey(survey),
            _decode_messages(messages),
            None if opening is None else _decode_opening(opening),
        )
        for number, place, since, survey, messages, opening in (db.execute(_ALL) if _schema(db) else ())
    ]
