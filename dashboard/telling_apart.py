"""Which of several differences are clear: exact tests, the stricter the more of them are made at once.

Whoever compares ten answers, or a hundred places, finds by chance alone some that look different. Holm's correction
keeps the chance that any of them at all is called different, though none is, at 5 %.
Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import hypergeom

from dashboard.intervals import FEWEST

LEVEL = 0.05
"""The chance that any of the differences that are told is none."""
_KEPT = 128
"""Answers that are remembered: a page is asked for many times."""

_LARGE = 100
"""A count that is expected to be so large is normal enough."""
_LEAST = 1e-9
_PERHAPS = 0.3
"""Where the normal distribution says more than this, the exact test does not say less than `LEVEL`."""

Key = TypeVar("Key")
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Part(NamedTuple):
    """So many of so many."""

    hits: int
    total: int


class Often(StrEnum):
    """What can be said of how often something was chosen, beside the period before."""

    MORE = "more"
    FEWER = "fewer"
    UNCLEAR = "unclear"


def p_values(pairs: Sequence[tuple[Part, Part]], exact_to: float = 1.0) -> Floats:
    """How likely each two parts differ so much by chance: Fisher's exact test, twice its smaller tail.

    Twice the tail, and not what else is as unlikely, so that the direction can be told too. Where all four counts are
    large it is the normal distribution's tail, with Yates's correction, which is nearly the same and takes no time;
    and so it is where that one is above `exact_to`.
    """
    (a, n), (b, m) = (np.array([pair[side] for pair in pairs], np.int64).T for side in (0, 1))
    below = a * m <= b * n
    hits, drawn, of, all_hits = np.where(below, a, b), np.where(below, n, m), n + m, a + b
    expected = all_hits * drawn / of
    spread = np.sqrt(np.maximum(expected * (of - all_hits) / of * (of - drawn) / np.maximum(of - 1, 1), 0.0))
    fewest = np.minimum(all_hits, of - all_hits) * np.minimum(n, m) / of
    tails = ndtr((hits + 0.5 - expected) / np.maximum(spread, _LEAST))
    few = np.flatnonzero((fewest < _LARGE) & (2 * tails <= exact_to))
    tails[few] = hypergeom.cdf(hits[few], of[few], all_hits[few], drawn[few])
    return np.minimum(1.0, 2 * np.asarray(tails, np.float64))


def clear(values: Floats) -> Bools:
    """Which of several tests say something, by Holm's correction."""
    order = np.argsort(values)
    passed = values[order] <= LEVEL / np.arange(len(values), 0, -1)
    found = np.zeros(len(values), np.bool_)
    found[order] = np.logical_and.accumulate(passed)
    return found


def changes(now: Mapping[Key, Part], before: Mapping[Key, Part]) -> dict[Key, Often]:
    """What has changed of all that is known of both periods, with ten votes or more in each."""
    known = [key for key in now if key in before and min(now[key].total, before[key].total) >= FEWEST]
    if not known:
        return {}
    told = clear(p_values([(now[key], before[key]) for key in known]))
    return {
        key: _direction(now[key], before[key]) if sure else Often.UNCLEAR for key, sure in zip(known, told, strict=True)
    }


def _direction(now: Part, before: Part) -> Often:
    return Often.MORE if now.hits * before.total > before.hits * now.total else Often.FEWER


def ranks(parts: Sequence[Part]) -> list[int]:
    """For each part one more than there are parts that are clearly larger; those with the same one are not told apart.

    All pairs are compared at once, so that with 95 % certainty nobody is put behind one that is no better. What is
    clearly less than a part is also less than all that are clearly larger than that one.
    Source: D. Al Mohamad, J. J. Goeman, E. W. van Zwet, "Simultaneous confidence intervals for ranks with application
    to ranking institutions", Biometrics 78 (2022), where the pairs are compared by Tukey's test.
    """
    return list(_ranks(tuple(parts)))


@lru_cache(_KEPT)
def _ranks(parts: tuple[Part, ...]) -> tuple[int, ...]:
    first, second = np.triu_indices(len(parts), 1)
    if not len(first):
        return (1,) * len(parts)
    told = clear(p_values([(parts[i], parts[j]) for i, j in zip(first, second, strict=True)], _PERHAPS))
    shares = np.array([part.hits / part.total for part in parts])
    larger = np.zeros((len(parts), len(parts)), np.bool_)
    for one, other in zip(first[told], second[told], strict=True):
        low, high = (one, other) if shares[one] < shares[other] else (other, one)
        larger[low, high] = True
    for low in np.argsort(-shares):  # the tests alone are nearly so, and not always
        larger[low] |= larger[larger[low]].any(axis=0)
    return tuple((1 + larger.sum(axis=1)).tolist())
