"""Rule 3: what may leave the terminal's disk, and when."""

import sqlite3
from collections.abc import Collection
from datetime import date

from contract.periods import Granularity, Period


def forget(db: sqlite3.Connection, today: date, before: date, untold: Collection[tuple[str, ...]] = ()) -> None:
    """Drops months that were over, and of whose sheets nothing was owed any more, before the day `before`.

    Those of which something is still `untold` (by key) stay. A month's sheets go together, as only together are their
    sums equal.
    """
    count_anew(db, today, after=today)  # the clock was ahead
    db.execute(
        "UPDATE sheets SET acked_day = ? WHERE acked_day = '' AND revision <= acked AND counts = released",
        (today.isoformat(),),
    )
    rows = [
        ((installation, survey, month_end(period)), (installation, survey, table, period), acked_day)
        for installation, survey, table, period, acked_day in db.execute(
            "SELECT installation, survey, tbl, period, acked_day FROM sheets"
        )
    ]
    kept = {
        month
        for month, key, acked_day in rows
        if not acked_day or key in untold or max(acked_day, month[2]) >= before.isoformat()
    }
    for month, key, _ in rows:
        if month not in kept:
            db.execute("DELETE FROM sheets WHERE installation = ? AND survey = ? AND tbl = ? AND period = ?", key)
            db.execute("UPDATE life SET forgotten = max(forgotten, ?)", (month[2],))


def count_anew(db: sqlite3.Connection, today: date, after: date = date.min) -> None:
    """Has the time that acknowledged sheets are kept begin today, for those that it began for later than `after`."""
    db.execute("UPDATE sheets SET acked_day = ? WHERE acked_day > ?", (today.isoformat(), after.isoformat()))


def month_end(period: str) -> str:
    """The first day after the month that a period (of a sheet, or a day) is in; months are forgotten by it."""
    return Period.of(Granularity.MONTH, Period.parse(period).start).end.date().isoformat()
