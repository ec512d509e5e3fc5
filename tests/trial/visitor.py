"""`fjes kiosk` with visitors: put in the place of the program in the unit, it touches the screen from within.

There is no touchscreen in a box. The touches begin in SDL's queue, where a real one's would; from there on all is real.
"""

import sys
from pathlib import Path
from threading import Thread
from time import sleep

VISITS = 10
SIZE = (1024, 768)
"""That SDL makes a screen which is not there."""
PAUSE = 2.0
"""Seconds between touches: whoever is quicker is at play."""


def visit() -> None:
    """So many visitors are very happy, say nothing more, and leave."""
    sys.path.append(str(Path(__file__).parents[2]))  # after the installed fjes
    from kiosk.ui import layout
    from kiosk.ui.sdl import Sdl
    from tests.fingers import push_finger

    panel = layout.Panel.of(SIZE)
    question = layout.question(panel, ("nb", "en", "es", "ro", "bg", "th"))
    sleep(10)
    sdl = Sdl.loaded()
    assert sdl, "the window is not there yet"
    for _ in range(VISITS):
        for box in (question.faces[4], layout.why(panel).skip, layout.thanks(panel).text):
            x, y = box.centre
            push_finger(sdl, "down", 1, x / SIZE[0], y / SIZE[1])
            push_finger(sdl, "up", 1, x / SIZE[0], y / SIZE[1])
            sleep(PAUSE)


if __name__ == "__main__":
    from deploy.command import main

    if "--kept" in sys.argv:
        Thread(target=visit, daemon=True).start()
    sys.exit(main())
