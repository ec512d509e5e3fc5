"""Hides a little more in some months, so that more can be shown of their quarter and of the year.

A count that is hidden in one month only could be worked out from the quarter's, so that this would have to be hidden
too, and then the year's. A second month in which it is hidden keeps the two from being told apart. Only months up to
the one in question are looked at, as those to come are not known when it is published.
"""

import numpy as np

from dashboard.intervals import FEWEST
from dashboard.privacy.board import Board
from dashboard.privacy.lattice import Bools, Ints

_AT_RISK = 2
"""Times k: a count below this in the last month but one could well be under k in the last."""


def keep_in_reserve(board: Board, unit: int, k: int) -> None:
    """Hides counts of this unit that its longer spans need as a partner of one hidden before."""
    lattice = board.lattice
    longest = lattice.spans.shape[1] - 1
    for level in range(1, longest + 1):
        _hide(board, unit, level, _lonely(board, unit, level, k), k)
    if unit == lattice.units(int(lattice.spans[unit, longest]))[-2]:
        before = _movable(board, unit, 1, k)[:, lattice.units(int(lattice.spans[unit, 1]))].any(axis=1)
        _hide(board, unit, 1, ~before & (board.cells[:, unit] < _AT_RISK * k), k)


def _movable(board: Board, unit: int, level: int, k: int) -> Bools:
    """[leaf, unit, option]: counts up to this unit that are hidden where they stand, over all spans below `level`.

    Of longer spans with this unit in them nothing is published yet: there it is what will be hidden in any case.
    """
    lattice = board.lattice
    shown = ~board.hidden[lattice.own]
    for span in lattice.spans[unit, 1:level]:
        runs = lattice.units(int(span))[-1] > unit
        shown[:, span] = ~board.kept[lattice.own, span] & (runs | (_so_far(board, unit, int(span)) >= k))
    seen = shown[:, lattice.spans[:, :level]].any(axis=2)
    movable: Bools = board.offered[..., :-1] & ~seen
    movable[:, unit + 1 :] = False
    return movable


def _so_far(board: Board, unit: int, span: int) -> Ints:
    """[leaf, option]: votes of a span up to this unit."""
    units = board.lattice.units(span)
    return np.array(board.cells[:, units[units <= unit]].sum(axis=1))


def _lonely(board: Board, unit: int, level: int, k: int) -> Bools:
    """[leaf, option]: what is hidden in too few of the shorter spans, or with too few votes, to be made up for."""
    lattice = board.lattice
    units = lattice.units(int(lattice.spans[unit, level]))
    movable = _movable(board, unit, level, k)[:, units]
    spare = np.where(movable, (board.cells - board.least)[:, units], 0).sum(axis=1)
    parts = lattice.spans[units, level - 1]
    within = [movable[:, parts == part].any(axis=1) for part in np.unique(parts)]
    count = np.sum(within, axis=0)
    lonely: Bools = (count > 0) & ((count == 1) | (spare < k - 1))
    return lonely


def _hide(board: Board, unit: int, level: int, wanted: Bools, k: int) -> None:
    """Of what is wanted, what is shown now, and would be again over the longer span."""
    lattice = board.lattice
    shortest = lattice.spans[unit, 0]
    alone = (board.voices[lattice.own, shortest] == 1) & (board.leaf_totals[:, shortest] >= FEWEST)
    wanted = (
        wanted
        & alone[:, None]
        & (board.cells[:, unit] > 0)
        & (_so_far(board, unit, int(lattice.spans[unit, level])) >= k)
    )
    hidden = board.hidden[lattice.own, shortest] | wanted
    left = np.where(hidden, board.cells[:, unit] - 1, 0).sum(axis=1) + board.spare[lattice.own, shortest]
    wanted &= ((left >= k - 1) & (board.has_spare | (hidden.sum(axis=1) > 1)))[:, None]
    for leaf, option in zip(*np.nonzero(wanted), strict=True):
        around = lattice.within[:, leaf]
        for part in lattice.spans[unit, :level]:
            nodes = np.flatnonzero(around & (board.voices[:, part] == 1))
            board.hidden[nodes, part, option] = True
            board.kept[nodes, part, option] = True
        board.least[leaf, unit, option] = 1
