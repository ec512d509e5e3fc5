"""Where things are in the staff corner: pure geometry, from the panel alone. Every target has its 20 millimetres."""

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter")
"""The pad as on a telephone, row by row."""
LARGEST_KEY = 28.0
"""Millimetres."""
WORDS = 35.0
"""Millimetres of height for what stands over the pad of an upright screen."""
BUTTON = 22.0
"""Millimetres that a button with a word on it is wide at least."""
CELL = 15.0
"""Millimetres of a cell of the touch test at most: smaller than a target, so that no dead zone hides in one."""
ROW = 44
"""Pixels of a row of facts at least: two lines of the smallest text."""
NARROW = 700
"""Pixels under which a row of facts needs a third line."""


class Pad(Struct, frozen=True):
    """The PIN pad."""

    title: Box
    dots: tuple[Box, ...]
    notice: Box
    keys: dict[str, Box]
    close: Box


class Home(Struct, frozen=True):
    """Rows of facts, as many as there is room for, each in two columns; buttons under them."""

    rows: tuple[tuple[Box, Box], ...]
    buttons: tuple[Box, ...]


class Languages(Struct, frozen=True):
    """The test of languages and sound."""

    question: Box
    about: Box
    languages: tuple[Box, ...]
    back: Box
    quieter: Box
    volume: Box
    louder: Box


class Leaving(Struct, frozen=True):
    """A question and two answers."""

    question: Box
    back: Box
    leave: Box


class Frame:
    """A panel with a margin."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.margin = self.gap = panel.gap
        self.width = panel.size[0] - 2 * self.margin
        self.height = panel.size[1] - 2 * self.margin
        self.bottom = panel.size[1] - self.margin

    def grid(self, count: int, columns: int, bottom: int, *, left: int | None = None, width: int = 0) -> list[Box]:
        """So many boxes of a target's height, row by row, the last row ending at `bottom`."""
        left, width = (self.margin if left is None else left), width or self.width
        tall = self.panel.target
        rows = -(-count // columns)
        across = (width - (columns - 1) * self.gap) // columns
        top = bottom - rows * tall - (rows - 1) * self.gap
        return [
            Box(left + i % columns * (across + self.gap), top + i // columns * (tall + self.gap), across, tall)
            for i in range(count)
        ]


def pad(panel: Panel, dots: int) -> Pad:
    """The keys at the right or, on an upright screen, below; beside or above them what was typed."""
    frame = Frame(panel)
    wide = panel.size[0] > panel.size[1]
    above = 0 if wide else panel.target + 2 * frame.gap + panel.mm(WORDS)
    most = min((frame.height - above - 3 * frame.gap) // 4, (frame.width // (2 if wide else 1) - 2 * frame.gap) // 3)
    key = max(panel.target, min(most, panel.mm(LARGEST_KEY)))
    step = key + frame.gap
    across = 3 * key + 2 * frame.gap
    left = frame.margin + frame.width - across if wide else (panel.size[0] - across) // 2
    top = frame.bottom - 4 * key - 3 * frame.gap
    if wide:
        room = Box(frame.margin, frame.margin, left - 2 * frame.gap - frame.margin, frame.height)
    else:
        room = Box(frame.margin, frame.margin, frame.width, top - frame.gap - frame.margin)
    keys = {name: Box(left + i % 3 * step, top + i // 3 * step, key, key) for i, name in enumerate(KEYS)}
    return _beside(panel, room, keys, dots)


def _beside(panel: Panel, room: Box, keys: dict[str, Box], dots: int) -> Pad:
    """Title, dots and notice one under the other in the room that the keys leave, and the way out under them."""
    close = Box(room.x, room.bottom - panel.target, min(room.width, 2 * panel.target), panel.target)
    free = room.height - panel.target - panel.gap
    size = min(room.width // dots, free // 5)
    dot = size * 6 // 10
    title, line = free * 3 // 10, free * 2 // 10
    return Pad(
        title=Box(room.x, room.y, room.width, title),
        dots=tuple(
            Box(room.x + i * size + (size - dot) // 2, room.y + title + (line - dot) // 2, dot, dot)
            for i in range(dots)
        ),
        notice=Box(room.x, room.y + title + line, room.width, free - title - line),
        keys=keys,
        close=close,
    )


def home(panel: Panel, buttons: int) -> Home:
    """Buttons in as few rows as they fit in, at the bottom; all else is for facts."""
    frame = Frame(panel)
    most = max(1, (frame.width + frame.gap) // (panel.mm(BUTTON) + frame.gap))
    lines = -(-buttons // most)
    placed = frame.grid(buttons, -(-buttons // lines), frame.bottom)
    room = placed[0].y - frame.gap - frame.margin
    tall = max(ROW * (1 if frame.width >= NARROW else 2), min(panel.size) * 7 // 100)
    name = frame.width * 26 // 100
    count = max(1, room // tall)
    tall = room // count
    return Home(
        rows=tuple(
            (
                Box(frame.margin, frame.margin + i * tall, name, tall),
                Box(frame.margin + name + frame.gap, frame.margin + i * tall, frame.width - name - frame.gap, tall),
            )
            for i in range(count)
        ),
        buttons=tuple(placed),
    )


def languages(panel: Panel, count: int) -> Languages:
    """What was touched on top, all languages under it, and the loudness at the bottom."""
    frame = Frame(panel)
    back, quieter, volume, louder = frame.grid(4, 4, frame.bottom)
    most = max(1, (frame.width + frame.gap) // (panel.mm(BUTTON) + frame.gap))
    columns = -(-count // -(-count // min(most, 5)))
    placed = frame.grid(count, columns, back.y - frame.gap)
    room = placed[0].y - frame.gap - frame.margin
    asked = room * 55 // 100
    return Languages(
        question=Box(frame.margin, frame.margin, frame.width, asked),
        about=Box(frame.margin, frame.margin + asked, frame.width, room - asked),
        languages=tuple(placed),
        back=back,
        quieter=quieter,
        volume=volume,
        louder=louder,
    )


def leaving(panel: Panel) -> Leaving:
    """The two answers are far apart: one ends the terminal."""
    frame = Frame(panel)
    width = max(panel.mm(BUTTON), frame.width * 35 // 100)
    tall = panel.target
    top = frame.bottom - tall
    return Leaving(
        question=Box(frame.margin, frame.margin, frame.width, top - frame.gap - frame.margin),
        back=Box(frame.margin, top, width, tall),
        leave=Box(frame.margin + frame.width - width, top, width, tall),
    )


class Cells:
    """The touch test: cells over the whole screen, and the way out in the middle, as large as some of them."""

    def __init__(self, panel: Panel) -> None:
        width, height = panel.size
        side = panel.per_mm * CELL
        self.columns, self.rows = -int(-width // side), -int(-height // side)
        self._lefts = [i * width // self.columns for i in range(self.columns + 1)]
        self._tops = [i * height // self.rows for i in range(self.rows + 1)]
        across, down = _middle(self.columns, 4), _middle(self.rows, 2)
        self.out = Box(
            self._lefts[across.start],
            self._tops[down.start],
            self._lefts[across.stop] - self._lefts[across.start],
            self._tops[down.stop] - self._tops[down.start],
        )
        self.boxes = {
            row * self.columns + column: Box(
                self._lefts[column],
                self._tops[row],
                self._lefts[column + 1] - self._lefts[column],
                self._tops[row + 1] - self._tops[row],
            )
            for row in range(self.rows)
            for column in range(self.columns)
            if row not in down or column not in across
        }

    def at(self, x: float, y: float) -> int | None:
        """The cell under a finger; None for the way out."""
        return next((cell for cell, box in self.boxes.items() if box.holds(x, y)), None)


def _middle(count: int, wanted: int) -> range:
    """About so many in the middle, as many on either side."""
    size = min(count, wanted + (count - wanted) % 2)
    return range((count - size) // 2, (count + size) // 2)
