"""How good, how sure, and whether it changed: the formulas behind every number on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from scipy.stats import fisher_exact

from contract.survey import SATISFIED

FEWEST = 10
"""Under this many votes nothing is said about faces or shares (DESIGN.md, "Numbers, told honestly")."""
_SURE = 0.95
_Z = 1.959963984540054
"""Standard deviations that a normal variable keeps within, with 95 % confidence: the quantile of 97.5 %."""

Scores = Mapping[int, int]
"""Votes by score, 4 to 1."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1, and the interval it lies in with 95 % confidence."""

    value: float
    low: float
    high: float


class Change(StrEnum):
    """What can be said about a period beside the one before it."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    TOO_FEW = "too few"
    NOTHING_BEFORE = "nothing before"


def votes(scores: Scores) -> int:
    return sum(scores.values())


def satisfied(scores: Scores) -> int:
    return sum(scores.get(score, 0) for score in SATISFIED)


def enough(scores: Scores) -> bool:
    """Whether there are enough votes to say anything about faces or shares."""
    return votes(scores) >= FEWEST


def happy_index(scores: Scores) -> float:
    """The mean of 100, 66⅔, 33⅓ and 0 for scores 4 to 1; the formula is the rented terminals' own."""
    thirds = sum((score - 1) * count for score, count in scores.items())
    return 100 * thirds / (3 * votes(scores))


def index_range(scores: Scores) -> Share:
    """A hundredth of the happy index, with an interval of at least 95 % confidence.

    Votes spread no more than those of two faces, 100 and 0, would whose mean is the same; so a share's interval is
    never too narrow.
    """
    return wilson(happy_index(scores) / 100 * votes(scores), votes(scores))


def wilson(hits: float, total: int) -> Share:
    """The share `hits / total` with its 95 % score interval.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927).
    """
    share, doubt = hits / total, _Z**2 / total
    middle = share + doubt / 2
    half = sqrt(doubt * (share * (1 - share) + doubt / 4))
    low = 0.0 if hits == 0 else (middle - half) / (1 + doubt)
    high = 1.0 if hits == total else (middle + half) / (1 + doubt)
    return Share(share, low, high)


def compare(now: Scores, before: Scores) -> Change:
    """Whether the satisfied share changed: Fisher's exact test, two-sided, at 5 %.

    Exact, so that no change is called one in at most 5 % of periods, however few the votes are.
    Source: R. A. Fisher, "Statistical methods for research workers" (1934), §21.02.
    """
    if not votes(before):
        return Change.NOTHING_BEFORE
    if not (enough(now) and enough(before)):
        return Change.TOO_FEW
    table = [[satisfied(scores), votes(scores) - satisfied(scores)] for scores in (now, before)]
    if fisher_exact(table).pvalue > 1 - _SURE:
        return Change.UNCLEAR
    risen = satisfied(now) * votes(before) > satisfied(before) * votes(now)
    return Change.BETTER if risen else Change.WORSE


def honest_round(value: float, digits: int, top: float = 1.0) -> float:
    """`value` rounded, but never to 0 or `top` unless it is: 0.9996 with three digits is 0.999."""
    rounded = round(value, digits)
    step = 10.0**-digits
    if rounded >= top > value:
        return round(top - step, digits)
    if rounded <= 0 < value:
        return step
    return rounded
