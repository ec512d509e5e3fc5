"""What the terminal would show, composed without a window: `python -m tests.screens SIZE LANGUAGE APPEARANCE OUT.png`.

SIZE as 1280x800; LANGUAGE a code, or `all`; APPEARANCE one of normal, large, contrast. Further words: `low` for low
reach, `speech` for sound on, `hurry`, `idle` for the rotation, and LANGUAGES as nb,en,ar for the site's.
"""

import io
import sys
from functools import cache

from msgspec.structs import replace
from PIL import Image, ImageDraw

from contract.survey import SCORES, Text
from kiosk.session import Appearance, Screen, View
from kiosk.ui.drawing import Drawing
from kiosk.ui.layout import Panel
from kiosk.ui.scene import Picture, Scene, Scenes
from kiosk.ui.typesetter import Typesetter
from locales.catalogue import default_survey

MESSAGE = {
    "nb": "Dere sa: det er kaldt i Stua. Vi gjorde: nye ovner er på plass.",
    "en": "You said: it is cold in the living room. We did: new heaters are in place.",
    "ar": "قلتم: الجو بارد في غرفة الجلوس. فعلنا: وضعنا مدافئ جديدة.",
    "th": "คุณบอกว่า: ห้องนั่งเล่นหนาว เราทำแล้ว: ติดตั้งเครื่องทำความร้อนใหม่",
}
"""A message of the managers, to try what such a thing looks like."""


@cache
def typesetter() -> Typesetter:
    return Typesetter()


@cache
def drawn(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(typesetter().png(drawing))).convert("RGBA")


def compose(scene: Scene, panel: Panel, share: float = 0.6) -> Image.Image:
    """The scene as the window shows it, with a share of the time left."""
    canvas = Image.new("RGBA", panel.size, scene.paper)
    for picture in scene.pictures:
        _put(canvas, picture)
    for target in scene.targets:
        for picture in target.pictures:
            _put(canvas, picture)
    left = scene.time_left(share)
    if scene.bar and left:
        draw = ImageDraw.Draw(canvas)
        for box, colour in zip((scene.bar, left), scene.bar_colours, strict=True):
            draw.rounded_rectangle((box.x, box.y, box.right - 1, box.bottom - 1), box.height / 2, colour)
    return canvas.convert("RGB")


def _put(canvas: Image.Image, picture: Picture) -> None:
    image = drawn(picture.drawing)
    box = picture.place(*image.size)
    canvas.alpha_composite(image, (box.x, box.y))


def views(language: str, appearance: Appearance) -> list[View]:
    """Every screen in one language, as a visitor who chose it sees them."""
    first = View(Screen.QUESTION, language, chosen=True, appearance=appearance)
    whys = [replace(first, screen=Screen.WHY, score=score) for score in (SCORES[0], SCORES[-1])]
    rest = [replace(first, screen=screen) for screen in (Screen.LANGUAGES, Screen.THANKS, Screen.UNAVAILABLE)]
    return [first, replace(first, message=0), *whys, *rest]


def sheet(pictures: list[Image.Image], columns: int) -> Image.Image:
    """Pictures of one size side by side, with a line between them."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (width + 8), rows * (height + 8)), "#777777")
    for i, picture in enumerate(pictures):
        whole.paste(picture, (i % columns * (width + 8) + 4, i // columns * (height + 8) + 4))
    return whole


def main(size: str, language: str, appearance: str, out: str, *more: str) -> None:
    width, height = map(int, size.split("x"))
    panel = Panel.of((width, height), low="low" in more)
    survey = default_survey()
    languages = next((word.split(",") for word in more if "," in word), list(survey.languages))
    messages: list[Text] = [MESSAGE]
    scenes = Scenes(survey, languages, panel, speaks=languages, messages=messages)
    pictures = []
    for each in languages if language == "all" else [language]:
        for view in views(each, Appearance(appearance)):
            shown = replace(view, speech="speech" in more, hurry="hurry" in more, chosen="idle" not in more)
            pictures.append(compose(scenes.of(shown), panel))
    sheet(pictures, 2 if width > height else 4).save(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
