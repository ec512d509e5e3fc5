"""What a scene is made of, as plain data: pictures in their places, and targets that can be touched and spoken."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from kiosk.ui.drawing import Drawing, Label
from kiosk.ui.layout.box import Box
from locales.prompts import Prompt


class Deed(StrEnum):
    """What a touch asks of the session."""

    FACE = "face"
    ANSWER = "answer"
    LANGUAGE = "language"
    LANGUAGES = "languages"
    SKIP = "skip"
    OOPS = "oops"
    DISMISS = "dismiss"
    SPEECH = "speech"
    APPEARANCE = "appearance"
    LOUDER = "louder"
    QUIETER = "quieter"
    STAFF = "staff"
    """Asks the staff corner instead; `value` says what."""


class Picture(Struct, frozen=True):
    """A drawing and the box it stands in."""

    box: Box
    drawing: Drawing

    def place(self, width: int, height: int) -> Box:
        """Where the drawing's pixels go, once it is known how many there are: a text is cut to its letters."""
        room = self.box.width - width
        align = self.drawing.align if isinstance(self.drawing, Label) else "center"
        left = {"left": 0, "center": room // 2, "right": room}[align]
        return Box(self.box.x + left, self.box.y + (self.box.height - height) // 2, width, height)


class Target(Struct, frozen=True):
    """Something to touch: its place, what it does, its pictures from back to front, and what is said of it."""

    box: Box
    deed: Deed
    value: str
    pictures: tuple[Picture, ...]
    prompt: Prompt | None = None


class Scene(Struct, frozen=True):
    """One screen in one language and one appearance.

    `targets` are in reading order; `spoken` is said before them. `bar` is where the time left is shown, in
    `bar_colours` (what is gone, what is left); `mirrored` scenes run from right to left, and so does their bar.
    `paper` is the colour behind everything, `ink` that of a mark which must be seen on it.
    """

    pictures: tuple[Picture, ...] = ()
    targets: tuple[Target, ...] = ()
    bar: Box | None = None
    spoken: tuple[Prompt, ...] = ()
    paper: str = ""
    ink: str = ""
    bar_colours: tuple[str, str] = ("", "")
    mirrored: bool = False

    def all_pictures(self) -> Iterator[Picture]:
        yield from self.pictures
        for target in self.targets:
            yield from target.pictures

    def time_left(self, share: float) -> Box | None:
        """The part of the bar that stands for a share of the time, 1 to 0; None where there is no bar."""
        if self.bar is None:
            return None
        width = round(self.bar.width * share)
        left = self.bar.right - width if self.mirrored else self.bar.x
        return Box(left, self.bar.y, width, self.bar.height)

    def find(self, deed: Deed, value: str = "") -> Target:
        """The target that does this. Raises LookupError when the scene has none."""
        for target in self.targets:
            if (target.deed, target.value) == (deed, value):
                return target
        raise LookupError(f"nothing here does {deed} {value}")
