"""How long until a store that was restored from a 30-day-old backup is complete again, refilled by its 100 terminals.

The real thing from end to end: a store that `fjes backup` copied when it was a month younger and `fjes restore` put
back, `fjes collector`, mosquitto, and terminals with their disks. Beside it: the same sheets, to SQLite directly.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from time import monotonic

from collector.store.protocol import Received
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from contract.sheets import Sheet, Table
from tests.bench.flood import name
from tests.bench.past import past
from tests.bench.programs import running
from tests.bench.refilling import installation_of
from tests.bench.report import Figure, at_most
from tests.broker import Broker
from tests.fakes.clock import OSLO
from tests.polling import eventually

TERMINALS = 100
PROCESSES = 2
LONGEST = 180.0
"""Seconds after which it is given up."""
COMMIT = 1_000
"""Sheets in one commit of the baseline."""
_ALL = (datetime.min.date(), datetime.max.date())
_SETTINGS = """\
[broker]
port = {port}
"""
_BARE = """
CREATE TABLE sheets (
    terminal TEXT, installation TEXT, survey TEXT, tbl TEXT, period TEXT, revision INTEGER, counts TEXT,
    PRIMARY KEY (terminal, installation, survey, tbl, period)
)
"""


def measure(directory: Path) -> Iterator[Figure]:
    """Busy terminals, whose months have the most sheets, and then small ones."""
    for profile in ("busy", "small"):
        place = directory / profile
        place.mkdir()
        yield from _refill(place, profile)


def _refill(place: Path, profile: str) -> Iterator[Figure]:
    today = datetime.now(OSLO).date()
    pasts = [past(profile, number, today) for number in range(TERMINALS)]
    before = [_received(number, then.values()) for number, (then, _) in enumerate(pasts)]
    now = [_received(number, sheets.values()) for number, (_, sheets) in enumerate(pasts)]
    missing = [[one for one in sheets if one.sheet.revision > 1] for sheets in now]
    bare = _bare(place / "bare.db", [one for sheets in missing for one in sheets])
    broker = Broker(place)
    settings = place / "fjes.toml"
    settings.write_text(_SETTINGS.format(port=broker.port))
    _restored(place, settings, before, now)
    broker.start()
    try:
        seconds = _connect(place, settings, broker, profile, today.isoformat())
    finally:
        broker.stop()
    lost = len(_wanted(now) ^ _wanted([_stored(place)]))
    count = sum(map(len, missing))
    what = f"refill: {TERMINALS} {profile} terminals, {count:,} sheets"
    yield Figure(what, seconds, "s", at_most(60), bare, "SQLite directly")
    yield Figure(f"refill: {profile}, sheets that are not as they were", lost, "", at_most(0))


def _restored(place: Path, settings: Path, before: Sequence[list[Received]], now: Sequence[list[Received]]) -> None:
    """A store that has lived on for a month since its backup, and was put back."""
    with closing(SqliteStore.open(place / "fjes.db")) as store:
        for sheets in before:
            store.save(sheets)
    _run(settings, "backup")
    with closing(SqliteStore.open(place / "fjes.db")) as store:
        for sheets in now:
            store.save(sheets)
    (file,) = (place / "backups").iterdir()
    _run(settings, "restore", f"{file}")
    assert _wanted([_stored(place)]) == _wanted(before)


def _connect(place: Path, settings: Path, broker: Broker, profile: str, today: str) -> float:
    """Seconds from the moment that all terminals connect until each has been answered and owes nothing."""
    log = place / "log"
    share = TERMINALS // PROCESSES
    with ExitStack() as stack:
        crowd = []
        for first in range(0, TERMINALS, share):
            words = (profile, f"{broker.port}", today, f"{first}", f"{share}", f"{place}")
            crowd.append(stack.enter_context(running("tests.bench.refilling", *words, log=log)))
        for one in crowd:
            one.next(LONGEST)  # it is ready
        stack.enter_context(running("deploy", "--config", f"{settings}", "collector", log=log))
        eventually(lambda: b"broker_connected" in log.read_bytes())
        began = monotonic()
        for one in crowd:
            one.tell("connect")
        return max(float(one.next(LONGEST)["at"]) for one in crowd) - began


def _bare(path: Path, received: Sequence[Received]) -> float:
    """Seconds that SQLite takes for as many rows with the same in them, as safely on disk."""
    rows = [
        (one.terminal, one.installation, one.sheet.survey, one.sheet.table, one.sheet.period, one.sheet.revision)
        for one in received
    ]
    texts = [f"{one.sheet.counts}" for one in received]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(_BARE)
        began = monotonic()
        for start in range(0, len(rows), COMMIT):
            db.execute("BEGIN")
            share = zip(rows[start : start + COMMIT], texts[start : start + COMMIT], strict=True)
            db.executemany("INSERT INTO sheets VALUES (?, ?, ?, ?, ?, ?, ?)", ((*row, text) for row, text in share))
            db.execute("COMMIT")
        return monotonic() - began


def _received(number: int, sheets: Iterable[Sheet]) -> list[Received]:
    return [Received(name(number), installation_of(number), sheet) for sheet in sheets]


def _stored(place: Path) -> list[Received]:
    with closing(SqliteReadStore.open(place / "fjes.db")) as store:
        return list(store.sheets(store.terminals(), Table, *_ALL))


def _wanted(sheets: Sequence[list[Received]]) -> set[tuple[object, ...]]:
    """Sheets as a set can hold them."""
    return {
        (one.terminal, one.installation, *one.sheet.entry, frozenset(one.sheet.counts.items()))
        for share in sheets
        for one in share
    }


def _run(settings: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "deploy", "--config", str(settings), *words], check=True, stdout=subprocess.DEVNULL
    )
