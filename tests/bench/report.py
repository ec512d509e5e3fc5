"""What the benches print: a line for each figure, with its goal and the baseline that was measured in the same run."""

import math
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

_WIDTHS = ("<67", ">14", "<9", ">33", ">5", "<13")


class Goal(Struct, frozen=True):
    """What a figure, or with `times` its ratio to the baseline, is to reach."""

    sign: Literal["≤", "≥"]
    limit: float
    times: bool = False


class Figure(Struct, frozen=True):
    """One number, and what it is to be read beside."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None
    baseline: float | None = None
    floor: str = ""
    """What the baseline is."""

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None:
            return None
        value = self.ratio if self.goal.times else self.value
        assert value is not None
        return value <= self.goal.limit if self.goal.sign == "≤" else value >= self.goal.limit

    def line(self) -> str:
        goal = ""
        if self.goal:
            goal = f"{self.goal.sign} {self.goal.limit:g} " + ("×" if self.goal.times else self.unit)
        baseline = f"{self.floor} {_text(self.baseline)} {self.unit}" if self.baseline is not None else ""
        ratio = f"{self.ratio:.3g}" if self.ratio is not None and self.ratio < 10 else _text(self.ratio)
        return _row(self.name, f"{_text(self.value)} {self.unit}", goal, baseline, ratio, _VERDICT[self.holds])


_VERDICT = {True: "holds", False: "does not hold", None: ""}


def at_most(limit: float) -> Goal:
    return Goal("≤", limit)


def at_least_times(limit: float) -> Goal:
    """A goal for the ratio to the baseline."""
    return Goal("≥", limit, times=True)


def at_most_times(limit: float) -> Goal:
    """A goal for the ratio to the baseline."""
    return Goal("≤", limit, times=True)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that so many percent of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


def head() -> str:
    return _row("figure", "value", "goal", "baseline of this run", "ratio", "")


def verdict(figures: Sequence[Figure]) -> str:
    """The last line: how many goals hold, and which do not."""
    missed = [figure.name for figure in figures if figure.holds is False]
    goals = sum(figure.holds is not None for figure in figures)
    if not missed:
        return f"All {goals} goals hold."
    return f"{len(missed)} of {goals} goals DO NOT HOLD here: " + "; ".join(missed)


def _row(*cells: str) -> str:
    return "".join(f"{cell:{width}}  " for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
