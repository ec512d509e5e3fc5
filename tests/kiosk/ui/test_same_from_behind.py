"""What somebody behind the visitor sees, on the real window: the same for all four faces, also while screens change."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from time import monotonic

import numpy as np
import pytest
from PIL import ImageColor

from contract.survey import SCORES
from kiosk.ui.layout import Box
from kiosk.ui.look import LOOKS
from kiosk.ui.narration import WHY_SLOT
from kiosk.view import Appearance
from tests.kiosk.ui.fading import ROUNDED, Frame, develop
from tests.kiosk.ui.onlooker import Pixels, Place, Visit, opened, part
from tests.polling import eventually

pytestmark = pytest.mark.e2e

ALIKE = 0.01
"""How far the mean brightness of the two sides may be apart, in parts of white."""
GREY = 28
"""Steps between a pixel's strongest and weakest colour; ink and paper have 26 at most, a face a hundred or more."""
SPECK = 0.002
"""The part of a picture that somebody would notice."""
TEARS = 0.5
"""The part of all frames that may be torn: looked at while the next one came."""
TRIES = 5
"""How often a fade is filmed until at least one frame in its midst is on the film."""


@pytest.fixture(scope="module")
def visit() -> Iterator[Visit]:
    with opened() as visit:
        yield visit


@pytest.fixture(scope="module")
def languid() -> Iterator[Visit]:
    """Where a fade is slow enough to be filmed on a busy machine."""
    with opened("languid") as visit:
        yield visit


@pytest.mark.parametrize(
    ("language", "appearance", "speech"),
    [
        ("nb", Appearance.NORMAL, False),
        ("nb", Appearance.CONTRAST, True),
        ("ar", Appearance.NORMAL, True),
        ("ar", Appearance.CONTRAST, False),
    ],
)
def test_the_question_why_tells_nobody_which_face(
    visit: Visit, language: str, appearance: Appearance, speech: bool
) -> None:
    visit.begin(language, appearance, speech=speech)
    place = visit.place
    seen = {4: visit.why(4, place.question.faces)}
    seen |= {score: visit.why(score, place.why.faces) for score in SCORES[1:]}
    visit.end()
    assert_the_same_but_for_marks(seen, place)
    assert_the_sides_differ_in_words_and_pictograms(seen, place)


@pytest.mark.parametrize(("language", "appearance"), [("nb", Appearance.NORMAL), ("ar", Appearance.CONTRAST)])
def test_all_faces_fade_alike_into_what_follows(languid: Visit, language: str, appearance: Appearance) -> None:
    """Every frame is the screen before or after under paper, and those are the same for all."""
    visit = languid
    paper = np.array(ImageColor.getrgb(LOOKS[appearance].paper), dtype=np.int16, ndmin=3)
    asked: dict[int, Pixels] = {}
    whys: dict[int, Pixels] = {}
    thanked: dict[int, Pixels] = {}
    frames: list[Frame] = []
    for score in SCORES:
        for _ in range(TRIES):
            asked[score] = visit.begin(language, appearance, speech=False)
            place = visit.place
            touched = (place.question.faces[score], place.why.skip)
            to_why = visit.film(touched[0], partial(place.is_marked, score))
            to_thanks = visit.film(touched[1], place.is_thanked)
            visit.leave()
            films = [
                develop(film, place.at(box), paper) for film, box in zip((to_why, to_thanks), touched, strict=True)
            ]
            frames += [frame for film in films for frame in film]
            if all(any(is_midway(frame) for frame in film) for film in films):
                break
        else:
            pytest.fail(f"after face {score} nothing fades")
        whys[score], thanked[score] = to_why[-1], to_thanks[-1]
    assert max(frame.strange for frame in frames) <= ROUNDED
    assert sum(frame.thick is None for frame in frames) <= TEARS * len(frames)
    assert all(np.array_equal(one, asked[4]) for one in asked.values())
    assert all(np.array_equal(one, thanked[4]) for one in thanked.values())
    assert_the_same_but_for_marks(whys, place)


def test_with_speech_the_light_goes_on_in_the_same_rhythm_on_both_sides() -> None:
    with ExitStack() as stack:
        visits = [stack.enter_context(opened()) for _ in range(2)]
        for visit in visits:
            visit.begin("nb", Appearance.NORMAL, speech=True)
        for visit, score in zip(visits, (SCORES[0], SCORES[-1]), strict=True):
            visit.choose(visit.place.question.faces[score])
        assert lights(visits) == [[1, 2]] * 2


def is_midway(frame: Frame) -> bool:
    return frame.thick is not None and 0.1 < frame.thick < 0.9


def lights(visits: list[Visit]) -> list[list[int]]:
    """For each visit after how many slots of time the first two answers were lit, one after another."""
    begun: dict[Visit, float] = {}
    found: dict[Visit, list[int]] = {visit: [] for visit in visits}

    def look() -> bool:
        for visit, lit in found.items():
            image = visit.screen.image()
            if visit not in begun and any(visit.place.is_marked(score, image) for score in SCORES):
                begun[visit] = monotonic()
            if visit in begun and len(lit) < 2 and visit.place.is_lit(image, len(lit)):
                lit.append(round((monotonic() - begun[visit]) / WHY_SLOT))
        return all(len(lit) == 2 for lit in found.values())

    eventually(look, "the light does not go on")
    return [*found.values()]


def without(picture: Pixels, boxes: Iterable[Box]) -> Pixels:
    """The picture with these parts blank."""
    left = picture.copy()
    for box in boxes:
        left[part(box)] = 0
    return left


def assert_the_same_but_for_marks(seen: Mapping[int, Pixels], place: Place) -> None:
    """Two faces of one side give the same picture outside them; inside it is the same neutral mark."""
    for pair in (SCORES[:2], SCORES[2:]):
        marks = [place.at(place.why.faces[score]) for score in pair]
        one, other = (without(seen[score], marks) for score in pair)
        assert np.array_equal(one, other)
        assert not np.array_equal(seen[pair[0]], seen[pair[1]])
    rings: list[Pixels] = []
    for score in SCORES:
        face = part(place.at(place.why.faces[score]))
        marked, plain = (seen[one][face] for one in (score, next(other for other in SCORES if other != score)))
        rings.append(np.where(marked == plain, -1, marked))
    assert all(np.array_equal(ring, rings[0]) for ring in rings)


def assert_the_sides_differ_in_words_and_pictograms(seen: Mapping[int, Pixels], place: Place) -> None:
    """The same layout and colours, no green or red, and equally bright."""
    happy, unhappy = seen[SCORES[1]], seen[SCORES[2]]
    marks = (place.at(place.why.faces[score]) for score in SCORES[1:3])
    differing = [*place.told_apart, *marks]
    assert np.array_equal(without(happy, differing), without(unhappy, differing))
    assert max(np.ptp(one, axis=2).max() for one in seen.values()) <= GREY
    assert colours(happy) == colours(unhappy)
    bright = [float(one.mean()) / 255 for one in seen.values()]
    assert max(bright) - min(bright) <= ALIKE


def colours(picture: Pixels) -> set[int]:
    """Those of more than a speck."""
    found, counts = np.unique(picture @ np.array([1 << 16, 1 << 8, 1]), return_counts=True)
    return set(found[counts > counts.sum() * SPECK].tolist())
