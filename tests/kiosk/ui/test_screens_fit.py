"""Every text of every language on every screen: inside its box, nothing clipped, nothing over anything else."""

import io
from collections.abc import Iterator
from itertools import combinations

import pytest
from PIL import Image

from contract.survey import SCORES, Survey
from kiosk.ui import layout
from kiosk.ui.drawing import LEAST_SIZE, Label
from kiosk.ui.layout import LEAST_TARGET, Box, Size
from kiosk.ui.scene import Deed, Picture, Scene, Scenes
from kiosk.ui.typesetter import Typesetter
from locales.catalogue import default_survey

SIZES = [(800, 480), (1280, 800), (1920, 1080), (800, 1280)]
SURVEY = default_survey()
MORE_SIZES = [(1024, 600), (1280, 720), (1024, 768), (1080, 1920), (480, 800), (2560, 1440)]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def scenes(size: Size, survey: Survey = SURVEY) -> Iterator[Scene]:
    yield from Scenes(survey, survey.languages, size).all()


def labels(size: Size) -> list[Picture]:
    found = (picture for scene in scenes(size) for picture in scene.all_pictures())
    return list(dict.fromkeys(picture for picture in found if isinstance(picture.drawing, Label)))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_text_fits_its_box(typesetter: Typesetter, size: Size) -> None:
    for picture in labels(size):
        assert isinstance(picture.drawing, Label)
        fit = typesetter.fit(picture.drawing)
        assert fit.fits, f"{picture.drawing.language}: {picture.drawing.text!r} in {picture.box}"
        assert fit.size >= LEAST_SIZE


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_text_is_clipped(typesetter: Typesetter, size: Size) -> None:
    """A picture is cut to its text, with a margin; ink at its edge would have lost something."""
    for picture in labels(size):
        image = Image.open(io.BytesIO(typesetter.png(picture.drawing)))
        assert image.width <= picture.box.width
        assert image.height <= picture.box.height
        left, top, right, bottom = image.getchannel("A").getbbox() or (0, 0, 0, 0)
        assert left > 0, picture
        assert top > 0, picture
        assert right < image.width, picture
        assert bottom < image.height, picture


@pytest.mark.parametrize("size", SIZES + MORE_SIZES, ids=str)
def test_nothing_overlaps_and_all_is_on_the_screen(size: Size) -> None:
    screen = Box(0, 0, *size)
    for scene in scenes(size):
        targets = [target.box for target in scene.targets if target.deed is not Deed.DISMISS]
        signs = [picture.box for picture in scene.pictures]
        boxes = [*targets, *signs, *([scene.bar] if scene.bar else [])]
        assert all(_inside(box, screen) for box in boxes)
        assert not [pair for pair in combinations(boxes, 2) if _overlap(*pair)]
        for target in scene.targets:
            assert all(_inside(picture.box, target.box) for picture in target.pictures)
            words = [p.box for p in target.pictures if p.box != target.box]
            assert not [pair for pair in combinations(words, 2) if _overlap(*pair)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_target_is_easy_to_hit(size: Size) -> None:
    for scene in scenes(size):
        for target in scene.targets:
            assert min(target.box.width, target.box.height) >= LEAST_TARGET, target


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", SURVEY.languages)
def test_the_screen_why_is_laid_out_alike_for_every_face(typesetter: Typesetter, size: Size, language: str) -> None:
    """Somebody behind the visitor sees a ring and words, and neither another layout nor another colour."""
    shown = [Scenes(SURVEY, SURVEY.languages, size).why(language, score) for score in SCORES]
    assert len({tuple((target.deed, target.box) for target in scene.targets) for scene in shown}) == 1
    drawn = [p.drawing for scene in shown for p in scene.all_pictures() if isinstance(p.drawing, Label)]
    assert len({typesetter.fit(label).size for label in drawn}) <= 3  # the question's, the answers' and skip's


@pytest.mark.parametrize("count", range(1, 17))
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_languages_of_any_number_stay_clear_of_each_other_and_of_the_faces(size: Size, count: int) -> None:
    languages = [chr(97 + i // 26) + chr(97 + i % 26) for i in range(count)]
    boxes = layout.question(size, languages)
    assert list(boxes.languages) == languages
    everything = [*boxes.languages.values(), *boxes.faces.values(), boxes.question]
    assert not [pair for pair in combinations(everything, 2) if _overlap(*pair)]
    assert all(_inside(box, Box(0, 0, *size)) for box in everything)


def _inside(box: Box, outer: Box) -> bool:
    return (
        box.x >= outer.x
        and box.y >= outer.y
        and box.x + box.width <= outer.x + outer.width
        and box.y + box.height <= outer.y + outer.height
        and box.width > 0
        and box.height > 0
    )


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
