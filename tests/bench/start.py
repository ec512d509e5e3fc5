"""From the terminal's start to its first face, and the memory it keeps once every language is drawn."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from tests.bench.programs import Program, running
from tests.bench.report import Figure, at_most
from tests.bench.touch import SIZE, write_settings
from tests.screen import Screen

STARTS = 5
PATIENCE = 30.0


def measure(directory: Path) -> Iterator[Figure]:
    """Medians of starts that alternate with the baseline's."""
    settings = write_settings(directory)
    ours, floor = [], []
    with Screen(SIZE) as screen:
        for _ in range(STARTS):
            floor.append(_start(screen, directory, "frame", "tests.bench.kivy_floor"))
            ours.append(_start(screen, directory, "ready", "tests.bench.kiosk_probe", f"{settings}"))
    first, memory, peak = map(statistics.median, zip(*ours, strict=True))
    shown, empty, empty_peak = map(statistics.median, zip(*floor, strict=True))
    window = "bare Kivy window"
    yield Figure("terminal: start to first face", first, "s", at_most(2), shown, window)
    yield Figure("terminal: memory, every language drawn", memory, "MB", at_most(200), empty, window)
    yield Figure("terminal: most memory while it draws, helper included", peak, "MB", None, empty_peak, window)


def _start(screen: Screen, directory: Path, shown: str, *words: str) -> tuple[float, float, float]:
    """Seconds until it is shown; megabytes when it has settled, and at most."""
    began = monotonic()
    with running(*words, log=directory / "log", environment=screen.environment) as program:
        first = program.wait_for(shown)["at"] - began
        peak = _until_helper_ends(program)
        sleep(2)
        return first, program.memory(), max(peak, program.memory())


def _until_helper_ends(program: Program) -> float:
    """Watches until nothing is left to draw; megabytes at most, with the process that draws."""
    peak, until = 0.0, monotonic() + PATIENCE
    while True:
        helpers = program.helpers_memory()
        peak = max(peak, program.memory() + helpers)
        if not helpers or monotonic() > until:
            return peak
        sleep(0.01)
