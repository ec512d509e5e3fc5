"""A screen where there is none: Xvfb, for the demo, the pictures and the tests."""

import os
import shutil

from deploy.children import Children
from deploy.errors import Problem


def start_virtual_screen(children: Children, width: int, height: int) -> str:
    """Starts Xvfb on a free display and returns its name, as `:7`. Raises Problem."""
    program = shutil.which("Xvfb")
    if program is None:
        raise Problem("there is no display and no virtual screen: run `apt install xvfb`, or start this on a desktop")
    reading, writing = os.pipe()
    screen = f"{width}x{height}x24"
    command = [program, "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"]
    children.start("screen", command, pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        raise Problem("the virtual screen (Xvfb) did not start")
    return f":{number}"
