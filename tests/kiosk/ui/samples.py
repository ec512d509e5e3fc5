"""Every panel, language, appearance and screen that the terminal is promised to fit, and what they draw."""

import io
from collections.abc import Iterator
from functools import cache

from msgspec.structs import replace
from PIL import Image

from contract.survey import SCORES, Survey, Text
from kiosk.session import Appearance, Screen, View
from kiosk.ui.drawing import Drawing, Fit, Label
from kiosk.ui.layout import Panel, Size
from kiosk.ui.scene import Scene, Scenes
from kiosk.ui.typesetter import Typesetter
from locales.catalogue import default_survey

SIZES: list[Size] = [(800, 480), (1280, 720), (1280, 800), (1920, 1080), (800, 1280), (1080, 1920)]
SURVEY = default_survey()
LANGUAGES = ("nb", "en", "es", "pt", "ro", "bg", "th", "ru", "uk", "ar")
_SAID = {
    "nb": "Dere sa at det er kaldt i Stua om vinteren og at kaffen tar slutt. Vi har satt inn nye ovner, og "
    "vi lager nå kaffe to ganger om dagen; si gjerne fra til oss hvis det fortsatt ikke er nok.",
    "th": "คุณบอกว่าห้องนั่งเล่นหนาวในฤดูหนาวและกาแฟหมดเร็ว เราได้ติดตั้งเครื่องทำความร้อนใหม่แล้ว และชงกาแฟวันละสองครั้ง",
    "uk": "Ви сказали, що взимку у вітальні холодно і кава швидко закінчується. Ми встановили нові обігрівачі й "
    "варимо каву двічі на день; скажіть нам, якщо цього все ще замало.",
    "ar": "قلتم إن غرفة الجلوس باردة في الشتاء وإن القهوة تنفد بسرعة. وضعنا مدافئ جديدة ونعد القهوة مرتين في اليوم.",
}
MESSAGES: list[Text] = [_SAID]
"""About as long as a message of the managers may be."""


@cache
def scenes(panel: Panel, survey: Survey = SURVEY, languages: tuple[str, ...] = LANGUAGES) -> Scenes:
    """All languages have sound."""
    return Scenes(survey, languages, panel, speaks=languages, messages=MESSAGES)


def views(language: str, appearance: Appearance) -> Iterator[View]:
    """Every screen with everything on it that can be, as a visitor sees it who chose the language."""
    first = View(Screen.QUESTION, language, chosen=True, appearance=appearance, speech=True)
    yield first
    yield replace(first, chosen=False)
    yield replace(first, message=0)
    for score in SCORES:
        yield replace(first, screen=Screen.WHY, score=score)
        yield replace(first, screen=Screen.WHY, score=score, hurry=True)
    for screen in (Screen.LANGUAGES, Screen.THANKS, Screen.UNAVAILABLE):
        yield replace(first, screen=screen)


def every_scene(panel: Panel, languages: tuple[str, ...] = LANGUAGES) -> Iterator[Scene]:
    """Each different one once."""
    made = scenes(panel)
    every = (made.of(v) for language in languages for appearance in Appearance for v in views(language, appearance))
    return iter({id(scene): scene for scene in every}.values())


@cache
def typesetter() -> Typesetter:
    return Typesetter()


@cache
def picture(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(typesetter().png(drawing))).convert("RGBA")


def drawn(label: Label) -> tuple[Fit, Size, tuple[int, int, int, int]]:
    """How it fits, its size in pixels, and the box (left, top, right, bottom) of its ink; colours do not matter."""
    return _drawn(replace(label, colour="#000000"))


@cache
def _drawn(label: Label) -> tuple[Fit, Size, tuple[int, int, int, int]]:
    png, fit = typesetter().fitted(label)
    image = Image.open(io.BytesIO(png))
    return fit, image.size, image.getchannel("A").getbbox() or (0, 0, 0, 0)
