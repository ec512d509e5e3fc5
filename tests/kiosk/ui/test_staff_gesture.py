"""The hidden gesture: a still finger in a top corner opens the pad; a child, a drop and a sleeve do not."""

import pytest

from kiosk.ui.gesture import HOLD, LOST, REST, STILL, CornerHold
from tests.fakes.clock import FakeClock

SIZE = (1280, 800)
PER_MM = 6.0
CORNERS = [(3, 3), (60, 100), (1277, 2), (1200, 60)]


class Glass:
    """A screen under fingers."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.hold = CornerHold(SIZE, PER_MM, self.clock.monotonic)

    def land(self, x: float = 40, y: float = 40, finger: str = "a", *, free: bool = True) -> None:
        self.hold.finger_down(finger, x, y, free=free)

    def after(self, seconds: float = HOLD) -> bool:
        self.clock.advance(seconds)
        return self.hold.take()


@pytest.fixture
def glass() -> Glass:
    return Glass()


@pytest.mark.parametrize(("x", "y"), CORNERS)
def test_a_still_finger_in_a_top_corner_opens_once(glass: Glass, x: float, y: float) -> None:
    glass.land(x, y)
    assert not glass.after(HOLD - 0.1)
    assert glass.after(0.1)
    assert not glass.after()


@pytest.mark.parametrize(("x", "y"), [(640, 10), (121, 40), (40, 121), (1158, 40), (5, 795), (1275, 795), (-1, 5)])
def test_elsewhere_nothing_opens(glass: Glass, x: float, y: float) -> None:
    glass.land(x, y)
    assert not glass.after()


def test_on_a_target_or_in_a_visit_nothing_opens(glass: Glass) -> None:
    glass.land(free=False)
    assert not glass.after()


def test_a_finger_rolls_a_little_and_no_more(glass: Glass) -> None:
    glass.land()
    glass.hold.finger_move("a", 40 + STILL * PER_MM - 1, 40)
    assert glass.after()
    glass.hold.finger_up("a")
    glass.land()
    glass.hold.finger_move("a", 40, 40 + STILL * PER_MM + 1)
    glass.hold.finger_move("a", 40, 40)
    assert not glass.after()


def test_a_finger_that_slides_out_of_the_corner_opens_nothing(glass: Glass) -> None:
    glass.land(118, 40)
    glass.hold.finger_move("a", 122, 40)
    assert not glass.after()


def test_a_lifted_finger_begins_anew(glass: Glass) -> None:
    glass.land()
    glass.after(HOLD - 1)
    glass.hold.finger_up("a")
    glass.land()
    assert not glass.after(HOLD - 1)


def test_a_flickering_drop_never_lasts_long_enough(glass: Glass) -> None:
    for _ in range(100):
        glass.land()
        assert not glass.after(0.4)
        glass.hold.finger_up("a")


def test_a_second_finger_ends_it_wherever_it_lands(glass: Glass) -> None:
    """A child that leans has a whole hand on the glass."""
    glass.land()
    glass.land(700, 500, "b")
    assert not glass.after()
    glass.hold.finger_up("b")
    assert not glass.after()
    glass.land(700, 500, "b")
    glass.hold.finger_up("a")
    glass.land(finger="a")
    assert not glass.after()


def test_a_finger_whose_end_was_never_told_is_forgotten(glass: Glass) -> None:
    glass.land(700, 500, "lost")
    glass.clock.advance(LOST + 1)
    glass.land()
    assert glass.after()


def test_a_hand_that_keeps_moving_is_not_forgotten(glass: Glass) -> None:
    glass.land(700, 500, "b")
    for step in range(10):
        glass.clock.advance(LOST - 1)
        glass.hold.finger_move("b", 700 + step, 500)
    glass.land()
    assert not glass.after()


def test_a_key_ends_it(glass: Glass) -> None:
    glass.land()
    glass.hold.cancel()
    assert not glass.after()


def test_after_a_pad_that_nobody_used_visitors_have_the_screen_for_a_while(glass: Glass) -> None:
    glass.hold.rest()
    glass.clock.advance(REST - 1)
    glass.land()
    assert not glass.after()
    glass.hold.finger_up("a")
    glass.land()
    assert glass.after()
