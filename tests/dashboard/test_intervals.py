"""The formulas against published numbers."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dashboard.intervals import Change, compare, happy_index, honest_round, wilson


def test_the_happy_index_of_the_rented_terminals_vector() -> None:
    assert happy_index({4: 126, 3: 60, 2: 16, 1: 17}) == pytest.approx(78.23, abs=0.005)


@pytest.mark.parametrize(
    ("total", "low", "high"), [(5, 38, 96), (10, 49, 94), (30, 63, 90), (100, 71, 87), (400, 76, 84)]
)
def test_wilson_at_eighty_per_cent(total: int, low: int, high: int) -> None:
    share = wilson(total * 4 // 5, total)
    assert (round(100 * share.low), round(100 * share.high)) == (low, high)


def test_wilson_ends_at_0_and_1_exactly() -> None:
    assert wilson(12, 12).high == 1
    assert wilson(0, 12).low == 0


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(pair: tuple[int, int]) -> None:
    hits, total = pair
    interval = binomtest(hits, total).proportion_ci(0.95, method="wilson")
    share = wilson(hits, total)
    assert (share.low, share.high) == pytest.approx((interval.low, interval.high), abs=1e-12)
    assert 0 <= share.low <= share.value <= share.high <= 1


def scores(good: int, bad: int) -> dict[int, int]:
    return {4: good, 3: 0, 2: bad, 1: 0}


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (scores(95, 5), scores(80, 20), Change.BETTER),
        (scores(80, 20), scores(95, 5), Change.WORSE),
        (scores(92, 8), scores(95, 5), Change.UNCLEAR),
        (scores(9, 0), scores(0, 90), Change.TOO_FEW),
        (scores(90, 0), scores(0, 9), Change.TOO_FEW),
        (scores(90, 0), {}, Change.NOTHING_BEFORE),
    ],
)
def test_change_is_called_only_when_the_test_says_so(
    now: dict[int, int], before: dict[int, int], change: Change
) -> None:
    assert compare(now, before) is change


def test_chance_alone_is_called_a_change_in_at_most_a_twentieth_of_periods() -> None:
    """Exact, not simulated: all outcomes of 40 votes beside 40 at the same true share of 90 %."""
    weights = [comb(40, good) * 0.9**good * 0.1 ** (40 - good) for good in range(41)]
    called = sum(
        weights[now] * weights[before]
        for now in range(41)
        for before in range(41)
        if compare(scores(now, 40 - now), scores(before, 40 - before)) in (Change.BETTER, Change.WORSE)
    )
    assert called <= 0.05


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 4))
def test_nothing_rounds_to_all_or_nothing_that_is_not(pair: tuple[int, int], digits: int) -> None:
    hits, total = pair
    rounded = honest_round(hits / total, digits + 1)
    assert (rounded == 1) == (hits == total)
    assert (rounded == 0) == (hits == 0)
    assert abs(rounded - hits / total) <= 10.0 ** -(digits + 1)
