"""The one way in: every event that reaches the window comes through here, and Kivy sees none of them.

So there is no default of Kivy's to be turned off one by one (settings on F1, escape, close requests, files dropped,
text input, pausing when minimised): what is not handled here does not happen. A finger comes once: SDL reports it as a
finger and, told so by window.opened(), makes no mouse of it (https://github.com/kivy/kivy/issues/3801); also a second
finger counts, while a hand rests on the glass.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from msgspec import Struct

from kiosk.ui.layout import Size

MOUSE = -1
"""The finger's number of a mouse, and of a touchscreen that passes for one."""
TAKES = 0.03
"""Seconds, at most, until the rest of the events waits for the next frame: no flood of them stops picture and time."""
_SHIFT = 0x0001 | 0x0002
_COMMAND = 0x0040 | 0x0080 | 0x0100 | 0x0200 | 0x0400 | 0x0800
"""Control, Alt and the logo key, left and right, of SDL_Keymod."""
_SHOWN = ("windowexposed", "windowshown", "windowrestored")
_DISTURBED = ("windowminimized", "windowhidden", "windowfocuslost", "windowmaximized", "windowmoved", "windowresized")


class Key(Struct, frozen=True):
    """A key that went down, by Kivy's number for it (9 tab, 13 enter, 271 enter of the keypad, 273 to 276 arrows)."""

    code: int
    shift: bool = False


class Watcher(Protocol):
    """Is told of all fingers, each known by a number while it is down; in pixels from the window's top left corner."""

    def finger_down(self, finger: int, x: float, y: float) -> None: ...

    def finger_move(self, finger: int, x: float, y: float) -> None: ...

    def finger_up(self, finger: int) -> None: ...


class Entrance:
    """Takes SDL's events from Kivy's window. Who is to be told is set from outside; otherwise nobody is.

    `watchers` are told of fingers, in their order. `keyed` is called once for each press of a key, never with Control,
    Alt or the logo key; `resized` when the window has another size; `disturbed` when it may be covered or gone.
    """

    def __init__(self, window: Any) -> None:  # noqa: ANN401
        self._window = window
        self._down: set[int] = set()
        self._fingers: set[int] = set()
        self._codes: dict[int, int] = window.key_map
        self.watchers: list[Watcher] = []
        self.keyed: Callable[[Key], None] = lambda _: None
        self.resized: Callable[[Size], None] = lambda _: None
        self.disturbed: Callable[[], None] = lambda: None

    def take(self) -> bool:
        """Handles the events there are; whether a finger or a key went down or up."""
        noticed = False
        until = monotonic() + TAKES
        while monotonic() < until and (event := self._window._win.poll()) is not False:
            noticed |= bool(event) and self._handle(*event)
        return noticed

    def _handle(self, action: str, *args: Any) -> bool:  # noqa: ANN401
        match action, args:
            case "fingerdown", (finger, x, y, _pressure):
                width, height = self._window.size
                self._land(finger, x * width, y * height)
            case "mousebuttondown", (x, y, 1):
                self._land(MOUSE, x, y)
            case "fingermotion", (finger, x, y, _pressure):
                width, height = self._window.size
                return self._move(finger, x * width, y * height)
            case "mousemotion", (x, y):
                return self._move(MOUSE, x, y)
            case "fingerup", (finger, *_):
                self._lift(finger)
            case "mousebuttonup", (_, _, 1):
                self._lift(MOUSE)
            case "keydown", (modifiers, key, *_):
                return self._key_down(modifiers, key)
            case "keyup", (_, key, *_):
                self._down.discard(key)
                return False
            case _:
                self._handle_window(action, *args)
                return False
        return True

    def _land(self, finger: int, x: float, y: float) -> None:
        self._fingers.add(finger)
        for watcher in self.watchers:
            watcher.finger_down(finger, x, y)

    def _move(self, finger: int, x: float, y: float) -> bool:
        if finger in self._fingers:
            for watcher in self.watchers:
                watcher.finger_move(finger, x, y)
        return False

    def _lift(self, finger: int) -> None:
        self._fingers.discard(finger)
        for watcher in self.watchers:
            watcher.finger_up(finger)

    def _key_down(self, modifiers: int, key: int) -> bool:
        """A held key repeats itself; it is one press."""
        if key in self._down:
            return False
        self._down.add(key)
        if modifiers & _COMMAND:
            return False
        self.keyed(Key(self._codes.get(key, key), bool(modifiers & _SHIFT)))
        return True

    def _handle_window(self, action: str, *size: int) -> None:
        if action == "windowresized":
            self.resized((size[0], size[1]))
        if action in _SHOWN or action in _DISTURBED:
            self._window.canvas.ask_update()
        if action in _DISTURBED:
            for finger in tuple(self._fingers):  # whoever took the screen gets the rest of the touch
                self._lift(finger)
            self.disturbed()
