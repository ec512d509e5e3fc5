"""The hidden way to the staff's PIN pad: one finger held still in a top corner of the screen, on nothing.

It must not open for a child that leans on the glass, nor for a drop of water that sits there or flickers. So nothing
else may touch the screen meanwhile, the finger must stay where it landed, and a pad that nobody used is not opened
again for a while.
"""

from collections.abc import Callable, Hashable

from kiosk.ui.layout import Size

HOLD = 5.0
"""Seconds; visitors rest a finger for two or three at most."""
CORNER = 20.0
"""Millimetres from both edges: as large as what the terminal asks a visitor to hit."""
STILL = 4.0
"""Millimetres that the finger may stray from where it landed: a still finger rolls by one or two."""
REST = 60.0
"""Seconds without the gesture after a pad that nobody used; whatever opened it, visitors have the screen in between."""
LOST = 60.0
"""Seconds after which a finger that is said to be down, and of which nothing was heard, is taken for gone."""


class CornerHold:
    """Watches all fingers. Positions are pixels from the top left; `clock` gives monotonic seconds."""

    def __init__(self, size: Size, per_mm: float, clock: Callable[[], float]) -> None:
        self._width = size[0]
        self._per_mm = per_mm
        self._clock = clock
        self._down: dict[Hashable, float] = {}
        self._held: tuple[Hashable, float, float] | None = None
        self._since = 0.0
        self._resting_until = float("-inf")

    def finger_down(self, finger: Hashable, x: float, y: float, *, free: bool) -> None:
        """A finger lands; `free` when nothing to touch is under it and nobody is at the terminal."""
        now = self._clock()
        alone = all(now - heard > LOST for heard in self._down.values())
        self._down[finger] = now
        self._held = None
        if alone and free and self._in_corner(x, y) and now >= self._resting_until:
            self._held = (finger, x, y)
            self._since = now

    def finger_move(self, finger: Hashable, x: float, y: float) -> None:
        """A finger moves on the screen."""
        if finger in self._down:
            self._down[finger] = self._clock()
        if self._held and self._held[0] == finger:
            _, began_x, began_y = self._held
            far = (x - began_x) ** 2 + (y - began_y) ** 2 > (STILL * self._per_mm) ** 2
            if far or not self._in_corner(x, y):
                self._held = None

    def finger_up(self, finger: Hashable) -> None:
        """A finger leaves the screen."""
        self._down.pop(finger, None)
        self._held = None

    def cancel(self) -> None:
        """Something else happened, as a key."""
        self._held = None

    def rest(self) -> None:
        """Nobody used the pad that was opened."""
        self._resting_until = self._clock() + REST

    def take(self) -> bool:
        """Whether the gesture is done; true once for each."""
        if self._held is None or self._clock() - self._since < HOLD:
            return False
        self._held = None
        return True

    def _in_corner(self, x: float, y: float) -> bool:
        near = CORNER * self._per_mm
        return 0 <= y < near and (0 <= x < near or self._width - near <= x < self._width)
