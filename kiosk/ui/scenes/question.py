"""The first screen: the question or the managers' message, four faces, languages, tools."""

from collections.abc import Iterator, Sequence

from contract.survey import SCORES
from kiosk.ui.layout import question
from kiosk.ui.layout.box import Box
from kiosk.ui.pictograms import CAMERA_OFF, GLOBE, MICROPHONE_OFF
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.scenes.languages import language_target
from kiosk.ui.scenes.tools import Offer, captioned, tool_targets
from kiosk.ui.target import Deed, Picture, Scene, Target
from locales.prompts import Prompt, Prompts


def question_scene(
    brush: Brush, prompts: Prompts, names: Sequence[Prompt], offer: Offer, message: Prompt | None
) -> Scene:
    """`names` are the site's languages by their own names; a `message` stands in the question's place."""
    boxes = question(brush.panel, [name.language for name in names], large=brush.look.large)
    camera, microphone = boxes.signs
    quiet, shown = brush.look.quiet, prompts.name
    header = (
        brush.sign(camera, CAMERA_OFF, quiet, stroke=1.6),
        brush.sign(microphone, MICROPHONE_OFF, quiet, stroke=1.6),
        brush.label(boxes.nobody_sees, prompts.nobody_sees, (24, 32), colour=quiet, weight=400, align="left"),
    )
    asked = _message(brush, boxes.question, message) if message else _question(brush, boxes.question, prompts.question)
    faces = (
        Target(box, Deed.FACE, str(score), (brush.face(box, score),), prompts.face(score))
        for score, box in zip(SCORES, (boxes.faces[score] for score in SCORES), strict=True)
    )
    listed = (
        language_target(brush, boxes.languages[name.language], name, names, chosen=name == shown)
        for name in names
        if boxes.languages
    )
    picker = (_picker(brush, boxes.picker, prompts, names),) if boxes.picker else ()
    return Scene(
        pictures=(*header, *asked),
        targets=(*faces, *listed, *picker, *tool_targets(brush, boxes.tools, prompts, offer)),
        spoken=(message, prompts.question) if message else (prompts.question, prompts.how_to, prompts.nobody_sees),
    )


def _question(brush: Brush, box: Box, prompt: Prompt) -> Iterator[Picture]:
    yield brush.label(box, prompt, (54, 76), weight=600)


def _message(brush: Brush, box: Box, prompt: Prompt) -> Iterator[Picture]:
    """On a card of its own, so that nobody takes it for the question."""
    height = min(box.height - brush.panel.units(24), brush.panel.units(320 if brush.look.large else 240))
    card = Box(box.x, box.y + (box.height - height) // 2, box.width, height)
    yield brush.plate(card)
    yield brush.label(card.shrunk(brush.panel.units(10)), prompt, (40, 52), weight=500)


def _picker(brush: Brush, box: Box, prompts: Prompts, names: Sequence[Prompt]) -> Target:
    """A globe and the shown language's name; what it opens has them all."""
    together = tuple(name.text for name in names)
    return captioned(brush, box, Deed.LANGUAGES, GLOBE, prompts.languages, words=prompts.name, together=together)
