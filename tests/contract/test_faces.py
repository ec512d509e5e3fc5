"""The faces: whole drawings, told apart without colour, and alike wherever they are shown."""

import re
from xml.etree import ElementTree

import pytest

from contract.faces import FACES, SIZE, face_svg
from contract.survey import SCORES


def test_there_is_one_for_every_score() -> None:
    assert tuple(FACES) == SCORES


@pytest.mark.parametrize("outline", [None, "#17301F"])
def test_each_is_a_drawing_of_its_own(outline: str | None) -> None:
    drawings = {face_svg(score, outline) for score in SCORES}
    assert len(drawings) == len(SCORES)
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).get("viewBox") == f"0 0 {SIZE} {SIZE}"
        assert "currentColor" not in drawing


@pytest.mark.parametrize("score", SCORES)
def test_an_outline_has_no_colour_but_its_ink(score: int) -> None:
    assert set(re.findall("#[0-9A-F]{6}", face_svg(score, "#123456"))) == {"#123456", "#FFFFFF"}


def test_they_differ_in_shape_not_only_in_colour() -> None:
    assert len({face.outline for face in FACES.values()}) == len(FACES)
