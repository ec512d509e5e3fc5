"""How many releases a second the collector has on its disk and acknowledged, beside a subscriber that does nothing."""

import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.bench.programs import Program, running
from tests.bench.report import Figure, at_least_times, at_most
from tests.broker import Broker
from tests.polling import eventually

MESSAGES = 20_000
ROUNDS = 3
TERMINALS = (100, 1, 1_000)
BRIDGED = 3_000
"""Messages for mqttwarn, which takes its time."""
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
launch = 'sqlite'
[config:sqlite]
targets = {{'store': ['{store}', 'messages']}}
[fjes/v1/+/sheets]
targets = sqlite:store
"""


def measure(directory: Path) -> Iterator[Figure]:
    for terminals in TERMINALS:
        yield from _throughput(directory, terminals)
    ours, _ = _collector(directory, TERMINALS[0])
    name = "collector: the same, beside a common bridge"
    yield Figure(name, ours, "/s", at_least_times(5), _bridge(directory), "mqttwarn to SQLite")


def _throughput(directory: Path, terminals: int) -> Iterator[Figure]:
    """Medians of rounds that alternate with the baseline's."""
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(_bare(directory, terminals))
        ours.append(_collector(directory, terminals))
    speed, memory = map(statistics.median, zip(*ours, strict=True))
    floor, empty = map(statistics.median, zip(*bare, strict=True))
    name = f"collector: releases stored and acknowledged, {terminals:,} terminal{'s'[: terminals > 1]}"
    yield Figure(name, speed, "/s", at_least_times(0.5), floor, "bare subscriber")
    if terminals == max(TERMINALS):
        name = f"collector: memory after {MESSAGES:,} messages"
        yield Figure(name, memory, "MB", at_most(80), empty, "bare subscriber")


def _bare(directory: Path, terminals: int) -> tuple[float, float]:
    """Messages a second, and megabytes at the end."""
    with _round(directory) as (place, port):
        with running("tests.bench.bare", f"{port}", f"{MESSAGES}", log=place / "log") as bare:
            bare.wait_for("ready")
            with _flood(place, port, terminals, MESSAGES) as flood:
                began = flood.wait_for("began")["at"]
                ended = bare.wait_for("heard")["at"]
                return MESSAGES / (ended - began), bare.memory()


def _collector(directory: Path, terminals: int) -> tuple[float, float]:
    """Messages a second into a new store, and megabytes at the end."""
    with _round(directory) as (place, port):
        settings, log = place / "fjes.toml", place / "log"
        settings.write_text(_SETTINGS.format(port=port))
        with (
            running("tests.bench.witness", f"{port}", f"{terminals}", f"{MESSAGES}", log=log) as witness,
            running("deploy", "--config", f"{settings}", "collector", log=log) as collector,
        ):
            witness.wait_for("ready")
            eventually(lambda: b"broker_connected" in log.read_bytes())
            with _flood(place, port, terminals, MESSAGES) as flood:
                began = flood.wait_for("began")["at"]
                ended = witness.wait_for("acknowledged")["at"]
                return MESSAGES / (ended - began), collector.memory()


def _bridge(directory: Path) -> float:
    """Messages a second that mqttwarn has in its SQLite file."""
    with _round(directory) as (place, port):
        store, settings = place / "mqttwarn.db", place / "mqttwarn.ini"
        settings.write_text(_BRIDGE.format(port=port, store=store))
        with running("mqttwarn", f"--config-file={settings}", log=place / "log", python=f"{BRIDGE}"):
            sleep(3)  # it does not say when it has subscribed
            with _flood(place, port, TERMINALS[0], BRIDGED) as flood:
                began = flood.wait_for("began")["at"]
                eventually(lambda: _rows(store) == BRIDGED)
                return BRIDGED / (monotonic() - began)


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


def _flood(place: Path, port: int, terminals: int, messages: int) -> AbstractContextManager[Program]:
    return running("tests.bench.flood", f"{port}", f"{terminals}", f"{messages}", log=place / "log")


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
