"""`fjes kiosk` with visitors: put in the place of the program in the unit, it touches the screen from within.

There is no touchscreen in a box. The touches begin in SDL's queue, where a real one's would; from there on all is real.
"""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TypeVar

App = TypeVar("App")
VISITS = 10
SIZE = (1024, 768)
"""That SDL makes a screen which is not there."""
PAUSE = 1.5
"""Seconds before each touch: whoever is quicker is at play."""


def visit() -> None:
    """After each start, so many visitors are very happy, say nothing more, and leave."""
    from kiosk.session import Screen
    from kiosk.ui import layout
    from kiosk.ui.app import KioskApp
    from kiosk.ui.sdl import Sdl

    sys.path.append(str(Path(__file__).parents[2]))  # after the installed fjes
    from tests.fingers import push_finger

    panel = layout.Panel.of(SIZE)
    faces = layout.question(panel, ("nb", "en", "es", "ro", "bg", "th")).faces
    touches = {Screen.QUESTION: faces[4], Screen.WHY: layout.why(panel).skip, Screen.THANKS: layout.thanks(panel).text}
    wait_for(lambda: bool(apps(KioskApp)))
    [app] = apps(KioskApp)
    wait_for(lambda: hasattr(app, "_session"))
    for _ in range(VISITS):
        for screen, box in touches.items():
            while app._session.view.screen is not screen:
                sleep(0.2)
            sleep(PAUSE)
            x, y = box.centre
            sdl = Sdl.loaded()
            assert sdl, "the window has gone"
            push_finger(sdl, "down", 1, x / SIZE[0], y / SIZE[1])
            push_finger(sdl, "up", 1, x / SIZE[0], y / SIZE[1])


def apps(kind: type[App]) -> list[App]:
    """The terminal's screen, once there is one."""
    return [found for found in gc.get_objects() if isinstance(found, kind)]


def wait_for(holds: Callable[[], bool]) -> None:
    while not holds():
        sleep(0.2)


if __name__ == "__main__":
    from deploy.command import main

    if "--kept" in sys.argv:
        Thread(target=visit, daemon=True).start()
    sys.exit(main())
