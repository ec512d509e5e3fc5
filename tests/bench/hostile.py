"""How much a terminal that sends without end slows the acknowledgements of the others down.

A real broker with the limits that `fjes broker init` sets, a real collector with a register, terminals that send a
sheet once a second, and one more that sends what it may: on a plain connection as fast as the broker takes it; over TLS
so many bytes a second as a firewall lets through (`PACE`); and, to know why it has to, over TLS without that.
"""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from collector.store.sqlite import SqliteStore
from deploy.site.layout import BrokerFiles
from deploy.site.mosquitto import configuration
from tests.bench.flood import name
from tests.bench.hostile_sender import FLOODS
from tests.bench.programs import Program, running
from tests.bench.provisioned import provision
from tests.bench.report import Figure, Goal, at_most_times, percentile
from tests.bench.terminals import Door
from tests.broker import Broker
from tests.polling import eventually

HONEST = 20
STORE = "fjes.db"
QUIET_SECONDS = 10
FLOOD_SECONDS = 30
"""The time in which a flood is new, and not known as one, is in it."""
PACE = 1_000_000
"""Bytes a second: sixteen of the longest messages, where an honest terminal sends a short one."""
_SETTINGS = """\
[broker]
port = {port}
[collector]
store = "{store}"
"""


class Scene(NamedTuple):
    """The collector's settings, its broker, and how terminals come in; those after the honest ones are hostile."""

    settings: Path
    broker: Broker
    door: Door


class Waited(NamedTuple):
    """Milliseconds to acknowledgement of the honest terminals' messages, and how many waited in vain."""

    median: float
    late: float
    never: int


def measure(directory: Path) -> Iterator[Figure]:
    """Each flood beside the quiet before it."""
    plain, site = directory / "plain", directory / "site"
    plain.mkdir()
    site.mkdir()
    twice = at_most_times(2)
    yield from _figures("plain", _plain(plain, HONEST + len(FLOODS)), list(FLOODS), 0, twice)
    scene = Scene(*provision(site, HONEST + len(FLOODS), STORE))
    yield from _figures("TLS, 1 MB/s", scene, ["sheets", "hellos"], PACE, twice)
    yield from _figures("TLS, no limit", scene, ["large"], 0, None)


def _plain(directory: Path, terminals: int) -> Scene:
    """Without TLS and passwords, but with the same limits and a register."""
    made = configuration(BrokerFiles(directory), 0).splitlines()
    limits = [line for line in made if line.startswith(("max_", "memory_", "set_tcp_"))]
    broker = Broker(directory, settings="\n".join(limits) + "\n")
    store = SqliteStore.open(directory / STORE)
    for number in range(terminals):
        store.register(name(number))
    store.close()
    settings = directory / "fjes.toml"
    settings.write_text(_SETTINGS.format(port=broker.port, store=STORE))
    return Scene(settings, broker, Door(broker.port))


def _figures(how: str, scene: Scene, floods: Sequence[str], pace: int, goal: Goal | None) -> Iterator[Figure]:
    file, log = scene.settings.with_name("door.json"), scene.settings.with_name("log")
    file.write_bytes(msgspec.json.encode(scene.door))
    scene.broker.start()
    try:
        with (
            running("deploy", "--config", f"{scene.settings}", "collector", log=log) as collector,
            running("tests.bench.honest", f"{file}", f"{HONEST}", log=log) as honest,
        ):
            eventually(lambda: b"broker_connected" in log.read_bytes())
            honest.wait_for("ready")
            _waited(honest, QUIET_SECONDS)  # everything is loaded after a first time
            for kind in floods:
                number = HONEST + list(FLOODS).index(kind)
                quiet = _waited(honest, QUIET_SECONDS)
                with running("tests.bench.hostile_sender", f"{file}", f"{number}", kind, f"{pace}", log=log) as hostile:
                    hostile.wait_for("began")
                    flooded = _waited(honest, FLOOD_SECONDS)
                    sent = _sent(hostile)
                yield from _figures_of(f"hostile, {how}, {FLOODS[kind]}", sent, quiet, flooded, goal)
            yield Figure(f"hostile, {how}: memory of the collector after it", collector.memory(), "MB")
    finally:
        scene.broker.stop()


def _figures_of(what: str, sent: dict[str, Any], quiet: Waited, flooded: Waited, goal: Goal | None) -> Iterator[Figure]:
    yield Figure(f"{what}: ack, median", flooded.median, "ms", goal, quiet.median, "quiet")
    yield Figure(f"{what}: ack, 95 %", flooded.late, "ms", goal, quiet.late, "quiet")
    yield Figure(f"{what}: acks that did not come", flooded.never, "", None, quiet.never, "quiet")
    yield Figure(f"{what}: sent", sent["messages"], "/s")


def _waited(honest: Program, seconds: int) -> Waited:
    honest.tell(f"{seconds}")
    times: list[float | None] = honest.next(seconds + 60)["times"]
    came = [1000 * one for one in times if one is not None] or [float("inf")]
    return Waited(statistics.median(came), percentile(came, 95), times.count(None))


def _sent(hostile: Program) -> dict[str, Any]:
    hostile.tell("enough")
    return hostile.wait_for("sent")
