"""How much a terminal that sends without end slows the acknowledgements of the others down, at a site as it is set up.

A real broker as `fjes broker init` makes it, a real collector, terminals that send a sheet once a second, and one more,
with a name and a password like theirs, that sends what it may as fast as the broker takes it.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tests.bench.hostile_sender import FLOODS
from tests.bench.programs import Program, running
from tests.bench.provisioned import provision
from tests.bench.report import Figure, at_most_times, percentile
from tests.polling import eventually

HONEST = 20
STORE = "fjes.db"
PACE = 0
SECONDS = 15
"""Of each part. The first of a flood, when it is new, is in it."""


class Waited(NamedTuple):
    """Milliseconds to acknowledgement of the honest terminals' messages, and how many waited in vain."""

    median: float
    late: float
    never: int


def measure(directory: Path) -> Iterator[Figure]:
    """Each flood beside the quiet before it."""
    settings, broker, door = provision(directory, HONEST + len(FLOODS), STORE)
    file, log = directory / "door.json", directory / "log"
    file.write_bytes(msgspec.json.encode(door))
    broker.start()
    try:
        with (
            running("deploy", "--config", f"{settings}", "collector", log=log) as collector,
            running("tests.bench.honest", f"{file}", f"{HONEST}", log=log) as honest,
        ):
            eventually(lambda: b"broker_connected" in log.read_bytes())
            honest.wait_for("ready")
            _waited(honest)  # everything is loaded after a first time
            for number, (kind, what) in enumerate(FLOODS.items()):
                quiet = _waited(honest)
                with running("tests.bench.hostile_sender", f"{file}", f"{HONEST + number}", kind, f"{PACE}", log=log) as hostile:
                    hostile.wait_for("began")
                    flooded = _waited(honest)
                    sent = _sent(hostile)
                yield from _figures(what, sent, quiet, flooded)
            yield Figure("hostile: memory of the collector after it all", collector.memory(), "MB")
    finally:
        broker.stop()


def _figures(what: str, sent: dict[str, Any], quiet: Waited, flooded: Waited) -> Iterator[Figure]:
    name, twice, floor = f"hostile, {what}: acknowledgement", at_most_times(2), "quiet"
    yield Figure(f"{name}, median", flooded.median, "ms", twice, quiet.median, floor)
    yield Figure(f"{name}, 95th percentile", flooded.late, "ms", twice, quiet.late, floor)
    yield Figure(f"{name}s that did not come", flooded.never, "", None, quiet.never, floor)
    yield Figure(f"hostile, {what}: sent", sent["messages"], "/s", None)


def _waited(honest: Program) -> Waited:
    honest.tell(f"{SECONDS}")
    times: list[float | None] = honest.next(SECONDS + 60)["times"]
    came = [1000 * one for one in times if one is not None]
    return Waited(statistics.median(came), percentile(came, 95), len(times) - len(came))


def _sent(hostile: Program) -> dict[str, Any]:
    hostile.tell("enough")
    return hostile.wait_for("sent")
