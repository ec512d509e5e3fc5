"""How often the words "better" and "worse" are wrong, and how often a real change is noticed: played out."""

from itertools import pairwise

import numpy as np
import pytest

from dashboard.intervals import Change, Scores, compare

MONTHS = 2_000


def played(chance: np.random.Generator, votes: int, satisfied: float) -> Scores:
    """The faces of so many visitors, each of whom is satisfied with that probability."""
    good = int(chance.binomial(votes, satisfied))
    best, worst = int(chance.binomial(good, 0.8)), int(chance.binomial(votes - good, 0.3))
    return {4: best, 3: good - best, 2: votes - good - worst, 1: worst}


@pytest.mark.parametrize("satisfied", [0.6, 0.9, 0.98])
@pytest.mark.parametrize("a_month", [15, 90, 1200])
def test_chance_alone_is_called_a_change_in_at_most_a_twentieth_of_months(satisfied: float, a_month: int) -> None:
    chance = np.random.default_rng([a_month, int(100 * satisfied)])
    months = [played(chance, int(chance.poisson(a_month)), satisfied) for _ in range(MONTHS)]
    said = [compare(now, before) for before, now in pairwise(months)]
    assert Change.UNCLEAR in said
    assert sum(change in (Change.BETTER, Change.WORSE) for change in said) <= 0.05 * len(said)


def test_a_drop_from_95_to_85_per_cent_in_100_votes_is_noticed_in_most() -> None:
    chance = np.random.default_rng(9585)
    said = [compare(played(chance, 100, 0.85), played(chance, 100, 0.95)) for _ in range(MONTHS)]
    assert said.count(Change.WORSE) > 0.5 * len(said)
    assert said.count(Change.BETTER) == 0
