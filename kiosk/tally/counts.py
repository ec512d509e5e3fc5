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
KEPT = 2
"""Revisions that a start keeps for what it has noted: the first with its scores alone, the second with all of it."""


class Due(NamedTuple):
    """A sheet to release; what is `coarse` of it is sent by score alone. What is `sealed` counts no more votes."""

    key: tuple[str, ...]
    coarse: bool
    sealed: bool


def text(counts: Mapping[str, int]) -> str:
    """Counts as they are kept: JSON with sorted keys and no zeros, so that equal counts are equal texts."""
    return _encode({cell: count for cell, count in counts.items() if count}).decode()


def parse(kept: str) -> dict[str, int]:
    return _decode(kept)


def check(db: sqlite3.Connection) -> None:
    """Raises ValueError or MsgspecError where a row is no sheet: bytes may be damaged without SQLite seeing it."""
    columns = "installation, survey, tbl, period, counts, released, noted_counts, noted_released"
    for installation, survey, table, period, *texts in db.execute(f"SELECT {columns} FROM sheets"):  # noqa: S608
        msgspec.convert(installation, InstallationId)
        for kept in set(texts):
            Sheet(survey, Table(table), period, 1, parse(kept))
    for table, installation in db.execute("SELECT tbl, installation FROM provisional"):
        Table(table)
        if installation:
            msgspec.convert(installation, InstallationId)


def add(
    db: sqlite3.Connection,
    installation: str,
    survey: str,
    table: Table,
    period: str,
    steps: Mapping[str, int],
    *,
    estimated: bool = False,
    kept: int = 0,
) -> None:
    """Adds to the cells of one sheet, which is begun when it is not there, with so many revisions `kept`."""
    key = (installation, survey, table, period)
    row = db.execute(f"SELECT counts FROM sheets WHERE {_KEY}", key).fetchone()  # noqa: S608
    counts = parse(row[0]) if row else {}
    for cell, step in steps.items():
        counts[cell] = counts.get(cell, 0) + step
    db.execute(
        "INSERT INTO sheets (installation, survey, tbl, period, counts, estimated, kept_revision) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET counts = excluded.counts, estimated = max(estimated, excluded.estimated)",
        (*key, text(counts), estimated, kept),
    )


def add_provisional(
    db: sqlite3.Connection, boot: str, survey: str, table: Table, hour: int, cell: str, step: int
) -> None:
    """Adds to a count that waits for the clock to be trusted."""
    db.execute(
        "INSERT INTO provisional VALUES (?, ?, ?, ?, ?, '', ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        (boot, survey, table, hour, cell, step),
    )


def unreleased(
    db: sqlite3.Connection, current: str, hold: Collection[Table] = (), today: date | None = None, few: int = 1
) -> list[Due]:
    """The sheets that have something to release. Those of the tables in `hold` are coarse until their period is over.

    It is over by `today`; without a day no period is. With less than `few` votes they stay coarse for ever: together
    they would tell what one visitor has said, when and in which language.
    """
    found = []
    for *key, table, period, kept, was_coarse, changed in db.execute(
        f"SELECT {_COLUMNS}, counts, coarse, counts <> released FROM sheets WHERE counts <> released OR coarse"  # noqa: S608
    ):
        over = today is not None and Period.parse(period).end <= datetime.combine(today, time())
        is_coarse = table in hold and not (over and sum(parse(kept).values()) >= few)
        if changed or (was_coarse and not is_coarse):
            found.append(Due((*key, table, period), coarse=is_coarse, sealed=key[0] != current))
    return found


def release(db: sqlite3.Connection, due: Iterable[Due]) -> None:
    """Copies the counts of these sheets to their released counts.

    The current installation's revisions go past those that a start may keep, of this disk or of what it is rolled back
    to; another's are those that were kept for it.
    """
    for sheet in due:
        revision = (
            "max(revision + 1, kept_revision - :coarse)" if sheet.sealed else "max(revision, kept_revision) + :step"
        )
        db.execute(
            f"UPDATE sheets SET released = counts, coarse = :coarse, revision = {revision}, acked_day = '' "  # noqa: S608
            "WHERE installation = :installation AND survey = :survey AND tbl = :tbl AND period = :period",
            {
                "coarse": sheet.coarse,
                "step": KEPT + 1,
                **dict(zip(("installation", "survey", "tbl", "period"), sheet.key, strict=True)),
            },
        )


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
