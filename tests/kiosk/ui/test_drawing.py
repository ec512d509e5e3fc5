"""What is drawn: text is never markup, faces and pictograms differ, and a studio draws what it is told."""

import io
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from PIL import Image

from contract.faces import FACES, face_svg
from contract.survey import SCORES, Pictogram
from kiosk.ui.drawing import Label, Vector
from kiosk.ui.pictograms import STROKES, pictogram_svg
from kiosk.ui.studio import DrawingError, Studio
from kiosk.ui.typesetter import Typesetter

INK = "#22303C"


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    studio.start()
    yield studio
    studio.stop()


def label(text: str, width: int = 400, height: int = 90) -> Label:
    return Label(text, "en", width, height, size=30, least=20, colour=INK)


@pytest.mark.parametrize(
    "text", ["#panic()", "*bold*", "$x$", "[", '"', "\\", "https://fjes", "<fit>", "a\u202eb", "😀"]
)
def test_text_is_drawn_and_never_read_as_markup(text: str) -> None:
    assert Image.open(io.BytesIO(Typesetter().png(label(text)))).width > 10


def test_a_text_steps_down_to_its_least_size_and_then_says_so() -> None:
    typesetter = Typesetter()
    assert typesetter.fit(label("Short")).size == 30
    smaller = typesetter.fit(label("Words that need some more room " * 2))
    assert smaller.fits
    assert 20 <= smaller.size < 30
    assert not typesetter.fit(label("Far too much for such a box " * 20)).fits
    assert not typesetter.fit(label("Unbreakablewordwiderthanitsbox", width=120)).fits


def test_texts_that_belong_together_have_one_size() -> None:
    texts = ("Short", "Words that need some more room " * 2)
    sizes = {Typesetter().fit(Label(text, "en", 400, 90, 30, 20, INK, together=texts)).size for text in texts}
    assert len(sizes) == 1


def test_a_vector_is_as_large_as_asked() -> None:
    assert Image.open(io.BytesIO(Typesetter().png(Vector(face_svg(4), 131, 131)))).size == (131, 131)


def test_there_is_a_pictogram_for_every_name_a_survey_can_use() -> None:
    assert set(Pictogram) <= set(STROKES)
    assert len(set(STROKES.values())) == len(STROKES)
    for name in STROKES:
        ElementTree.fromstring(pictogram_svg(name, INK))


def test_faces_differ_without_colour() -> None:
    assert set(FACES) == set(SCORES)
    typesetter = Typesetter()
    drawn = {typesetter.png(Vector(face_svg(score, outline=INK), 86, 86)) for score in SCORES}
    assert len(drawn) == 4
    assert all(face.colour not in face_svg(score, outline=INK) for score, face in FACES.items())


def test_a_studio_draws_each_thing_once_and_in_order(studio: Studio) -> None:
    studio.draw([label("one"), label("two"), label("one")])
    assert [studio.wait()[0] for _ in range(2)] == [label("one"), label("two")]
    assert studio.take() is None


def test_a_studio_that_ends_early_is_noticed(studio: Studio) -> None:
    studio.draw([label("one"), Vector("no SVG", 20, 20), label("two")])
    assert studio.wait()[0] == label("one")
    with pytest.raises(DrawingError):
        studio.wait()
