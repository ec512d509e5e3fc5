"""Every text on every screen, in every language, size and appearance: inside its box, nothing clipped, easy to hit."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from msgspec.structs import replace

from contract.survey import SCORES
from kiosk.session import Appearance, Screen, View
from kiosk.ui import layout
from kiosk.ui.drawing import Label
from kiosk.ui.layout import Box, Panel, Size
from kiosk.ui.scene import Deed, Picture, Scene, Scenes
from locales.prompts import Prompts
from tests.kiosk.ui.samples import LANGUAGES, MESSAGES, SIZES, SURVEY, drawn, every_scene, scenes, views

LEAST_MM = 2.8
"""No text is set smaller than this, the distance from line to line without the room between them."""
TWENTY_MM, APART_MM = 20.0, 2.0
LARGER, NEVER_LESS = 1.12, 0.92
"""How much larger a text is when the visitor asks for large text; and where there is no room for that."""
NO_ROOM = {
    (800, 480): {"answer", "skip", "hurry", "nobody", "why"},
    (1280, 720): {"answer"},
    (1280, 800): {"language", "hurry"},
    (800, 1280): {"oops"},
    (1080, 1920): {"oops"},
}
"""What has no room to grow, in one language or in all: on 7 inches the targets of 20 mm leave none, elsewhere the
longest words step down, and with them those that share their size."""
MOST_LANGUAGES = 12
"""On 7 inches no more buttons of 20 mm fit beside the tools."""
MORE_SIZES = [(1024, 600), (1024, 768), (1366, 768), (2560, 1440), (3840, 2160)]

every_panel = pytest.mark.parametrize(
    "panel", [Panel.of(size, low=low) for size in SIZES for low in (False, True)], ids=lambda p: f"{p.size}-{p.low}"
)


def labels(scene: Scene) -> Iterator[tuple[Picture, Label, Box | None]]:
    """Each text with the box it must not leave: its target's, if it belongs to one."""
    for picture in scene.pictures:
        if isinstance(picture.drawing, Label):
            yield picture, picture.drawing, None
    for target in scene.targets:
        for picture in target.pictures:
            if isinstance(picture.drawing, Label):
                yield picture, picture.drawing, target.box


@every_panel
def test_every_text_fits_and_none_is_clipped(panel: Panel) -> None:
    """A picture is cut to its text, with a margin; ink at its edge would have lost something."""
    screen = Box(0, 0, *panel.size)
    for picture, label, target in {each for scene in every_scene(panel) for each in labels(scene)}:
        fit, size, (left, top, right, bottom) = drawn(label)
        where = f"{label.language}: {label.text!r} in {picture.box}"
        assert fit.fits, where
        assert fit.size / panel.per_mm >= LEAST_MM, where
        assert 0 < left < right < size[0], where
        assert 0 < top < bottom < size[1], where
        assert picture.place(*size).height <= picture.box.height, where
        assert inside(ink(picture, label), target or screen), where


@every_panel
def test_nothing_overlaps_and_all_is_on_the_screen(panel: Panel) -> None:
    screen = Box(0, 0, *panel.size)
    for scene in every_scene(panel, ("nb", "ar")):
        targets = [target.box for target in scene.targets if target.deed is not Deed.DISMISS]
        grounds = [picture.box for picture in scene.pictures if not isinstance(picture.drawing, Label)]
        words = [ink(picture, picture.drawing) for picture in scene.pictures if isinstance(picture.drawing, Label)]
        boxes = [*targets, *words, *([scene.bar] if scene.bar else [])]
        assert all(inside(box, screen) for box in [*boxes, *grounds])
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
        assert not [(a, b) for a in grounds for b in targets if overlap(a, b)]
        for target in scene.targets:
            shapes = [p.box for p in target.pictures]
            assert all(
                inside(box, target.box) for box, p in zip(shapes, target.pictures, strict=True) if not is_text(p)
            )
            signs = [p.box for p in target.pictures if not is_text(p) and p.box != target.box]
            inks = [ink(p, p.drawing) for p in target.pictures if isinstance(p.drawing, Label)]
            assert not [(a, b) for a in signs for b in inks if overlap(a, b)]


@every_panel
def test_every_target_is_20_mm_and_apart_from_the_others(panel: Panel) -> None:
    for scene in every_scene(panel, ("nb", "ar")):
        for target in scene.targets:
            assert min(target.box.width, target.box.height) >= TWENTY_MM * panel.per_mm, target
        for a, b in combinations([target.box for target in scene.targets], 2):
            assert apart(a, b) >= APART_MM * panel.per_mm, (a, b)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_with_low_reach_every_target_is_in_the_lower_part(size: Size) -> None:
    """In the lower 60 % of the screen, or in the lowest 91 mm, which is all of a 7 inch screen."""
    panel = Panel.of(size, low=True)
    floor = size[1] - max(0.6 * size[1], 91 * panel.per_mm)
    for scene in every_scene(panel, ("nb", "ar")):
        for target in scene.targets:
            if target.deed is not Deed.DISMISS:
                assert target.box.y >= floor - 1, target


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_faces_are_the_largest_thing(size: Size) -> None:
    for low in (False, True):
        for scene in every_scene(Panel.of(size, low=low), ("nb",)):
            others = [t.box for t in scene.targets if t.deed in (Deed.LANGUAGE, Deed.LANGUAGES)]
            if others and scene.targets[0].deed is Deed.FACE and scene.bar is None:
                assert scene.targets[0].box.height > 1.25 * max(box.height for box in others)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_large_text_is_larger_where_there_is_room(size: Size) -> None:
    made = scenes(Panel.of(size))
    crowded: set[str] = set()
    for language in LANGUAGES:
        names = {p.text: p.name.partition("-")[0] for p in Prompts(SURVEY, language, MESSAGES).all()}
        for view in views(language, Appearance.NORMAL):
            usual = letters(made.of(view))
            large = letters(made.of(replace(view, appearance=Appearance.LARGE)))
            for (kind, words), before in usual.items():
                growth = large.get((kind, words), LARGER * before) / before
                assert growth >= NEVER_LESS, (view.screen, words)
                if growth < LARGER:
                    crowded.add("hurry" if view.hurry and not kind else kind or names[words])
    assert crowded <= NO_ROOM.get(size, set())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_contrast_is_laid_out_as_large_text_is(size: Size) -> None:
    made = scenes(Panel.of(size))
    for view in views("nb", Appearance.LARGE):
        large, contrast = made.of(view), made.of(replace(view, appearance=Appearance.CONTRAST))
        assert [picture.box for picture in large.all_pictures()] == [p.box for p in contrast.all_pictures()]


@every_panel
def test_nothing_moves_when_speech_begins(panel: Panel) -> None:
    made = scenes(panel)
    for language in ("nb", "ar"):
        for view in views(language, Appearance.NORMAL):
            loud, quiet = made.of(view), made.of(replace(view, speech=False))
            more = {Deed.LOUDER, Deed.QUIETER}
            kept = [t for t in loud.targets if t.deed not in more]
            assert [(t.deed, t.value, t.box) for t in kept] == [(t.deed, t.value, t.box) for t in quiet.targets]
            assert loud.pictures == quiet.pictures


@every_panel
def test_while_the_question_rotates_only_its_words_and_the_marked_language_change(panel: Panel) -> None:
    made = scenes(panel)
    shown = [made.of(View(Screen.QUESTION, language)) for language in LANGUAGES]
    assert len({tuple((t.deed, t.value, t.box) for t in scene.targets) for scene in shown}) == 1
    assert len({tuple(p for p in scene.pictures if not is_text(p)) for scene in shown}) == 1
    faces = {tuple(t.pictures for t in scene.targets if t.deed is Deed.FACE) for scene in shown}
    assert len(faces) == 1


@every_panel
def test_arabic_is_the_mirror_of_norwegian(panel: Panel) -> None:
    """The happiest face is first in reading order: on the right."""
    made = scenes(panel)
    for a, b in zip(views("nb", Appearance.NORMAL), views("ar", Appearance.NORMAL), strict=True):
        if a.chosen:
            left, right = made.of(a), made.of(b)
            there = {(t.deed, t.value): t.box for t in left.targets}
            assert {(t.deed, t.value): t.box.mirrored(panel.size[0]) for t in right.targets} == there
    faces = [made.of(View(Screen.QUESTION, "ar", chosen=True)).find(Deed.FACE, str(score)).box for score in SCORES]
    assert faces == sorted(faces, key=lambda box: (box.y, -box.x))


@every_panel
def test_the_screen_why_is_laid_out_alike_for_every_face(panel: Panel) -> None:
    """Somebody behind the visitor sees a ring and words, and neither another layout nor another size of letters."""
    for language in LANGUAGES:
        shown = [scenes(panel).of(View(Screen.WHY, language, score=score)) for score in SCORES]
        assert len({tuple((target.deed, target.box) for target in scene.targets) for scene in shown}) == 1
        for kind in (Deed.ANSWER, Deed.SKIP, Deed.OOPS):
            found = [p.drawing for s in shown for t in s.targets if t.deed is kind for p in t.pictures]
            assert len({drawn(label)[0].size for label in found if isinstance(label, Label)}) == 1


@pytest.mark.parametrize("size", SIZES + MORE_SIZES, ids=str)
def test_languages_of_any_number_stay_clear_of_each_other_and_of_the_faces(size: Size) -> None:
    for count, low, large in product(range(1, 17), (False, True), (False, True)):
        languages = [chr(97 + i // 26) + chr(97 + i % 26) for i in range(count)]
        panel = Panel.of(size, low=low)
        asked = layout.question(panel, languages, large=large)
        picker = [asked.picker] if asked.picker else []
        assert list(asked.languages) == ([] if picker or count == 1 else languages)
        chosen = layout.languages(panel, languages, large=large)
        assert list(chosen.languages) == languages
        targets = [*asked.languages.values(), *picker, *asked.faces.values(), *tools(asked)]
        others = [*chosen.languages.values(), *tools(chosen)]
        for together in ([*targets, asked.question], [*others, chosen.heading]):
            assert not [pair for pair in combinations(together, 2) if overlap(*pair)]
            assert all(inside(box, Box(0, 0, *size)) for box in together), (count, low, large, together)
        least = min(min(box.width, box.height) for box in (*targets, *others)) / panel.per_mm
        assert least >= TWENTY_MM or count > MOST_LANGUAGES, (count, low, large)


def test_the_ears_place_stays_empty_where_a_language_has_no_sound() -> None:
    made = Scenes(SURVEY, ["nb", "th"], Panel.of((1280, 800)), speaks=["nb"])
    loud, silent = made.of(View(Screen.QUESTION, "nb")), made.of(View(Screen.QUESTION, "th", speech=True))
    without = [(t.deed, t.value, t.box) for t in loud.targets if t.deed is not Deed.SPEECH]
    assert [(t.deed, t.value, t.box) for t in silent.targets] == without


def test_a_site_with_one_language_offers_no_other() -> None:
    made = Scenes(SURVEY, ["nb"], Panel.of((1280, 800)))
    for view in (View(Screen.QUESTION, "nb"), View(Screen.WHY, "nb", score=4)):
        assert not {t.deed for t in made.of(view).targets} & {Deed.LANGUAGE, Deed.LANGUAGES, Deed.SPEECH}


def test_a_screen_of_unusual_pixels_is_taken_for_one_of_usual_fineness() -> None:
    assert Panel.of((1280, 800)).per_mm == pytest.approx(5.884, abs=0.001)
    assert Panel.of((800, 1280)).per_mm == Panel.of((1280, 800)).per_mm
    assert Panel.of((1000, 777)).per_mm == 5.8
    assert Panel.of((1920, 1080), 24).per_mm == pytest.approx(3.614, abs=0.001)


def inside(box: Box, outer: Box) -> bool:
    return (
        box.x >= outer.x
        and box.y >= outer.y
        and box.right <= outer.right
        and box.bottom <= outer.bottom
        and box.width > 0
        and box.height > 0
    )


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def apart(a: Box, b: Box) -> int:
    """Pixels between two boxes that are beside or above each other."""
    return max(a.x - b.right, b.x - a.right, a.y - b.bottom, b.y - a.bottom)


def is_text(picture: Picture) -> bool:
    return isinstance(picture.drawing, Label)


def ink(picture: Picture, label: Label) -> Box:
    """Where a text has its letters."""
    _, size, (left, top, right, bottom) = drawn(label)
    place = picture.place(*size)
    return Box(place.x + left, place.y + top, right - left, bottom - top)


def letters(scene: Scene) -> dict[tuple[str, str], int]:
    """The size of each text's letters in pixels, by what it belongs to and what it says."""
    found = {("", p.drawing.text): drawn(p.drawing)[0].size for p in scene.pictures if isinstance(p.drawing, Label)}
    for target in scene.targets:
        for p in target.pictures:
            if isinstance(p.drawing, Label):
                found[target.deed, p.drawing.text] = drawn(p.drawing)[0].size
    return found


def tools(boxes: layout.Question | layout.Languages) -> list[Box]:
    return [boxes.tools.ear, boxes.tools.appearance, boxes.tools.louder, boxes.tools.quieter]
