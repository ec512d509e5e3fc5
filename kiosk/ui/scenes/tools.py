"""The tools on every screen (ear, appearance, loudness), and buttons with a sign."""

from collections.abc import Iterator

from msgspec import Struct

from kiosk.ui.layout.box import Box
from kiosk.ui.layout.button_boxes import button
from kiosk.ui.layout.tool_boxes import Tools
from kiosk.ui.pictograms import APPEARANCE, EAR, HEARS, LOUDER, QUIETER
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.target import Deed, Target
from locales.prompts import Prompt, Prompts

SIGN_SHARE = 0.58
"""How much of a tool's width its sign takes."""


class Offer(Struct, frozen=True):
    """Which tools are there: `languages` where there are several, `speaks` where the shown one has sound.

    `speech` says that it is on.
    """

    languages: bool = False
    speaks: bool = False
    speech: bool = False


def tool_targets(brush: Brush, boxes: Tools, prompts: Prompts, offer: Offer) -> Iterator[Target]:
    """In reading order; the loudness only while speech is on, and the ear's place stays empty without sound."""
    if offer.speaks and offer.speech:
        yield tool(brush, boxes.quieter, Deed.QUIETER, QUIETER, prompts.quieter)
        yield tool(brush, boxes.louder, Deed.LOUDER, LOUDER, prompts.louder)
    yield tool(brush, boxes.appearance, Deed.APPEARANCE, APPEARANCE, prompts.appearance)
    if offer.speaks:
        yield tool(brush, boxes.ear, Deed.SPEECH, HEARS if offer.speech else EAR, prompts.listen, solid=True)


def tool(brush: Brush, box: Box, deed: Deed, sign: str, prompt: Prompt, *, solid: bool = False) -> Target:
    """A round button with a sign and no words."""
    inner = box.shrunk(round(box.width * (1 - SIGN_SHARE) / 2))
    ink = brush.look.on_solid if solid else brush.look.ink
    plate = brush.plate(box, solid=solid, round_=True)
    return Target(box, deed, "", (plate, brush.sign(inner, sign, ink)), prompt)


def captioned(
    brush: Brush,
    box: Box,
    deed: Deed,
    sign: str,
    prompt: Prompt,
    *,
    words: Prompt | None = None,
    together: tuple[str, ...] = (),
    solid: bool = False,
) -> Target:
    """A button with a sign and words, which are the prompt's own unless others are given."""
    boxes = button(brush.panel, box, large=brush.look.large)
    ink = brush.look.on_solid if solid else brush.look.ink
    align = "left" if boxes.wide else "center"
    pictures = (
        brush.plate(box, solid=solid),
        brush.sign(boxes.pictogram, sign, ink, turns=True),
        brush.label(boxes.text, words or prompt, (30, 40), colour=ink, align=align, together=together),
    )
    return Target(box, deed, "", pictures, prompt)
