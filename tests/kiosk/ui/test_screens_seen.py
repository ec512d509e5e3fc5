"""What the screens look like: contrast of every text, and the same from behind whichever face was touched."""

import re
from itertools import pairwise

import pytest
from msgspec.structs import replace
from PIL import Image, ImageStat

from contract.survey import SCORES
from kiosk.session import Appearance, Screen, View
from kiosk.ui.drawing import Label
from kiosk.ui.layout import Panel
from kiosk.ui.look import LOOKS
from kiosk.ui.scene import Deed, Picture, Scene
from tests.kiosk.ui.samples import LANGUAGES, SIZES, drawn, scenes, views
from tests.kiosk.ui.vision import contrast, light
from tests.screens import compose

PANEL = Panel.of((1280, 800))
CONTRAST = 7.0
"""WCAG 2.2, criterion 1.4.6."""
ALIKE = 0.01
"""How far the mean brightness of the two sides may be apart, in parts of white."""
GREY = 28
"""Steps between a pixel's strongest and weakest colour; ink and paper have 26 at most, a face a hundred or more."""


@pytest.mark.parametrize("appearance", Appearance)
@pytest.mark.parametrize("language", ["nb", "ar"])
def test_every_text_has_a_contrast_of_seven_with_what_it_stands_on(language: str, appearance: Appearance) -> None:
    made = scenes(PANEL)
    for view in views(language, appearance):
        scene = made.of(view)
        behind = compose(without_texts(scene), PANEL)
        for shown in scene.all_pictures():
            if isinstance(shown.drawing, Label):
                _, size, (left, top, right, bottom) = drawn(shown.drawing)
                place = shown.place(*size)
                under = behind.crop((place.x + left, place.y + top, place.x + right, place.y + bottom))
                for colour in colours(under):
                    assert contrast(light(shown.drawing.colour), light(colour)) >= CONTRAST, shown.drawing.text


def test_signs_have_the_contrast_of_texts_and_the_bar_that_of_graphics() -> None:
    for look in LOOKS.values():
        for ink, ground in ((look.ink, look.paper), (look.ink, look.card), (look.on_solid, look.solid)):
            assert contrast(light(ink), light(ground)) >= CONTRAST
        assert contrast(light(look.bar), light(look.bar_track)) >= 3


@pytest.mark.parametrize("appearance", Appearance)
@pytest.mark.parametrize("language", LANGUAGES)
def test_after_two_faces_of_one_side_only_the_chosen_faces_mark_differs(language: str, appearance: Appearance) -> None:
    made = scenes(PANEL)
    for pair in (SCORES[:2], SCORES[2:]):
        shown = [made.of(why(language, score, appearance)) for score in pair]
        one, other = (compose(scene, PANEL) for scene in shown)
        assert one != other
        for score in pair:
            box = shown[0].find(Deed.FACE, str(score)).box
            for image in (one, other):
                image.paste("#777777", (box.x, box.y, box.right, box.bottom))
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_sides_are_equally_bright(language: str, size: tuple[int, int]) -> None:
    made, panel = scenes(Panel.of(size)), Panel.of(size)
    for appearance in (Appearance.NORMAL, Appearance.CONTRAST):
        bright = [brightness(compose(made.of(why(language, score, appearance)), panel)) for score in SCORES]
        assert max(bright) - min(bright) <= ALIKE


@pytest.mark.parametrize("appearance", Appearance)
def test_the_two_sides_have_the_same_colours_and_none_that_tells(appearance: Appearance) -> None:
    """The grounds and inks are the same, no pixel is green or red, and each score has its mark in the same form."""
    shown = [scenes(PANEL).of(why("nb", score, appearance)) for score in SCORES]
    assert all(one == other for one, other in pairwise(map(palette, shown)))
    for scene in shown:
        assert max(max(colour) - min(colour) for colour in colours(compose(scene, PANEL))) <= GREY
    marks = {
        tuple(p.drawing for p in scene.find(Deed.FACE, str(s)).pictures[:1])
        for s, scene in zip(SCORES, shown, strict=True)
    }
    assert len(marks) == 1


@pytest.mark.parametrize("screen", [Screen.THANKS, Screen.UNAVAILABLE])
def test_thanks_are_the_same_for_all_four_faces(screen: Screen) -> None:
    made = scenes(PANEL)
    for language in LANGUAGES:
        ended = [replace(why(language, score), screen=screen, answer="none", volume=score) for score in SCORES]
        assert len({id(made.of(view)) for view in ended}) == 1


def test_the_question_does_not_tell_which_face_was_touched() -> None:
    """While a vote goes to disk the first screen stays as it is."""
    made = scenes(PANEL)
    assert len({id(made.of(View(Screen.QUESTION, "en", score=score))) for score in (None, *SCORES)}) == 1


def why(language: str, score: int, appearance: Appearance = Appearance.NORMAL) -> View:
    return View(Screen.WHY, language, score=score, appearance=appearance)


def without_texts(scene: Scene) -> Scene:
    targets = tuple(replace(target, pictures=without_labels(target.pictures)) for target in scene.targets)
    return replace(scene, pictures=without_labels(scene.pictures), targets=targets)


def without_labels(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    return tuple(picture for picture in pictures if not isinstance(picture.drawing, Label))


def palette(scene: Scene) -> set[str]:
    """Every colour that is drawn with, wherever it is."""
    return set(re.findall("#[0-9A-F]{6}", repr(scene)))


def colours(image: Image.Image) -> list[tuple[int, ...]]:
    """Red, green and blue, 0 to 255, of every colour that there is."""
    return [colour for _, colour in image.getcolors(1 << 20) or [] if isinstance(colour, tuple)]


def brightness(image: Image.Image) -> float:
    """0 for black, 1 for white."""
    return float(ImageStat.Stat(image.convert("L")).mean[0]) / 255
