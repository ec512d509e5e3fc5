"""Moves: changes of counts that alter nothing that is published. What moves freely enough, nobody can work out.

A move takes votes from one option and gives them to another, at one place and month, and where a published sum would
show it, takes them back at another place, in another month, or both: (month - month') x (place - place') x
(option - option'), each pair only where it is needed. What changes between the pairs has to be hidden.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from dashboard.privacy.freedom import CLOSER, Freedom, Partners, Scope
from dashboard.privacy.pairs import Pair

_STARTS = 12
"""Counts of a larger cell that are tried, the largest first."""
_PARTNERS = 64
"""Partners in time and place that are tried, those with most room first."""
_FAR, _RARE = 1 << 20, 1 << 8
"""Weights of how far a move goes and of how rare its other option is, beside how close it is paired."""

_Cell = tuple[int, int, int]
"""Leaf, unit of the span, option."""


class Move(NamedTuple):
    """How far it can alter the count, and the numbers of the published cells that it alters with it."""

    far: int
    touches: frozenset[int]


class _Step(NamedTuple):
    """A move, and the counts that go down in it."""

    move: Move
    down: list[_Cell]


def find(free: Freedom, scope: Scope, far: int) -> list[Move]:
    """Moves that make at most `far` other values of a count possible, above it or below; any of them at once."""
    return _moves(
        free, scope, far, ((leaf, unit, free.partners(scope, leaf, unit)) for leaf, unit in _starts(free, scope))
    )


def moves_of(free: Freedom, scope: Scope, far: int, pair: Pair) -> list[Move]:
    """The same, with the partners of one pair alone."""
    leaf, unit = pair.leaf, pair.unit - int(free.units[0])
    then = min(pair.then - int(free.units[0]), len(free.units))
    there, when, deep, long = (np.array([number]) for number in (pair.there, then, pair.deep, pair.long))
    unseen = free.unseen(np.array([leaf]), np.array([unit]), there, when, deep, long)
    return _moves(free, scope, far, [(leaf, unit, Partners(there, when, deep, long, unseen))])


def _moves(free: Freedom, scope: Scope, far: int, starts: Iterable[tuple[int, int, Partners]]) -> list[Move]:
    """Takes the best move, and the next with what room is left."""
    found: list[Move] = []
    starts = list(starts)
    for up in (True, False):
        taken: list[tuple[_Cell, int]] = []
        for leaf, unit, partners in starts:
            while far > 0 and (step := _best(free, scope.option, leaf, unit, partners, up=up, far=far)):
                far -= step.move.far
                found.append(step.move)
                for cell in step.down:
                    free.room[cell] -= step.move.far
                    taken.append((cell, step.move.far))
        for cell, votes in taken:
            free.room[cell] += votes
    return found


def _starts(free: Freedom, scope: Scope) -> Iterator[tuple[int, int]]:
    """Counts that the scope's is the sum of: leaf, and unit within the span."""
    leaves, units = np.flatnonzero(free.leaves(scope)), np.flatnonzero(free.within(scope.span))
    which = leaves[:, None], units, scope.option
    votes = np.where(free.movable[which], free.room[which], -1).ravel()
    for at in np.argsort(-votes, kind="stable")[:_STARTS]:
        if votes[at] >= 0:
            yield int(leaves[at // len(units)]), int(units[at % len(units)])


def _best(free: Freedom, mine: int, leaf: int, unit: int, partners: Partners, *, up: bool, far: int) -> _Step | None:
    """The farthest move of one count, and of those the closest paired."""
    room = free.room
    leaves, units, depths, levels, unseen = partners
    if up:
        most = np.minimum(room[leaf, units, mine], room[leaves, unit, mine])
    else:
        most = np.minimum(room[leaf, unit, mine], room[leaves, units, mine])
    at = (most * unseen[:, mine]).nonzero()[0]
    if not len(at):
        return None
    if len(at) > _PARTNERS:
        at = at[np.argsort(-most[at], kind="stable")[:_PARTNERS]]
    there, then, deep, long = leaves[at], units[at], depths[at], levels[at]
    one, another = (unit, then) if up else (then, unit)
    rest = np.minimum(room[leaf, one], room[there, another])
    votes = np.minimum(rest, np.minimum(most[at], far)[:, None]) * unseen[at]
    votes[:, mine] = 0
    score = votes * _FAR + free.rarity * _RARE + (deep * CLOSER - long)[:, None]
    best, other = divmod(int(np.where(votes > 0, score, -1).argmax()), votes.shape[1])
    if not votes[best, other]:
        return None
    return _made(
        free,
        (leaf, int(there[best])),
        (unit, int(then[best])),
        (mine, other),
        (int(deep[best]), int(long[best])),
        up=up,
        far=int(votes[best, other]),
    )


def _made(
    free: Freedom,
    leaves: tuple[int, int],
    units: tuple[int, int],
    options: tuple[int, int],
    pairing: tuple[int, int],
    *,
    up: bool,
    far: int,
) -> _Step:
    down, touches = [], set()
    for a, leaf in enumerate(leaves):
        for b, unit in enumerate(units):
            if leaf < len(free.lattice.leaves) and unit < len(free.units):
                down.append((leaf, unit, options[(a + b + up) % 2]))
                touches |= _around(free, leaf, unit, pairing, options)
    return _Step(Move(far, frozenset(touches)), down)


def _around(free: Freedom, leaf: int, unit: int, pairing: tuple[int, int], options: tuple[int, int]) -> set[int]:
    """The numbers of the cells that a leaf's count is part of, up to where it is paired."""
    board, lattice = free.board, free.lattice
    depth, level = pairing
    return {
        board.cell(node, span, option)
        for node in lattice.chains[leaf, depth:].tolist()
        if node < len(lattice.nodes)
        for span in free.spans[unit, :level].tolist()
        for option in options
        if option < board.options
    }
