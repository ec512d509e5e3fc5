"""What this terminal runs on, for the staff corner."""

import ctypes
import platform
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from kiosk.staff.facts import Versions


def versions(software: str, survey: str, renderer: str) -> Versions:
    """The versions of this process; `renderer` is what OpenGL calls itself."""
    return Versions(software, survey, platform.python_version(), version("kivy"), sdl_version(), renderer)


def sdl_version() -> str:
    """SDL's own version, asked through Kivy's module that is linked to it; "?" where there is none."""
    kivy = find_spec("kivy")
    linked = [*Path(kivy.origin).parent.glob("core/window/_window_sdl2*.so")] if kivy and kivy.origin else []
    if not linked:
        return "?"
    numbers = (ctypes.c_uint8 * 3)()
    ctypes.CDLL(str(linked[0])).SDL_GetVersion(numbers)
    return ".".join(map(str, numbers))
