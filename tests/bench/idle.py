"""What the terminal takes while nobody is there and the question goes round ten languages, for a minute."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from tests.bench.programs import memory_of, processor_of, running
from tests.bench.report import Figure, at_most
from tests.bench.terminal import SIZE, SOUND, until_drawn, write_settings
from tests.screen import Screen

MINUTE = 60.0


def measure(directory: Path) -> Iterator[Figure]:
    """Terminal and empty window run side by side, each on a screen of its own."""
    settings, log = write_settings(directory), directory / "log"
    words = ("tests.bench.kiosk_probe", "--config", f"{settings}", "kiosk")
    with (
        Screen(SIZE) as screen,
        Screen(SIZE) as other,
        running("tests.bench.kivy_floor", log=log, environment=other.environment) as window,
        running(*words, log=log, environment={**screen.environment, **SOUND}) as keeper,
    ):
        window.wait_for("frame")
        keeper.wait_for("ready")
        terminal = keeper.kept()
        until_drawn(terminal)
        idle, empty = _shares(terminal, window.pid)
        memory, empty_memory = memory_of(terminal), window.memory()
    floor = "bare Kivy window beside it"
    yield Figure("idle: of one core, the question in ten languages, 60 s", idle, "%", at_most(2), empty, floor)
    yield Figure("idle: memory after that minute", memory, "MB", at_most(220), empty_memory, floor)


def _shares(*processes: int) -> tuple[float, ...]:
    """Percent of one core that each takes over the same minute, in all its threads."""
    began = monotonic()
    before = [processor_of(process) for process in processes]
    sleep(MINUTE)
    took = monotonic() - began
    return tuple(100 * (processor_of(one) - used) / took for one, used in zip(processes, before, strict=True))
