"""What a year takes: two terminals' votes in profile `busy`, through session, tally, broker and collector."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import monotonic

from deploy.configuration import read_settings
from deploy.example import TERMINALS, write_example
from deploy.replay import replay
from tests.bench.programs import running
from tests.bench.report import Figure
from tests.broker import Broker
from tests.polling import eventually

_SETTINGS = """\
[broker]
port = {port}
[privacy]
profile = "busy"
"""


def measure(directory: Path) -> Iterator[Figure]:
    broker = Broker(directory)
    broker.start()
    settings, log = directory / "fjes.toml", directory / "log"
    settings.write_text(_SETTINGS.format(port=broker.port))
    configuration = read_settings(settings)
    votes, seconds = 0, 0.0
    try:
        with running("deploy", "--config", f"{settings}", "collector", log=log):
            eventually(lambda: b"broker_connected" in log.read_bytes())
            for terminal in TERMINALS:
                file = directory / f"{terminal.id}.csv"
                write_example(file, terminal, configuration.survey(), date(2025, 12, 31))
                began = monotonic()
                votes += replay(configuration, file, terminal.id)
                seconds += monotonic() - began
    finally:
        broker.stop()
    sheets, size = _store(directory / "fjes.db")
    year = f"a year of {votes:,} votes at {len(TERMINALS)} terminals"
    yield Figure(f"{year}: sheets in the store", sheets, "sheets")
    yield Figure(f"{year}: the store", size, "MB")
    yield Figure("replay, until stored and acknowledged", votes / seconds, "votes/s")


def _store(file: Path) -> tuple[int, float]:
    """Sheets, and megabytes of the file once its log is folded in."""
    db = sqlite3.connect(file)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sheets = int(db.execute("SELECT count(*) FROM sheets").fetchone()[0])
    db.close()
    return sheets, file.stat().st_size / 1e6
