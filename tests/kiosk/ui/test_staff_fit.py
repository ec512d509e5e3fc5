"""Every page of the staff corner in every language it speaks: inside its box, 20 mm, apart, and easy to read."""

import io
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace
from PIL import Image, ImageColor

from kiosk.staff.facts import Facts
from kiosk.staff.pin import LONGEST
from kiosk.staff.throttle import RESTS
from kiosk.staff.view import Page, View
from kiosk.ui.drawing import LEAST_SIZE, Label, Vector
from kiosk.ui.layout.box import Box, Size
from kiosk.ui.layout.panel import Panel
from kiosk.ui.staff.scenes import StaffScenes
from kiosk.ui.staff.words import Words
from kiosk.ui.target import Deed, Picture, Scene
from kiosk.ui.typesetter import Typesetter
from locales.catalogue import languages
from tests.kiosk.staff import FACTS, SURVEY, WORST

SIZES = [(800, 480), (1280, 720), (1280, 800), (1920, 1080), (800, 1280), (1080, 1920), (1024, 600), (480, 800)]
LANGUAGES = languages("staff")
EACH = [(size, language) for size in SIZES for language in LANGUAGES]
LEAST_CONTRAST = 7.0
"""WCAG 2.2, 1.4.6."""


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def views(scenes: StaffScenes, facts: Facts | None) -> Iterator[View]:
    """Every page as full as it can be."""
    pad = View(Page.PAD)
    yield from (pad, replace(pad, digits=LONGEST, wrong=True), replace(pad, checking=True))
    yield from (replace(pad, rest=rest) for rest in RESTS)
    home = View(Page.HOME, facts=facts)
    yield from (replace(home, part=part) for part in range(scenes.parts(home)))
    test = replace(home, page=Page.LANGUAGES)
    yield from (test, replace(test, working=False), replace(test, volume=5))
    yield from (replace(test, heard=language) for language in SURVEY.languages)
    yield from (replace(home, page=Page.TOUCH, marked=frozenset(scenes.cells.boxes)), replace(home, page=Page.TOUCH))
    yield replace(home, page=Page.LEAVING)


def scenes_of(size: Size, language: str) -> list[Scene]:
    scenes = StaffScenes(SURVEY, SURVEY.languages, Panel.of(size), Words(language))
    shown = (scenes.of(view) for facts in (FACTS, WORST, None) for view in views(scenes, facts))
    return list(dict.fromkeys(shown))


def labels(scenes: list[Scene]) -> list[tuple[Picture, Label]]:
    pictures = dict.fromkeys(picture for scene in scenes for picture in scene.all_pictures())
    return [(picture, picture.drawing) for picture in pictures if isinstance(picture.drawing, Label)]


@pytest.mark.parametrize(("size", "language"), EACH, ids=str)
def test_every_text_fits_and_none_is_clipped(typesetter: Typesetter, size: Size, language: str) -> None:
    for picture, label in labels(scenes_of(size, language)):
        fit = typesetter.fit(label)
        assert fit.fits, f"{label.text!r} in {picture.box}"
        assert fit.size >= LEAST_SIZE
        image = Image.open(io.BytesIO(typesetter.png(label)))
        assert image.width <= picture.box.width
        assert image.height <= picture.box.height
        left, top, right, bottom = image.getchannel("A").getbbox() or (0, 0, 0, 0)
        assert min(left, top, image.width - right, image.height - bottom) > 0, label


@pytest.mark.parametrize(("size", "language"), EACH, ids=str)
def test_every_target_is_20_mm_and_apart_from_all_else(size: Size, language: str) -> None:
    panel = Panel.of(size)
    screen = Box(0, 0, *size)
    for scene in scenes_of(size, language):
        for target in scene.targets:
            assert target.deed is Deed.STAFF
            assert min(target.box.width, target.box.height) >= panel.target, target
        boxes = [*(target.box for target in scene.targets), *(picture.box for picture in scene.pictures)]
        assert all(inside(box, screen) for box in boxes)
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
        for target in scene.targets:
            assert all(inside(picture.box, target.box) for picture in target.pictures)


@pytest.mark.parametrize(("size", "language"), EACH, ids=str)
def test_every_text_stands_out_from_what_is_behind_it(size: Size, language: str) -> None:
    for scene in scenes_of(size, language):
        for picture in scene.pictures:
            if isinstance(picture.drawing, Label):
                assert contrast(picture.drawing.colour, scene.paper) >= LEAST_CONTRAST
        for target in scene.targets:
            plate, word = target.pictures
            assert isinstance(plate.drawing, Vector)
            assert isinstance(word.drawing, Label)
            fill = ElementTree.fromstring(plate.drawing.svg)[0].get("fill") or ""
            assert contrast(word.drawing.colour, fill) >= LEAST_CONTRAST


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_touch_test_covers_the_whole_screen_and_its_way_out_the_rest(size: Size) -> None:
    panel = Panel.of(size)
    cells = StaffScenes(SURVEY, SURVEY.languages, panel, Words("en")).cells
    boxes = [*cells.boxes.values(), cells.out]
    assert sum(box.width * box.height for box in boxes) == size[0] * size[1]
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    assert max(max(box.width, box.height) for box in cells.boxes.values()) < panel.target
    assert {cells.at(*box.centre) for box in cells.boxes.values()} == set(cells.boxes)
    assert cells.at(*cells.out.centre) is None
    assert cells.at(-1, 5) is None


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_all_facts_are_shown_on_one_page_or_another(size: Size) -> None:
    words = Words("nb")
    scenes = StaffScenes(SURVEY, SURVEY.languages, Panel.of(size), words)
    for facts in (FACTS, WORST, None):
        view = View(Page.HOME, facts=facts)
        parts = [scenes.of(replace(view, part=part)) for part in range(scenes.parts(view))]
        shown = [label.text for _, label in labels([replace(part, targets=()) for part in parts])]
        assert {text for row in words.rows(facts) for text in (row.name, row.value)} == set(shown)
        assert scenes.of(replace(view, part=len(parts))) == parts[0]


def test_a_pad_of_typed_digits_shows_how_many_and_not_which() -> None:
    scenes = StaffScenes(SURVEY, SURVEY.languages, Panel.of((800, 480)), Words("en"))
    shown = [scenes.of(View(Page.PAD, digits=digits)) for digits in range(LONGEST + 1)]
    assert [len(scene.pictures) - len(shown[0].pictures) for scene in shown] == list(range(LONGEST + 1))


def test_what_is_drawn_ahead_is_what_comes() -> None:
    scenes = StaffScenes(SURVEY, SURVEY.languages, Panel.of((1280, 800)), Words("nb"))
    ready = {
        picture.drawing
        for page in (Page.PAD, Page.HOME)
        for view in [View(page, facts=FACTS if page is Page.HOME else None)]
        for scene in (scenes.of(view), *scenes.ahead(view))
        for picture in scene.all_pictures()
    }
    coming = {picture.drawing for view in views(scenes, FACTS) for picture in scenes.of(view).all_pictures()}
    late = {drawing.text for drawing in coming - ready if isinstance(drawing, Label)}
    assert late <= {"Fant ingen lydenhet."}
    assert coming - ready == {drawing for drawing in coming - ready if isinstance(drawing, Label)}


def inside(box: Box, outer: Box) -> bool:
    within = box.x >= outer.x and box.y >= outer.y and box.right <= outer.right and box.bottom <= outer.bottom
    return within and min(box.width, box.height) > 0


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def contrast(one: str, other: str) -> float:
    lights = sorted(map(luminance, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = (part / 255 for part in ImageColor.getrgb(colour)[:3])
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
