"""The real terminal with a crowd inside it: `python -m tests.bench.soak_probe SETTINGS SESSIONS`.

It is `fjes kiosk`, touched through SDL's own queue as fast as it draws. What is not real is the time that visitors
take: the clock of session, speech and fades is put ahead by it, and the calendar by eighteen years in all; and the
loop rests for a millisecond between frames.
"""

import os
import sys
from functools import partial
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import deploy.kiosk
import kiosk.ui.app
import kiosk.ui.waiting
from deploy.configuration import read_settings
from deploy.logs import set_up_logs
from kiosk.clock import TerminalClock
from kiosk.ui.app import KioskApp
from kiosk.ui.studio import Studio
from kiosk.ui.window import Opened
from tests.bench.crowd import Crowd, Hurry
from tests.bench.programs import memory_of, say

BATCH = 100
"""Sessions from one report to the next."""
FADES = 0.2
"""Seconds after which a fade is over."""
FRAME = 0.001
"""Seconds, instead of the terminal's 1/60."""


class HurriedClock(TerminalClock):
    """The terminal's, on the visitors' time."""

    def __init__(self, hurry: Hurry, *args: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*args, utc=hurry.utc, **more)
        vars(self)["monotonic"] = hurry.now  # a static method, whose place this takes


class CrowdedApp(KioskApp):
    """Lets the crowd in when the first faces are shown, and measures how long each touch's frame takes.

    `frames` in milliseconds until it is there, `efforts` in milliseconds of any core, in all threads.
    """

    def __init__(self, hurry: Hurry, sessions: int, *args: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*args, on_ready=self._let_in, on_frame=self._drawn, **more)
        self._hurry = hurry
        self._sessions = sessions
        self._crowd: Crowd | None = None
        self._touched: tuple[float, float] | None = None
        self._frames: list[float] = []
        self._efforts: list[float] = []

    def finger_down(self, finger: int, x: float, y: float) -> None:
        self._touched = monotonic(), process_time()
        super().finger_down(finger, x, y)

    def _show(self, opened: Opened, studio: Studio) -> None:
        from kiosk.ui import stage

        vars(stage).update(monotonic=self._hurry.now)
        super()._show(opened, studio)

    def _refresh(self) -> None:
        """Nobody watches a fade: it is over before its first frame."""
        super()._refresh()
        if self._stage._next:
            self._hurry.skip(FADES)
            self._stage._fade(0)

    def _let_in(self) -> None:
        from kivy.clock import Clock

        say("ready")
        self._crowd = Crowd(self, self._hurry, self._sessions, self._gone, lambda votes: say("done", votes=votes))
        Clock.schedule_interval(self._crowd.step, 0)

    def _drawn(self, at: float) -> None:
        if self._crowd and self._touched is not None:
            touched, spent = self._touched
            self._frames.append((at - touched) * 1e3)
            self._efforts.append((process_time() - spent) * 1e3)
            self._touched = None
            self._crowd.drawn()

    def _gone(self, sessions: int) -> None:
        if sessions % BATCH:
            return
        memory, handles = memory_of(os.getpid()), len([*Path("/proc/self/fd").iterdir()])
        say("batch", memory=[memory], handles=[handles], frames=self._frames, efforts=self._efforts)
        self._frames, self._efforts = [], []


def main(settings: str, sessions: str) -> None:
    set_up_logs("kiosk")
    hurry = Hurry()
    vars(kiosk.ui.app).update(monotonic=hurry.now)
    vars(kiosk.ui.waiting).update(FRAME=FRAME)
    vars(deploy.kiosk).update(
        KioskApp=partial(CrowdedApp, hurry, int(sessions)), TerminalClock=partial(HurriedClock, hurry)
    )
    deploy.kiosk.run_kiosk(read_settings(Path(settings)))


if __name__ == "__main__":
    main(*sys.argv[1:])
