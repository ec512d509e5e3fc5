"""How often a reader may ask."""

import pytest
from litestar.exceptions import TooManyRequestsException

from dashboard.api.pace import MOST, WITHIN_SECONDS, Pace


def test_each_reader_has_a_minutes_worth_and_is_told_when_the_next_begins() -> None:
    now = 5.0
    pace = Pace(lambda: now)
    for _ in range(MOST):
        pace.count((1, 0))
    now = 35.5
    with pytest.raises(TooManyRequestsException) as refused:
        pace.count((1, 0))
    assert refused.value.headers == {"Retry-After": "30"}
    pace.count((0, 1))
    now = 5.0 + WITHIN_SECONDS
    pace.count((1, 0))


def test_who_is_long_gone_is_forgotten() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    for token in range(50):
        pace.count((0, token))
    now = WITHIN_SECONDS
    pace.count((0, 99))
    assert pace.known == {(0, 99)}
