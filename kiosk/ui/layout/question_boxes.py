"""Where the first screen has its things: the question, four faces, and below them languages and tools.

The faces come first: the languages are all shown only where that leaves the faces the largest thing on the screen.
Else one button opens them.
"""

from collections.abc import Sequence

from msgspec import Struct

from contract.survey import SCORES
from kiosk.ui.layout.box import Box
from kiosk.ui.layout.foot_boxes import Foot, feet
from kiosk.ui.layout.panel import Panel
from kiosk.ui.layout.tool_boxes import Tools, tool_side

KEPT = 0.72
"""Part of the size that faces have above a single button, which a row of languages must leave them."""
LARGEST = 1.3
"""How much wider than a button's height a face is at least."""


class Question(Struct, frozen=True):
    """`picker` opens the languages where `languages` is empty; a terminal with one language has neither."""

    signs: tuple[Box, Box]
    nobody_sees: Box
    question: Box
    faces: dict[int, Box]
    languages: dict[str, Box]
    picker: Box | None
    tools: Tools


def question(panel: Panel, languages: Sequence[str], *, large: bool = False) -> Question:
    """The languages as buttons where they leave room for the faces, else behind one button."""
    *listed, plain = (_above(panel, foot, large) for foot in feet(panel, languages, large=large))
    wide = plain.faces[SCORES[0]].width
    for boxes in listed:
        face = boxes.faces[SCORES[0]].width
        if face >= KEPT * wide and face >= LARGEST * tool_side(panel):
            return boxes
    return plain


def _above(panel: Panel, foot: Foot, large: bool) -> Question:
    """The foot with the header, the question and the faces above it."""
    width = panel.size[0]
    margin = panel.units(40)
    sign = max(panel.units(36), 24)
    begin, line = panel.units(10), max(panel.units(72 if large else 60), 42)
    asked = begin + line
    lines = panel.units(_words(panel, large))
    below = panel.units(28)
    ceiling = max(asked + lines + panel.units(8), panel.highest)
    if foot.beside:
        ceiling = max(ceiling, foot.tools.quieter.bottom + panel.gap)
    faces, top = _faces(panel, ceiling, foot.top - below)
    if panel.low:
        asked = max(asked, top - lines - panel.units(40))
    middle = begin + line // 2
    second = margin + sign + panel.units(14)
    beside = second + sign + panel.units(18)
    return Question(
        signs=(
            Box(margin, middle - sign // 2, sign, sign),
            Box(second, middle - sign // 2, sign, sign),
        ),
        nobody_sees=Box(beside, begin, width - margin - foot.beside - beside, line),
        question=Box(margin + foot.beside, asked, width - 2 * (margin + foot.beside), top - panel.units(8) - asked),
        faces=faces,
        languages=foot.languages,
        picker=foot.picker,
        tools=foot.tools,
    )


def _words(panel: Panel, large: bool) -> int:
    """Units that the question is high at least: two lines, three where the screen is narrow."""
    usual, larger = (220, 330) if panel.portrait else (164, 232)
    return larger if large else usual


def _faces(panel: Panel, ceiling: int, floor: int) -> tuple[dict[int, Box], int]:
    """Four faces in a row, or two by two where that makes them much larger; and how high they begin.

    The happiest face is always first in reading order, which a mirrored screen keeps.
    """
    room, height = panel.size[0] - 2 * panel.units(40), floor - ceiling
    across, square = (_face(panel, room, height, columns) for columns in (4, 2))
    columns, side = (4, across) if across >= 0.7 * square else (2, square)
    rows = len(SCORES) // columns
    gap = max(panel.gap, min(panel.units(72), (room - columns * side) // (columns - 1)))
    rise = max(panel.gap, side // 8) if rows > 1 else 0
    left = (panel.size[0] - columns * side - (columns - 1) * gap) // 2
    spare = max(0, height - rows * side - (rows - 1) * rise)
    top = floor - rows * side - (rows - 1) * rise - (0 if panel.low else round(spare * 0.35))
    boxes = {
        score: Box(left + i % columns * (side + gap), top + i // columns * (side + rise), side, side)
        for i, score in enumerate(SCORES)
    }
    return boxes, top


def _face(panel: Panel, room: int, height: int, columns: int) -> int:
    """How wide a face may be in so many columns, with room between them."""
    rows = len(SCORES) // columns
    gap = panel.units(40)
    return min(panel.units(300), (room - (columns - 1) * gap) // columns, round(height / (rows + (rows - 1) / 8)))
