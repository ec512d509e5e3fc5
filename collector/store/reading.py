"""The SQLite store as the dashboard sees it: opened read-only, and everything that can be asked of it."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import msgspec

from collector.store.connecting import connect, refuse_no_file, speaking_of
from collector.store.merging import decode_counts
from collector.store.protocol import (
    MonthCounts,
    Placement,
    Received,
    Refusal,
    Refusals,
    Standing,
    Stay,
    StoreError,
    Sum,
)
from collector.store.schema import refuse_newer, refuse_older
from collector.store.summing import LENGTHS, MONTHS, SPAN, SUMS, WRONG, bound, pieces_of
from contract.messages import Presence
from contract.periods import Granularity, Period
from contract.sheets import Counts, Sheet, Table
from contract.survey import Survey

_SHEETS = """
SELECT terminal, installation, survey, [table], period, revision, counts, estimated
FROM json_each(?) AS one CROSS JOIN json_each(?) AS t CROSS JOIN (VALUES ('day'), ('hour'), ('month')) AS kept
    CROSS JOIN sheets ON terminal = one.value AND [table] = t.value AND granularity = kept.column1
        AND period >= ? AND period < ?
"""
_TERMINALS = """
SELECT terminal FROM (
    WITH RECURSIVE counting (terminal) AS (
        SELECT min(terminal) FROM sheets
        UNION ALL
        SELECT (SELECT min(s.terminal) FROM sheets AS s WHERE s.terminal > c.terminal) FROM counting AS c
        WHERE c.terminal IS NOT NULL
    ) SELECT terminal FROM counting WHERE terminal IS NOT NULL
)
UNION SELECT terminal FROM presences UNION SELECT terminal FROM placements UNION SELECT terminal FROM registrations
ORDER BY 1
"""
"""One step into the index for each that has a sheet, where DISTINCT would read all there is."""
_decode_surveys = msgspec.json.Decoder(dict[str, Counts]).decode


class SqliteReadStore:
    """A ReadStore over one SQLite file. May be used from several threads."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens an existing store without ever writing to it.

        Raises StoreError when it is not there, not a store, or of another schema. SQLite needs the files
        `-wal` and `-shm` beside a store: where no collector has it open they are made, which takes
        write permission to the directory.
        """
        refuse_no_file(path)
        with speaking_of(path):
            if not path.exists():
                raise StoreError(f"store {path} is not there yet: start the collector, which makes it")
            store = cls(path, connect(f"{path.absolute().as_uri()}?mode=ro"))
            try:
                refuse_newer(store._db, path)
                refuse_older(store._db, path)
            except BaseException:
                store.close()
                raise
        return store

    def sheets(self, terminals: Iterable[str], tables: Iterable[Table], start: date, end: date) -> Iterator[Received]:
        rows = self._rows(_SHEETS, (_json(sorted(terminals)), _json(sorted(tables)), bound(start), bound(end)))
        for terminal, installation, survey, table, period, revision, counts, estimated in rows:
            sheet = Sheet(survey, Table(table), period, revision, decode_counts(counts), bool(estimated))
            yield Received(terminal, installation, sheet)

    def sums(self, stays: Iterable[Stay], tables: Iterable[Table], unit: Granularity) -> list[Sum]:
        return self.sums_of_each({"": stays}, tables, unit)[""]

    def sums_of_each(
        self, groups: Mapping[str, Iterable[Stay]], tables: Iterable[Table], unit: Granularity
    ) -> dict[str, list[Sum]]:
        pieces = [piece for group, stays in groups.items() for piece in pieces_of(stays, unit, group)]
        which = {"pieces": msgspec.json.encode(pieces).decode(), "tables": _json(tables), "length": LENGTHS[unit]}
        found: dict[str, list[Sum]] = {group: [] for group in groups}
        for (group, table, survey, period), cells in groupby(self._rows(SUMS, which), key=itemgetter(0, 1, 2, 3)):
            counts = {cell: votes for *_, cell, votes in cells}
            found[group].append(Sum(survey, Table(table), period, counts))
        return found

    def crossings(self, year: int, before: date) -> list[MonthCounts]:
        since, until = _months(year, before)
        tables = _json(table for table in Table if table is not Table.SUSPECT)
        which = {"terminals": _json(self.terminals()), "tables": tables, "since": since, "until": until}
        found = [
            MonthCounts(terminal, month, survey, Table(table), counts)
            for terminal, month, table, surveys in self._rows(MONTHS, which)
            for survey, counts in _decode_surveys(surveys).items()
            if counts
        ]
        return sorted(found, key=lambda one: (one.terminal, one.month, one.table, one.survey))

    def edition(self, year: int, before: date) -> int:
        rows = self._rows("SELECT month, edition FROM editions WHERE month >= ? AND month < ?", _months(year, before))
        return hash(tuple(rows))

    def wrong_totals(self) -> int:
        return int(next(self._rows(WRONG))[0])

    def terminals(self) -> list[str]:
        return [terminal for (terminal,) in self._rows(_TERMINALS)]

    def placements(self) -> list[Placement]:
        rows = self._rows("SELECT terminal, place, since FROM placements ORDER BY terminal, since")
        return [Placement(terminal, place, date.fromisoformat(since)) for terminal, place, since in rows]

    def registered(self) -> dict[str, Standing]:
        rows = self._rows("SELECT terminal, standing FROM registrations ORDER BY terminal")
        return {terminal: Standing(standing) for terminal, standing in rows}

    def presences(self) -> dict[str, Presence]:
        rows = self._rows("SELECT terminal, presence FROM presences ORDER BY terminal")
        return {terminal: msgspec.json.decode(presence, type=Presence) for terminal, presence in rows}

    def surveys(self) -> dict[str, Survey]:
        rows = self._rows("SELECT id, survey FROM surveys ORDER BY id")
        return {name: msgspec.json.decode(survey, type=Survey) for name, survey in rows}

    def span(self, stays: Iterable[Stay]) -> tuple[Period, Period] | None:
        given = [(stay.terminal, bound(stay.since), bound(stay.until)) for stay in stays]
        first, last = next(self._rows(SPAN, {"stays": msgspec.json.encode(given).decode()}))
        return (Period.parse(first), Period.parse(last)) if first else None

    def refusals(self, most: int = -1) -> Refusals:
        (total,) = next(self._rows("SELECT coalesce(max(id), 0) FROM refusals"))
        rows = self._rows("SELECT topic, reason, payload FROM refusals ORDER BY id DESC LIMIT ?", (most,))
        return Refusals(total, tuple(Refusal(*row) for row in rows))

    def version(self) -> int:
        return int(next(self._rows("PRAGMA data_version"))[0])

    def close(self) -> None:
        self._db.close()

    def _rows(self, sql: str, parameters: Any = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
        with speaking_of(self._path):
            yield from self._db.execute(sql, parameters)


def _months(year: int, before: date) -> tuple[str, str]:
    """The first month of the year, and the first that is not of it or not over."""
    return f"{year}-01", min(f"{year + 1}-01", before.isoformat()[:7])


def _json(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
