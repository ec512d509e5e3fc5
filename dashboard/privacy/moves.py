"""Moves: changes of counts that alter nothing that is published. What moves freely enough, nobody can work out.

A move takes votes from one option and gives them to another, at one place and month, and where a published sum would
show it, takes them back at another place, in another month, or both: (month - month') x (place - place') x
(option - option'), each pair only where it is needed. What changes between the pairs has to be hidden.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.privacy.board import Board
from dashboard.privacy.lattice import Bools, Ints

_STARTS = 12
"""Counts of a larger cell that are tried, the largest first."""
_PARTNERS = 64
"""Partners in time and place that are tried, those with most room first."""


class Scope(NamedTuple):
    """A count that must not be worked out: of a node, or of what stands at a leaf itself."""

    at: int
    span: int
    option: int
    is_leaf: bool


class Move(NamedTuple):
    """How far it can alter the count, and the numbers of the published cells that it alters with it."""

    far: int
    touches: frozenset[int]


class _Partners(NamedTuple):
    """Where a count can be paired: leaves and units, from which depth and level, and what can change there unseen."""

    leaves: Ints
    units: Ints
    depths: Ints
    levels: Ints
    unseen: Bools
    """[leaf, unit, option]"""


class Moves:
    """Finds moves within one span, all that has been published so far staying as it is."""

    def __init__(self, board: Board, span: int) -> None:
        self._board = board
        self._lattice = board.lattice
        self._units = board.lattice.units(span)
        self._room = board.room(self._units)
        self._clear = board.clear(self._units)
        self._levels = _levels(board.lattice.spans[self._units])
        self._moving = self._may_move()
        self._known: dict[tuple[Scope, int, int], _Partners] = {}
        self._rarity = np.append(np.argsort(np.argsort(-board.values[0, span], kind="stable")), board.options)
        """[option + 1]: how rarely each is chosen, most where it is published nowhere."""

    def _may_move(self) -> Bools:
        """[leaf, unit, option]: whether the leaf's own table, if it is published, hides the count."""
        board, own = self._board, self._lattice.own
        alone = board.voices[own][:, self._lattice.spans[self._units, 0]] <= 1
        nearest = self._clear[np.arange(len(own)), :-1, self._lattice.depths[own], 1, :-1]
        return np.array(np.where(alone[..., None], nearest, board.offered[:, self._units, :-1]))

    def moving(self, node: int, span: int) -> Bools:
        """[option]: whether a node holds any count that no table of its own tells."""
        inside = self._lattice.within[node], (self._lattice.spans[self._units] == span).any(axis=1)
        return np.array(self._moving[np.ix_(*inside)].any(axis=(0, 1)))

    def find(self, scope: Scope, far: int) -> list[Move]:
        """Moves that make at most `far` other values of a count possible, above it or below; any of them at once."""
        found: list[Move] = []
        for up in (True, False):
            taken: list[tuple[tuple[int, int, int], int]] = []
            for leaf, unit in self._starts(scope):
                while far > 0 and (step := self._best(scope, leaf, unit, up, far)):
                    move, cells = step
                    far -= move.far
                    found.append(move)
                    for cell in cells:
                        self._room[cell] -= move.far
                        taken.append((cell, move.far))
            for cell, votes in taken:
                self._room[cell] += votes
        return found

    def _starts(self, scope: Scope) -> Iterator[tuple[int, int]]:
        """Counts that the scope's is the sum of: leaf, and unit within the span."""
        leaves = np.array([scope.at]) if scope.is_leaf else np.flatnonzero(self._lattice.within[scope.at])
        units = np.flatnonzero((self._lattice.spans[self._units] == scope.span).any(axis=1))
        which = np.ix_(leaves, units)
        votes = np.where(self._moving[which], self._room[which][..., :-1], -1)[..., scope.option].ravel()
        for at in np.argsort(-votes, kind="stable")[:_STARTS]:
            if votes[at] >= 0:
                yield int(leaves[at // len(units)]), int(units[at % len(units)])

    def _partners(self, scope: Scope, leaf: int, unit: int) -> _Partners:
        """Leaves and units outside the scope, each with none at the end. Kept, as many options ask for the same."""
        key = scope._replace(option=0), leaf, unit
        if key not in self._known:
            lattice = self._lattice
            apart = np.arange(len(lattice.leaves)) != scope.at if scope.is_leaf else ~lattice.within[scope.at]
            leaves = np.flatnonzero(apart)
            units = np.flatnonzero(~(lattice.spans[self._units] == scope.span).any(axis=1))
            depths = np.append(lattice.common[leaf, leaves], 0)
            levels = np.append(self._levels[unit, units], lattice.spans.shape[1])
            leaves, units = np.append(leaves, len(lattice.leaves)), np.append(units, len(self._units))
            there, then, deep, long = leaves[:, None], units[None], depths[:, None], levels[None]
            unseen = (
                self._clear[leaf, unit, deep, long]
                & self._clear[leaf, then, deep, long]
                & self._clear[there, unit, deep, long]
                & self._clear[there, then, deep, long]
            )
            self._known[key] = _Partners(leaves, units, depths, levels, unseen)
        return self._known[key]

    def _best(
        self, scope: Scope, leaf: int, unit: int, up: bool, far: int
    ) -> tuple[Move, list[tuple[int, int, int]]] | None:
        """The farthest move of one count, and of those the closest paired; with the counts that go down in it."""
        room, mine = self._room, scope.option
        leaves, units, depths, levels, unseen = self._partners(scope, leaf, unit)
        if up:
            most = np.minimum(room[leaf, units, mine][None], room[leaves, unit, mine][:, None])
        else:
            most = np.minimum(room[leaf, unit, mine], room[np.ix_(leaves, units)][..., mine])
        most = np.where(unseen[..., mine], most, 0)
        rows, columns = np.nonzero(most)
        if not len(rows):
            return None
        if len(rows) > _PARTNERS:
            keep = np.argsort(-most[rows, columns], kind="stable")[:_PARTNERS]
            rows, columns = rows[keep], columns[keep]
        there, then = leaves[rows], units[columns]
        if up:
            rest = np.minimum(room[leaf, unit], room[there, then])
        else:
            rest = np.minimum(room[leaf, then], room[there, unit])
        votes = np.where(unseen[rows, columns], np.minimum(rest, most[rows, columns][:, None]), 0).clip(max=far)
        votes[:, mine] = 0
        deep, long = depths[rows], levels[columns]
        score = votes * FAR + self._rarity * LONG * LONG + (deep * LONG - long)[:, None]
        at, other = np.unravel_index(int(np.argmax(np.where(votes > 0, score, -1))), votes.shape)
        if not votes[at, other]:
            return None
        return self._made(
            (leaf, int(there[at])),
            (unit, int(then[at])),
            (mine, int(other)),
            (int(deep[at]), int(long[at])),
            up,
            int(votes[at, other]),
        )

    def _made(
        self,
        leaves: tuple[int, int],
        units: tuple[int, int],
        options: tuple[int, int],
        pairing: tuple[int, int],
        up: bool,
        far: int,
    ) -> tuple[Move, list[tuple[int, int, int]]]:
        down, touches = [], set()
        depth, level = pairing
        for a, leaf in enumerate(leaves):
            for b, unit in enumerate(units):
                if leaf < len(self._lattice.leaves) and unit < len(self._units):
                    down.append((leaf, unit, options[(a + b + up) % 2]))
                    touches |= self._around(leaf, unit, depth, level, options)
        return Move(far, frozenset(touches)), down

    def _around(self, leaf: int, unit: int, depth: int, level: int, options: tuple[int, int]) -> set[int]:
        board, lattice = self._board, self._lattice
        return {
            board.cell(int(node), int(span), option)
            for node in lattice.chains[leaf, depth:]
            if node < len(lattice.nodes)
            for span in lattice.spans[self._units[unit], :level]
            for option in options
            if option < board.options
        }


FAR, LONG = 1 << 20, 1 << 4
"""Weights of how far a move goes, and of how deep it is paired."""


def _levels(spans: Ints) -> Ints:
    """[unit, unit]: over how many spans, from the shortest, a pair of units is seen apart."""
    same: Bools = spans[:, None] == spans[None]
    return np.array(np.where(same.any(axis=2), same.argmax(axis=2), spans.shape[1]))
