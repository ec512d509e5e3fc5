"""The ways to have languages and tools at the foot of the first screen."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel
from kiosk.ui.layout.tool_boxes import (
    Tools,
    row_width,
    tool_side,
    tools_in_a_row,
    tools_in_a_square,
    tools_in_two_corners,
)

MOST_ROWS = 4
"""Rows of languages; with more of them the foot would be the screen."""


class Foot(Struct, frozen=True):
    """One way, from `top` down: all `languages`, or a `picker` that opens them, or neither where there is one only.

    `beside` is kept free at both sides of the question.
    """

    top: int
    tools: Tools
    languages: dict[str, Box] = {}
    picker: Box | None = None
    beside: int = 0


def feet(panel: Panel, languages: Sequence[str], *, large: bool) -> Iterator[Foot]:
    """The ways that this panel has, the most generous first; the last one has all languages behind one button."""
    if len(languages) > 1:
        yield from _with_tools_beside(panel, languages, large)
        if panel.portrait:
            yield from _with_tools_below(panel, languages, large)
    yield _plain(panel, several=len(languages) > 1)


def _with_tools_beside(panel: Panel, languages: Sequence[str], large: bool) -> Iterator[Foot]:
    """Languages in a row or two, and the tools at their end."""
    right, low, side = panel.size[0] - panel.units(40), _low(panel), tool_side(panel)
    upper = low - side - panel.gap
    if one := _rows(panel, languages, 1, low, row_width(panel, 4), large):
        yield Foot(low, tools_in_a_row(panel, right, low), one)
    near = _rows(panel, languages, 1, low, row_width(panel, 2), large)
    if near and not (panel.portrait or panel.low or large):
        tools = tools_in_two_corners(panel, right, low, panel.units(24))
        yield Foot(low, tools, near, beside=side + panel.gap)
    if two := _rows(panel, languages, 2, upper, row_width(panel, 2), large):
        yield Foot(upper, tools_in_a_square(panel, right, upper), two)


def _with_tools_below(panel: Panel, languages: Sequence[str], large: bool) -> Iterator[Foot]:
    """Languages in rows of the screen's whole width, and the tools in a row of their own."""
    right, low, side = panel.size[0] - panel.units(40), _low(panel), tool_side(panel)
    for rows in range(1, MOST_ROWS + 1):
        top = low - _between(panel) - rows * side - (rows - 1) * panel.gap
        if full := _rows(panel, languages, rows, top, 0, large):
            yield Foot(top, tools_in_a_row(panel, right, low), full)


def _plain(panel: Panel, *, several: bool) -> Foot:
    """One button beside the tools, which are in a square where their row would leave too little."""
    margin, low, side = panel.units(40), _low(panel), tool_side(panel)
    right = panel.size[0] - margin
    tools, top = tools_in_a_row(panel, right, low), low
    if not several:
        return Foot(top, tools)
    if tools.quieter.x - margin - panel.gap < 2 * side:
        top = low - side - panel.gap
        tools = tools_in_a_square(panel, right, top)
        left = tools.appearance.x
    else:
        left = tools.quieter.x
    width = min(left - panel.gap - margin, max(panel.units(360), round(2.8 * side)))
    return Foot(top, tools, picker=Box(margin, low, width, side))


def _low(panel: Panel) -> int:
    """How far down the last row begins."""
    return panel.size[1] - panel.units(28) - tool_side(panel)


def _between(panel: Panel) -> int:
    """Room between languages and tools."""
    return max(panel.units(28), 2 * panel.gap)


def _rows(panel: Panel, languages: Sequence[str], rows: int, top: int, beside: int, large: bool) -> dict[str, Box]:
    """The languages in so many rows, leaving width `beside` them; none where they would be too narrow."""
    margin = panel.units(40)
    room = panel.size[0] - 2 * margin - (beside + _between(panel) if beside else 0)
    columns = -(-len(languages) // rows)
    width = (room - (columns - 1) * panel.gap) // columns
    empty_row = columns * (rows - 1) >= len(languages)
    if empty_row or width < max(panel.target, panel.units(172 if large else 136)):
        return {}
    whole = Box(margin, top, room, rows * tool_side(panel) + (rows - 1) * panel.gap)
    cells = (cell for row in whole.split_down(rows, panel.gap) for cell in row.split_across(columns, panel.gap))
    return dict(zip(languages, cells, strict=False))
