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
    for *names, trusted, day, forgotten in db.execute(
        "SELECT installation, next, waiting, trusted, day, forgotten FROM life"
    ):
        msgspec.convert(names, list[InstallationId])
        if trusted:
            datetime.fromisoformat(trusted)
        for local in filter(None, (day, forgotten)):
            date.fromisoformat(local)


def start(db: sqlite3.Connection, machine: str, new_name: Callable[[], str]) -> None:
    """Begins the first life of an empty disk, or takes notes; on another machine a new life begins at once.

    Two revisions are kept for what is noted, one with its scores and one with all of it: whoever may have this disk
    too, as a clone, gives the same counts the same revisions, and goes on with higher ones.

    If no hello has answered the start before, nobody knows whether the disk had been rolled back then: what was counted
    since goes under a name that was drawn at that start, which a clone has too. So does always what waits for a trusted
    clock, as it would be filed on both.
    """
    life = db.execute("SELECT CAST(machine AS BLOB), confirmed, next, waiting FROM life").fetchone()
    if life is None:
        db.execute(
            "INSERT INTO life VALUES (1, ?, ?, ?, ?, 1, 0, '', '', '')", (new_name(), new_name(), new_name(), machine)
        )
        return
    machine_before, confirmed, following, waiting = life
    if not confirmed:
        _begin_new(db, following)
    db.execute("UPDATE provisional SET installation = ? WHERE installation = ''", (waiting,))
    _take_notes(db)
    db.execute("UPDATE life SET confirmed = 0, next = ?, waiting = ?", (new_name(), new_name()))
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
            "SELECT survey, tbl, period, kept_revision FROM sheets WHERE installation = ?", (installation,)
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
    confirmed, forgotten = db.execute("SELECT confirmed, forgotten FROM life").fetchone()
    if month_end(period) > forgotten:
        return old
    if confirmed:  # what has left the terminal stays where it is
        _take_notes(db, counted="released")
    new = new_name()
    _begin_new(db, new)
    db.execute("UPDATE life SET forgotten = ''")
    return new


def _take_notes(db: sqlite3.Connection, counted: str = "counts") -> None:
    db.execute(
        f"UPDATE sheets SET noted_counts = {counted}, noted_released = released, noted_coarse = coarse, "  # noqa: S608
        "noted_revision = revision, kept_revision = max(revision, kept_revision) + ? WHERE installation = ?",
        (counts.KEPT, current(db)),
    )


def _begin_new(db: sqlite3.Connection, new: str) -> None:
    """What was noted stays with the old installation, as it was; what was counted since begins the new one."""
    old = current(db)
    _move(db, old, new)
    db.execute(
        "UPDATE sheets SET counts = noted_counts, released = noted_released, coarse = noted_coarse, "
        "revision = noted_revision, acked_day = '' WHERE installation = ?",
        (old,),
    )
    db.execute("DELETE FROM sheets WHERE installation = ? AND kept_revision = 0", (old,))
    db.execute("UPDATE life SET installation = ?, confirmed = 1", (new,))


def _move(db: sqlite3.Connection, old: str, new: str) -> None:
    """Gives the new installation what the old one has counted beyond the notes."""
    rows = db.execute(
        "SELECT survey, tbl, period, counts, noted_counts, estimated FROM sheets "
        "WHERE installation = ? AND counts <> noted_counts",
        (old,),
    ).fetchall()
    for survey, table, period, now, then, estimated in rows:
        before = counts.parse(then)
        after = counts.parse(now)
        steps = {cell: after.get(cell, 0) - before.get(cell, 0) for cell in {*before, *after}}
        counts.add(db, new, survey, Table(table), period, steps, estimated=bool(estimated))
