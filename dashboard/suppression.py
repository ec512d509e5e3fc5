"""Which cells of a crossing to hide, so that no total gives a small number away. Knows nothing of votes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that are shown side by side, and what everyone knows their sum not to exceed."""

    cells: Mapping[str, int]
    most: int


@dataclass(slots=True)
class _State:
    """One group while cells are being hidden. A blurred group is hidden whole, its zeros too."""

    group: Group
    small: set[str]
    further: set[str] = field(default_factory=set)
    blurred: bool = False

    @property
    def hidden(self) -> set[str]:
        return set(self.group.cells) if self.blurred else self.small | self.further

    def rest(self) -> int:
        """What everyone knows the hidden cells not to exceed together."""
        hidden = self.hidden
        return self.group.most - sum(n for cell, n in self.group.cells.items() if cell not in hidden)

    def smallest_shown(self) -> tuple[int, str] | None:
        hidden = self.hidden
        return min(((n, cell) for cell, n in self.group.cells.items() if n and cell not in hidden), default=None)

    def reach(self, k: int, probe: int | None = None) -> tuple[float, float]:
        """The least and the most that the hidden cells can sum to, with one small cell being `probe`."""
        if self.blurred:
            return 0, self.rest()
        free = len(self.small) - (probe is not None)
        least = free + k * len(self.further) + (probe or 0)
        most: float = free * (k - 1) + (probe or 0)
        if self.further:  # they were the smallest of those from k on
            shown = self.smallest_shown()
            most += len(self.further) * (shown[0] if shown else math.inf)
        return least, min(most, self.rest())


def hide(groups: Sequence[Group], low: int, high: int, k: int) -> list[set[str]]:
    """The cells to hide in each group when everyone knows that all cells sum to `low`…`high`.

    Hides the cells from 1 to k-1, then as many more (the smallest first, in the same group first) as it takes
    until each of them could be anything from 1 to k-1, even for a reader who knows which were hidden for
    their own sake. Where nothing non-zero is left to hide, the group's zeros are hidden too.
    """
    states = [_State(group, {cell for cell, n in group.cells.items() if 0 < n < k}) for group in groups]
    while exposed := [state for state in states if not _is_safe(state, states, low, high, k)]:
        _hide_one_more(exposed[0], states, low, high, k)
    return [state.hidden for state in states]


def _is_safe(state: _State, states: Sequence[_State], low: int, high: int, k: int) -> bool:
    """Whether a small cell of this group can have its least and its greatest value, and so all between."""
    if state.blurred or not state.small:
        return True
    shown = sum(s.group.most - s.rest() for s in states)
    for probe in (1, k - 1):
        reaches = [s.reach(k, probe if s is state else None) for s in states]
        if any(least > most for least, most in reaches):
            return False
        if sum(least for least, _ in reaches) > high - shown or sum(most for _, most in reaches) < low - shown:
            return False
    return True


def _hide_one_more(exposed: _State, states: Sequence[_State], low: int, high: int, k: int) -> None:
    own = exposed.smallest_shown()
    if own:
        exposed.further.add(own[1])
        return
    if _is_safe(exposed, [exposed], 0, exposed.group.most, k):  # only the total over all groups tells
        others = [(shown, state) for state in states if (shown := state.smallest_shown())]
        if others:
            (_, cell), state = min(others, key=lambda other: other[0])
            state.further.add(cell)
            return
    exposed.blurred = True
