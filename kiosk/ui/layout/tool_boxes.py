"""Where the tools are: sound, appearance, languages. Each has its place, also while it is not shown."""

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel


class Tools(Struct, frozen=True):
    """A box for every tool of a screen; the ear is in the corner, where it is found without looking."""

    ear: Box
    appearance: Box
    louder: Box
    quieter: Box


def tool_side(panel: Panel) -> int:
    """How wide and high a tool is."""
    return max(panel.target, panel.units(92))


def tools_in_a_row(panel: Panel, right: int, top: int) -> Tools:
    """From right to left: ear, appearance, louder, quieter."""
    side, step = tool_side(panel), tool_side(panel) + panel.gap
    return Tools(*(Box(right - side - place * step, top, side, side) for place in range(4)))


def tools_in_a_square(panel: Panel, right: int, top: int) -> Tools:
    """Ear and appearance below, the loudness above them."""
    side, step = tool_side(panel), tool_side(panel) + panel.gap
    far, near, low = right - side - step, right - side, top + step
    return Tools(
        Box(near, low, side, side), Box(far, low, side, side), Box(near, top, side, side), Box(far, top, side, side)
    )


def tools_in_two_corners(panel: Panel, right: int, top: int, upper: int) -> Tools:
    """Ear and appearance side by side at `top`; the loudness as a column in the upper corner, louder above."""
    side, step = tool_side(panel), tool_side(panel) + panel.gap
    near = right - side
    return Tools(
        Box(near, top, side, side),
        Box(near - step, top, side, side),
        Box(near, upper, side, side),
        Box(near, upper + step, side, side),
    )


def row_width(panel: Panel, count: int) -> int:
    """How wide so many tools are side by side."""
    return count * tool_side(panel) + (count - 1) * panel.gap
