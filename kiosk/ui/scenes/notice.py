"""The screens with one thing to say: thanks, the same for everybody, and that the terminal rests."""

from kiosk.ui.layout import thanks, unavailable
from kiosk.ui.layout.box import Box
from kiosk.ui.layout.notice_boxes import Notice
from kiosk.ui.pictograms import CHECK, PAUSE
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.target import Deed, Picture, Scene, Target
from locales.prompts import Prompt, Prompts


def thanks_scene(brush: Brush, prompts: Prompts) -> Scene:
    """A touch anywhere makes room for the next visitor. Who listens also hears what the managers did."""
    boxes = thanks(brush.panel, large=brush.look.large)
    pictures = _notice(brush, boxes, CHECK, prompts.thanks, (72, 104))
    everywhere = Target(Box(0, 0, *brush.panel.size), Deed.DISMISS, "", pictures)
    return Scene(targets=(everywhere,), spoken=(prompts.thanks, *prompts.messages))


def unavailable_scene(brush: Brush, prompts: Prompts) -> Scene:
    boxes = unavailable(brush.panel, large=brush.look.large)
    return Scene(_notice(brush, boxes, PAUSE, prompts.resting, (44, 60)), spoken=(prompts.resting,))


def _notice(brush: Brush, boxes: Notice, sign: str, prompt: Prompt, units: tuple[float, float]) -> tuple[Picture, ...]:
    return brush.sign(boxes.pictogram, sign, stroke=1.6), brush.label(boxes.text, prompt, units, weight=600)
