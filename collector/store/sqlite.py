"""The SQLite store as the collector sees it: one file, WAL, every commit on disk before it is acknowledged."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Self

import msgspec

from collector.store import merging
from collector.store.connecting import connect, refuse_no_file, speaking_of, transaction
from collector.store.merging import (
    SHEET_BYTES,
    Merged,
    Stored,
    merge,
    name_of,
    text,
    without_greedy,
    without_others,
)
from collector.store.protocol import Placement, Received, Refusal, Saved, Standing, StoreError
from collector.store.reading import SqliteReadStore
from collector.store.schema import migrate
from collector.store.summing import ADD_UP_DAYS, ADD_UP_MONTHS, bound, granularity_of, totals_of
from contract.messages import MAX_BYTES, Presence, Revisions, revisions_of
from contract.sheets import Table
from contract.survey import Survey
from contract.topics import PREFIX

KEPT_REFUSALS = 1_000
KEPT_REFUSAL_BYTES = 8 * 1024 * 1024
_MOST_KNOWN = 20_000
"""Totals of which it is remembered that they have no counts: of some thousand terminals."""

# One statement does a whole batch, from JSON and to JSON: it runs without Python's global lock, so that the
# network's thread goes on meanwhile. A statement per sheet took twice as long.
_UPSERT = """
INSERT INTO sheets (terminal, installation, survey, [table], period, granularity, revision, counts, estimated)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8
FROM json_each(?) WHERE true
ON CONFLICT (terminal, [table], granularity, period, installation, survey) DO UPDATE
SET revision = excluded.revision, counts = excluded.counts, estimated = excluded.estimated
WHERE excluded.revision > sheets.revision
"""
_STORED = """
SELECT json_group_array(json_array(key, revision, counts)) FROM json_each(?) CROSS JOIN sheets
ON terminal = value ->> 0 AND installation = value ->> 1 AND survey = value ->> 2 AND [table] = value ->> 3
    AND period = value ->> 4 AND granularity = value ->> 5
"""
_TO_ADD_UP = """
INSERT INTO totals (terminal, [table], granularity, period)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
ON CONFLICT (terminal, [table], granularity, period) DO UPDATE SET counts = NULL WHERE counts IS NOT NULL
"""
_NEW_EDITIONS = """
INSERT INTO editions SELECT value, random() FROM json_each(?) WHERE true
ON CONFLICT (month) DO UPDATE SET edition = excluded.edition
"""
_OWNERS = "SELECT installation, terminal FROM json_each(?) CROSS JOIN installations ON installation = value"
_CLAIM = "INSERT OR IGNORE INTO installations SELECT value ->> 0, value ->> 1 FROM json_each(?)"
_GROW = """
INSERT INTO holdings SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
ON CONFLICT (terminal) DO UPDATE SET bytes = bytes + excluded.bytes
"""
_GREEDY = """
SELECT value ->> 0, coalesce(bytes, 0) FROM json_each(?) LEFT JOIN holdings ON terminal = value ->> 0
WHERE coalesce(bytes, 0) + (value ->> 1) > ?
"""
_FORGET = """
DELETE FROM sheets WHERE terminal = coalesce(:terminal, terminal) AND period < coalesce(:before, '9')
"""
_FORGET_TOTALS = """
DELETE FROM totals WHERE terminal = coalesce(:terminal, terminal) AND period < coalesce(:before, '9')
"""
_KEEP_HALF_A_MONTH = """
INSERT INTO totals (terminal, [table], granularity, period)
SELECT DISTINCT terminal, [table], 'month', substr(period, 1, 7) FROM sheets
WHERE terminal = coalesce(:terminal, terminal) AND period >= :before AND period < substr(:before, 1, 7) || '~'
ON CONFLICT DO NOTHING
"""
_FORGET_EDITIONS = """
DELETE FROM editions WHERE month NOT IN (SELECT period FROM totals WHERE granularity = 'month')
"""
_FORGET_INSTALLATIONS = """
DELETE FROM installations WHERE NOT EXISTS (
    SELECT 1 FROM sheets WHERE sheets.terminal = installations.terminal
        AND sheets.installation = installations.installation
)
"""
_MEASURE = """
INSERT INTO holdings SELECT terminal, sum(:each + length(counts)) FROM sheets
WHERE terminal = coalesce(:terminal, terminal) GROUP BY terminal
"""
_PRESENCE = """
INSERT INTO presences VALUES (?, ?)
ON CONFLICT (terminal) DO UPDATE SET presence = excluded.presence WHERE presence <> excluded.presence
"""
_decode_stored = msgspec.json.Decoder(list[tuple[int, int, str]]).decode
_TRIM = """
DELETE FROM refusals WHERE id <= (SELECT id FROM refusals ORDER BY id DESC LIMIT 1 OFFSET ?) OR id < (
    SELECT min(id) FROM (
        SELECT id, sum(length(payload)) OVER (ORDER BY id DESC) AS held FROM refusals
    ) WHERE held <= ?
)
"""


class SqliteStore(SqliteReadStore):
    """A Store over one SQLite file. One thread writes; others may read through it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        super().__init__(path, db)
        self._to_add_up: set[tuple[str, ...]] = set()
        """Totals that have no counts, as far as is known, so that most sheets need no look at them."""
        self._seen = 0

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the store and brings its schema up. Raises StoreError."""
        refuse_no_file(path)
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
        with self._writing():
            refusals: list[Refusal] = []
            owners = self._owners(received)
            if self._has_register():
                received, refusals = without_others(received, owners)
            stored = self._stored(received)
            merged = merge(received, stored)
            if greedy := self._greedy(merged.growth):
                merged, more = without_greedy(received, stored, greedy)
                refusals += more
            totals = self._write(merged, owners)
        if len(self._to_add_up) > _MOST_KNOWN:
            self._to_add_up.clear()
        self._to_add_up |= totals
        return Saved(merged.revisions, refusals + merged.refusals)

    def revisions(self, terminal: str, installation: str, since: date) -> Revisions:
        rows = self._rows(
            "SELECT survey, [table], period, revision FROM sheets"
            " WHERE terminal = ? AND [table] IN (SELECT value FROM json_each(?))"
            " AND granularity IN ('day', 'hour', 'month') AND period >= ? AND installation = ?"
            " ORDER BY survey, [table], period",
            (terminal, text(list(Table)), bound(since), installation),
        )
        return revisions_of((survey, Table(table), period, revision) for survey, table, period, revision in rows)

    def quarantine(self, refusals: Sequence[Refusal]) -> None:
        with self._writing():
            (total,) = self._db.execute("SELECT coalesce(max(id), 0) FROM refusals").fetchone()
            numbers = accumulate(one.times for one in refusals)
            rows = [
                (total + number, one.topic, one.reason, one.payload[:MAX_BYTES])
                for number, one in zip(numbers, refusals, strict=True)
            ]
            self._db.executemany("INSERT INTO refusals (id, topic, reason, payload) VALUES (?, ?, ?, ?)", rows)
            self._db.execute(_TRIM, (KEPT_REFUSALS, KEPT_REFUSAL_BYTES))

    def set_presences(self, presences: Mapping[str, Presence | None]) -> None:
        gone = [(terminal,) for terminal, presence in presences.items() if presence is None]
        known = [(terminal, text(presence)) for terminal, presence in presences.items() if presence]
        with self._writing():
            self._db.executemany("DELETE FROM presences WHERE terminal = ?", gone)
            self._db.executemany(_PRESENCE, known)

    def place(self, placement: Placement) -> None:
        row = (placement.terminal, placement.since.isoformat(), placement.place)
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO placements (terminal, since, place) VALUES (?, ?, ?)", row)

    def register(self, terminal: str) -> None:
        with self._writing():
            self._stand(terminal, Standing.ALLOWED)

    def revoke(self, terminal: str) -> None:
        with self._writing():
            if terminal not in self.registered():
                raise StoreError(f"store {self._path} has no terminal {terminal} in its register: nothing to revoke")
            self._stand(terminal, Standing.REVOKED)
            self._db.execute("DELETE FROM presences WHERE terminal = ?", (terminal,))

    def forget(self, terminal: str | None, before: date | None) -> int:
        if terminal is None and before is None:
            raise ValueError("a terminal or a day, else everything would be forgotten")
        which = {"terminal": terminal, "before": before and bound(before), "each": SHEET_BYTES}
        self._to_add_up = set()
        self._db.execute("PRAGMA secure_delete = ON")  # what is forgotten is not to be found in the file
        with self._writing():
            forgotten = self._db.execute(_FORGET, which).rowcount
            for statement in (_FORGET_TOTALS, _KEEP_HALF_A_MONTH, _FORGET_EDITIONS):
                self._db.execute(statement, which)
            self._db.execute("UPDATE editions SET edition = random()")
            self._db.execute(_FORGET_INSTALLATIONS)
            self._db.execute("DELETE FROM holdings WHERE terminal = coalesce(:terminal, terminal)", which)
            self._db.execute(_MEASURE, which)
            if terminal is not None and before is None:
                self._forget_all_else(terminal)
        with speaking_of(self._path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nor in the file beside it
        return forgotten

    def add_up(self, before: date, most: int) -> int:
        self._to_add_up = set()
        with self._writing():
            days = self._db.execute(ADD_UP_DAYS, {"before": before.isoformat(), "most": most}).rowcount
            months = self._db.execute(ADD_UP_MONTHS, {"before": before.isoformat()[:7], "most": most - days}).rowcount
        return days + months

    def publish_survey(self, survey: Survey) -> None:
        with self._writing():
            known = self.surveys().setdefault(survey.id, survey)
            self._db.execute("INSERT OR IGNORE INTO surveys VALUES (?, ?)", (survey.id, text(survey)))
        if known != survey:
            raise StoreError(f"store {self._path} has another survey {survey.id}: give the changed one a new version")

    def _forget_all_else(self, terminal: str) -> None:
        self._db.execute("DELETE FROM presences WHERE terminal = ?", (terminal,))
        self._db.execute("DELETE FROM placements WHERE terminal = ?", (terminal,))
        topics = f"{PREFIX}/{terminal}/*"
        self._db.execute("UPDATE refusals SET reason = 'forgotten', payload = x'' WHERE topic GLOB ?", (topics,))
        registered = self.registered()
        if registered.keys() == {terminal}:
            self._stand(terminal, Standing.REVOKED)
        else:
            self._db.execute("DELETE FROM registrations WHERE terminal = ?", (terminal,))

    def _stand(self, terminal: str, standing: Standing) -> None:
        self._db.execute("INSERT OR REPLACE INTO registrations VALUES (?, ?)", (terminal, standing))

    def _has_register(self) -> bool:
        return bool(self._db.execute("SELECT EXISTS (SELECT 1 FROM registrations)").fetchone()[0])

    def _owners(self, received: Iterable[Received]) -> dict[str, str]:
        """Of the installations of these sheets, those that the store has, and the terminal of each."""
        installations = {one.installation for one in received}
        return dict(self._db.execute(_OWNERS, (text(list(installations)),)))

    def _greedy(self, growth: Mapping[str, int]) -> dict[str, int]:
        """Those of the terminals that would take more than their room, with the bytes that they take now."""
        more = [(terminal, size) for terminal, size in growth.items() if size > 0]
        return dict(self._db.execute(_GREEDY, (text(more), merging.ROOM)))

    def _write(self, merged: Merged, owners: Mapping[str, str]) -> set[tuple[str, ...]]:
        """Returns the totals that are to be added up again, and were not known to be before."""
        claims = {name[1]: name[0] for name in reversed(merged.fresh) if name[1] not in owners}
        rows = [
            (*name, granularity_of(name[4]), *merged.known[name], sheet.estimated)
            for name, sheet in merged.fresh.items()
        ]
        self._db.execute(_UPSERT, (text(rows),))
        if (version := self.version()) != self._seen:  # another may have added some up
            self._seen, self._to_add_up = version, set()
        totals: set[tuple[str, ...]] = {(n[0], n[3], *total) for n in merged.fresh for total in totals_of(n[4])}
        if totals := totals - self._to_add_up:
            self._db.execute(_TO_ADD_UP, (text(list(totals)),))
        self._db.execute(_NEW_EDITIONS, (text(list({name[4][:7] for name in merged.fresh})),))
        if claims:
            self._db.execute(_CLAIM, (text(list(claims.items())),))
        if growth := [(terminal, size) for terminal, size in merged.growth.items() if size]:
            self._db.execute(_GROW, (text(growth),))
        return totals

    def _stored(self, received: Iterable[Received]) -> Stored:
        """Revision and counts of those of these sheets that the store has."""
        names = list({name_of(one): None for one in received})
        rows = [(*name, granularity_of(name[4])) for name in names]
        (found,) = self._db.execute(_STORED, (text(rows),)).fetchone()
        return {names[index]: (revision, counts) for index, revision, counts in _decode_stored(found)}

    def _writing(self) -> AbstractContextManager[None]:
        return transaction(self._db, self._path)
