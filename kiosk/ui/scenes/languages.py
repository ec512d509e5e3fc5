"""The screen of languages, each by its own name."""

from collections.abc import Sequence

from kiosk.ui.layout import languages
from kiosk.ui.layout.box import Box
from kiosk.ui.pictograms import GLOBE
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.scenes.tools import Offer, tool_targets
from kiosk.ui.target import Deed, Scene, Target
from locales.prompts import Prompt, Prompts


def languages_scene(brush: Brush, prompts: Prompts, names: Sequence[Prompt], offer: Offer) -> Scene:
    """`names` are the site's languages by their own names; touching the shown one goes back with nothing changed."""
    boxes = languages(brush.panel, [name.language for name in names], large=brush.look.large)
    shown = prompts.name
    return Scene(
        pictures=(
            brush.sign(boxes.globe, GLOBE),
            brush.label(boxes.heading, prompts.languages, (46, 60), weight=600, align="left"),
        ),
        targets=(
            *(
                language_target(
                    brush, boxes.languages[name.language], name, names, chosen=name == shown, units=(34, 44)
                )
                for name in names
            ),
            *tool_targets(brush, boxes.tools, prompts, offer),
        ),
        spoken=(prompts.languages,),
    )


def language_target(
    brush: Brush,
    box: Box,
    name: Prompt,
    names: Sequence[Prompt],
    *,
    chosen: bool,
    units: tuple[float, float] = (28, 36),
) -> Target:
    """A button that calls a language what the language calls itself."""
    label = brush.label(
        box.shrunk(brush.panel.units(5)),
        name,
        units,
        colour=brush.look.on_solid if chosen else brush.look.ink,
        together=tuple(other.text for other in names),
    )
    return Target(box, Deed.LANGUAGE, name.language, (brush.plate(box, solid=chosen), label), name)
