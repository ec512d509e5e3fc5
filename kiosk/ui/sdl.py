"""The SDL library under Kivy's window, for what Kivy does not pass on: to sleep until something happens, to be woken
from another thread, and to know whether the window is still what a visitor sees.

Called through ctypes on the very library that Kivy has loaded; only from the main thread, but for wake().
"""

import ctypes
import math
import re
from enum import IntFlag
from pathlib import Path
from typing import Self

WAITING_DRIVERS = ("x11", "wayland", "windows", "cocoa")
"""The drivers of SDL 2.30 with a wait of their own (`WaitEventTimeout` in src/video); for all others, KMSDRM among
them, SDL looks for events every millisecond, which costs more than it saves."""

_LIBRARY = re.compile(r"\S*/libSDL2-2\S*\.so\S*$", re.MULTILINE)
_USER_EVENT = 0x8000
_EVENT_BYTES = 128
"""More than a union SDL_Event has."""
_WINDOW = 1
"""SDL numbers its windows from 1, and a terminal has one."""


class Flags(IntFlag):
    """Of SDL_GetWindowFlags, what a terminal looks at."""

    FOCUSED = 0x200


class Sdl:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._sdl = library
        library.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
        library.SDL_GetWindowFromID.restype = ctypes.c_void_p
        library.SDL_GetWindowFlags.argtypes = (ctypes.c_void_p,)
        event = ctypes.create_string_buffer(_EVENT_BYTES)
        ctypes.c_uint32.from_buffer(event).value = _USER_EVENT
        self._nothing = event

    @classmethod
    def loaded(cls) -> Self | None:
        """The one that Kivy has loaded; None where that cannot be told, as on a system without /proc."""
        try:
            found = _LIBRARY.search(Path("/proc/self/maps").read_text())
            return cls(ctypes.CDLL(found.group())) if found else None
        except OSError:
            return None

    def without_filter(self) -> None:
        """Takes away what Kivy has looking at every event before it is queued, and drops the events queued so far.

        That filter waits for Python's lock while SDL holds one of its own, and Kivy keeps Python's lock while it does
        something to the window: with an event from another thread meanwhile (`wake`, a sound device that comes or
        goes) both waited for ever.
        """
        self._sdl.SDL_SetEventFilter(None, None)

    def can_wait(self) -> bool:
        """Whether wait() sleeps, and wake() ends it."""
        return (self._sdl.SDL_GetCurrentVideoDriver() or b"").decode() in WAITING_DRIVERS

    def wait(self, seconds: float) -> None:
        """Sleeps until there is an event or wake() is called, at most so long."""
        self._sdl.SDL_WaitEventTimeout(None, max(1, math.ceil(seconds * 1000)))

    def wake(self) -> None:
        """Ends a wait, or the next one. From any thread."""
        self._sdl.SDL_PushEvent(self._nothing)

    def flags(self) -> Flags:
        """How the window is now."""
        return Flags(self._sdl.SDL_GetWindowFlags(self._window()))

    def _window(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self._sdl.SDL_GetWindowFromID(_WINDOW))
