"""How often alerts are false where nothing changes, and whether real changes are noticed: played out."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from dashboard.alerts.chance import is_burst, is_less_satisfied, is_more_satisfied, is_quiet
from dashboard.intervals import Scores

Chance = np.random.Generator
A_YEAR = 0.05
"""What is promised: false ones of a kind, in a year of a place."""


def faces(votes: int, unsatisfied: int) -> Scores:
    return {4: votes - unsatisfied, 1: unsatisfied}


def played(chance: Chance, votes: int, unsatisfied: float) -> Scores:
    return faces(votes, int(chance.binomial(votes, unsatisfied)))


@pytest.mark.parametrize(("votes", "a_year"), [(15, 104), (150, 730)])
@pytest.mark.parametrize("share", [0.003, 0.02, 0.1, 0.3])
def test_chance_alone_is_seldom_called_a_change(votes: int, a_year: int, share: float) -> None:
    """In every way in which chance can deal out the unsatisfied votes of a year and a week, each as likely as it is."""
    before = 40 * votes
    all_of_them = round(share * (votes + before))
    worse = better = 0.0
    for here in range(min(votes, all_of_them) + 1):
        likely = float(hypergeom.pmf(here, votes + before, all_of_them, votes))
        now, usual = faces(votes, here), faces(before, all_of_them - here)
        worse += likely * is_less_satisfied(now, usual, a_year)
        better += likely * is_more_satisfied(now, usual, 12)
    assert worse * a_year <= A_YEAR
    assert better * 12 <= A_YEAR


def test_a_bad_week_of_a_hundred_votes_is_noticed() -> None:
    chance = np.random.default_rng(9580)
    weeks = [is_less_satisfied(played(chance, 100, 0.2), played(chance, 5_000, 0.05), 104) for _ in range(300)]
    assert sum(weeks) > 0.9 * len(weeks)


def days(chance: Chance, mean: float, uneven: float, shape: tuple[int, int]) -> np.ndarray:
    """Votes of days whose means differ by this variance (0 where they do not)."""
    return chance.poisson(chance.gamma(1 / uneven, mean * uneven, shape) if uneven else mean, shape)


@pytest.mark.parametrize("uneven", [0, 0.05, 0.3, 1])
@pytest.mark.parametrize("mean", [4, 30, 500])
def test_uneven_days_are_seldom_called_a_burst(mean: int, uneven: float) -> None:
    chance = np.random.default_rng([mean, int(100 * uneven)])
    found = [is_burst(int(row[0]), [int(n) for n in row[1:]], 730) for row in days(chance, mean, uneven, (15_000, 27))]
    assert sum(found) / len(found) * 730 <= 2 * A_YEAR  # so few that one of them alone is half of what is promised


def test_a_burst_of_five_times_as_many_is_noticed() -> None:
    chance = np.random.default_rng(5)
    found = [is_burst(150, [int(n) for n in row], 730) for row in days(chance, 30, 0.05, (300, 26))]
    assert sum(found) > 0.9 * len(found)


@pytest.mark.parametrize("empty", [0.02, 0.15, 0.5])
def test_empty_days_by_chance_are_seldom_called_quiet(empty: float) -> None:
    chance = np.random.default_rng(int(100 * empty))
    years, false = 60, 0
    votes = (chance.random(years * 365 + 200) >= empty).astype(int).tolist()
    since, told = 0, False
    for day in range(190, len(votes)):
        if votes[day]:
            since, told = day + 1, False
            continue
        stretch = [[votes[n] for n in range(before(one, since), since - 183, -7)] for one in range(since, day + 1)]
        quiet = is_quiet(stretch, 365)
        false, told = false + (quiet and not told), told or quiet
    assert false / years <= A_YEAR


def before(day: int, first: int) -> int:
    """The last day of the same weekday that is before the first one."""
    return first - 1 - (first - 1 - day) % 7
