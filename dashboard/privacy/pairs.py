"""How far counts can move with one partner each: a formula, and so worked out for thousands of counts at once.

A count goes up by as much as its option can go down at the same leaf in the partner's unit and at the partner's leaf
in the same unit, and as all other options together can make up for where those go down: at the leaf itself, and at the
partner's leaf in the partner's unit. It goes down likewise. Few counts need more partners than one; see moves.py.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dashboard.privacy.board import FREE
from dashboard.privacy.freedom import Freedom, Scope
from dashboard.privacy.lattice import Bools, Ints

Small = npt.NDArray[np.int8]
_STARTS = 12
"""Counts of a larger cell that are tried, those with most room first."""
_NONE = 1 << 30
"""No unit."""


class Pair(NamedTuple):
    """A leaf and unit, and another of each: numbers past the last are none. Units are those of the year."""

    leaf: int
    unit: int
    there: int
    then: int
    deep: int
    long: int


class Found(NamedTuple):
    """The closest pair that lets a count take as many other values as it is to, so that little can break it.

    Where there is none, `most` is what all pairs together may come to at best.
    """

    pair: Pair | None
    most: int


def best_pairs(free: Freedom, scopes: Sequence[Scope], far: Sequence[int]) -> list[Found]:
    """For each count a pair that lets it take `far` other values."""
    room = _small(free, max(far, default=0))
    found = [Found(None, 0)] * len(scopes)
    order = sorted(range(len(scopes)), key=lambda n: scopes[n]._replace(option=0))
    for scope, numbers in groupby(order, key=lambda n: scopes[n]._replace(option=0)):
        left = list(numbers)
        starts = _starts(free, scope, [scopes[n].option for n in left])
        for leaf, unit in starts[:_STARTS]:
            pairs = _of_start(free, room, scope, leaf, unit, [(scopes[n].option, far[n]) for n in left])
            for number, (pair, most) in zip(left, pairs, strict=True):
                found[number] = Found(pair, found[number].most + most)
            left = [number for number in left if not found[number].pair]
            if not left:
                break
        for number in left if len(starts) > _STARTS else ():
            found[number] = Found(None, FREE)
    return found


def reach(free: Freedom, pairs: Sequence[Pair], options: Sequence[int], far: int) -> Ints:
    """How many other values each count can take with its pair as far as it is published now; at most so many."""
    if not pairs:
        return np.zeros(0, np.int64)
    room, mine = _small(free, far), np.array(options)
    leaf, unit, there, then, deep, long = np.array(pairs, np.int64).T
    unit, then = unit - free.units[0], then - free.units[0]
    last = len(free.units)
    then = np.where(then > last, last, then)
    unseen = free.unseen(leaf, unit, there, then, deep, long)
    both = _both_ways(room[leaf, unit], room[leaf, then], room[there, unit], room[there, then], unseen)
    return np.array(both[np.arange(len(mine)), mine].clip(max=far))


def _small(free: Freedom, far: int) -> Small:
    """More room than the way is no use, and small numbers are quick."""
    return np.minimum(free.room, far).astype(np.int8)


def _starts(free: Freedom, scope: Scope, options: Sequence[int]) -> list[tuple[int, int]]:
    """Leaves and units that the count is the sum of, those with most room first."""
    leaves, units = np.flatnonzero(free.leaves(scope)), np.flatnonzero(free.within(scope.span))
    room = free.room[leaves[:, None], units][..., options].sum(axis=2).ravel()
    order = np.argsort(-room, kind="stable")
    return list(zip(leaves[order // len(units)].tolist(), units[order % len(units)].tolist(), strict=True))


def _of_start(
    free: Freedom, room: Small, scope: Scope, leaf: int, unit: int, wanted: Sequence[tuple[int, int]]
) -> Iterator[Found]:
    """For options and how far each, the closest partner of this leaf and unit that goes so far."""
    leaves, units, depths, levels, unseen = free.partners(scope, leaf, unit)
    options, far = np.array(wanted).T
    both = _both_ways(room[leaf, unit], room[leaf, units], room[leaves, unit], room[leaves, units], unseen)[:, options]
    both = np.where(free.movable[leaf, unit, options], both, 0)
    enough = np.concatenate([both >= far, np.ones((1, len(options)), np.bool_)])
    first = int(free.units[0])
    for at, most in zip(enough.argmax(axis=0).tolist(), both.sum(axis=0).tolist(), strict=True):
        if at == len(leaves):
            yield Found(None, most)
            continue
        then = int(units[at]) + first if units[at] < len(free.units) else _NONE
        yield Found(Pair(leaf, unit + first, int(leaves[at]), then, int(depths[at]), int(levels[at])), most)


def _both_ways(here: Small, later: Small, there: Small, across: Small, unseen: Bools) -> npt.NDArray[np.int16]:
    """[..., option]: how far up and down, by the room at leaf and unit, other unit, other leaf, and both others."""
    give = np.where(unseen, np.minimum(here, across), 0)
    take = np.where(unseen, np.minimum(later, there), 0)
    up = np.minimum(np.minimum(later, there), give.sum(axis=-1, dtype=np.int16, keepdims=True) - give)
    down = np.minimum(np.minimum(here, across), take.sum(axis=-1, dtype=np.int16, keepdims=True) - take)
    return np.where(unseen, up + down, 0)
