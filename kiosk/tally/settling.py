"""Rule 6: counts that waited for a trusted clock become counts of real periods."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from contract.sheets import Table
from kiosk.tally import counts, lives
from kiosk.tally.filing import Boot, Filing


def settle(
    db: sqlite3.Connection, filing: Filing, boot_id: str, known: Boot, now: datetime, new_name: Callable[[], str]
) -> None:
    """Files all provisional counts, at `now` (aware, local), now that this boot is `known`.

    Those of other boots never had a trusted clock: they go to the last hour that had, marked as estimated.
    """
    last_trusted = datetime.fromisoformat(db.execute("SELECT trusted FROM life").fetchone()[0] or now.isoformat())
    rows = db.execute("SELECT boot, survey, tbl, hour, cell, count FROM provisional").fetchall()
    for boot, survey, name, hour, score_or_cell, count in rows:
        table, ours = Table(name), boot == boot_id
        if ours:
            period, cell = filing.settled(table, hour, score_or_cell, known)
        else:
            period, cell = filing.at(table, score_or_cell, last_trusted)
        counts.add(
            db, lives.current_for(db, period, new_name), survey, table, period, {cell: count}, estimated=not ours
        )
    if rows:
        db.execute("DELETE FROM provisional")
        db.execute("UPDATE life SET day = ?", (now.date().isoformat(),))
