"""The rows of the sheets: counted, released, acknowledged. Called inside a transaction of the tally's."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

import msgspec

from contract.ids import InstallationId
from contract.messages import Revisions, entries_of
from contract.periods import Period
from contract.sheets import Sheet, Table, coarse

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(dict[str, int]).decode
_KEY = "installation = ? AND survey = ? AND tbl = ? AND period = ?"
_COLUMNS = "installation, survey, tbl, period"


class Due(NamedTuple):
    """A sheet to release; what is `coarse` of it is sent by score alone."""

    key: tuple[str, ...]
    coarse: bool


def text(counts: Mapping[str, int]) -> str:
    """Counts as they are kept: JSON with sorted keys and no zeros, so that equal counts are equal texts."""
    return _encode({cell: count for cell, count in counts.items() if count}).decode()


def parse(kept: str) -> dict[str, int]:
    return _decode(kept)


def check(db: sqlite3.Connection) -> None:
    """Raises ValueError or MsgspecError where a row is no sheet: bytes may be damaged without SQLite seeing it."""
    columns = "installation, survey, tbl, period, counts, released, noted_counts"
    for installation, survey, table, period, *texts in db.execute(f"SELECT {columns} FROM sheets"):  # noqa: S608
        msgspec.convert(installation, InstallationId)
        for kept in set(texts):
            Sheet(survey, Table(table), period, 1, parse(kept))
    for (table,) in db.execute("SELECT tbl FROM provisional"):
        Table(table)


def add(
    db: sqlite3.Connection,
    installation: str,
    survey: str,
    table: Table,
    period: str,
    steps: Mapping[str, int],
    *,
    estimated: bool = False,
) -> None:
    """Adds to the cells of one sheet, which is begun when it is not there."""
    key = (installation, survey, table, period)
    row = db.execute(f"SELECT counts FROM sheets WHERE {_KEY}", key).fetchone()  # noqa: S608
    counts = parse(row[0]) if row else {}
    for cell, step in steps.items():
        counts[cell] = counts.get(cell, 0) + step
    db.execute(
        "INSERT INTO sheets (installation, survey, tbl, period, counts, estimated) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET counts = excluded.counts, estimated = max(estimated, excluded.estimated)",
        (*key, text(counts), estimated),
    )


def add_provisional(
    db: sqlite3.Connection, boot: str, survey: str, table: Table, hour: int, cell: str, step: int
) -> None:
    """Adds to a count that waits for the clock to be trusted."""
    db.execute(
        "INSERT INTO provisional VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        (boot, survey, table, hour, cell, step),
    )


def unreleased(
    db: sqlite3.Connection, installation: str, hold: Collection[Table] = (), today: date | None = None
) -> list[Due]:
    """The sheets that have something to release. Those of the tables in `hold` are coarse until their period is over.

    It is over by `today`; without a day no period is.
    """
    query = f"SELECT {_COLUMNS}, coarse, counts <> released FROM sheets "  # noqa: S608
    found = []
    for *key, table, period, was_coarse, changed in db.execute(
        f"{query} WHERE installation = ? AND (counts <> released OR coarse)", (installation,)
    ):
        over = today is not None and Period.parse(period).end <= datetime.combine(today, time())
        is_coarse = table in hold and not over
        if changed or was_coarse != is_coarse:
            found.append(Due((*key, table, period), coarse=is_coarse))
    return found


def release(db: sqlite3.Connection, due: Iterable[Due]) -> None:
    """Copies the counts of these sheets to their released counts, under the next revision that is not kept."""
    change = "released = counts, coarse = ?, revision = max(revision, noted_revision) + 1, acked_day = ''"
    db.executemany(f"UPDATE sheets SET {change} WHERE {_KEY}", ((sheet.coarse, *sheet.key) for sheet in due))  # noqa: S608


def owed(db: sqlite3.Connection) -> Iterator[tuple[str, Sheet]]:
    """Installation and sheet, of each sheet whose newest revision is not acknowledged."""
    rows = db.execute(
        "SELECT installation, survey, tbl, period, revision, released, coarse, estimated FROM sheets "
        "WHERE revision > acked"
    )
    for installation, survey, table, period, revision, released, is_coarse, estimated in rows:
        counts = parse(released)
        yield (
            installation,
            Sheet(
                survey=survey,
                table=Table(table),
                period=period,
                revision=revision,
                counts=coarse(counts) if is_coarse else counts,
                estimated=bool(estimated),
            ),
        )


def owed_count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM sheets WHERE revision > acked").fetchone()[0])


def acknowledged(db: sqlite3.Connection) -> date | None:
    """The last local day since when nothing of some sheet is owed; None before there is one."""
    day: str | None = db.execute("SELECT max(acked_day) FROM sheets").fetchone()[0]
    return date.fromisoformat(day) if day else None


def acknowledge(db: sqlite3.Connection, installation: str, revisions: Revisions) -> None:
    """Raises the acknowledged revision of the sheets named; never lowers one."""
    db.executemany(
        f"UPDATE sheets SET acked = max(acked, ?) WHERE {_KEY}",  # noqa: S608
        ((revision, installation, survey, table, period) for survey, table, period, revision in entries_of(revisions)),
    )


def set_acknowledged(db: sqlite3.Connection, installation: str, have: Revisions) -> None:
    """Makes the acknowledged revisions of one installation exactly these; a sheet not named is at none."""
    db.execute("UPDATE sheets SET acked = 0 WHERE installation = ?", (installation,))
    acknowledge(db, installation, have)
    db.execute("UPDATE sheets SET acked_day = '' WHERE revision > acked")
