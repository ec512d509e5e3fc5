"""The screen as a thing of glass: its pixels, how many of them a millimetre has, and who has to reach it."""

from math import ceil, hypot

from msgspec import Struct

from kiosk.ui.layout.box import Size

TARGET_MM = 20.0
"""No touch target is narrower or lower than this, in millimetres."""
GAP_MM = 2.2
"""Room between two targets, so that a trembling finger finds one of them only."""
USUAL_INCHES = {
    (800, 480): 7.0,
    (1024, 600): 7.0,
    (1024, 768): 8.0,
    (1280, 720): 10.1,
    (1280, 800): 10.1,
    (1366, 768): 15.6,
    (1920, 1080): 15.6,
    (1920, 1200): 15.6,
    (2560, 1440): 24.0,
    (3840, 2160): 27.0,
}
"""The diagonal that touchscreens of so many pixels are mostly sold with, in either direction."""
USUAL_PER_MM = 5.8
"""Pixels in a millimetre of every other screen: those of a 10.1 inch screen with 1280 by 800."""
UNITS = 800
"""The shorter side of every screen, in units of the drawing."""
LOW_SHARE, LOW_MM = 0.6, 91.0
"""With low reach targets are in the lower 60 % of the screen, or in the lowest 91 mm: a 7 inch screen, which is no
higher than that, has all of it within reach. A screen of 15.6 inches on end, 345 mm, keeps them under 210 mm."""
_MM_PER_INCH = 25.4


class Panel(Struct, frozen=True):
    """A touchscreen: its size in pixels, pixels per millimetre, and whether all targets belong in its lower part."""

    size: Size
    per_mm: float
    low: bool = False

    @classmethod
    def of(cls, size: Size, inches: float | None = None, *, low: bool = False) -> "Panel":
        """The panel of a diagonal in inches; without one, of the usual diagonal for so many pixels."""
        inches = inches or USUAL_INCHES.get((max(size), min(size)))
        per_mm = hypot(*size) / inches / _MM_PER_INCH if inches else USUAL_PER_MM
        return cls((size[0], size[1]), per_mm, low)

    @property
    def target(self) -> int:
        """The least width and height of a target, in pixels."""
        return self.mm(TARGET_MM)

    @property
    def gap(self) -> int:
        """The least room between two targets, in pixels."""
        return self.mm(GAP_MM)

    def mm(self, millimetres: float) -> int:
        """A length in whole pixels that is never shorter than so many millimetres."""
        return ceil(millimetres * self.per_mm)

    def units(self, units: float) -> int:
        """A length in pixels of the drawing, which is made for a screen whose shorter side is 800 units."""
        return max(1, round(units * min(self.size) / UNITS))

    @property
    def portrait(self) -> bool:
        return self.size[1] > self.size[0]

    @property
    def highest(self) -> int:
        """How near to the top, in pixels, a target may be."""
        if not self.low:
            return 0
        height = self.size[1]
        return max(0, height - max(round(height * LOW_SHARE), self.mm(LOW_MM)))
