"""What can change within one span and alter nothing that is published: how far each count can go down, and where."""

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from dashboard.privacy.board import Board
from dashboard.privacy.lattice import Bools, Ints

_Bits = TypeVar("_Bits", np.bool_, np.uint64)
CLOSER = 1 << 4
"""Weight of one more place around both, beside one more span over both."""


class Scope(NamedTuple):
    """A count that must not be worked out: of a node, or of what stands at a leaf itself."""

    at: int
    span: int
    option: int
    is_leaf: bool


class Partners(NamedTuple):
    """Where a count can be paired, the closest first: where, from which depth and level, what can change unseen."""

    leaves: Ints
    units: Ints
    depths: Ints
    levels: Ints
    unseen: Bools
    """[partner, option]"""


class Freedom:
    """Of one span, with all that is published when it is made. Its units count from the span's first one."""

    def __init__(self, board: Board, span: int) -> None:
        self.board = board
        self.lattice = board.lattice
        self.units = board.lattice.units(span)
        self.spans = board.lattice.spans[self.units]
        self.room = board.room(self.units)
        self.clear = board.clear(self.units)
        self._words = _packed(self.clear)
        self._depths = np.pad(board.lattice.common, ((0, 0), (0, 1)))
        self._levels = np.pad(_levels(self.spans), ((0, 0), (0, 1)), constant_values=self.spans.shape[1])
        self._leaves: dict[tuple[int, bool], Ints] = {}
        self._units: dict[int, Ints] = {}
        self.movable = self._may_move()
        self._known: dict[tuple[Scope, int, int], Partners] = {}
        self.rarity = np.append(np.argsort(np.argsort(-board.values[0, span], kind="stable")), board.options)
        """[option + 1]: how rarely each is chosen, most where it is published nowhere."""

    def _may_move(self) -> Bools:
        """[leaf, unit, option]: whether the leaf's own table, if it is published, hides the count."""
        board, own = self.board, self.lattice.own
        alone = board.voices[own][:, self.spans[:, 0]] <= 1
        nearest = self.clear[np.arange(len(own)), :-1, self.lattice.depths[own], 1, :-1]
        return np.array(np.where(alone[..., None], nearest, board.offered[:, self.units, :-1]))

    def moving(self, node: int, span: int) -> Bools:
        """[option]: whether a node holds any count that no table of its own tells."""
        return np.array(self.movable[self.lattice.within[node]][:, self.within(span)].any(axis=(0, 1)))

    def within(self, span: int) -> Bools:
        """[unit]: which lie in a span."""
        return np.array((self.spans == span).any(axis=1))

    def leaves(self, scope: Scope) -> Bools:
        """[leaf]: which the scope's count is the sum of."""
        if scope.is_leaf:
            return np.asarray(np.arange(len(self.lattice.leaves)) == scope.at)
        mine: Bools = self.lattice.within[scope.at]
        return mine

    def partners(self, scope: Scope, leaf: int, unit: int) -> Partners:
        """Leaves and units outside the scope, or none (one past the last), with which two options can change unseen.

        Kept, as many options ask for the same.
        """
        key = scope._replace(option=0), leaf, unit
        if key not in self._known:
            leaves, units = self._apart(scope)
            depths, levels = self._depths[leaf, leaves], self._levels[unit, units]
            there, then, deep, long = leaves[:, None], units[None], depths[:, None], levels[None]
            words = _four(self._words, leaf, unit, there, then, deep, long)
            two = (words & (words - 1) > 0).any(axis=2) | ((words > 0).sum(axis=2) > 1)
            rows, columns = np.nonzero(two)
            order = np.argsort(levels[columns] - depths[rows] * CLOSER, kind="stable")
            rows, columns = rows[order], columns[order]
            unseen = _unpacked(words[rows, columns], self.board.options + 1)
            self._known[key] = Partners(leaves[rows], units[columns], depths[rows], levels[columns], unseen)
        return self._known[key]

    def _apart(self, scope: Scope) -> tuple[Ints, Ints]:
        """The leaves and the units that are not in a scope, and none."""
        places, times = (scope.at, scope.is_leaf), scope.span
        if places not in self._leaves:
            self._leaves[places] = np.flatnonzero(np.append(~self.leaves(scope), True))
        if times not in self._units:
            self._units[times] = np.flatnonzero(np.append(~self.within(scope.span), True))
        return self._leaves[places], self._units[times]

    def unseen(self, leaf: Ints, unit: Ints, there: Ints, then: Ints, deep: Ints, long: Ints) -> Bools:
        """[..., option]: what can change at both leaves in both units, where sums around both do not show it."""
        return _four(self.clear, leaf, unit, there, then, deep, long)


def _four(
    what: npt.NDArray[_Bits], leaf: Ints | int, unit: Ints | int, there: Ints, then: Ints, deep: Ints, long: Ints
) -> npt.NDArray[_Bits]:
    """What holds at both leaves in both units."""
    found: npt.NDArray[_Bits] = what[leaf, unit, deep, long] & what[leaf, then, deep, long]
    return np.asarray(found & what[there, unit, deep, long] & what[there, then, deep, long])


def _packed(bits: Bools) -> npt.NDArray[np.uint64]:
    """[..., word]: the last axis as bits of words, so that many are compared at once."""
    packed = np.packbits(bits, axis=-1)
    padding = [(0, 0)] * (bits.ndim - 1) + [(0, -packed.shape[-1] % 8)]
    return np.ascontiguousarray(np.pad(packed, padding)).view(np.uint64)


def _unpacked(words: npt.NDArray[np.uint64], count: int) -> Bools:
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=-1, count=count)
    return bits.view(np.bool_)


def _levels(spans: Ints) -> Ints:
    """[unit, unit]: over how many spans, from the shortest, a pair of units is seen apart."""
    same: Bools = spans[:, None] == spans[None]
    return np.array(np.where(same.any(axis=2), same.argmax(axis=2), spans.shape[1]))
