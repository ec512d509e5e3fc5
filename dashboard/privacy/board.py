"""The counts of one crossing over a year, and what of them is published: what an attacker would have on the table."""

import numpy as np

from dashboard.privacy.lattice import Bools, Ints, Lattice

FREE = 1 << 40
"""Room where there is nothing to move: more than any count."""


class Board:
    """Everything is hidden at first; publishing only ever shows more.

    `cells` [leaf, unit, option] are votes by option, `spare` [leaf, unit] those that are published nowhere (no answer
    chosen), None where every vote has an option. `offered` [leaf, unit, option]: what could be chosen at all there.
    How many voted (`cells` and `spare` together) is taken to be known of every leaf and unit.
    """

    def __init__(self, lattice: Lattice, cells: Ints, spare: Ints | None, offered: Bools) -> None:
        leaves, units, options = cells.shape
        self.lattice = lattice
        self.options: int = options
        self.cells = cells
        self.has_spare = spare is not None
        rest = np.zeros((leaves, units), np.int64) if spare is None else spare
        self.offered = np.concatenate([offered, np.full((leaves, units, 1), self.has_spare)], axis=2)
        self.least = np.zeros_like(cells)
        """What everybody knows a leaf's count not to be less than."""
        everything = np.concatenate([cells, rest[..., None]], axis=2)
        in_span = np.array([(lattice.spans == span).any(axis=1) for span in range(lattice.span_count)])
        sums = np.einsum("nl,luo,su->nso", lattice.within.astype(np.int64), everything, in_span.astype(np.int64))
        self.values, self.spare = sums[..., :-1], sums[..., -1]
        """[node, span, option] and [node, span]."""
        self.totals = sums.sum(axis=2)
        voted = everything.sum(axis=2)
        self.leaf_totals = voted @ in_span.T.astype(np.int64)
        """[leaf, span]"""
        self.voices = lattice.within.astype(np.int64) @ (self.leaf_totals > 0)
        """[node, span]: how many leaves anybody voted at."""
        self.hidden = np.ones((len(lattice.nodes) + 1, lattice.span_count, options), np.bool_)
        """[node, span, option]; the node past the last is no place, and never shown."""
        self.kept = np.zeros_like(self.hidden)
        """[node, span, option]: what stays hidden for the sake of longer spans."""
        self._everything = everything

    def cell(self, node: int, span: int, option: int) -> int:
        """The number of a published cell."""
        return (node * self.lattice.span_count + span) * self.options + option

    def twins(self, span: int) -> dict[int, int]:
        """Places where all votes were given in one place just below, with that: their counts are one."""
        below = np.arange(1, len(self.lattice.nodes))
        around = self.lattice.parents
        same = (self.totals[below, span] == self.totals[around, span]) & (self.totals[below, span] > 0)
        return dict(zip(around[same].tolist(), below[same].tolist(), strict=True))

    def room(self, units: Ints) -> Ints:
        """[leaf + 1, unit + 1, option + 1]: how far each count can go down; the last ones stand for no partner."""
        mine = self._everything[:, units].copy()
        mine[..., :-1] -= self.least[:, units]
        return np.pad(mine, ((0, 1), (0, 1), (0, 0)), constant_values=FREE)

    def clear(self, units: Ints) -> Bools:
        """[leaf + 1, unit + 1, depth, level, option + 1]: whether a leaf's count may change unseen.

        So it is where all nodes around the leaf from `depth` on are hidden over all spans below `level`.
        """
        lattice = self.lattice
        around = self.hidden[lattice.chains[:, :, None, None], lattice.spans[units][None, None]]
        around = np.logical_and.accumulate(around, axis=3)
        around = np.logical_and.accumulate(around[:, ::-1], axis=1)[:, ::-1]
        leaves, depths, count, levels, options = around.shape
        clear = np.ones((leaves + 1, count + 1, depths + 1, levels + 1, options + 1), np.bool_)
        clear[:-1, :-1, :-1, 1:, :-1] = around.transpose(0, 2, 1, 3, 4)
        clear[:-1, :-1] &= self.offered[:, units][:, :, None, None]
        return clear
