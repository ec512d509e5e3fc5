"""What an attacker can work out of one crossing who keeps all that was ever shown, by linear programming.

Known are how many voted (on each side, for answers) at every place in every month, all published counts, that a hidden
count of a table that is shown in part is at least one where the table is of one place alone over the shortest period,
and which options a survey has. The bounds of linear programming are never narrower than what can really be worked out
by whole numbers, so what they find is a hole; the guard's own moves are whole numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array

REST = ""
"""What is published nowhere: votes without an answer."""
Cell = tuple[str, int, str]
"""Leaf, unit (a month or a quarter, from 0) and option."""
_TOLERANCE = 1e-6


@dataclass
class Knowledge:
    """Sums of cells that are known, exactly or from below."""

    cells: Sequence[Cell]
    exact: list[tuple[frozenset[int], int]] = field(default_factory=list)
    at_least: list[tuple[frozenset[int], int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._number = {cell: at for at, cell in enumerate(self.cells)}

    def numbers(self, leaves: Iterable[str], units: Iterable[int], options: Iterable[str]) -> frozenset[int]:
        names = ((leaf, unit, option) for leaf in leaves for unit in units for option in options)
        return frozenset(self._number[name] for name in names if name in self._number)

    def values(self, wanted: frozenset[int]) -> int:
        """How many values a sum may have as far as is known. Raises AssertionError when what is known contradicts."""
        costs = np.zeros(len(self.cells))
        costs[list(wanted)] = 1
        low, high = (sign * self._least(sign * costs) for sign in (1, -1))
        return int(np.floor(high + _TOLERANCE) - np.ceil(low - _TOLERANCE)) + 1

    def _least(self, costs: npt.NDArray[np.float64]) -> float:
        known, exact = _matrix(self.exact, len(self.cells))
        below, at_least = _matrix(self.at_least, len(self.cells))
        found = linprog(costs, A_eq=known, b_eq=exact, A_ub=-below, b_ub=-at_least, method="highs")
        assert found.status == 0, found.message
        return float(found.fun)


def _matrix(rows: Sequence[tuple[frozenset[int], int]], width: int) -> tuple[csr_array, npt.NDArray[np.float64]]:
    pairs = [(row, column) for row, (columns, _) in enumerate(rows) for column in sorted(columns)]
    at = tuple(np.array(pairs, np.int64).reshape(-1, 2).T)
    matrix = csr_array((np.ones(len(pairs)), at), shape=(len(rows), width))
    return matrix, np.array([value for _, value in rows], np.float64)
