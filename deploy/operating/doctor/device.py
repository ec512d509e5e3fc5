"""The doctor on a terminal: its tally, read only, and what it needs to get rid of what it counted.

Nothing that is told here changes with a single vote: of counts, only those that were released are spoken of.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from deploy.errors import Problem
from deploy.operating.doctor.case import Device
from deploy.operating.doctor.finding import Finding, bad, look, ok
from deploy.operating.lock import is_held
from deploy.operating.words import many
from kiosk.clock import can_be_trusted
from kiosk.errors import DiskError
from kiosk.tally import counts
from kiosk.tally.disk import SCHEMA_VERSION, others_than

LATE_DAYS = 3
"""Days without any acknowledgement, while sheets are owed, after which somebody should look at the network."""


def check_running(device: Device) -> Iterator[Finding]:
    """A terminal is running on this directory."""
    if is_held(device.lock):
        yield ok(f"a terminal is running on {device.directory}")
    else:
        yield look(f"no terminal is running on {device.directory}")


def check_tally(device: Device) -> Iterator[Finding]:
    """The file is sound, and none had to be moved aside."""
    with _opened(device) as db:
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        (schema,) = db.execute("PRAGMA user_version").fetchone()
        if verdict != "ok":
            yield bad(f"{device.tally} is damaged: {verdict}; the terminal moves it aside when it starts")
        elif schema != SCHEMA_VERSION:
            yield look(f"{device.tally} has schema {schema}, and this fjes knows {SCHEMA_VERSION}")
        else:
            yield ok(f"{device.tally} is sound")
    damaged = [file.name for file in device.directory.glob(f"{device.tally.name}.damaged-????????")]
    if damaged:
        yield look(f"{many(len(damaged), 'damaged file')} of it lie aside in {device.directory}")
    for other in others_than(device.tally):
        yield look(f"{other} has counts under another terminal's name; what is owed of them is not sent")


def check_owed(device: Device) -> Iterator[Finding]:
    """Released sheets that the collector has not acknowledged."""
    with _opened(device) as db:
        owed, last = counts.owed_count(db), counts.acknowledged(db)
    since = f"the last acknowledgement is of {last}" if last else "nothing was ever acknowledged"
    if not owed:
        yield ok(f"nothing is owed; {since}")
    elif last is not None and (device.now.date() - last).days > LATE_DAYS:
        yield bad(f"{many(owed, 'sheet')} are owed, and {since}")
    else:
        yield look(f"{many(owed, 'sheet')} are owed; {since}")


def check_clock(device: Device) -> Iterator[Finding]:
    """The time of day can be trusted, so that votes are filed where they belong."""
    settings = device.configuration.settings.terminal
    if settings.clock == "trusted" or can_be_trusted():
        yield ok(f"the clock is trusted; it is {device.now:%Y-%m-%d %H:%M} here")
    else:
        yield look("the clock is not trusted: votes wait for a time service, or a real-time clock")


@contextmanager
def _opened(device: Device) -> Iterator[sqlite3.Connection]:
    """The tally, without ever writing to it. Raises Problem."""
    try:
        uri = f"{device.tally.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5.0, isolation_level=None)) as db:
            yield db
    except (sqlite3.Error, DiskError) as error:
        raise Problem(f"{device.tally}: {error}") from error
