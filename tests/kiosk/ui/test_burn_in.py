"""The slow walk of the picture: everywhere within its reach, never far at once."""

from itertools import pairwise, product

from kiosk.ui.burn_in import REACH, STEP, shift_at

DAY = [shift_at(step * STEP) for step in range(int(86_400 / STEP))]


def test_it_begins_in_its_place_and_goes_everywhere_within_a_day() -> None:
    places = range(-REACH, REACH + 1)
    assert DAY[0] == (0, 0)
    assert set(DAY) == set(product(places, places))


def test_it_moves_by_a_pixel_at_most_and_stays_for_a_while() -> None:
    assert all(abs(a[0] - b[0]) <= 1 and abs(a[1] - b[1]) <= 1 for a, b in pairwise(DAY))
    assert shift_at(100 * STEP) == shift_at(100.99 * STEP)
