"""How many releases a second the collector has on its disk and acknowledged, beside a subscriber that does nothing."""

import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.bench.programs import Program, running
from tests.bench.report import Figure, at_least_times, at_most
from tests.broker import Broker
from tests.polling import eventually

MESSAGES = 20_000
MOST_OF_ONE = 3_000
"""What a terminal may send at once; of one that sends more, the collector drops what is above its room."""
ROUNDS = 3
TERMINALS = (100, 1, 1_000)
BRIDGED = 3_000
"""Messages for mqttwarn, which takes its time."""
SUBSCRIBES = 0.3
"""Seconds that a subscription takes after a connection; ten times that for mqttwarn, which says nothing of either."""
BRIDGE = Path(__file__).parents[2] / ".venv-bench" / "bin" / "python"

_SETTINGS = """\
[broker]
port = {port}
[collector]
store = "fjes.db"
"""
_BRIDGE = """\
[defaults]
hostname = '127.0.0.1'
port = {port}
clientid = 'mqttwarn'
loglevel = 'ERROR'
logfile = 'stream://sys.stderr'
launch = sqlite
[config:sqlite]
targets = {{'store': ['{store}', 'messages']}}
[fjes/v1/+/sheets]
targets = sqlite:store
"""


def measure(directory: Path) -> Iterator[Figure]:
    """Medians of rounds that alternate with the baseline's."""
    for terminals in TERMINALS:
        ours, floor, memory, empty = _rounds(directory, terminals)
        name = f"collector: releases stored and acknowledged, {terminals:,} terminal{'s'[: terminals > 1]}"
        yield Figure(name, ours, "/s", at_least_times(0.5), floor, "bare subscriber")
        if terminals == TERMINALS[0]:
            bridge = _bridge(directory)
            name = "collector: the same, beside a common bridge"
            yield Figure(name, ours, "/s", at_least_times(5), bridge, "mqttwarn to SQLite")
    yield Figure(f"collector: memory after {MESSAGES:,} releases", memory, "MB", at_most(80), empty, "bare subscriber")
    ours, floor, _, _ = _rounds(directory, TERMINALS[0], waiting=True)
    yield Figure("collector: the same from a backlog, nobody sending", ours, "/s", None, floor, "bare subscriber")


def _rounds(directory: Path, terminals: int, *, waiting: bool = False) -> tuple[float, float, float, float]:
    """The collector's messages a second and the bare subscriber's, then the megabytes of each."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(_bare(directory, terminals, waiting=waiting))
        ours.append(_collector(directory, terminals, waiting=waiting))
    (speed, memory), (floor, empty) = (map(statistics.median, zip(*figures, strict=True)) for figures in (ours, bare))
    return speed, floor, memory, empty


def _bare(directory: Path, terminals: int, *, waiting: bool) -> tuple[float, float]:
    """Messages a second, and megabytes at the end."""
    messages = _messages(terminals)
    with (
        _round(directory) as (place, port),
        running("tests.bench.bare", f"{port}", f"{messages}", log=place / "log") as bare,
    ):
        bare.wait_for("ready")
        with _flooded(place, port, terminals, messages, bare if waiting else None) as began:
            return messages / (bare.wait_for("heard")["at"] - began), bare.memory()


def _collector(directory: Path, terminals: int, *, waiting: bool) -> tuple[float, float]:
    """Messages a second into a new store, and megabytes at the end."""
    messages = _messages(terminals)
    with _round(directory) as (place, port):
        settings, log = place / "fjes.toml", place / "log"
        settings.write_text(_SETTINGS.format(port=port))
        with (
            running("tests.bench.witness", f"{port}", f"{terminals}", f"{messages}", log=log) as witness,
            running("deploy", "--config", f"{settings}", "collector", log=log) as collector,
        ):
            witness.wait_for("ready")
            eventually(lambda: b"broker_connected" in log.read_bytes())
            sleep(SUBSCRIBES)
            with _flooded(place, port, terminals, messages, collector if waiting else None) as began:
                return messages / (witness.wait_for("acknowledged")["at"] - began), collector.memory()


def _messages(terminals: int) -> int:
    return min(MESSAGES, MOST_OF_ONE * terminals)


def _bridge(directory: Path) -> float:
    """Messages a second that mqttwarn has in its SQLite file."""
    with _round(directory) as (place, port):
        store, settings = place / "mqttwarn.db", place / "mqttwarn.ini"
        settings.write_text(_BRIDGE.format(port=port, store=store))
        with running("mqttwarn", f"--config-file={settings}", log=place / "log", python=f"{BRIDGE}"):
            sleep(10 * SUBSCRIBES)
            with _flooded(place, port, TERMINALS[0], BRIDGED) as began:
                eventually(lambda: _rows(store) == BRIDGED)
                return BRIDGED / (monotonic() - began)


@contextmanager
def _flooded(place: Path, port: int, terminals: int, messages: int, held: Program | None = None) -> Iterator[float]:
    """Has another process send all messages; gives the monotonic time when it, or the subscriber, began.

    A subscriber that is held gets them when all are at the broker, and its time is not shared with those who send.
    """
    words = (f"{port}", f"{terminals}", f"{messages}")
    with running("tests.bench.flood", *words, log=place / "log") as flood:
        if held is None:
            yield flood.wait_for("began")["at"]
            return
        with held.held():
            flood.wait_for("published")
        yield monotonic()


@contextmanager
def _round(directory: Path) -> Iterator[tuple[Path, int]]:
    """A directory and a broker of its own, which holds nothing for those of other rounds: its port."""
    place = Path(tempfile.mkdtemp(dir=directory))
    broker = Broker(place)
    broker.start()
    try:
        yield place, broker.port
    finally:
        broker.stop()


def _rows(store: Path) -> int:
    if not store.exists():
        return 0
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return int(db.execute("SELECT count(*) FROM messages").fetchone()[0])
    except sqlite3.OperationalError:  # its table is not there yet, or it is just writing
        return 0
    finally:
        db.close()
