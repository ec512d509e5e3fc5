"""A hand that does anything, again and again: ten thousand random deeds at the window, and at all around it.

What is done is decided ahead by a seed, whatever the terminal makes of it; so a seed that fails fails again.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

Point = tuple[float, float]
"""A place on the screen: 0 to 1, from the left and from the top."""


class Kind(StrEnum):
    """What the hand can do."""

    TOUCH = "touch"
    AGAIN = "again"
    DRAG = "drag"
    FINGERS = "fingers"
    BUTTON = "button"
    KEYS = "keys"
    WINDOW = "window"
    SCREEN = "screen"
    SOUND = "sound"
    CLOCK = "clock"
    BROKER = "broker"


class Action(Struct, frozen=True):
    """One deed, and for how many seconds the hand then rests. `what` is a word, `path` a way over the screen."""

    kind: Kind
    what: str = ""
    path: tuple[Point, ...] = ()
    number: float = 0.0
    rest: float = 0.0


HAND = {Kind.TOUCH: 50, Kind.AGAIN: 12, Kind.DRAG: 10, Kind.FINGERS: 12, Kind.KEYS: 20, Kind.BUTTON: 2}
"""How often a hand does what."""
WORLD = {Kind.WINDOW: 10, Kind.SCREEN: 4, Kind.SOUND: 8, Kind.CLOCK: 20, Kind.BROKER: 4}
"""How often what happens around it."""
KEYPAD = (
    *("Tab", "Tab", "Tab", "Return", "Return", "space", "Up", "Down", "Left", "Right", "KP_Enter", "KP_Add"),
    *("Shift_L Tab", "KP_Subtract", "KP_5", "KP_6"),
)
WAYS_OUT = (
    *("Escape", "F1", "F4", "F5", "F10", "F11", "F12", "Print", "Pause", "Menu", "Super_L", "Delete", "BackSpace"),
    *("Alt_L F4", "Alt_L Tab", "Alt_L Return", "Alt_L space", "Control_L Alt_L Delete", "Control_L Escape", "Home"),
    *("Control_L c", "Control_L q", "Control_L w", "Control_L e", "Control_L m", "Control_L Alt_L F2", "Super_L l"),
    *("Control_L Shift_L Escape", "Control_L Alt_L BackSpace", "Shift_L F12", "a", "x", "1", "Control_L Tab"),
)
BLOWS = ("close", "close", "unmap", "lower", "move", "shrink", "keys")
"""What is done to the window."""
SIZES = ("800x480", "1024x600", "1280x720", "800x600", "480x800")
SOUNDS = ("gone", "stuck", "there", "there")
BUTTONS = (2, 3, 4, 5, 6, 7, 8, 9)


class Hand:
    """Decides what to do. `places` are the middles of all that can be touched on some screen, by what it does."""

    def __init__(self, seed: int, places: Mapping[str, Sequence[Point]]) -> None:
        self._chance = random.Random(seed)
        self._places = places
        self._targets = [place for places_of_one in places.values() for place in places_of_one]

    def actions(self, number: int) -> Iterator[Action]:
        """So many, in stretches of one temper."""
        left = number
        while left > 0:
            stretch = list(self._stretch())[:left]
            left -= len(stretch)
            yield from stretch

    def _stretch(self) -> Iterator[Action]:
        chance = self._chance.random()
        if chance < 0.55:
            yield from self._mash()
        elif chance < 0.93:
            yield from self._queue()
        else:
            yield self._act(rest=self._chance.uniform(0.3, 2.5))  # and goes away

    def _mash(self) -> Iterator[Action]:
        """A child, or a wet cloth: as many touches as a screen can tell of."""
        for _ in range(self._chance.randint(50, 350)):
            yield self._act(rest=self._chance.uniform(0.0005, 0.006))

    def _queue(self) -> Iterator[Action]:
        """People who come to vote, at their leisure; the world goes on meanwhile."""
        for _ in range(self._chance.randint(1, 5)):
            for deed in self._visit():
                place = self._chance.choice(self._places[deed])
                yield Action(Kind.TOUCH, path=(place,), rest=self._chance.uniform(0.105, 0.16))
                if self._chance.random() < 0.06:
                    yield self._of_the_world()

    def _visit(self) -> Iterator[str]:
        """What one of them touches; most touch what they want to, some something else before."""
        for tool in ("language", "appearance", "languages", "face"):
            if self._chance.random() < 0.1:
                yield tool
        yield "face"
        if self._chance.random() < 0.2:
            yield self._chance.choice(("face", "oops", "languages", "appearance"))
        if self._chance.random() < 0.9:
            yield self._chance.choice(("answer", "answer", "answer", "skip"))
            yield "dismiss"

    def _act(self, rest: float) -> Action:
        if self._chance.random() < 0.02:
            return self._of_the_world()
        kinds = list(HAND)
        kind = self._chance.choices(kinds, [HAND[one] for one in kinds])[0]
        chance = self._chance
        match kind:
            case Kind.TOUCH | Kind.AGAIN:
                return Action(kind, path=(self._point(),), rest=rest)
            case Kind.DRAG:
                path = tuple(self._point() for _ in range(chance.randint(2, 6)))
                return Action(kind, path=path, rest=rest)
            case Kind.FINGERS:
                path = tuple(self._point() for _ in range(chance.randint(2, 5)))
                return Action(kind, chance.choice(("lift", "lift", "lift", "move", "leave")), path, rest=rest)
            case Kind.BUTTON:
                return Action(kind, path=(self._point(),), number=chance.choice(BUTTONS), rest=rest)
            case _:
                keys = chance.choice(KEYPAD if chance.random() < 0.7 else WAYS_OUT)
                return Action(kind, keys, rest=rest)

    def _of_the_world(self) -> Action:
        kinds = list(WORLD)
        kind = self._chance.choices(kinds, [WORLD[one] for one in kinds])[0]
        match kind:
            case Kind.CLOCK:
                return Action(kind, number=self._jump())
            case Kind.SOUND:
                return Action(kind, self._chance.choice(SOUNDS))
            case Kind.SCREEN:
                return Action(kind, self._chance.choice(SIZES))
            case Kind.WINDOW:
                return Action(kind, self._chance.choice(BLOWS), (self._point(),))
            case _:
                return Action(kind, self._chance.choice(("kill", "start")))

    def _point(self) -> Point:
        if self._chance.random() < 0.7:
            return self._chance.choice(self._targets)
        return self._chance.random(), self._chance.random()

    def _jump(self) -> float:
        """Seconds that the time of day is then off: by minutes, over a day's end, a month's, a year's, and back."""
        most = self._chance.choice((timedelta(hours=3), timedelta(days=3), timedelta(days=100), FARTHEST))
        return self._chance.uniform(-1, 1) * most.total_seconds()


FARTHEST = timedelta(days=800)
"""How far the time of day may be off."""
