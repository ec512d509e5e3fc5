"""The four faces are told apart by mouth, eyes and brows: without red or green cones, and in greys.

The figures in this file are what was measured, rounded down; a face that is drawn anew has to keep to them.
"""

from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageDraw

from contract.faces import FACES, SIZE, face_svg
from contract.survey import SCORES
from kiosk.ui.drawing import Vector
from tests.kiosk.ui.samples import picture
from tests.kiosk.ui.vision import SIGHTS, contrast, light, seen

FEATURES = 4.5
"""Contrast of mouth, eyes and brows with their face; WCAG 2.2 asks 3 of graphics and 4.5 of text."""
STRONG = 7.0
"""The same in high contrast, and of the face with the black behind it."""
APART = {"whole": 0.45, "mouth": 0.45, "eyes": 0.3}
"""Least share of two faces' ink that only one of them has, in all of the face, and in its lower and upper half."""
PARTS = {"whole": (0, 0, SIZE, SIZE), "mouth": (0, 118, SIZE, SIZE), "eyes": (0, 0, SIZE, 118)}

pairs = pytest.mark.parametrize("pair", list(combinations(SCORES, 2)), ids=str)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("score", SCORES)
def test_features_stand_out_from_their_face(score: int, sight: str) -> None:
    face = FACES[score]
    assert contrast(seen(light(face.colour), sight), seen(light(face.ink), sight)) >= FEATURES
    black = seen(light("#000000"), sight)
    assert contrast(seen(light(face.strong), sight), black) >= STRONG


@pairs
@pytest.mark.parametrize("outline", [None, "#22303C"])
def test_two_faces_differ_in_shape_alone(pair: tuple[int, int], outline: str | None) -> None:
    """Their features in black on white, laid over each other."""
    first, second = (features(score, outline) for score in pair)
    for part, least in APART.items():
        one, other = (image.crop(PARTS[part]) for image in (first, second))
        shared, either = ink(ImageChops.darker(one, other)), ink(ImageChops.lighter(one, other))
        assert 1 - shared / either >= least, part


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_happiest_and_the_saddest_have_most_ink_where_nobody_mistakes_it(sight: str) -> None:
    """The laugh is a filled shape and the saddest face alone has brows: both outlast every loss of colour."""
    assert ink(features(4).crop(PARTS["mouth"])) > 2 * max(ink(features(s).crop(PARTS["mouth"])) for s in (3, 2, 1))
    brows = (0, 50, SIZE, 66)
    assert ink(features(1).crop(brows)) > 300
    assert ink(features(3).crop(brows)) == ink(features(2).crop(brows)) == 0
    colours = [seen(light(FACES[score].colour), sight) for score in SCORES]
    assert contrast(colours[0], colours[1]) > 1.8
    assert contrast(colours[2], colours[3]) > 2.2


def features(score: int, outline: str | None = None) -> Image.Image:
    """Mouth, eyes and brows in white on black, without the face's edge."""
    drawn = picture(Vector(face_svg(score, outline=outline), SIZE, SIZE)).convert("RGB")
    ground = drawn.getpixel((SIZE // 2, SIZE // 5))
    assert isinstance(ground, tuple)
    apart = ImageChops.difference(drawn, Image.new("RGB", drawn.size, ground)).convert("L")
    inside = Image.new("L", drawn.size)
    ImageDraw.Draw(inside).ellipse((8, 8, SIZE - 9, SIZE - 9), fill=255)
    return ImageChops.multiply(apart.point(lambda step: 255 if step > 60 else 0), inside)


def ink(image: Image.Image) -> int:
    return image.histogram()[255]
