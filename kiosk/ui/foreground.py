"""Keeps the window what a visitor sees: shown, in front, as large as the screen, whatever happened to it.

Only X11 needs it: on KMSDRM there is nothing else that could be on the screen.
"""

from kiosk.ui.sdl import Flags, Sdl
from kiosk.ui.x11 import X11, Place

LOOK = 5.0
"""Seconds between looks, since nothing tells of a window that another one covers."""
SOON = 0.2
"""Seconds from a disturbance to the next look, so that a struggle with another program costs little."""


class Foreground:
    """For a window in full screen, by X11's number for it."""

    def __init__(self, x11: X11, window: int, sdl: Sdl) -> None:
        self._x11 = x11
        self._window = window
        self._sdl = sdl

    def start(self) -> None:
        from kivy.clock import Clock

        self._soon = Clock.create_trigger(self._look, SOON)
        Clock.schedule_interval(self._look, LOOK)

    def disturbed(self) -> None:
        """Something happened to the window."""
        self._soon()

    def _look(self, _dt: float) -> None:
        screen = self._x11.screen_size()
        if self._x11.place(self._window) == Place(True, 0, 0, *screen) and Flags.FOCUSED in self._sdl.flags():
            self._x11.raise_over_all(self._window)
        else:
            self._x11.bring_back(self._window)
            self._soon()
