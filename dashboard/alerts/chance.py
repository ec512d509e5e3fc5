"""What chance explains: the tests that decide whether something is worth an alert, each with its rate of false alarms.

Each test is asked again and again. Of a place where nothing changes, each kind is to be wrong in at most a year of
twenty; so a test that is asked n times a year is held to 5 % / n (Bonferroni). `tests/dashboard/alerts` plays it out.
"""

from collections.abc import Sequence
from math import log1p, prod, sqrt

import numpy as np
from scipy.stats import hypergeom, t

from dashboard.intervals import Scores, enough, satisfied, votes

A_YEAR = 0.05
"""How likely a kind of alert may be to come in a year of a place for no reason."""
FEWEST_KNOWN = 8
"""How many days of the same weekday, or months, there have to be before one is called unusual."""
FEWEST_BEFORE = 50
"""Votes that say what is usual."""
FEWEST_UNSATISFIED = 3
"""One or two visitors are no pattern, however seldom somebody is unsatisfied."""
_LEAST_SURE = 0.5
"""The largest standard deviation of log(1 + n) that counts have which know nothing of each other: of one to four."""
FEWEST_BURST = 20
"""Votes of a day below which nobody needs to know of a burst."""


def chance_of_so_many(hits: int, total: int, hits_before: int, total_before: int) -> float:
    """How likely chance alone gives `hits` of `total` or more, beside what was before: Fisher's exact test, one-sided.

    It takes every vote for one person's, whatever others do: a school class in a bad mood is no chance to it.
    """
    everything, all_hits = total + total_before, hits + hits_before
    return float(hypergeom.sf(hits - 1, everything, all_hits, total))


def is_less_satisfied(now: Scores, before: Scores, asked: int) -> bool:
    """Whether there are more unsatisfied votes than chance explains, of a test that is asked so often a year.

    Never with under 10 votes or 3 unsatisfied ones, nor beside under 50.
    """
    hits, hits_before = votes(now) - satisfied(now), votes(before) - satisfied(before)
    if not enough(now) or hits < FEWEST_UNSATISFIED or votes(before) < FEWEST_BEFORE:
        return False
    return chance_of_so_many(hits, votes(now), hits_before, votes(before)) < A_YEAR / asked


def is_more_satisfied(now: Scores, before: Scores, asked: int) -> bool:
    """The same of satisfied votes."""
    if not enough(now) or votes(before) < FEWEST_BEFORE:
        return False
    return chance_of_so_many(satisfied(now), votes(now), satisfied(before), votes(before)) < A_YEAR / asked


def is_burst(count: int, usual: Sequence[int], asked: int, fewest: int = FEWEST_BURST) -> bool:
    """Whether a count is far above those of other such days: more than chance explains, and half more than the most.

    Student's t on logarithms, as days differ by factors: the weather halves one, an event doubles another. Their
    spread is taken as it is, and never below that of counts which know nothing of each other.
    """
    if len(usual) < FEWEST_KNOWN or count < fewest or count <= 1.5 * max(usual):
        return False
    logs = np.log1p(usual)
    spread = max(min(_LEAST_SURE, 1 / sqrt(sum(usual) / len(usual) + 1)), float(logs.std(ddof=1)))
    above = (log1p(count) - float(logs.mean())) / (spread * sqrt(1 + 1 / len(usual)))
    return float(t.sf(above, len(usual) - 1)) < A_YEAR / asked


def is_quiet(stretch: Sequence[Sequence[int]], asked: int) -> bool:
    """Whether so many days without a vote, one after the other, are more than chance explains.

    Of each of them the stretch has the votes of such days before: how many had none gives the chance of a day without
    (Laplace's rule of succession), and the chances of the days are multiplied. So a day on which it is often shut
    says little, and how many votes there are otherwise says nothing.
    """
    if any(len(before) < FEWEST_KNOWN for before in stretch) or not stretch:
        return False
    chances = ((sum(not votes for votes in before) + 1) / (len(before) + 2) for before in stretch)
    return prod(chances) < A_YEAR / asked
