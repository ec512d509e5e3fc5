"""Where the screen of languages has its things: all languages at once, and the tools where they always are."""

from collections.abc import Sequence

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel
from kiosk.ui.layout.tool_boxes import Tools, tool_side, tools_in_a_row


class Languages(Struct, frozen=True):
    """A globe with its heading, and a button for every language."""

    globe: Box
    heading: Box
    languages: dict[str, Box]
    tools: Tools


def languages(panel: Panel, names: Sequence[str], *, large: bool = False) -> Languages:
    """In as few columns as fit: twenty languages on 7 inches; with more the buttons are lower than 20 mm."""
    width, height = panel.size
    margin, rim, gap = panel.units(40), panel.units(24), panel.gap
    side = tool_side(panel)
    right, low = width - margin, height - panel.units(32) - side
    head = max(panel.units(110 if large else 84), 40)
    ceiling = max(rim + head + gap, panel.highest)
    floor = low - panel.units(24)
    columns, rows = _columns(panel, len(names), floor - ceiling)
    tall = min(_tall(panel), (floor - ceiling - (rows - 1) * gap) // rows)
    spare = floor - ceiling - rows * tall - (rows - 1) * gap
    top = floor - rows * tall - (rows - 1) * gap - (0 if panel.low else spare // 2)
    whole = Box(margin, top, width - 2 * margin, rows * tall + (rows - 1) * gap)
    cells = (cell for row in whole.split_down(rows, gap) for cell in row.split_across(columns, gap))
    sign = min(head, panel.units(84))
    beside = sign + panel.units(20)
    return Languages(
        globe=Box(margin, rim + (head - sign) // 2, sign, sign),
        heading=Box(margin + beside, rim, width - 2 * margin - beside, head),
        languages=dict(zip(names, cells, strict=False)),
        tools=tools_in_a_row(panel, right, low),
    )


def _tall(panel: Panel) -> int:
    """How high a button is where there is room."""
    return max(panel.units(150), panel.target)


def _columns(panel: Panel, count: int, height: int) -> tuple[int, int]:
    """Columns and rows in which the buttons are nearly 2.2 by 1, and the last row is nearly full."""
    room = panel.size[0] - 2 * panel.units(40)
    most = max(1, (room + panel.gap) // (panel.target + panel.gap))
    most_rows = max(1, (height + panel.gap) // (panel.target + panel.gap))
    fewest = min(most, -(-count // most_rows))
    choices = [(columns, -(-count // columns)) for columns in range(fewest, min(most, count) + 1)]

    def unevenness(shape: tuple[int, int]) -> float:
        columns, rows = shape
        proportion = (room / columns) / min(_tall(panel), height / rows)
        return abs(proportion - 2.2) + 0.25 * (columns * rows - count)

    return min(choices, key=unevenness)
