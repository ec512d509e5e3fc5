"""The screen, found before Kivy looks for one: without one SDL draws to nowhere and says nothing."""

import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from kiosk.ui.x11 import X11


class NoScreenError(Exception):
    """There is nothing to draw on; the message says what to do."""


@contextmanager
def screen_of(environment: MutableMapping[str, str]) -> Iterator[X11 | None]:
    """Names SDL's way to the screen in `environment`; a connection to the screen where that is X11.

    SDL asks a window manager for full screen; on an X server that has none, as on a terminal, the window must be
    opened in the screen's own size. Raises NoScreenError.
    """
    if sys.platform == "linux":
        _choose_driver(environment)
    if environment.get("SDL_VIDEODRIVER") != "x11":
        yield None
        return
    x11 = _connected(environment.get("DISPLAY", ""))
    try:
        yield x11
    finally:
        x11.close()


def _choose_driver(environment: MutableMapping[str, str]) -> None:
    if "SDL_VIDEODRIVER" not in environment:
        display = environment.get("DISPLAY")
        if not display and not any(Path("/dev/dri").glob("card*")):
            raise NoScreenError("there is no screen: DISPLAY is not set and no graphics card is in /dev/dri")
        environment["SDL_VIDEODRIVER"] = "x11" if display else "kmsdrm"


def _connected(name: str) -> X11:
    try:
        return X11(name)
    except ConnectionError as error:
        raise NoScreenError(f"no window can be opened on DISPLAY={name}; is an X server running there?") from error
    except OSError as error:
        raise NoScreenError("libX11 is missing; install it with: apt install libx11-6") from error
