"""`fjes forget`: deletes counts for good, from the store's file and its log, and tells where else they still are."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from collector.store.protocol import ReadStore, Standing, StoreError
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from contract.sheets import Table
from dashboard.people.errors import PeopleError
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.archive import read_manifest
from deploy.operating.backup import UNFINISHED, backups_in
from deploy.operating.files import require_room
from deploy.operating.restore import unfinished
from deploy.people.opening import people_of

_PATIENCE = 30.0
"""Seconds to wait for those who read just now: while they do, the log cannot be emptied."""


class Doomed(Struct, frozen=True):
    """What is to be deleted: of a terminal or of all, of periods that start before a day or of all."""

    terminal: str | None
    before: date | None

    def __str__(self) -> str:
        return f"terminal {self.terminal}" if self.terminal else f"the years before {self.before:%Y}"

    def sheets(self, store: ReadStore) -> tuple[int, int]:
        """How many there are, and their honest votes."""
        terminals = [self.terminal] if self.terminal else store.terminals()
        found = [one.sheet for one in store.sheets(terminals, Table, date.min, self.before or date.max)]
        return len(found), sum(sheet.total for sheet in found if sheet.table is Table.FACES)


def run_forget(
    configuration: Configuration,
    terminal: str | None,
    year: int | None,
    *,
    sure: bool,
    ask: Callable[[str], str] = input,
    today: date | None = None,
) -> None:
    """Deletes and tells. `today` is the site's local day. Raises Problem; then nothing was deleted, or it says so."""
    doomed = Doomed(terminal, date(year, 1, 1) if year else None)
    path = configuration.path(configuration.settings.collector.store)
    today = today or datetime.now(configuration.timezone).date()
    try:
        with closing(SqliteReadStore.open(path)) as reader:
            _require_gone(reader, doomed, configuration.settings.terminal.keep_days, today)
            sheets, votes = doomed.sheets(reader)
        require_room(path.parent, 2 * path.stat().st_size, "to write the store anew")
        if not sure:
            _ask(ask, f"Delete {sheets} sheets with {votes} votes of {doomed} for good? Type yes: ")
        with closing(SqliteStore.open(path)) as store:
            deleted = store.forget(doomed.terminal, doomed.before)
    except StoreError as error:
        raise Problem(str(error)) from error
    erase(path)
    print(f"Deleted {deleted} sheets of {doomed} from {path} and its log.")
    if year:
        _forget_visits(configuration, year)
    for file in holding(configuration, doomed):
        print(f"still in  {file}")
    print("Remove those files too, and copies of them elsewhere, if it is to be gone from everywhere: restoring one")
    print(
        "brings it back. A terminal sends what it still keeps when the collector asks; run this again should it do so."
    )


def _forget_visits(configuration: Configuration, year: int) -> None:
    """Those of the years before this one, which people have told of. Raises Problem."""
    path = configuration.path(configuration.settings.dashboard.people)
    if not path.exists():
        return
    try:
        with people_of(configuration) as people:
            deleted = people.visits.forget(year)
            people.alerts.forget(year)
    except (PeopleError, OSError) as error:
        raise Problem(f"the visits and alerts of those years are still there: {error}; run this again") from error
    if deleted:
        print(f"Deleted {deleted} {'number' if deleted == 1 else 'numbers'} of visits from {path} and its log.")


def erase(store: Path, patience: float = _PATIENCE) -> None:
    """Writes the file anew without what was deleted, and empties the log. Others may go on. Raises Problem."""
    try:
        with closing(sqlite3.connect(store, timeout=patience, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("VACUUM")
            until = time.monotonic() + patience
            while db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > until:
                    raise Problem(
                        f"{store}: deleted, but another program reads it without an end, so traces are left in its "
                        "log; end that program and run this again"
                    )
                time.sleep(0.05)
    except sqlite3.Error as error:
        raise Problem(f"{store}: deleted, but traces may be left in the file: {error}; run this again") from error


def holding(configuration: Configuration, doomed: Doomed) -> Iterator[Path]:
    """Backups here that have any of it, or cannot be looked into; stores that a restore has kept aside; and what
    backups and restores that were killed have left.
    """
    settings = configuration.settings.collector
    backups, path = configuration.path(settings.backups), configuration.path(settings.store)
    for file in backups_in(backups):
        try:
            store = read_manifest(file).store
        except Problem:
            yield file
            continue
        old = doomed.before is None or (store.first and store.first < doomed.before.isoformat())
        if old and (doomed.terminal is None or doomed.terminal in store.terminals):
            yield file
    yield from sorted(path.parent.glob(f"{path.name}.before-restore-*"))
    yield from sorted((*path.parent.glob(f"{unfinished(path)}*"), *backups.glob(f"{UNFINISHED}*")))


def _require_gone(store: ReadStore, doomed: Doomed, keep_days: int, today: date) -> None:
    """Raises Problem where terminals would send again what is deleted."""
    if doomed.before is not None:
        until = doomed.before + timedelta(days=keep_days)
        if today <= until:
            raise Problem(
                f"terminals keep what they counted for {keep_days} days after its month (terminal.keep_days), and "
                f"would send the end of {doomed.before.year - 1} again; nothing was deleted. Delete it after {until}"
            )
        return
    terminal = doomed.terminal or ""
    if terminal not in store.terminals():
        raise Problem(f"the store has nothing of a terminal {terminal!r}; nothing was deleted")
    if store.registered().get(terminal) is Standing.ALLOWED:
        raise Problem(
            f"{terminal} is let in, and would send again what it keeps; nothing was deleted. First: "
            f"fjes terminal revoke {terminal}"
        )
    presence = store.presences().get(terminal)
    if presence is not None and presence.online:
        raise Problem(
            f"{terminal} is connected, and would send again what it keeps; nothing was deleted. Switch it off first"
        )


def _ask(ask: Callable[[str], str], question: str) -> None:
    try:
        answer = ask(question)
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise Problem("nothing was deleted")
