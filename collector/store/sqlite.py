"""The SQLite store as the collector sees it: one file, WAL, every commit on disk before it is acknowledged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

import msgspec

from collector.store.protocol import Placement, Received, Refusal, Saved, StoreError
from collector.store.reading import SqliteReadStore, connect, decode_counts, speaking_of
from collector.store.schema import migrate
from contract.messages import MAX_BYTES, Presence, Revisions, revisions_of
from contract.periods import Period
from contract.sheets import Counts, Sheet, Table
from contract.survey import Survey
from contract.topics import Kind, topic

KEPT_REFUSALS = 1_000
KEPT_REFUSAL_BYTES = 8 * 1024 * 1024

# One statement does a whole batch, from JSON and to JSON: it runs without Python's global lock, so that the
# network's thread goes on meanwhile. A statement per sheet took twice as long.
_UPSERT = """
INSERT INTO sheets (terminal, installation, survey, [table], period, period_start, revision, counts, estimated)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8
FROM json_each(?) WHERE true
ON CONFLICT (terminal, installation, survey, [table], period) DO UPDATE
SET revision = excluded.revision, counts = excluded.counts, estimated = excluded.estimated
WHERE excluded.revision > sheets.revision
"""
_STORED = """
SELECT json_group_array(json_array(key, revision, counts)) FROM json_each(?) CROSS JOIN sheets
ON terminal = value ->> 0 AND installation = value ->> 1 AND survey = value ->> 2 AND [table] = value ->> 3
    AND period = value ->> 4
"""
_decode_stored = msgspec.json.Decoder(list[tuple[int, int, str]]).decode
_TRIM = """
DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - ? OR id < (
    SELECT min(id) FROM (
        SELECT id, sum(length(payload)) OVER (ORDER BY id DESC) AS held FROM refusals
    ) WHERE held <= ?
)
"""

_Name = tuple[str, str, str, Table, str]


class SqliteStore(SqliteReadStore):
    """A Store over one SQLite file. One thread writes; others may read through it."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the store and brings its schema up. Raises StoreError."""
        with speaking_of(path):
            store = cls(path, connect(str(path)))
            try:
                store._db.execute("PRAGMA journal_mode = WAL")
                store._db.execute("PRAGMA synchronous = FULL")
                with store._writing():
                    migrate(store._db, path)
            except BaseException:
                store.close()
                raise
        return store

    def save(self, received: Sequence[Received]) -> Saved:
        refusals = []
        with self._writing():
            known = self._stored(received)
            fresh: dict[_Name, Sheet] = {}
            for one in received:
                name, sheet = _name(one), one.sheet
                revision, counts = known.get(name, (0, ""))
                if sheet.revision > revision:
                    known[name] = sheet.revision, _text(sheet.counts)
                    fresh[name] = sheet
                elif sheet.revision == revision and not _same(sheet.counts, counts):
                    refusals.append(_conflict(one, decode_counts(counts)))
            rows = [(*name, _start(name[4]), *known[name], sheet.estimated) for name, sheet in fresh.items()]
            self._db.execute(_UPSERT, (_text(rows),))
        return Saved(_by_installation(known), refusals)

    def revisions(self, terminal: str, installation: str, since: date) -> Revisions:
        rows = self._rows(
            "SELECT survey, [table], period, revision FROM sheets"
            " WHERE terminal = ? AND installation = ? AND period_start >= ? ORDER BY survey, [table], period",
            (terminal, installation, since.isoformat()),
        )
        return revisions_of((survey, Table(table), period, revision) for survey, table, period, revision in rows)

    def quarantine(self, refusals: Sequence[Refusal]) -> None:
        rows = ((one.topic, one.reason, one.payload[:MAX_BYTES]) for one in refusals)
        with self._writing():
            self._db.executemany("INSERT INTO refusals (topic, reason, payload) VALUES (?, ?, ?)", rows)
            self._db.execute(_TRIM, (KEPT_REFUSALS, KEPT_REFUSAL_BYTES))

    def set_presences(self, presences: Mapping[str, Presence | None]) -> None:
        gone = [(terminal,) for terminal, presence in presences.items() if presence is None]
        known = [(terminal, _text(presence)) for terminal, presence in presences.items() if presence]
        with self._writing():
            self._db.executemany("DELETE FROM presences WHERE terminal = ?", gone)
            self._db.executemany("INSERT OR REPLACE INTO presences VALUES (?, ?)", known)

    def set_placements(self, placements: Sequence[Placement]) -> None:
        rows = [(one.terminal, one.since.isoformat(), one.place) for one in placements]
        with self._writing():
            self._db.execute("DELETE FROM placements")
            self._db.executemany("INSERT INTO placements (terminal, since, place) VALUES (?, ?, ?)", rows)

    def publish_survey(self, survey: Survey) -> None:
        with self._writing():
            known = self.surveys().setdefault(survey.id, survey)
            self._db.execute("INSERT OR IGNORE INTO surveys VALUES (?, ?)", (survey.id, _text(survey)))
        if known != survey:
            raise StoreError(f"store {self._path} has another survey {survey.id}: give the changed one a new version")

    def _stored(self, received: Iterable[Received]) -> dict[_Name, tuple[int, str]]:
        """Revision and counts of those of these sheets that the store has."""
        names = list({_name(one): None for one in received})
        (found,) = self._db.execute(_STORED, (_text(names),)).fetchone()
        return {names[index]: (revision, counts) for index, revision, counts in _decode_stored(found)}

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction. IMMEDIATE, so that what it reads is still true when it writes."""
        with speaking_of(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


def _by_installation(known: Mapping[_Name, tuple[int, str]]) -> dict[tuple[str, str], Revisions]:
    found: dict[tuple[str, str], Revisions] = {}
    for (terminal, installation, survey, table, period), (revision, _) in known.items():
        revisions = found.setdefault((terminal, installation), {})
        revisions.setdefault(survey, {}).setdefault(table, {})[period] = revision
    return found


def _name(one: Received) -> _Name:
    return one.terminal, one.installation, one.sheet.survey, one.sheet.table, one.sheet.period


@lru_cache(maxsize=4096)
def _start(period: str) -> str:
    return Period.parse(period).start.isoformat(timespec="minutes")


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _same(counts: Counts, stored: str) -> bool:
    """Whether both hold the same votes; a cell that nobody chose may be written or left out."""
    return _text(counts) == stored or _votes(counts) == _votes(decode_counts(stored))


def _votes(counts: Counts) -> Counts:
    return {cell: votes for cell, votes in counts.items() if votes}


def _conflict(one: Received, stored: Counts) -> Refusal:
    sheet, before = one.sheet, sum(stored.values())
    change = f"shrank from {before} to {sheet.total}" if sheet.total < before else "changed"
    totals = "" if sheet.total < before else f" (stored: {before} votes, received: {sheet.total})"
    reason = (
        f"survey {sheet.survey}, table {sheet.table}, period {sheet.period}, revision {sheet.revision}:"
        f" counts {change} without a new revision{totals}"
    )
    return Refusal(topic(one.terminal, Kind.SHEETS), reason, msgspec.json.encode(sheet))
