"""The one window, opened the way a terminal needs it; Kivy is first imported here, once its surroundings are set.

Nothing of Kivy's own input is used, neither its providers (its default reads /dev/input beside SDL, so that one touch
counts twice: https://github.com/kivy/kivy/issues/3801) nor its keys: see kiosk.ui.entrance.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import structlog

from kiosk.ui.backlight import find_light
from kiosk.ui.display import NoScreenError, screen_of
from kiosk.ui.entrance import Entrance
from kiosk.ui.foreground import Foreground
from kiosk.ui.kivy_home import temporary_home
from kiosk.ui.layout import Size
from kiosk.ui.sdl import Sdl
from kiosk.ui.waiting import Loop
from kiosk.ui.x11 import X11

log = structlog.get_logger()

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "software rasterizer")
"""What Mesa's renderers without a graphics card call themselves."""


class Opened:
    """An open window. `entrance` tells of fingers and keys; `on_resize` is called when the window has another size,
    `on_frame` with the monotonic time of every frame drawn; `renderer` is what OpenGL calls itself."""

    def __init__(self, window: Any, renderer: str, x11: X11 | None, *, fullscreen: bool) -> None:  # noqa: ANN401
        self.renderer = renderer
        sdl = Sdl.loaded()
        if sdl:
            sdl.without_filter()
        self.kivy = window
        self.entrance = Entrance(window)
        self.loop = Loop(window, self.entrance.take, sdl)
        self.on_resize: Callable[[], None] = lambda: None
        self.on_frame: Callable[[float], None] = lambda _: None
        self._screen_size = x11.screen_size if x11 and fullscreen else None
        self.entrance.resized = self._resized
        window.bind(on_flip=self._flip)
        self._light = find_light(x11) if fullscreen else None
        if self._light:
            self._light.on()  # whoever had it before may have been killed at night
        if x11 and sdl and fullscreen:
            self._foreground = Foreground(x11, window.get_window_info().window, sdl)
            self.entrance.disturbed = self._foreground.disturbed
            self._foreground.start()

    @property
    def size(self) -> Size:
        width, height = self.kivy.size
        return width, height

    @property
    def is_software(self) -> bool:
        """Whether the processor draws, which on a device is a fault."""
        return self.renderer.lower().startswith(_SOFTWARE)

    def run(self) -> None:
        """Shows the window until stop()."""
        self.loop.run()

    def stop(self) -> None:
        """Ends run() within a quarter of a second. From any thread, and from a signal handler."""
        self.loop.stop()

    def call_soon(self, work: Callable[[], None]) -> None:
        """Has `work` done on the main thread before the next frame. From any thread."""
        self.loop.call_soon(work)

    def darken(self, dark: bool) -> None:
        """Turns the screen's light off or on, in full screen and where it has one that can be."""
        self.kivy.allow_screensaver = dark  # SDL keeps X11's monitor awake, but for this
        if self._light:
            (self._light.off if dark else self._light.on)()

    def _resized(self, size: Size) -> None:
        """Kivy hears of the window's new size, but not in full screen: there it goes back by itself, or the screen has
        another size and it goes with it."""
        if self._screen_size and (size := self._screen_size()) == self.size:
            return
        self.kivy.system_size = size
        self.kivy.dispatch("on_pre_resize", *size)
        self.on_resize()

    def _flip(self, window: Any) -> bool:  # noqa: ANN401
        """Takes the flip from Kivy, so that what follows comes after it."""
        window.flip()
        self.on_frame(monotonic())
        return True


@contextmanager
def opened(size: Size | None, *, fullscreen: bool) -> Iterator[Opened]:
    """A window of `size` in pixels or, in full screen, of the screen's own. Raises NoScreenError."""
    with screen_of(os.environ) as x11, temporary_home() as home:
        os.environ.update(
            KIVY_NO_ARGS="1",
            KIVY_NO_CONFIG="1",
            KIVY_NO_FILELOG="1",
            KIVY_LOG_MODE="PYTHON",  # else Kivy takes over the root logger and stderr
            KIVY_HOME=str(home),
            KIVY_WINDOW="sdl2",
            KIVY_IMAGE="sdl2",
            SDL_TOUCH_MOUSE_EVENTS="0",  # a finger is no mouse
            SDL_MOUSE_TOUCH_EVENTS="0",
            MESA_SHADER_CACHE_DISABLE="true",  # a file for what is first drawn tells when the first visitor saw it
            SDL_AUTO_UPDATE_JOYSTICKS="0",  # with one plugged in, SDL would wake every millisecond
        )
        _configure(x11.screen_size() if x11 and fullscreen else size, fullscreen)
        kivy = logging.getLogger("kivy")
        kivy.setLevel(logging.CRITICAL + 1)  # without a window it prints every way it tried
        from kivy.core.window import Window

        kivy.setLevel(logging.ERROR)
        if Window is None:
            raise NoScreenError("the window could not be opened: this screen has no OpenGL")
        Window.show_cursor = not fullscreen
        renderer = _renderer()
        log.info("screen opened", renderer=renderer, width=Window.size[0], height=Window.size[1])
        yield Opened(Window, renderer, x11, fullscreen=fullscreen)


def _configure(size: Size | None, fullscreen: bool) -> None:
    from kivy.config import Config

    for section in ("input", "modules"):
        for option, _ in Config.items(section):
            Config.remove_option(section, option)
    settings: dict[str, dict[str, str | int]] = {
        "kivy": {"exit_on_escape": 0, "desktop": 0, "log_level": "error"},
        "graphics": {
            "fullscreen": "auto" if fullscreen else 0,
            "multisamples": 0,
            "resizable": 0,
            "allow_screensaver": 0,  # X would blank the screen after ten minutes without a touch
        },
    }
    if size:
        settings["graphics"] |= {"width": size[0], "height": size[1]}
    for section, values in settings.items():
        for option, value in values.items():
            Config.set(section, option, value)


def _renderer() -> str:
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    name: bytes = glGetString(GL_RENDERER)
    return name.decode()
