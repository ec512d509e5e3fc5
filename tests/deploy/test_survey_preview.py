"""The page's pictures of a terminal are what the terminal shows, pixel by pixel, of whatever is written."""

import io
from threading import Thread

import pytest
from PIL import Image, ImageChops

from contract.survey import Text
from dashboard.surveys.desk import SCREENS, SIZES, Size
from dashboard.surveys.draft import Draft
from deploy.surveys.preview import make_draw, scene_of
from kiosk.ui.layout import Panel
from locales.catalogue import default_survey
from tests import screens

SURVEY = default_survey()
MESSAGES: tuple[Text, ...] = (
    {"nb": "Nye ovner er på plass.", "ar": "وضعنا مدافئ جديدة."},
    {"th": "ชา"},
    {"en": "Tea!"},
)
SLIGHT = 8
"""Of 255: what the rounded ends of a bar may differ by, which the window draws with points and this with curves."""


def picture(language: str, screen: str, size: Size) -> Image.Image:
    draw = make_draw()
    assert draw
    return Image.open(io.BytesIO(draw(SURVEY, MESSAGES, language, screen, size))).convert("RGB")


@pytest.mark.parametrize(
    ("language", "screen", "size"),
    [
        ("nb", "question", SIZES[0]),
        ("ar", "satisfied", SIZES[0]),
        ("th", "unsatisfied", SIZES[1]),
        ("ar", "message-0", SIZES[3]),
    ],
)
def test_it_is_what_the_terminal_shows(language: str, screen: str, size: Size) -> None:
    shown = picture(language, screen, size)
    real = screens.compose(scene_of(SURVEY, MESSAGES, language, screen, size), Panel.of(size))
    assert shown.size == real.size == size
    differing = ImageChops.difference(shown, real).convert("L").histogram()
    assert sum(differing[SLIGHT:]) < 50, "more than the ends of the bar"


def test_every_screen_is_another_one() -> None:
    draw = make_draw()
    assert draw
    assert len({draw(SURVEY, MESSAGES, "nb", screen, SIZES[1]) for screen in SCREENS}) == len(SCREENS)


def test_a_draft_with_nothing_in_it_can_be_looked_at() -> None:
    draft = Draft.of(SURVEY, ())
    draw = make_draw()
    assert draw
    assert draw(draft.shown(("nb", "ar")), (), "ar", "satisfied", SIZES[1]).startswith(b"\x89PNG")


def test_several_may_ask_at_once() -> None:
    draw = make_draw()
    assert draw
    drawn: list[bytes] = []
    threads = [
        Thread(target=lambda one=one: drawn.append(draw(SURVEY, (), one, "question", SIZES[1])))
        for one in ("nb", "en", "th")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 3
