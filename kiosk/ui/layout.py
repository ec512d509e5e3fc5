"""Where things are on each screen: pure geometry, from the size of the screen alone.

Drawn on a screen whose shorter side is 800 units, and scaled to the pixels there are. Boxes are in whole pixels from
the top left corner, and never overlap.
"""

from collections.abc import Sequence

from msgspec import Struct

from contract.survey import SCORES

UNITS = 800
"""The shorter side of every screen, in units of the drawing."""
LEAST_TARGET = 48
"""No touch target is smaller than this, in pixels, on screens of 800 by 480 and more."""

Size = tuple[int, int]


class Box(Struct, frozen=True):
    """A rectangle in pixels; (x, y) is its top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def shrunk(self, by: int) -> "Box":
        """The same box with a margin cut off all around."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


class Question(Struct, frozen=True):
    """Where the first screen has its things."""

    anonymous: Box
    signs: tuple[Box, Box]
    question: Box
    faces: dict[int, Box]
    languages: dict[str, Box]


class Answer(Struct, frozen=True):
    """One card with its pictogram and text; in `rows` the text stands beside the pictogram."""

    card: Box
    pictogram: Box
    text: Box


class Why(Struct, frozen=True):
    """Where the second screen has its things."""

    faces: dict[int, Box]
    question: Box
    answers: tuple[Answer, ...]
    rows: bool
    skip: Box
    bar: Box


class Notice(Struct, frozen=True):
    """A pictogram over a text: thanks, and out of order."""

    pictogram: Box
    text: Box


class Grid:
    """A screen measured in units."""

    def __init__(self, size: Size) -> None:
        self.pixels = min(size) / UNITS
        self.width = size[0] / self.pixels
        self.height = size[1] / self.pixels

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        """A box in pixels; what is alike in units stays alike, and squares stay square."""
        return Box(round(x * self.pixels), round(y * self.pixels), self.px(width), self.px(height))

    def px(self, units: float) -> int:
        return max(1, round(units * self.pixels))

    def at_least(self, units: float, pixels: float) -> float:
        """A length in units that is never shorter than so many pixels."""
        return max(units, pixels / self.pixels)


def question(size: Size, languages: Sequence[str]) -> Question:
    """The question, four faces, the languages, and the sign that nobody is watching."""
    grid = Grid(size)
    margin, begin = 40, 20
    sign, line = grid.at_least(30, 22), grid.at_least(44, 31)
    right, middle = grid.width - margin, begin + line / 2
    buttons, top = _language_buttons(grid, languages, margin)
    wide, height = min(grid.width - 2 * margin, 960), 176
    faces = top - (begin + line) - height
    across = _face_size(grid.width - 2 * margin, faces - 96, columns=4)
    square = _face_size(grid.width - 2 * margin, faces - 96, columns=2)
    columns, side = (4, across) if across >= 0.7 * square else (2, square)
    rows = len(SCORES) // columns
    gap = min(72, (grid.width - 2 * margin - columns * side) / (columns - 1))
    tall = rows * side + (rows - 1) * min(gap, side * 0.2)
    free = faces - tall
    asked = begin + line + free * 0.23
    below = asked + height + free * 0.27
    left = (grid.width - columns * side - (columns - 1) * gap) / 2
    down = (tall - side) / max(1, rows - 1)
    return Question(
        anonymous=grid.box(right - 2 * sign - 24 - 400, begin, 400, line),
        signs=(
            grid.box(right - 2 * sign - 14, middle - sign / 2, sign, sign),
            grid.box(right - sign, middle - sign / 2, sign, sign),
        ),
        question=grid.box((grid.width - wide) / 2, asked, wide, height),
        faces={
            score: grid.box(left + i % columns * (side + gap), below + i // columns * down, side, side)
            for i, score in enumerate(SCORES)
        },
        languages=buttons,
    )


def _face_size(width: float, height: float, columns: int) -> float:
    """How wide a face may be, with room between them, in so many columns."""
    rows = len(SCORES) // columns
    return min(216 if rows == 1 else 280, (width - (columns - 1) * 36) / columns, height / (rows + (rows - 1) * 0.2))


def _language_buttons(grid: Grid, languages: Sequence[str], margin: float) -> tuple[dict[str, Box], float]:
    """The languages in as few rows as their names fit in, centred at the bottom; and where the rows begin."""
    gap, height = 14, grid.at_least(72, LEAST_TARGET + 1)
    room = grid.width - 2 * margin
    narrowest = grid.at_least(150, 104)
    most = max(1, int((room + gap) // (narrowest + gap)))
    rows = -(-len(languages) // most)
    columns = -(-len(languages) // rows)
    width = min(186, (room - (columns - 1) * gap) / columns) if rows == 1 else (room - (columns - 1) * gap) / columns
    top = grid.height - 44 - rows * height - (rows - 1) * gap
    boxes = {}
    for i, language in enumerate(languages):
        row, column = divmod(i, columns)
        in_row = min(columns, len(languages) - row * columns)
        left = (grid.width - in_row * width - (in_row - 1) * gap) / 2
        boxes[language] = grid.box(left + column * (width + gap), top + row * (height + gap), width, height)
    return boxes, top


def why(size: Size, answers: int = 5) -> Why:
    """The faces again, what follows up, five answers, skip, and the time that is left."""
    grid = Grid(size)
    margin, gap = 50, 22
    room = grid.width - 2 * margin
    rows = (room - (answers - 1) * gap) / answers < 170
    asked, height = 158, 150 if rows else 104
    top = asked + height + 18
    skip = grid.height - 50 - 92
    bar = margin + 280 + 95
    cards = _cards(grid, answers, margin, top, skip - 50 - top, rows)
    return Why(
        faces={score: grid.box(margin + i * 122, 36, 104, 104) for i, score in enumerate(SCORES)},
        question=grid.box(margin, asked, room, height),
        answers=cards,
        rows=rows,
        skip=grid.box(margin, skip, 280, 92),
        bar=grid.box(bar, skip + 40, grid.width - margin - bar, 12),
    )


def _cards(grid: Grid, count: int, margin: float, top: float, tall: float, rows: bool) -> tuple[Answer, ...]:
    room = grid.width - 2 * margin
    if rows:
        gap = 18
        height = min(140, (tall - (count - 1) * gap) / count)
        sign = min(84, height - 24)
        return tuple(
            Answer(
                grid.box(margin, y, room, height),
                grid.box(margin + 32, y + (height - sign) / 2, sign, sign),
                grid.box(margin + 32 + sign + 32, y + 8, room - 96 - sign, height - 16),
            )
            for y in (top + i * (height + gap) for i in range(count))
        )
    gap, sign = 22, 92
    width, height = (room - (count - 1) * gap) / count, min(300, tall)
    return tuple(
        Answer(
            grid.box(x, top, width, height),
            grid.box(x + (width - sign) / 2, top + 40, sign, sign),
            grid.box(x + 12, top + 40 + sign + 12, width - 24, height - 40 - sign - 24),
        )
        for x in (margin + i * (width + gap) for i in range(count))
    )


def thanks(size: Size) -> Notice:
    return _notice(Grid(size), 136)


def unavailable(size: Size) -> Notice:
    return _notice(Grid(size), 200)


def _notice(grid: Grid, height: float) -> Notice:
    sign, gap = 170, 50
    top, width = (grid.height - sign - gap - height) / 2, min(grid.width - 120, 1000)
    return Notice(
        grid.box((grid.width - sign) / 2, top, sign, sign),
        grid.box((grid.width - width) / 2, top + sign + gap, width, height),
    )
