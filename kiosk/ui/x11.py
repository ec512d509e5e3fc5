"""A connection of the terminal's own to the X server, for what SDL does not do, or does by waiting for a window manager
that may never answer (SDL 2.30, `X11_ShowWindow`).

Through ctypes, for the main thread. A server that is gone ends the process, as Xlib has it.
"""

import ctypes
from typing import NamedTuple

from kiosk.ui.layout import Size

_CLIENT_MESSAGE = 33
_FORMAT = 32
_TO_MANAGER = 0x80000 | 0x100000
"""SubstructureNotifyMask and SubstructureRedirectMask: such a message is for the window manager."""
_VIEWABLE = 2
_REVERT_TO_POINTER = 1
_STATE_ADD = 1
_FROM_PAGER = 2
"""The window manager takes it as a wish of the user."""
_POWER_ON, _POWER_OFF = 0, 3

_Id = ctypes.c_ulong
_Pointer = ctypes.c_void_p


class _Attributes(ctypes.Structure):
    """XWindowAttributes."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
        *(("visual", _Pointer), ("root", _Id)),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
        *((name, ctypes.c_ulong) for name in ("backing_planes", "backing_pixel")),
        *(("save_under", ctypes.c_int), ("colormap", _Id), ("map_installed", ctypes.c_int)),
        *(("map_state", ctypes.c_int), ("all_masks", ctypes.c_long), ("your_mask", ctypes.c_long)),
        *(("do_not_mask", ctypes.c_long), ("override", ctypes.c_int), ("screen", _Pointer)),
    )


class Place(NamedTuple):
    """Where a window is on the screen, in pixels, and whether it is shown at all."""

    shown: bool
    x: int
    y: int
    width: int
    height: int


class X11:
    """Raises OSError where there is no libX11, ConnectionError where no server is at `name`."""

    def __init__(self, name: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        for function, result in (("XOpenDisplay", _Pointer), ("XInternAtom", _Id), ("XDefaultRootWindow", _Id)):
            getattr(self._x, function).restype = result
        self._display = _Pointer(self._x.XOpenDisplay(name.encode()))
        if not self._display:
            raise ConnectionError(name)
        self._root = _Id(self._x.XDefaultRootWindow(self._display))

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)

    def screen_size(self) -> Size:
        """In pixels, as it is now."""
        root = self._attributes(self._root)
        return root.width, root.height

    def place(self, window: int) -> Place:
        """Where a window is."""
        found = self._attributes(_Id(window))
        x, y, child = ctypes.c_int(), ctypes.c_int(), _Id()
        self._x.XTranslateCoordinates(
            self._display, _Id(window), self._root, 0, 0, ctypes.byref(x), ctypes.byref(y), ctypes.byref(child)
        )
        return Place(found.map_state == _VIEWABLE, x.value, y.value, found.width, found.height)

    def raise_over_all(self, window: int) -> None:
        """Puts it in front of other windows, where no window manager has a say in it."""
        self._x.XRaiseWindow(self._display, _Id(window))
        self._x.XFlush(self._display)

    def bring_back(self, window: int) -> None:
        """Has a window shown in front, on the whole screen, and given the keys; waits for nothing."""
        self._tell("_NET_SHOWING_DESKTOP", self._root.value)
        self._x.XMapRaised(self._display, _Id(window))
        self._tell("_NET_WM_STATE", window, _STATE_ADD, self._atom("_NET_WM_STATE_FULLSCREEN"))
        self._tell("_NET_ACTIVE_WINDOW", window, _FROM_PAGER)
        self._x.XMoveResizeWindow(self._display, _Id(window), 0, 0, *self.screen_size())
        if self.place(window).shown and not self._has_manager():
            self._x.XSetInputFocus(self._display, _Id(window), _REVERT_TO_POINTER, ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def power(self, *, on: bool) -> None:
        """Has the monitor wake or sleep, through the DPMS extension where the server has it."""
        extensions, number = ctypes.CDLL("libXext.so.6"), ctypes.c_int()
        known = extensions.DPMSQueryExtension(self._display, ctypes.byref(number), ctypes.byref(number))
        if known and extensions.DPMSCapable(self._display):
            extensions.DPMSEnable(self._display)
            extensions.DPMSForceLevel(self._display, ctypes.c_ushort(_POWER_ON if on else _POWER_OFF))
            if on:
                extensions.DPMSDisable(self._display)  # or X would turn it off by itself after ten minutes
            self._x.XFlush(self._display)

    def _attributes(self, window: ctypes.c_ulong) -> _Attributes:
        found = _Attributes()
        self._x.XGetWindowAttributes(self._display, window, ctypes.byref(found))
        return found

    def _atom(self, name: str) -> int:
        return int(self._x.XInternAtom(self._display, name.encode(), 0))

    def _has_manager(self) -> bool:
        """Whether a window manager says that it is there (EWMH)."""
        kind, form, count, rest, data = _Id(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong(), _Pointer()
        check, window_kind = self._atom("_NET_SUPPORTING_WM_CHECK"), 33
        answers = (kind, form, count, rest, data)
        self._x.XGetWindowProperty(
            self._display,
            self._root,
            _Id(check),
            ctypes.c_long(0),
            ctypes.c_long(1),
            0,
            _Id(window_kind),
            *(ctypes.byref(answer) for answer in answers),
        )
        if data:
            self._x.XFree(data)
        return count.value > 0

    def _tell(self, name: str, window: int, *data: int) -> None:
        """Tells the window manager something (EWMH, root window messages)."""
        message = (ctypes.c_long * 24)(_CLIENT_MESSAGE, 0, 1, 0, window, self._atom(name), _FORMAT, *data)
        self._x.XSendEvent(self._display, self._root, 0, ctypes.c_long(_TO_MANAGER), message)
