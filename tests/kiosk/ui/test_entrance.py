"""Every kind of event that Kivy's window can take from SDL, and what little comes of it.

The window here has nothing that an event could be passed on to: whatever would reach Kivy raises AttributeError.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.ui.entrance import MOUSE, Entrance, Key
from kiosk.ui.layout import Size

SHIFT, CONTROL, ALT, LOGO, NUM_LOCK = 0x1, 0x40, 0x200, 0x400, 0x1000

UNHEARD = [
    ("quit",),
    ("windowclose",),
    ("windowenter",),
    ("windowleave",),
    ("windowfocusgained",),
    ("windowdisplaychanged", 0, 0),
    ("mousewheelup", 0, 1, None),
    ("mousewheeldown", 0, -1, None),
    ("mousewheelleft", 1, 0, None),
    ("mousebuttondown", 5, 5, 2),
    ("mousebuttondown", 5, 5, 3),
    ("mousebuttonup", 5, 5, 3),
    ("mousemotion", 5, 5),
    ("fingermotion", 1, 0.5, 0.5, 1.0),
    ("dropbegin",),
    ("dropfile", b"/etc/passwd"),
    ("droptext", b"text"),
    ("dropend",),
    ("textinput", "a"),
    ("textedit", "a"),
    ("joyaxismotion", 0, 0, 100),
    ("joyhatmotion", 0, 0, (0, 1)),
    ("joyballmotion", 0, 0, 1, 1),
    ("joybuttondown", 0, 1),
    ("joybuttonup", 0, 1),
    ("keyup", 0, 27, 41, None),
    None,
]
"""Of kivy/core/window/_window_sdl2.pyx, `poll`."""


class World:
    """A window's queue of events, and all that the entrance told of it."""

    def __init__(self) -> None:
        self.queue: list[Any] = []
        self.told: list[Any] = []
        self.drawn = 0
        self.window = SimpleNamespace(
            _win=SimpleNamespace(poll=lambda: self.queue.pop(0) if self.queue else False),
            size=(800, 480),
            key_map={1073741906: 273},
            canvas=SimpleNamespace(ask_update=self._ask_update),
        )
        self.entrance = Entrance(self.window)
        self.entrance.watchers.append(self)
        self.entrance.keyed = self.told.append
        self.entrance.resized = self._resized
        self.entrance.disturbed = lambda: self.told.append("disturbed")

    def happens(self, *events: Any) -> bool:  # noqa: ANN401
        self.queue.extend(events)
        return self.entrance.take()

    def finger_down(self, finger: int, x: float, y: float) -> None:
        self.told.append(("down", finger, x, y))

    def finger_move(self, finger: int, x: float, y: float) -> None:
        self.told.append(("move", finger, x, y))

    def finger_up(self, finger: int) -> None:
        self.told.append(("up", finger))

    def _resized(self, size: Size) -> None:
        self.told.append(size)

    def _ask_update(self) -> None:
        self.drawn += 1


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("event", UNHEARD, ids=str)
def test_nothing_comes_of_it(world: World, event: Any) -> None:  # noqa: ANN401
    assert not world.happens(event)
    assert world.told == []
    assert world.drawn == 0


def test_fingers_and_the_mouse_land_move_and_lift(world: World) -> None:
    assert world.happens(
        ("fingerdown", 4, 0.5, 0.25, 1.0),
        ("mousebuttondown", 7, 9, 1),
        ("fingermotion", 4, 0.75, 0.25, 1.0),
        ("mousemotion", 8, 9),
        ("fingerup", 4, 0.75, 0.25, 1.0),
        ("fingermotion", 4, 0.1, 0.1, 1.0),
        ("mousebuttonup", 8, 9, 1),
        ("mousemotion", 1, 1),
    )
    assert world.told == [
        ("down", 4, 400, 120),
        ("down", MOUSE, 7, 9),
        ("move", 4, 600, 120),
        ("move", MOUSE, 8, 9),
        ("up", 4),
        ("up", MOUSE),
    ]


def test_a_held_key_is_one_press(world: World) -> None:
    down, up = ("keydown", 0, 13, 40, None), ("keyup", 0, 13, 40, None)
    assert world.happens(down, down, down, up, down)
    assert world.told == [Key(13), Key(13)]
    assert not world.happens(down)


def test_keys_have_kivys_numbers_and_shift(world: World) -> None:
    world.happens(("keydown", NUM_LOCK, 1073741906, 82, None), ("keydown", SHIFT, 9, 43, None))
    assert world.told == [Key(273), Key(9, shift=True)]


@pytest.mark.parametrize("modifier", [CONTROL, ALT, LOGO])
def test_with_control_alt_or_the_logo_key_it_is_no_key(world: World, modifier: int) -> None:
    assert not world.happens(("keydown", modifier | SHIFT, 9, 43, None))
    assert world.told == []


@pytest.mark.parametrize("event", ["windowexposed", "windowshown", "windowrestored"])
def test_what_was_hidden_is_drawn_again(world: World, event: str) -> None:
    assert not world.happens((event,))
    assert world.drawn == 1
    assert world.told == []


@pytest.mark.parametrize(
    "event", [("windowhidden",), ("windowminimized",), ("windowfocuslost",), ("windowmoved", 3, 4)]
)
def test_a_disturbance_is_told_and_lifts_all_fingers(world: World, event: Any) -> None:  # noqa: ANN401
    world.happens(("mousebuttondown", 7, 9, 1), event, ("mousebuttonup", 7, 9, 1))
    assert world.told == [("down", MOUSE, 7, 9), ("up", MOUSE), "disturbed", ("up", MOUSE)]


def test_another_size_is_told(world: World) -> None:
    world.happens(("windowresized", 640, 400))
    assert world.told == [(640, 400), "disturbed"]
