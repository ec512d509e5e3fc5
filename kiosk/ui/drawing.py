"""What there is to draw: texts in boxes and vectors, as plain data that a second process can be given."""

from msgspec import Struct

LEAST_SIZE = 15
"""No text is drawn smaller than this, in pixels."""


OVERHANG = 0.16
"""The margin around a text, in parts of its size: letters and marks reach out of their line, as the J does."""


class Label(Struct, frozen=True, tag=True):
    """A text in a box of pixels, as large as fits from `size` down to `least`.

    `align` is left, center or right, whatever way the text runs. `together` are the texts that share one size with it
    (itself among them), so that five cards look like one.
    """

    text: str
    language: str
    width: int
    height: int
    size: int
    least: int
    colour: str
    weight: int = 500
    align: str = "center"
    together: tuple[str, ...] = ()

    @property
    def margin(self) -> int:
        """Empty pixels on every side of the text's picture."""
        return round(self.size * OVERHANG)


class Vector(Struct, frozen=True, tag=True):
    """An SVG document, drawn at exactly this size in pixels."""

    svg: str
    width: int
    height: int


Drawing = Label | Vector


class Fit(Struct, frozen=True):
    """The size a label gets, and whether its text stays inside its box at that size."""

    size: int
    fits: bool
