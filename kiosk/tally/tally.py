"""The running tally: votes become counts on disk, counts are released in groups, releases are owed until acknowledged.

Each public method is one transaction and safe to call from any thread. See DESIGN.md, "Rules of convergence".
"""

import sqlite3
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from contract.messages import Revisions
from contract.periods import FIRST_YEAR, Period
from contract.sheets import Sheet, Table, Vote
from kiosk.errors import DamagedError, DiskError
from kiosk.moment import Known, Moment
from kiosk.session import Change
from kiosk.tally import counts, lives
from kiosk.tally.disk import NONSENSE, is_damage, needs_reopening, open_disk, try_writing
from kiosk.tally.filing import Boot, Filing
from kiosk.tally.forgetting import count_anew, forget
from kiosk.tally.settling import settle, settle_earlier

_REST = 10.0
"""Seconds at least between two openings of a disk that goes on failing: it is asked several times a second."""
_LEAP = timedelta(days=180)
"""Between two trusted hours; more is rather a clock that was set wrong than a terminal that was off for so long."""


class Tally:
    """All counts of one terminal. `release` is how many votes gather before they may leave the terminal.

    Of the tables in `hold` only the scores leave it until their period is over, whatever gathers meanwhile: until then
    nobody can tell from two states of them at which hour, in which language or with which answer somebody voted. Where
    fewer than `release` votes came in all of the period, the rest never leaves.

    `machine` tells this machine from others; `new_name` makes the name of an installation, never used before.

    `damaged` is called, on the thread that found it, when a damaged disk was moved aside and a new one begun.

    Every method raises DiskError when the disk does not take or give what is asked; nothing is then changed. A disk
    that gave something wrong is opened anew by the next call, which for rule 5 is a start as any other.
    """

    def __init__(
        self,
        path: Path,
        filing: Filing,
        *,
        release: int,
        machine: str,
        hold: Collection[Table] = (),
        keep_days: int = 40,
        new_name: Callable[[], str] = lambda: uuid.uuid4().hex,
        damaged: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._filing = filing
        self._release = release
        self._hold = frozenset(hold)
        self._machine = machine
        self._new_name = new_name
        self._damaged = damaged
        self._monotonic = monotonic
        self._keep = timedelta(days=keep_days)
        self._lock = threading.RLock()
        self._boots: dict[str, Boot] = {}
        self._trusted = ""
        self._untidy = False
        self._db: sqlite3.Connection | None = None
        self._open = False
        self._starts = 0
        self._reopen_from = float("-inf")
        self._vote_is_gone = False
        self._counted_at = 0

    def start(self) -> None:
        """Opens the disk and notes the counts it begins with; a disk that was moved begins a new installation."""
        with self._lock:
            self._open = True
            self._reopen_from = float("-inf")
        with self._transaction():
            pass

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._drop()

    @property
    def starts(self) -> int:
        """How often the disk was opened: after each, nothing is sent until a hello is answered."""
        return self._starts

    @property
    def installation(self) -> str:
        with self._transaction() as db:
            return lives.current(db)

    def record(self, change: Change) -> None:
        """Takes `change.before` back and counts `change.after`, in the same periods."""
        with self._transaction() as db:
            self._untidy = True
            before = change.before
            if before is not None and self._vote_is_gone:
                if self._release == 1:  # it had left the terminal already, and stays counted as it was
                    return
                before = None
            elif before is not None and self._counted_at != self._starts:
                return  # the disk was opened anew: the vote is among what was noted then, and stays as it is
            self._vote_is_gone = False
            self._counted_at = self._starts
            if before is not None:
                self._count(db, change.survey, before, change.moment, -1)
            if change.after is not None:
                self._count(db, change.survey, change.after, change.moment, +1)
            if day := self._day_of(change.moment):
                gathered = _gathers(change.after) - _gathers(before)
                db.execute("UPDATE life SET gathered = max(0, gathered + ?), day = ?", (gathered, day.isoformat()))

    def release_if_due(self, now: Moment, *, idle: bool) -> bool:
        """Releases when enough votes have gathered or their day is over; says whether it did.

        Only while nobody is at the terminal, so that a change of mind never shows as the difference of two
        releases; with `release` 1 every change leaves at once.
        """
        with self._transaction() as db:
            gathered, day = db.execute("SELECT gathered, day FROM life").fetchone()
            over = isinstance(now, Known) and bool(day) and _is_over(date.fromisoformat(day), now.local.date())
            due = self._release == 1 or (idle and (gathered >= self._release or over))
            today = now.local.date() if isinstance(now, Known) else None
            sheets = counts.unreleased(db, lives.current(db), self._hold, today, self._release) if due else []
            if not sheets:
                return False
            _release(db, sheets)
        self.forget_history()
        return True

    def release(self) -> None:
        """Releases whatever has gathered, held or not: nobody comes any more."""
        with self._transaction() as db:
            _release(db, counts.unreleased(db, lives.current(db)))
        self.forget_history()

    def trust(self, boot_id: str, booted: datetime, now: datetime) -> None:
        """The clock is trusted at `now` (aware, local): what was counted before that is filed as rule 6 says."""
        hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
        if self._trusted == hour:
            return
        boot = self._boots.get(boot_id) or Boot(booted, now)
        with self._transaction() as db:
            if _leapt(db.execute("SELECT trusted FROM life").fetchone()[0], now):
                count_anew(db, now.date())
            settle(db, self._filing, boot_id, boot, now, self._new_name)
            db.execute("UPDATE life SET trusted = ?", (hour,))
        self._boots[boot_id] = boot
        self._trusted = hour

    def distrust(self, boot_id: str) -> None:
        """The clock is not trusted yet: what earlier boots counted so is filed at the last trusted hour, if any."""
        if boot_id not in self._boots:
            with self._transaction() as db:
                settle_earlier(db, self._filing, boot_id, self._new_name)

    def owed(self) -> dict[str, list[Sheet]]:
        """By installation, the released sheets that are not known to be on the collector's disk."""
        with self._transaction() as db:
            found: dict[str, list[Sheet]] = defaultdict(list)
            for installation, sheet in counts.owed(db):
                found[installation].append(sheet)
            return dict(found)

    def owed_count(self) -> int:
        """How many sheets are owed."""
        with self._transaction() as db:
            return counts.owed_count(db)

    def acknowledged(self) -> date | None:
        """The last local day on which a sheet had been acknowledged whole."""
        with self._transaction() as db:
            return counts.acknowledged(db)

    def kept_since(self) -> dict[str, date]:
        """By installation, the first day of the earliest sheet kept; the current one is always there.

        Of released sheets: this is told to the collector, and must not change with a single vote.
        """
        with self._transaction() as db:
            current, forgotten = db.execute("SELECT installation, forgotten FROM life").fetchone()
            since: dict[str, date] = {}
            for installation, period in db.execute("SELECT installation, period FROM sheets WHERE revision > 0"):
                day = Period.parse(period).start.date()
                since[installation] = min(since.get(installation, day), day)
            since.setdefault(current, date.fromisoformat(forgotten) if forgotten else date(FIRST_YEAR, 1, 1))
            return since

    def acknowledge(self, installation: str, revisions: Revisions) -> None:
        """These revisions are on the collector's disk."""
        with self._transaction() as db:
            counts.acknowledge(db, installation, revisions)

    def compare(self, installation: str, have: Revisions, *, start: int | None = None) -> None:
        """The answer to a hello of this start: all that the collector has. Whatever is newer here is owed again.

        In the first answer, a revision above those kept at the start shows that another life of this disk wrote on: see
        rule 5. An answer that belongs to an earlier `start` than this one (see `starts`) changes nothing.
        """
        with self._transaction() as db:
            if start not in (None, self._starts):
                return
            lives.confirm(db, installation, have, self._new_name)
            counts.set_acknowledged(db, installation, have)

    def forget(self, today: date) -> None:
        """Drops sheets whose month ended, and whose newest revision was acknowledged, `keep_days` ago.

        A store restored from an older backup than that cannot be refilled. Called at least once a day.
        """
        with self._transaction() as db:
            untold = counts.unreleased(db, lives.current(db), self._hold, today, self._release)
            forget(db, today, today - self._keep, {due.key for due in untold})
            lives.current_for(db, today.isoformat(), self._new_name)  # before a vote: its name must not tell of one

    def probe(self) -> None:
        """Finds out, without a vote, whether the disk takes what is written."""
        with self._transaction() as db:
            try_writing(db)

    def _day_of(self, moment: Moment) -> date | None:
        """The local day that votes of this moment leave with; None while they wait for a trusted clock."""
        if isinstance(moment, Known):
            return moment.local.date()
        boot = self._boots.get(moment.boot_id)
        return boot.trusted.astimezone(self._filing.timezone).date() if boot else None

    def _count(self, db: sqlite3.Connection, survey: str, vote: Vote, moment: Moment, step: int) -> None:
        if isinstance(moment, Known):
            installation = lives.current_for(db, moment.local.date().isoformat(), self._new_name)
            for table, period, cell in self._filing.known(vote, moment):
                counts.add(db, installation, survey, table, period, {cell: step})
            return
        for table, hour, cell in self._filing.provisional(vote, moment):
            if boot := self._boots.get(moment.boot_id):
                period, cell_there = self._filing.settled(table, hour, cell, boot)
                installation = lives.current_for(db, period, self._new_name)
                counts.add(db, installation, survey, table, period, {cell_there: step})
            else:
                counts.add_provisional(db, moment.boot_id, survey, table, hour, cell, step)

    def forget_history(self) -> None:
        """Leaves the counts on disk, and nothing of the order in which they came to be.

        The write-ahead log holds them as they were between two votes, and where a row lies in a page tells what was
        added before it. Where every vote leaves the terminal at once, the order is told anyway.
        """
        with self._disk() as db:
            if self._untidy and self._release > 1:
                with suppress(sqlite3.Error):  # a full or damaged disk is told by what counts; this is tried again
                    db.execute("VACUUM")
                    self._untidy = False
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._disk() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:  # SQLite may have rolled back by itself, as on a full disk
                    db.execute("ROLLBACK")

    @contextmanager
    def _disk(self) -> Iterator[sqlite3.Connection]:
        """The open disk; its errors become DiskError, and after those that stay it is opened anew the next time."""
        with self._lock:
            if not self._open:
                raise DiskError(f"{self._path} is closed")
            try:
                if self._db is None:
                    self._db = self._opened()
                yield self._db
            except (sqlite3.Error, *NONSENSE) as error:
                if needs_reopening(error):
                    self._drop()
                kind = DamagedError if is_damage(error) else DiskError
                raise kind(f"cannot use {self._path}: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        """The disk as at a start, so that nothing which it may have forgotten since is overwritten in the store."""
        now = self._monotonic()
        if now < self._reopen_from:
            raise DiskError(f"{self._path} is opened anew in a moment")
        if self._starts:
            self._reopen_from = now + _REST
        db = open_disk(self._path, self._moved_aside)
        try:
            db.execute("BEGIN IMMEDIATE")
            lives.start(db, self._machine, self._new_name)
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        self._starts += 1
        self._untidy = True
        self._trusted = ""
        return db

    def _moved_aside(self) -> None:
        self._vote_is_gone = True
        self._damaged()

    def _drop(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = None


def _release(db: sqlite3.Connection, due: Iterable[counts.Due]) -> None:
    counts.release(db, due)
    db.execute("UPDATE life SET gathered = 0")


def _gathers(vote: Vote | None) -> int:
    """One if a release may come the sooner for this vote; play must not send off the one vote before it."""
    return int(vote is not None and not vote.suspect)


def _is_over(day: date, today: date) -> bool:
    """A day that is still far ahead is one of a clock that was wrong."""
    return today > day or day - today > timedelta(days=1)


def _leapt(trusted: str, now: datetime) -> bool:
    """Whether the clock is so far ahead of the last trusted hour that nothing is forgotten on its word alone."""
    return bool(trusted) and now - datetime.fromisoformat(trusted) > _LEAP
