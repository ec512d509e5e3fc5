"""Where the second screen has its things: the faces again, what follows up, the answers, and ways to go on or back."""

from msgspec import Struct

from contract.survey import SCORES
from kiosk.ui.layout.box import Box
from kiosk.ui.layout.button_boxes import Captioned, button
from kiosk.ui.layout.panel import Panel
from kiosk.ui.layout.tool_boxes import Tools, row_width, tool_side, tools_in_a_row

ANSWERS = 5
THIN = 10
"""The height of the bar with the time left, in units."""


class Why(Struct, frozen=True):
    """Where the second screen has its things."""

    faces: dict[int, Box]
    oops: Box
    question: Box
    answers: tuple[Captioned, ...]
    skip: Box
    globe: Box
    bar: Box
    tools: Tools


def why(panel: Panel, *, large: bool = False) -> Why:
    """On a wide screen five cards side by side; on a tall one two by two, with skip as the sixth.

    Large words get three by two where two rows can be touched. With low reach the question is above the faces.
    """
    width, height = panel.size
    margin, gap, side = panel.units(40), panel.units(16), tool_side(panel)
    right, low = width - margin, height - panel.units(28) - side
    floor = low - 2 * gap - panel.units(THIN)
    question, faces, cards = _down(panel, floor, large)
    columns, rows = (2, 3) if panel.portrait else (3, 2) if large else (ANSWERS, 1)
    if rows == 2 and cards.height < 2 * panel.target + panel.gap:
        question, faces, cards = _down(panel, floor, large=False)
        columns, rows = ANSWERS, 1
    grid = [box for row in cards.split_down(rows, panel.gap) for box in row.split_across(columns, panel.gap)]
    skip = grid[ANSWERS] if rows > 1 else Box(margin, low, _skip_width(panel), side)
    return Why(
        faces=_row_of_faces(panel, faces),
        oops=_oops(panel, faces, large),
        question=question,
        answers=tuple(button(panel, box, large=large) for box in grid[:ANSWERS]),
        skip=skip,
        globe=Box(margin if rows > 1 else skip.right + panel.gap, low, side, side),
        bar=Box(margin, (cards.bottom + low - panel.units(THIN)) // 2, width - 2 * margin, panel.units(THIN)),
        tools=tools_in_a_row(panel, right, low),
    )


def _down(panel: Panel, floor: int, large: bool) -> tuple[Box, Box, Box]:
    """The question, the faces and the cards, from the top of the screen down to `floor`."""
    margin, rim, gap, side = panel.units(40), panel.units(24), max(panel.units(16), panel.gap), tool_side(panel)
    room = panel.size[0] - 2 * margin
    words = max(_words(panel, large), 34)
    above = rim + side + gap + words + gap
    most = 900 if panel.portrait else 480 if large else 300
    tall = min(floor - max(above, panel.highest + side + gap), panel.units(most))
    spare = floor - above - tall
    if panel.low:
        top = floor - tall - gap - side
        asked = Box(margin, top - gap - words, room, words + gap // 2)
        return asked, Box(margin, top, room, side), Box(margin, floor - tall, room, tall)
    begin = rim + side + gap // 2
    words += gap // 2 + spare // 2
    cards = begin + words + gap
    asked = Box(margin, begin, room, words + gap // 2)
    return asked, Box(margin, rim, room, side), Box(margin, cards, room, tall)


def _words(panel: Panel, large: bool) -> int:
    """How high the question is at least: two lines where the screen is narrow."""
    usual, larger = (140, 190) if panel.portrait else (84, 116)
    return panel.units(larger if large else usual)


def _row_of_faces(panel: Panel, row: Box) -> dict[int, Box]:
    step = row.height + panel.gap
    return {score: Box(row.x + i * step, row.y, row.height, row.height) for i, score in enumerate(SCORES)}


def _oops(panel: Panel, row: Box, large: bool) -> Box:
    """At the far end of the faces' row, away from a finger that changes a face."""
    room = row.width - row_width(panel, len(SCORES)) - 2 * panel.gap
    wide = min(room, max(panel.units(440 if large else 330), round(2.7 * row.height)))
    return Box(row.right - wide, row.y, wide, row.height)


def _skip_width(panel: Panel) -> int:
    room = panel.size[0] - 2 * panel.units(40) - row_width(panel, 5) - panel.gap
    return min(room, panel.units(280))
