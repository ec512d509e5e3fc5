"""The one window, opened the way a terminal needs it; Kivy is first imported here, once its surroundings are set.

Touches come in one way only: Kivy's mouse provider, which SDL feeds from mouse and touchscreen alike. Kivy's default
reads /dev/input as well, so that one touch counts twice (https://github.com/kivy/kivy/issues/3801).
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from kiosk.ui.display import NoScreenError, find_screen
from kiosk.ui.layout import Size
from kiosk.ui.scene import PAPER

log = structlog.get_logger()


@contextmanager
def opened(size: Size | None, *, fullscreen: bool) -> Iterator[Any]:
    """Kivy's window, of `size` in pixels or, in full screen, of the screen's own. Raises NoScreenError."""
    screen = find_screen(os.environ)
    with TemporaryDirectory(prefix="fjes-kivy-") as home:
        os.environ.update(
            KIVY_NO_ARGS="1",
            KIVY_NO_CONFIG="1",
            KIVY_NO_FILELOG="1",
            KIVY_LOG_MODE="PYTHON",  # else Kivy takes over the root logger and stderr
            KIVY_HOME=home,
            KIVY_WINDOW="sdl2",
            KIVY_IMAGE="sdl2",
        )
        _configure(screen if fullscreen else size, fullscreen)
        kivy = logging.getLogger("kivy")
        kivy.setLevel(logging.CRITICAL + 1)  # without a window it prints every way it tried
        from kivy.core.window import Window
        from kivy.utils import get_color_from_hex

        kivy.setLevel(logging.ERROR)
        if Window is None:
            raise NoScreenError("the window could not be opened: this screen has no OpenGL")
        Window.clearcolor = get_color_from_hex(PAPER)
        Window.show_cursor = not fullscreen
        _log_renderer(Window.size)
        yield Window


def _configure(size: Size | None, fullscreen: bool) -> None:
    from kivy.config import Config

    for option, _ in Config.items("input"):
        Config.remove_option("input", option)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    settings: dict[str, dict[str, str | int]] = {
        "kivy": {"exit_on_escape": 0, "desktop": 0, "log_level": "error"},
        "graphics": {"fullscreen": "auto" if fullscreen else 0, "multisamples": 0, "resizable": 0, "maxfps": 60},
    }
    if size:
        settings["graphics"] |= {"width": size[0], "height": size[1]}
    for section, values in settings.items():
        for option, value in values.items():
            Config.set(section, option, value)


def _log_renderer(size: Size) -> None:
    """A software renderer on a device is a fault to see in the log."""
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    log.info("screen opened", renderer=glGetString(GL_RENDERER).decode(), width=size[0], height=size[1])
