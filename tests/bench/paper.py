"""How long a yearly report takes, from the command to the file: of a quiet service, and of ten busy terminals."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic

from collector.store.sqlite import SqliteStore
from contract.sheets import Table, Vote
from tests.bench.report import Figure, at_most
from tests.dashboard.conftest import year_store
from tests.fakes.read_store import FakeReadStore

_TIMES = 3
_TERMINALS = 10


def measure(directory: Path) -> Iterator[Figure]:
    for name, votes in (("1,112 votes", year_store()), (f"{_TERMINALS} busy terminals", _busy_store())):
        site = directory / name.replace(",", "").replace(" ", "-")
        site.mkdir()
        store = SqliteStore.open(site / "fjes.db")
        store.save(list(votes.sheets(votes.terminals(), Table, date.min, date.max)))
        store.close()
        taken = {form: statistics.median(_seconds(site, form) for _ in range(_TIMES)) for form in ("pdf", "csv")}
        told = f"a year's report as PDF, {name}"
        yield Figure(f"{told}: `fjes report`", taken["pdf"], "s", at_most(3), taken["csv"], "as CSV")
        yield Figure(f"{told}: the file", (site / "fjes-2023.pdf").stat().st_size / 1e3, "kB")


def _busy_store() -> FakeReadStore:
    """Every day of two years, a vote of each kind in each of ten hours, a hundred times."""
    store = FakeReadStore()
    kinds = [Vote(score, language, "none") for score in (4, 3, 2, 1) for language in ("nb", "en", "th")]
    for terminal in range(_TERMINALS):
        for day in range(0, 730, 2):
            moment = datetime(2022, 1, 1, 8 + day % 10) + timedelta(days=day)
            for vote in kinds:
                store.vote(moment, vote, times=100, terminal=f"gate-{terminal}")
    return store


def _seconds(site: Path, form: str) -> float:
    began = monotonic()
    command = [sys.executable, "-m", "deploy", "--config", str(site / "fjes.toml"), "report", "--period", "2023"]
    (site / "fjes.toml").touch()
    subprocess.run(
        [*command, "--format", form, "--output", str(site / f"fjes-2023.{form}")], check=True, capture_output=True
    )
    return monotonic() - began
