"""How long until 1,000 terminals that connect at the same second are all served, by a real broker and collector.

Served: the hello of each is answered, and all that it owes is acknowledged. Each sends its sheets once; a second time
means that an acknowledgement, or a broker that was killed, has lost something.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

import msgspec

from collector.store.reading import SqliteReadStore
from contract.sheets import Table
from tests.bench.programs import Program, running
from tests.bench.provisioned import provision
from tests.bench.report import Figure, at_most
from tests.bench.terminals import Door
from tests.broker import Broker
from tests.polling import eventually

TERMINALS = 1_000
PROCESSES = 4
AWAY = 2.0
"""Seconds that a broker or collector is gone."""
STORE = "fjes.db"
_SETTINGS = """\
[broker]
port = {port}
[collector]
store = "{store}"
"""


class Served(NamedTuple):
    """When all terminals were: seconds since the beginning, and how many messages of sheets that took."""

    seconds: float
    sent: int


def measure(directory: Path) -> Iterator[Figure]:
    """Over plain loopback, and then with TLS and passwords as a provisioned site has them."""
    plain, site = directory / "plain", directory / "site"
    plain.mkdir()
    site.mkdir()
    broker = Broker(plain)
    settings = plain / "fjes.toml"
    settings.write_text(_SETTINGS.format(port=broker.port, store=STORE))
    yield from _figures("plain", Scene(settings, broker, Door(port=broker.port)))
    yield from _figures("TLS", Scene(*provision(site, TERMINALS, STORE)))


def _figures(how: str, scene: "Scene") -> Iterator[Figure]:
    """Bare clients first, then the terminals, through the same: cold, a killed broker, a killed collector."""
    scene.broker.start()
    try:
        with scene.crowd("bare") as crowd:
            cold, again = _connect(crowd), _broker_killed(scene.broker, crowd)
        floors = {"floor": "bare clients"}
        with ExitStack() as stack:
            collector = stack.enter_context(scene.collector())
            crowd = stack.enter_context(scene.crowd("terminals"))
            name = f"connect, {how}: {TERMINALS:,} terminals"
            served = _connect(crowd)
            yield Figure(f"{name}, all served", served.seconds, "s", at_most(30), cold.seconds, **floors)
            yield Figure(f"{name}, sheets sent a second time", served.sent - TERMINALS, "", at_most(0))
            served = _broker_killed(scene.broker, crowd)
            yield Figure(f"{name}, the broker was killed", served.seconds, "s", at_most(30), again.seconds, **floors)
            served = _collector_killed(scene, collector, crowd, stack)
            yield Figure(f"{name}, the collector was killed", served.seconds, "s", at_most(30))
            yield Figure(f"{name}, sheets sent a second time", served.sent - TERMINALS, "", at_most(0))
        yield Figure(f"{name}, votes not in the store", 3 * TERMINALS - scene.stored(), "", at_most(0))
    finally:
        scene.broker.stop()


class Scene(NamedTuple):
    """Where it all happens."""

    settings: Path
    broker: Broker
    door: Door

    @property
    def log(self) -> Path:
        return self.settings.with_name("log")

    @contextmanager
    def collector(self) -> Iterator[Program]:
        """Yields as soon as it has connected."""
        with running("deploy", "--config", f"{self.settings}", "collector", log=self.log) as collector:
            connected = self.log.read_bytes().count(b"broker_connected")
            eventually(lambda: self.log.read_bytes().count(b"broker_connected") > connected)
            yield collector

    @contextmanager
    def crowd(self, kind: str) -> Iterator[list[Program]]:
        """Terminals, or bare clients, in a few processes; each owes the sheets of one vote and has not connected."""
        file = self.settings.with_name("door.json")
        file.write_bytes(msgspec.json.encode(self.door))
        share = TERMINALS // PROCESSES
        with ExitStack() as stack:
            words = ("tests.bench.terminals", kind, f"{file}")
            crowd = [
                stack.enter_context(running(*words, f"{first}", f"{share}", log=self.log))
                for first in range(0, TERMINALS, share)
            ]
            for one in crowd:
                one.wait_for("ready")
            _tell(crowd, "vote", "voted")
            yield crowd

    def stored(self) -> int:
        """Votes in the store."""
        store = SqliteReadStore.open(self.settings.with_name(STORE))
        try:
            return sum(one.sheet.total for one in store.sheets(store.terminals(), [Table.FACES], date.min, date.max))
        finally:
            store.close()


def _connect(crowd: Sequence[Program]) -> Served:
    began = monotonic()
    for one in crowd:
        one.tell("connect")
    return _served(crowd, began)


def _broker_killed(broker: Broker, crowd: Sequence[Program]) -> Served:
    """All owe something more when it is back; what it held is gone."""
    broker.kill()
    _tell(crowd, "vote", "voted")
    sleep(AWAY)
    began = monotonic()
    broker.start()
    return _served(crowd, began)


def _collector_killed(scene: Scene, collector: Program, crowd: Sequence[Program], stack: ExitStack) -> Served:
    """All have sent something more when it is back, which the broker holds; and all are asked for a hello."""
    collector.kill()
    _tell(crowd, "vote", "voted")
    _tell(crowd, "nudge", "nudged")
    sleep(AWAY)
    began = monotonic()
    stack.enter_context(scene.collector())
    return _served(crowd, began)


def _tell(crowd: Sequence[Program], word: str, answer: str) -> None:
    for one in crowd:
        one.tell(word)
    for one in crowd:
        one.wait_for(answer)


def _served(crowd: Sequence[Program], began: float) -> Served:
    served = [one.wait_for("served") for one in crowd]
    return Served(max(one["at"] for one in served) - began, sum(one["sent"] for one in served))
