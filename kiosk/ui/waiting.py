"""The main loop, asleep whenever nothing is to be done: Kivy's own wakes 60 times a second to find that out.

A pass of Kivy's loop (timers, drawing) is made when a timer is due, something on the canvas has changed, or another
thread has work for the main one; a touch is handled the moment SDL has it. With the x11 driver all that is waited for
in SDL. KMSDRM, offscreen and others have no wait in SDL; there the loop looks for events every 12 ms, which is cheap
as long as it makes no pass of it.
"""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from kiosk.ui.sdl import Sdl

FRAME = 1 / 60
"""Seconds from one pass to the next while something moves."""
LOOK = 0.012
"""Seconds between looks for events where SDL cannot wait for them."""
LONGEST = 0.25
"""Seconds that a wait takes at most: a signal is noticed only after it."""


class Loop:
    """Kivy's loop over one window; `take_events` handles what SDL has, and tells whether it changed anything.

    Everything but call_soon() and stop() is the main thread's.
    """

    def __init__(self, window: Any, take_events: Callable[[], bool], sdl: Sdl | None) -> None:  # noqa: ANN401
        self._window = window
        self._take_events = take_events
        self._sdl = sdl if sdl and sdl.can_wait() else None
        self._bell = Event()
        self._stopping = False
        self._passed = 0.0

    def run(self) -> None:
        """Returns after stop()."""
        from kivy.base import EventLoop, runTouchApp, stopTouchApp
        from kivy.clock import Clock

        self._clock = Clock
        Clock._max_fps = 0.0  # a tick of the clock does not wait; this loop does
        runTouchApp(embedded=True)
        try:
            while not self._stopping:
                wait = self._due() - monotonic()
                if self._wait(min(wait, LONGEST)) or wait <= 0:
                    self._passed = monotonic()
                    EventLoop.idle()
        finally:
            stopTouchApp()

    def call_soon(self, work: Callable[[], None]) -> None:
        """Has `work` done on the main thread, before the next frame. From any thread."""
        from kivy.clock import Clock

        Clock.schedule_once(lambda _dt: work(), -1)
        self._wake()

    def stop(self) -> None:
        """Ends run(). From any thread, and from a signal handler: then within LONGEST seconds."""
        self._stopping = True
        self._wake()

    def _due(self) -> float:
        """When the next pass is to be made; in the past if at once."""
        soonest = self._passed + FRAME
        if self._window.canvas.needs_redraw:
            return soonest
        timer = self._clock.get_min_timeout()  # on Kivy's own clock; 0 for a timer of every frame
        return max(soonest, monotonic() + timer - self._clock.time()) if timer else soonest

    def _wait(self, seconds: float) -> bool:
        """Handles what SDL has, after at most so long; whether it changed anything."""
        if not self._sdl:
            return self._wait_looking(monotonic() + seconds)
        if seconds > 0:
            self._sdl.wait(seconds)
        return self._take_events()

    def _wait_looking(self, until: float) -> bool:
        """The same, until a monotonic time, where SDL cannot wait."""
        while not (changed := self._take_events()) and (left := until - monotonic()) > 0:
            if self._bell.wait(min(left, LOOK)):
                self._bell.clear()
                break
        return changed

    def _wake(self) -> None:
        if self._sdl:
            self._sdl.wake()
        else:
            self._bell.set()
