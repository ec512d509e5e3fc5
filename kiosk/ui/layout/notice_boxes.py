"""Where a notice has its things: a pictogram over a text."""

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel


class Notice(Struct, frozen=True):
    """A pictogram over a text: thanks, and out of order."""

    pictogram: Box
    text: Box


def thanks(panel: Panel, *, large: bool = False) -> Notice:
    return _notice(panel, 190 if large else 136)


def unavailable(panel: Panel, *, large: bool = False) -> Notice:
    return _notice(panel, 290 if large else 200)


def _notice(panel: Panel, height: float) -> Notice:
    width, tall = panel.size
    sign, gap, high = panel.units(170), panel.units(40), panel.units(height)
    top, wide = (tall - sign - gap - high) // 2, min(width - 2 * panel.units(40), panel.units(1100))
    return Notice(
        Box((width - sign) // 2, top, sign, sign),
        Box((width - wide) // 2, top + sign + gap, wide, high),
    )
