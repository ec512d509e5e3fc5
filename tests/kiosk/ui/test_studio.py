"""The second process: draws in order and what is hurried first, and is started again when something kills it."""

import signal
from collections.abc import Iterator

import pytest

from kiosk.ui.drawing import Vector
from kiosk.ui.studio import DrawingError, Studio
from tests.polling import PATIENCE

COUNT = 60
SQUARES = [
    Vector(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="{i}" height="9"/></svg>', 9, 9)
    for i in range(COUNT)
]
BROKEN = Vector("no SVG", 9, 9)


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    studio.start()
    yield studio
    studio.stop()


def test_all_is_drawn_in_order_and_then_the_process_ends(studio: Studio) -> None:
    process = studio._process
    assert process
    studio.draw(SQUARES)
    assert not studio.finished
    drawn = [studio.wait() for _ in SQUARES]
    assert [drawing for drawing, _ in drawn] == SQUARES
    assert all(png.startswith(b"\x89PNG") for _, png in drawn)
    assert process.wait(PATIENCE) is not None
    assert studio.take() is None


def test_what_is_hurried_comes_before_the_rest(studio: Studio) -> None:
    studio.draw(SQUARES[:-1])
    studio.hurry([SQUARES[-1], SQUARES[-2], SQUARES[0]])
    drawn = [studio.wait()[0] for _ in SQUARES]
    assert sorted(map(hash, drawn)) == sorted(map(hash, SQUARES))
    assert drawn.index(SQUARES[-1]) < drawn.index(SQUARES[-2]) < drawn.index(SQUARES[2])


def test_it_goes_on_when_its_process_is_killed(studio: Studio) -> None:
    studio.draw(SQUARES)
    drawn = [studio.wait()[0]]
    for _ in range(2):
        assert studio._process
        studio._process.send_signal(signal.SIGKILL)
        drawn += [studio.wait()[0] for _ in range(COUNT // 3)]
    drawn += [studio.wait()[0] for _ in range(COUNT - len(drawn))]
    assert drawn == SQUARES


def test_more_can_be_asked_for_later(studio: Studio) -> None:
    studio.draw(SQUARES[:1])
    assert studio.wait()[0] == SQUARES[0]
    studio.draw(SQUARES[:2])
    assert studio.wait()[0] == SQUARES[1]
    studio.hurry([SQUARES[2]])
    assert studio.wait()[0] == SQUARES[2]


def test_a_picture_that_cannot_be_drawn_is_noticed(studio: Studio) -> None:
    studio.draw([SQUARES[0], BROKEN, SQUARES[1]])
    assert studio.wait()[0] == SQUARES[0]
    with pytest.raises(DrawingError):
        studio.wait()


def test_it_can_be_stopped_at_any_time() -> None:
    for take in (None, 0, 5):
        studio = Studio()
        if take is not None:
            studio.start()
            studio.draw(SQUARES)
            for _ in range(take):
                studio.wait()
        studio.stop()
        studio.stop()
