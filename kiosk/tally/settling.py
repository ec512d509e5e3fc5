"""Rule 6: counts that waited for a trusted clock become counts of real periods.

Those of this boot go where they belong as soon as its clock is trusted. Those of a boot that ended before that never
will be placed: they go to the last hour that was trusted, marked as estimated, or wait for there to be one.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from contract.sheets import Table
from kiosk.tally import counts, lives
from kiosk.tally.filing import Boot, Filing

_Row = tuple[str, str, str, int, str, str, int]


def settle(
    db: sqlite3.Connection, filing: Filing, boot_id: str, known: Boot, now: datetime, new_name: Callable[[], str]
) -> None:
    """Files all provisional counts, at `now` (aware, local), now that this boot is `known`.

    Where no hour was ever trusted, earlier boots ended by the time that this one began.
    """
    settle_earlier(db, filing, boot_id, new_name, otherwise=known.began, day=now)
    rows = _rows(db)
    for _, survey, name, hour, cell_or_score, owner, count in rows:
        period, cell = filing.settled(Table(name), hour, cell_or_score, known)
        _add(db, owner, new_name, survey, Table(name), period, {cell: count})
    _moved(db, rows, now)


def settle_earlier(
    db: sqlite3.Connection,
    filing: Filing,
    boot_id: str,
    new_name: Callable[[], str],
    *,
    otherwise: datetime | None = None,
    day: datetime | None = None,
) -> None:
    """Files what boots before this one counted without a trusted clock: at the last trusted hour, else `otherwise`.

    It leaves with the votes of `day` (aware, local), by default of the day of that hour.
    """
    trusted = db.execute("SELECT trusted FROM life").fetchone()[0]
    at = datetime.fromisoformat(trusted) if trusted else otherwise
    if at is None:
        return
    local = at.astimezone(filing.timezone)
    rows = [row for row in _rows(db) if row[0] != boot_id]
    for _, survey, name, _, cell_or_score, owner, count in rows:
        period, cell = filing.at(Table(name), cell_or_score, local)
        _add(db, owner, new_name, survey, Table(name), period, {cell: count}, estimated=True)
    _moved(db, rows, day or local)


def _add(
    db: sqlite3.Connection,
    owner: str,
    new_name: Callable[[], str],
    survey: str,
    table: Table,
    period: str,
    steps: Mapping[str, int],
    *,
    estimated: bool = False,
) -> None:
    """To the sheet of the installation that they were left to, or else to the current one's."""
    if owner:
        counts.add(db, owner, survey, table, period, steps, estimated=estimated, kept=counts.KEPT)
    else:
        counts.add(db, lives.current_for(db, period, new_name), survey, table, period, steps, estimated=estimated)


def _rows(db: sqlite3.Connection) -> list[_Row]:
    return db.execute("SELECT boot, survey, tbl, hour, cell, installation, count FROM provisional").fetchall()


def _moved(db: sqlite3.Connection, rows: Sequence[_Row], day: datetime) -> None:
    """These rows are counts of sheets now: from here on they gather for a release, and for the end of the day."""
    if rows:
        votes = sum(row[-1] for row in rows if row[2] == Table.FACES)
        db.executemany("DELETE FROM provisional WHERE boot = ?", {(boot,) for boot, *_ in rows})
        db.execute("UPDATE life SET gathered = gathered + ?, day = ?", (votes, day.date().isoformat()))
