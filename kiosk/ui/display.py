"""The screen, found before Kivy looks for one: without one SDL draws to nowhere and says nothing."""

import ctypes
import sys
from collections.abc import MutableMapping
from pathlib import Path

from kiosk.ui.layout import Size


class NoScreenError(Exception):
    """There is nothing to draw on; the message says what to do."""


def find_screen(environment: MutableMapping[str, str]) -> Size | None:
    """Names SDL's way to the screen in `environment`, and tells the screen's size in pixels where X11 knows it.

    SDL asks a window manager for full screen; on an X server that has none, as on a terminal, the window must be
    opened in the screen's own size. Raises NoScreenError.
    """
    if sys.platform != "linux":
        return None
    display = environment.get("DISPLAY")
    if "SDL_VIDEODRIVER" not in environment:
        if not display and not any(Path("/dev/dri").glob("card*")):
            raise NoScreenError("there is no screen: DISPLAY is not set and no graphics card is in /dev/dri")
        environment["SDL_VIDEODRIVER"] = "x11" if display else "kmsdrm"
    return _x11_size(display or "") if environment["SDL_VIDEODRIVER"] == "x11" else None


def _x11_size(name: str) -> Size:
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError as error:
        raise NoScreenError("libX11 is missing; install it with: apt install libx11-6") from error
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(name.encode()))
    if not display:
        raise NoScreenError(f"no window can be opened on DISPLAY={name}; is an X server running there?")
    size = x11.XDisplayWidth(display, 0), x11.XDisplayHeight(display, 0)
    x11.XCloseDisplay(display)
    return size
