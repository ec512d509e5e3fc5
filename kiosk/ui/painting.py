"""Scenes as Kivy's instructions: one scene painted, the veil of a fade, and the ring of light.

Import only while kiosk.ui.window.opened() holds the window, which sets Kivy up.
"""

from typing import Any

from kivy.graphics import (
    Color,
    InstructionGroup,
    PopMatrix,
    PushMatrix,
    Rectangle,
    Scale,
    SmoothLine,
    SmoothRoundedRectangle,
)
from kivy.utils import get_color_from_hex

from kiosk.ui.gallery import Gallery
from kiosk.ui.layout import Box, Size
from kiosk.ui.target import Picture, Scene, Target

SUNK = 0.96
"""A touched thing's size, in parts of its own."""
VEILED = 0.5
"""Where more than this part of the screen changes, a fade veils all of it."""
RING, GAP, RADIUS = 0.008, 0.005, 0.03
"""The ring of light: how wide it is, its distance from the lit thing and its corners, in parts of the shorter side."""


def colour(name: str) -> tuple[float, float, float]:
    """A colour as #RRGGBB in parts of 1."""
    red, green, blue, _ = get_color_from_hex(name)
    return red, green, blue


def flipped(box: Box, height: float) -> tuple[float, float]:
    """The box's place as Kivy counts, from the bottom left corner of a screen so many pixels high."""
    return box.x, height - box.y - box.height


class Painted:
    """A scene as instructions. Raises kiosk.ui.studio.DrawingError."""

    def __init__(self, scene: Scene, gallery: Gallery, height: float) -> None:
        self.scene = scene
        self.group = InstructionGroup()
        self._gallery = gallery
        self._height = height
        self._scales: dict[Target, Any] = {}
        self._bar: Any = None
        self.group.add(Color(1, 1, 1, 1))
        for picture in scene.pictures:
            self._add(picture)
        for target in scene.targets:
            x, y = target.box.centre
            scale = self._scales[target] = Scale(1, 1, 1, origin=(x, height - y))
            self.group.add(PushMatrix())
            self.group.add(scale)
            for picture in target.pictures:
                self._add(picture)
            self.group.add(PopMatrix())
        if scene.bar:
            self._bar = [self._rounded(scene.bar, name) for name in scene.bar_colours][-1]

    def sink(self, target: Target, *, sunk: bool) -> None:
        """Has a target sink under the finger, or come up again."""
        if scale := self._scales.get(target):
            scale.x = scale.y = SUNK if sunk else 1

    def show_time_left(self, share: float) -> None:
        """Lets the bar be as long as the time that is left, 1 to 0."""
        if (box := self.scene.time_left(share)) and self._bar.size[0] != box.width:
            self._bar.size = (box.width, box.height)
            self._bar.pos = flipped(box, self._height)

    def free(self) -> None:
        """Gives its textures back; Kivy's instructions hold each other, so that it would happen late by itself."""
        self.group.clear()
        self._scales.clear()

    def _add(self, picture: Picture) -> None:
        texture = self._gallery.texture(picture.drawing)
        place = picture.place(*texture.size)
        self.group.add(Rectangle(texture=texture, pos=flipped(place, self._height), size=texture.size))

    def _rounded(self, box: Box, name: str) -> Any:  # noqa: ANN401
        shape = SmoothRoundedRectangle(
            pos=flipped(box, self._height), size=(box.width, box.height), radius=[box.height / 2]
        )
        self.group.add(Color(*colour(name)))
        self.group.add(shape)
        return shape


class Veil:
    """Paper over what is about to change, more or less see-through. No frame is drawn for one that is not to be seen:
    day and night, while idle, every sixth would be."""

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self._sheet: Any = None
        self._paper: Any = None

    def lay(self, before: Scene, after: Scene, size: Size) -> bool:
        """Over what differs between two scenes; not to be seen yet. Whether that is the whole screen."""
        self.lift()
        self._sheet, self._paper = InstructionGroup(), Color(*colour(after.paper), 0)
        self._sheet.add(self._paper)
        boxes = changed(before, after, size)
        for box in boxes:
            self._sheet.add(Rectangle(pos=flipped(box, size[1]), size=(box.width, box.height)))
        return boxes == (Box(0, 0, *size),)

    def thicken(self, alpha: float) -> None:
        """From 0, not to be seen, to 1, nothing behind it to be seen."""
        if self._sheet:
            if alpha > 0 and not self.group.children:
                self.group.add(self._sheet)
            self._paper.a = min(1.0, max(0.0, alpha))

    def lift(self) -> None:
        if self.group.children:
            self.group.clear()
        self._sheet = self._paper = None


class Light:
    """The ring around what is lit: its scene's ink outside, paper inside, so that it is seen on any ground."""

    def __init__(self) -> None:
        self.group = InstructionGroup()

    def put(self, target: Target | None, scene: Scene, size: Size) -> None:
        self.group.clear()
        if target:
            ring, gap = max(4.0, RING * min(size)), max(3.0, GAP * min(size))
            self._line(target.box, gap / 2, gap, scene.paper, size)
            self._line(target.box, gap + ring / 2, ring, scene.ink, size)

    def _line(self, box: Box, out: float, width: float, name: str, size: Size) -> None:
        """A line along the box, so far outside it, though never off the screen."""
        edge = width / 2
        left, top = max(edge, box.x - out), max(edge, box.y - out)
        right, bottom = min(size[0] - edge, box.x + box.width + out), min(size[1] - edge, box.y + box.height + out)
        corner = RADIUS * min(size) + out
        shape = (left, size[1] - bottom, right - left, bottom - top, corner)
        self.group.add(Color(*colour(name)))
        self.group.add(SmoothLine(rounded_rectangle=shape, width=edge))


def changed(before: Scene, after: Scene, size: Size) -> tuple[Box, ...]:
    """The parts of the screen where two scenes differ."""
    screen = Box(0, 0, *size)
    if before.paper != after.paper:
        return (screen,)
    differ = {picture.box for picture in set(before.all_pictures()) ^ set(after.all_pictures())}
    if before.bar != after.bar:
        differ |= {bar for bar in (before.bar, after.bar) if bar}
    outer = tuple(box for box in differ if not any(_inside(box, other) for other in differ if other != box))
    veiled = sum(box.width * box.height for box in outer)
    return outer if veiled <= VEILED * size[0] * size[1] else (screen,)


def _inside(box: Box, other: Box) -> bool:
    return (
        box.x >= other.x
        and box.y >= other.y
        and box.x + box.width <= other.x + other.width
        and box.y + box.height <= other.y + other.height
    )
