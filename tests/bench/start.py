"""From `fjes kiosk` to its first face, and the memory that terminal and keeper take once every language is drawn."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from tests.bench.programs import memory_of, running
from tests.bench.report import Figure, at_most
from tests.bench.terminal import SETTLES, SIZE, SOUND, until_drawn, write_settings
from tests.screen import Screen

STARTS = 5


def measure(directory: Path) -> Iterator[Figure]:
    """Medians of starts that alternate with the baseline's."""
    settings = write_settings(directory)
    ours, floor = [], []
    with Screen(SIZE) as screen:
        for _ in range(STARTS):
            floor.append(_floor(screen, directory))
            ours.append(_start(screen, directory, settings))
    first, memory, peak, keeper = map(statistics.median, zip(*ours, strict=True))
    shown, empty, python = map(statistics.median, zip(*floor, strict=True))
    window = "bare Kivy window"
    yield Figure("terminal: `fjes kiosk` to first face, keeper included", first, "s", at_most(1.5), shown, window)
    drawn = "every language drawn ahead in every appearance"
    yield Figure(f"terminal: memory, {drawn}", memory, "MB", at_most(220), empty, window)
    yield Figure("terminal: most memory while it draws, helper included", peak, "MB", None, empty, window)
    yield Figure("keeper: memory", keeper, "MB", None, python, "bare Python")


def _start(screen: Screen, directory: Path, settings: Path) -> tuple[float, float, float, float]:
    """Seconds until faces are shown; megabytes of the terminal, settled and at most, and of its keeper."""
    words = ("tests.bench.kiosk_probe", "--config", f"{settings}", "kiosk")
    began = monotonic()
    with running(*words, log=directory / "log", environment={**screen.environment, **SOUND}) as keeper:
        first = keeper.wait_for("ready")["at"] - began
        terminal = keeper.kept()
        peak = until_drawn(terminal)
        return first, memory_of(terminal), peak, keeper.memory()


def _floor(screen: Screen, directory: Path) -> tuple[float, float, float]:
    """Seconds until an empty window is shown, megabytes when it has settled; megabytes of Python that does nothing."""
    began = monotonic()
    with running("tests.bench.kivy_floor", log=directory / "log", environment=screen.environment) as window:
        shown = window.wait_for("frame")["at"] - began
        sleep(SETTLES)
        memory = window.memory()
    waiting = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", waiting], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as python:
        assert python.stdout is not None
        python.stdout.readline()
        return shown, memory, memory_of(python.pid)
