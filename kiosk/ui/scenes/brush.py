"""Draws words, signs and plates in one language and one appearance; written left to right, mirrored as a whole."""

from contract.faces import face_svg
from kiosk.ui.drawing import LEAST_SIZE, Label, Vector
from kiosk.ui.layout.box import Box
from kiosk.ui.layout.panel import Panel
from kiosk.ui.look import Look
from kiosk.ui.pictograms import pictogram_svg
from kiosk.ui.target import Picture
from locales.prompts import Prompt

SMALL_SIZE = 20
"""Texts are this high where they fit, in pixels, also on screens so small that the drawing's own size is less."""
LEAST_SHARE = 0.6
"""No text is drawn smaller than this part of its usual size."""


class Brush:
    """Draws for one panel. Sizes are in the drawing's units; `mirrored` turns signs that point along the text."""

    def __init__(self, panel: Panel, look: Look, *, mirrored: bool = False) -> None:
        self.panel = panel
        self.look = look
        self.mirrored = mirrored

    def label(
        self,
        box: Box,
        prompt: Prompt,
        units: tuple[float, float],
        *,
        colour: str = "",
        weight: int = 500,
        align: str = "center",
        together: tuple[str, ...] = (),
    ) -> Picture:
        """A text of `units` (as usual, large), never tiny on a small screen, and smaller where it must be."""
        usual, large = (self.panel.units(size) for size in units)
        size = max(large, round(SMALL_SIZE * large / usual)) if self.look.large else max(usual, SMALL_SIZE)
        least = max(round(usual * LEAST_SHARE), LEAST_SIZE)
        colour = colour or self.look.ink
        label = Label(prompt.text, prompt.language, box.width, box.height, size, least, colour, weight, align, together)
        if align == "left":  # the letters, not their margin, stand in line with what is above and below
            box = Box(box.x - label.margin, box.y, box.width, box.height)
        if align == "right":
            box = Box(box.x + label.margin, box.y, box.width, box.height)
        return Picture(box, label)

    def sign(self, box: Box, name: str, ink: str = "", *, stroke: float = 1.8, turns: bool = False) -> Picture:
        """A pictogram; one that `turns` points the other way on a mirrored screen."""
        svg = pictogram_svg(name, ink or self.look.ink, stroke, mirrored=turns and self.mirrored)
        return _vector(box, svg)

    def plate(self, box: Box, *, solid: bool = False, round_: bool = False) -> Picture:
        """The ground of a card or a button; `round_` makes a disc of it."""
        look = self.look
        fill, line = (look.solid, look.solid) if solid else (look.card, look.line)
        stroke = max(2, self.panel.units(3 if look.strong else 2))
        radius = (min(box.width, box.height) - stroke) / 2 if round_ else self.panel.units(20)
        return _vector(box, _plate_svg(box, fill, line, stroke, radius))

    def face(self, box: Box, score: int) -> Picture:
        return _vector(box, face_svg(score, strong=self.look.strong))

    def outlined_face(self, box: Box, score: int) -> Picture:
        """A face in ink alone, so that all four look alike from behind."""
        return _vector(box, face_svg(score, outline=self.look.ink, paper=self.look.card))

    def ring(self, box: Box) -> Picture:
        """The neutral mark of the chosen face."""
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 104 104">'
            f'<circle cx="52" cy="52" r="49.5" fill="none" stroke="{self.look.ink}" stroke-width="5"/></svg>'
        )
        return _vector(box, svg)


def _vector(box: Box, svg: str) -> Picture:
    return Picture(box, Vector(svg, box.width, box.height))


def _plate_svg(box: Box, fill: str, line: str, stroke: int, radius: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box.width} {box.height}">'
        f'<rect x="{stroke / 2:g}" y="{stroke / 2:g}" width="{box.width - stroke}" height="{box.height - stroke}" '
        f'rx="{radius:g}" fill="{fill}" stroke="{line}" stroke-width="{stroke}"/></svg>'
    )
