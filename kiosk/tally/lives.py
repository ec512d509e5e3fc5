"""Rule 5: one disk, one life. A disk that was rolled back, moved or cloned goes on as a new installation.

What the disk held when the terminal started (the notes) stays with the old installation, what was counted since
begins the new one; so nothing is overwritten in the store and nothing is there twice.
"""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime

import msgspec
import structlog

from contract.ids import InstallationId
from contract.messages import Revisions, entries_of
from contract.periods import Period
from contract.sheets import Table
from kiosk.tally import counts
from kiosk.tally.forgetting import month_end

log = structlog.get_logger()


def current(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT installation FROM life").fetchone()[0])


def check(db: sqlite3.Connection) -> None:
    """Raises ValueError or MsgspecError when the names, days and hours of the life on this disk are none."""
    for installation, following, trusted, *days in db.execute(
        "SELECT installation, next, trusted, day, forgotten FROM life"
    ):
        msgspec.convert([installation, following], list[InstallationId])
        if trusted:
            datetime.fromisoformat(trusted)
        for day in filter(None, days):
            date.fromisoformat(day)


def start(db: sqlite3.Connection, machine: str, new_name: Callable[[], str]) -> None:
    """Begins the first life of an empty disk, or takes notes; on another machine a new life begins at once.

    Where counts were not released, or only coarse, the next revision is noted: it is kept for them, so that whoever may
    have this disk too, as a clone, gives the same counts the same revision, and goes on with a higher one.

    If no hello has answered the start before, nobody knows whether the disk had been rolled back then: what was counted
    since goes under the name that was drawn at that start, which a clone has too.
    """
    life = db.execute("SELECT CAST(machine AS BLOB), confirmed, next FROM life").fetchone()
    if life is None:
        db.execute("INSERT INTO life VALUES (1, ?, ?, ?, 1, 0, '', '', '')", (new_name(), new_name(), machine))
        return
    machine_before, confirmed, following = life
    if not confirmed:
        _begin_new(db, following)
    db.execute(
        "UPDATE sheets SET noted_counts = counts, "
        "noted_revision = max(revision, noted_revision) + (counts <> released OR coarse) WHERE installation = ?",
        (current(db),),
    )
    db.execute("UPDATE life SET confirmed = 0, next = ?", (new_name(),))
    if machine_before != machine.encode():  # or its name is spoilt: the sheets beside it are kept all the same
        log.warning("new-installation", reason="the disk was moved to another machine")
        _begin_new(db, new_name())
        db.execute("UPDATE life SET machine = ?", (machine,))


def confirm(db: sqlite3.Connection, installation: str, have: Revisions, new_name: Callable[[], str]) -> None:
    """The hello of this start was answered: `have` is what the store has of `installation`."""
    confirmed, forgotten = db.execute("SELECT confirmed, forgotten FROM life").fetchone()
    if confirmed or installation != current(db):
        return
    if _another_wrote_on(db, installation, have, forgotten):
        log.warning("new-installation", reason="the disk was rolled back: the collector has newer sheets of it")
        _begin_new(db, new_name())
    db.execute("UPDATE life SET confirmed = 1")


def _another_wrote_on(db: sqlite3.Connection, installation: str, have: Revisions, forgotten: str) -> bool:
    noted = {
        (survey, table, period): revision
        for survey, table, period, revision in db.execute(
            "SELECT survey, tbl, period, noted_revision FROM sheets WHERE installation = ?", (installation,)
        )
    }
    for survey, table, period, revision in entries_of(have):
        if (survey, table, period) not in noted and Period.parse(period).end.date().isoformat() <= forgotten:
            continue
        if revision > noted.get((survey, table, period), 0):
            return True
    return False


def current_for(db: sqlite3.Connection, period: str, new_name: Callable[[], str]) -> str:
    """The installation that counts of a period (of a sheet, or a day) go to: a new one, where its month is forgotten.

    So it is after a clock that was far ahead has come back: the store has sheets of that month, and nobody here knows
    their revisions any more.
    """
    old = current(db)
    if month_end(period) > db.execute("SELECT forgotten FROM life").fetchone()[0]:
        return old
    new = new_name()
    _move(db, old, new, since="released")
    counts.release(db, counts.unreleased(db, old))  # what was coarse; nobody else will tell the rest
    db.execute("DELETE FROM sheets WHERE installation = ? AND revision = 0", (old,))
    db.execute("UPDATE life SET installation = ?, forgotten = ''", (new,))
    return new


def _begin_new(db: sqlite3.Connection, new: str) -> None:
    old = current(db)
    _move(db, old, new, since="noted_counts")
    db.execute(  # also what the notes held back; where the other life released it too, the store has it
        "UPDATE sheets SET released = noted_counts, coarse = 0, revision = noted_revision, acked_day = '' "
        "WHERE installation = ?",
        (old,),
    )
    db.execute("DELETE FROM sheets WHERE installation = ? AND revision = 0", (old,))
    db.execute("UPDATE life SET installation = ?, confirmed = 1", (new,))


def _move(db: sqlite3.Connection, old: str, new: str, since: str) -> None:
    """Gives the new installation what the old one has counted beyond the column `since`."""
    rows = db.execute(
        f"SELECT survey, tbl, period, counts, {since}, estimated FROM sheets "  # noqa: S608
        f"WHERE installation = ? AND counts <> {since}",
        (old,),
    ).fetchall()
    for survey, table, period, now, then, estimated in rows:
        before = counts.parse(then)
        after = counts.parse(now)
        steps = {cell: after.get(cell, 0) - before.get(cell, 0) for cell in {*before, *after}}
        counts.add(db, new, survey, Table(table), period, steps, estimated=bool(estimated))
    db.execute(f"UPDATE sheets SET counts = {since} WHERE installation = ?", (old,))  # noqa: S608
