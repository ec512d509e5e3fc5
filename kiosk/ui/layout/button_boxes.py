"""Where a button has its sign and its words: a card has them one above the other, a wide button side by side."""

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel


class Captioned(Struct, frozen=True):
    """A sign and its words on a card; in `wide` buttons the words begin beside the sign."""

    card: Box
    pictogram: Box
    text: Box
    wide: bool = False


def card(panel: Panel, box: Box, *, large: bool = False) -> Captioned:
    """The sign above the words, and most of the room to the words where they are large and many."""
    pad = panel.units(6)
    low = box.height < 1.2 * panel.target
    sign = min(panel.units(112), round(box.height * (0.42 if low else 0.32 if large else 0.36)))
    top = box.y + panel.units(12) + max(0, (box.height - sign - panel.units(170)) // 3)
    below = top + sign
    return Captioned(
        box,
        Box(box.x + (box.width - sign) // 2, top, sign, sign),
        Box(box.x + pad, below, box.width - 2 * pad, box.bottom - pad - below),
    )


def button(panel: Panel, box: Box, *, large: bool = False) -> Captioned:
    """The sign beside the words where there is room, else as on a card."""
    if box.width < 2 * box.height:
        return card(panel, box, large=large)
    pad = panel.units(14)
    sign = min(round(box.height * 0.54), panel.units(68 if large else 88))
    left = box.x + pad + sign + pad
    return Captioned(
        box,
        Box(box.x + pad, box.y + (box.height - sign) // 2, sign, sign),
        Box(left, box.y + pad // 2, box.right - pad // 2 - left, box.height - pad),
        wide=True,
    )
