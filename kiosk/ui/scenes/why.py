"""The second screen: why? It tells nobody behind the visitor which face was touched, but for a neutral ring."""

from contract.survey import SCORES, Option, Side, Survey, side_of
from kiosk.ui.layout import why
from kiosk.ui.layout.box import Box
from kiosk.ui.layout.button_boxes import Captioned
from kiosk.ui.pictograms import FORWARD, GLOBE, OOPS
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.scenes.tools import Offer, captioned, tool, tool_targets
from kiosk.ui.target import Deed, Picture, Scene, Target
from locales.prompts import Prompt, Prompts

RING = 0.085
"""How much of its width a face leaves on each side for the ring."""


def why_scene(brush: Brush, survey: Survey, prompts: Prompts, score: int, offer: Offer, *, hurry: bool) -> Scene:
    """While the visitor is to `hurry`, the question gives its place to the words that say so: any touch ends it."""
    side = side_of(score)
    boxes = why(brush.panel, large=brush.look.large)
    both = tuple(prompts.why(each).text for each in Side)
    asked = brush.label(
        boxes.question,
        prompts.more_time if hurry else prompts.why(side),
        (48, 62),
        weight=600,
        align="left",
        together=() if hurry else both,
    )
    words = tuple(prompt.text for each in Side for prompt in prompts.answers(each))
    options = zip(boxes.answers, survey.follow_up(side).options, prompts.answers(side), strict=True)
    return Scene(
        pictures=(asked,),
        targets=(
            *(_face(brush, boxes.faces[face], face, prompts, chosen=face == score) for face in SCORES),
            captioned(brush, boxes.oops, Deed.OOPS, OOPS, prompts.start_again),
            *(_answer(brush, answer, option, prompt, words) for answer, option, prompt in options),
            captioned(brush, boxes.skip, Deed.SKIP, FORWARD, prompts.skip, solid=True),
            *((tool(brush, boxes.globe, Deed.LANGUAGES, GLOBE, prompts.languages),) if offer.languages else ()),
            *tool_targets(brush, boxes.tools, prompts, offer),
        ),
        bar=boxes.bar,
        spoken=(prompts.more_time,) if hurry else (prompts.why(side),),
    )


def _face(brush: Brush, box: Box, score: int, prompts: Prompts, *, chosen: bool) -> Target:
    ring: tuple[Picture, ...] = (brush.ring(box),) if chosen else ()
    face = brush.outlined_face(box.shrunk(round(box.width * RING)), score)
    return Target(box, Deed.FACE, str(score), (*ring, face), prompts.face(score))


def _answer(brush: Brush, boxes: Captioned, option: Option, prompt: Prompt, together: tuple[str, ...]) -> Target:
    pictures = (
        brush.plate(boxes.card),
        brush.sign(boxes.pictogram, option.pictogram),
        brush.label(boxes.text, prompt, (29, 40), align="left" if boxes.wide else "center", together=together),
    )
    return Target(boxes.card, Deed.ANSWER, option.id, pictures, prompt)
