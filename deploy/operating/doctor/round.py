"""`fjes doctor`: all that is looked at, in one list, and how it is told."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TypeVar

import msgspec

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.doctor import device, fleet, machine, sheets
from deploy.operating.doctor.case import Device, Server
from deploy.operating.doctor.finding import Finding, Level

SERVER: Sequence[tuple[str, Callable[[Server], Iterator[Finding]]]] = (
    ("store", machine.check_store_file),
    ("files", machine.check_other_files),
    ("sums", sheets.check_sums),
    ("totals", sheets.check_totals),
    ("gaps", sheets.check_gaps),
    ("clocks", sheets.check_clocks),
    ("clones", sheets.check_clones),
    ("register", fleet.check_register),
    ("accounts", fleet.check_accounts),
    ("connections", fleet.check_connections),
    ("faults", fleet.check_faults),
    ("versions", fleet.check_versions),
    ("quarantine", fleet.check_quarantine),
    ("backups", machine.check_backups),
    ("disk", machine.check_server_disks),
    ("certificates", machine.check_certificates),
    ("broker", machine.check_broker),
)
"""What a server is looked at for, in this order: name and check."""
DEVICE: Sequence[tuple[str, Callable[[Device], Iterator[Finding]]]] = (
    ("terminal", device.check_running),
    ("tally", device.check_tally),
    ("owed", device.check_owed),
    ("clock", device.check_clock),
    ("disk", machine.check_device_disk),
    ("certificates", machine.check_certificates),
    ("broker", machine.check_broker),
)
"""What a terminal is looked at for."""

UNABLE = 2
"""Exit status where something could not be looked at."""
Case = TypeVar("Case")
Told = tuple[str, Finding]
"""Which check, and what it found."""
_UNREADABLE = (ValueError, msgspec.MsgspecError, sqlite3.Error)
"""What rows raise that are damaged in a way that SQLite does not see, or written by somebody else."""
_FAILURES = (Problem, StoreError, OSError, *_UNREADABLE)


def run_doctor(configuration: Configuration, *, as_json: bool, now: datetime | None = None) -> int:
    """Prints what was found, and returns the exit status: 0, 1 for what is to be mended, 2 where it cannot be told."""
    found: list[Told] = []
    for told in look_round(configuration, now or datetime.now(configuration.timezone)):
        found.append(told)
        if not as_json:
            print(_line(told), flush=True)
    return _end(found, as_json=as_json)


def tell_unable(problem: str, *, as_json: bool) -> int:
    """What stands in the way of looking at anything; returns the exit status."""
    told = ("settings", Finding(Level.UNABLE, problem))
    if not as_json:
        print(_line(told))
    return _end([told], as_json=as_json)


def look_round(configuration: Configuration, now: datetime) -> Iterator[Told]:
    """Looks at the server, the terminal or both that are here by these settings. `now` is aware, local."""
    settings = configuration.settings
    path, directory = configuration.path(settings.collector.store), configuration.path(settings.terminal.data)
    terminal = Device(configuration, directory, now)
    if path.exists():
        yield from _look_at_server(configuration, now)
    if terminal.tally.exists():
        yield from _look_at(terminal, DEVICE)
    if not path.exists() and not terminal.tally.exists():
        text = (
            f"there is neither a store ({path}) nor a tally ({terminal.tally}); say --config FILE, or start fjes first"
        )
        yield "here", Finding(Level.UNABLE, text)


def _look_at_server(configuration: Configuration, now: datetime) -> Iterator[Told]:
    path = configuration.path(configuration.settings.collector.store)
    try:
        with closing(SqliteReadStore.open(path)) as store:
            try:
                server = Server.of(configuration, path, store, now)
            except _FAILURES as error:  # in here, so that no row is half read when the store is closed
                yield from _without_store(error)
            else:
                yield from _look_at(server, SERVER)
    except StoreError as error:
        yield from _without_store(error)


def _without_store(error: Exception) -> Iterator[Told]:
    yield "store", Finding(Level.BAD, _why(error))
    yield "here", Finding(Level.UNABLE, "without the store, nothing else can be looked at")


def _look_at(case: Case, checks: Sequence[tuple[str, Callable[[Case], Iterator[Finding]]]]) -> Iterator[Told]:
    for name, check in checks:
        try:
            for finding in check(case):
                yield name, finding
        except _FAILURES as error:
            yield name, Finding(Level.UNABLE, _why(error))


def _why(error: Exception) -> str:
    return f"what is stored cannot be read: {error}" if isinstance(error, _UNREADABLE) else str(error)


def _line(told: Told) -> str:
    name, finding = told
    line = f"{finding.level.shown}  {name}: {finding.text}"
    return "".join(letter if letter.isprintable() else "?" for letter in line)  # some of it is a stranger's


def _end(found: Sequence[Told], *, as_json: bool) -> int:
    levels = {finding.level for _, finding in found}
    status = UNABLE if Level.UNABLE in levels else 1 if Level.BAD in levels else 0
    if as_json:
        findings = [{"level": finding.level.shown, "check": name, "text": finding.text} for name, finding in found]
        print(msgspec.json.format(msgspec.json.encode({"status": status, "findings": findings})).decode())
    return status
