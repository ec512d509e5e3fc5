"""A finger that takes no time: one long-lived xdotool, told by a line what to touch."""

import random
import subprocess
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from kiosk.ui.layout import Box
from tests.screen import Screen

ECHO = 0.32
"""Seconds after which the terminal takes a touch for another one."""
JITTER = 0.05
"""Seconds, so that touches do not fall in step with frames."""
REACH = 0.02
"""Seconds in which the finger is over its place."""
HOLD = 0.05
"""Seconds that it stays down."""


class Finger:
    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._chance = random.Random(1)
        self._down = float("-inf")

    def __enter__(self) -> Self:
        self._xdotool = subprocess.Popen(
            ["xdotool", "-"], stdin=subprocess.PIPE, env=dict(self._screen.environment), text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._say("mouseup 1")
        assert self._xdotool.stdin is not None
        self._xdotool.stdin.close()
        self._xdotool.wait(10)

    def touch(self, box: Box, rest: float = 0.0) -> float:
        """A short touch, some time after the last, at least `rest` seconds; the monotonic time when it came down."""
        x, y = box.centre
        self._say(f"mousemove {x} {y}")
        sleep(max(REACH, self._down + rest - monotonic()) + self._chance.uniform(0.0, JITTER))
        self._down = monotonic()
        self._say("mousedown 1")
        sleep(HOLD)
        self._say("mouseup 1")
        return self._down

    def _say(self, line: str) -> None:
        assert self._xdotool.stdin is not None
        self._xdotool.stdin.write(f"{line}\n")
        self._xdotool.stdin.flush()
