"""Twenty thousand sessions in one run, as many as the first user has in eighteen years: what of the terminal wears out.

Window, SDL's queue, session, tally, publisher, broker and collector are real, and so is the speech that every
twentieth visitor turns on; only the visitors' time is not. See tests.bench.soak_probe.
"""

import statistics
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from collector.store.reading import SqliteReadStore
from contract.sheets import Table
from tests.bench.crowd import FIRST
from tests.bench.programs import Event, Program, running
from tests.bench.report import Figure, at_most_times
from tests.bench.soak_probe import BATCH
from tests.bench.terminal import SOUND, write_settings
from tests.broker import Broker
from tests.polling import eventually
from tests.screen import Screen

SESSIONS = 20_000
WARM_UP = FIRST
"""Sessions in which most scenes are made for the first time; each stays, some kilobytes of places and texts."""
WINDOW = 1_000
"""Sessions at the start (after the warm-up) and at the end that are compared."""
SIZE = (800, 480)
"""The smallest screen, as the processor draws here: with four times the pixels it would take half an hour."""
PATIENCE = 60.0
"""Seconds without a report after which the run is given up."""


def measure(directory: Path) -> Iterator[Figure]:
    broker = Broker(directory)
    broker.start()
    log = directory / "log"
    settings = write_settings(directory, size=SIZE, port=broker.port)
    words = (f"{settings}", f"{SESSIONS}")
    try:
        with (
            Screen(SIZE) as screen,
            running("deploy", "--config", f"{settings}", "collector", log=log),
            running("tests.bench.soak_probe", *words, log=log, environment={**screen.environment, **SOUND}) as kiosk,
        ):
            kiosk.wait_for("ready")
            batches, votes = _batches(kiosk)
            eventually(lambda: _stored(directory / "fjes.db") == votes, "not all votes are in the store")
    finally:
        broker.stop()
    yield from _figures(batches)


def _batches(kiosk: Program) -> tuple[list[Event], int]:
    """What was measured over each batch of sessions, and how many visitors voted in all."""
    batches = []
    while (event := kiosk.next(PATIENCE))["event"] != "done":
        if event["event"] == "batch":
            batches.append(event)
    return batches, event["votes"]


def _figures(batches: Sequence[Event]) -> Iterator[Figure]:
    """Medians over the sessions after the warm-up, and over the last."""
    warm, some = WARM_UP // BATCH, WINDOW // BATCH
    for what, key, unit, limit in (
        ("memory", "memory", "MB", 1.03),
        ("open files", "handles", "files", 1.0),
        ("touch taken to frame drawn", "frames", "ms", 1.1),
        ("the same in processor time of all threads", "efforts", "ms", None),
    ):
        before, after = (
            statistics.median(value for batch in part for value in batch[key])
            for part in (batches[warm : warm + some], batches[-some:])
        )
        goal = at_most_times(limit) if limit else None
        yield Figure(f"{SESSIONS:,} sessions: {what}", after, unit, goal, before, f"after {WARM_UP:,} sessions")


def _stored(file: Path) -> int:
    """Votes in the store, honest and suspect."""
    if not file.exists():
        return 0
    store = SqliteReadStore.open(file)
    try:
        sheets = store.sheets(["stua-1"], [Table.FACES, Table.SUSPECT], date.min, date.max)
        return sum(sum(one.sheet.counts.values()) for one in sheets)
    finally:
        store.close()
