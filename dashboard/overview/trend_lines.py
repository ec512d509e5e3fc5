"""Where on its axes each piece of the trend belongs, for whatever draws it: page or paper."""

import math
from dataclasses import dataclass

from contract.periods import Granularity
from dashboard.intervals import Share, enough, satisfied, votes, wilson
from dashboard.trend import Stretch, Trend
from dashboard.wording import Words

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_MOST_STEPS = 4
_WEEKS_OF_A_MONTH = (1, 8, 15, 22, 29)
_HALVES_OF_A_MONTH = (1, 15)
_ONE_MONTH = 31


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch that a share can be given for, from unit `first` up to `last`; a `run` has none missing between."""

    stretch: Stretch
    first: int
    last: int
    run: int
    share: Share

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


def marks(trend: Trend) -> list[Mark]:
    """In the order of time, counted in the trend's units from 0, so that joined stretches keep their length."""
    found: list[Mark] = []
    run = 0
    for stretch in trend.stretches:
        if stretch.scores is None or not enough(stretch.scores):
            run += 1
            continue
        share = wilson(satisfied(stretch.scores), votes(stretch.scores))
        first, last = _extent(trend, stretch)
        found.append(Mark(stretch, first, last, run, share))
    return found


def silences(trend: Trend) -> list[tuple[int, int]]:
    """From which unit up to which one the terminals were silent."""
    return [_extent(trend, stretch) for stretch in trend.stretches if stretch.scores is None]


def ticks(low: float) -> list[float]:
    """Shares from just under `low` to 1 in the finest even steps of which there are few."""
    step = next((step for step in _STEPS if (1 - low) / step <= _MOST_STEPS), _STEPS[-1])
    count = max(1, math.ceil(round((1 - low) / step, 9)))
    return [round(1 - step * index, 4) for index in range(count, -1, -1)]


def labels(trend: Trend, words: Words) -> list[tuple[int, str]]:
    """The units that are named on the time axis, and their names."""
    starts = [start for start, _ in trend.units]
    if trend.step is not Granularity.DAY:
        return [(index, words.tick(start, trend.step)) for index, start in enumerate(starts)]
    if len(starts) <= len(_WEEKS_OF_A_MONTH) * 2:
        return [(index, words.weekday(start.isoweekday())) for index, start in enumerate(starts)]
    if len(starts) <= _ONE_MONTH:
        return [(i, words.tick(start, trend.step)) for i, start in enumerate(starts) if start.day in _WEEKS_OF_A_MONTH]
    named = [(index, start) for index, start in enumerate(starts) if start.day in _HALVES_OF_A_MONTH]
    return [(i, words.short_month(start) if start.day == 1 else words.tick(start, trend.step)) for i, start in named]


def _extent(trend: Trend, stretch: Stretch) -> tuple[int, int]:
    inside = [i for i, (start, end) in enumerate(trend.units) if stretch.start <= start and end <= stretch.end]
    return inside[0], inside[-1] + 1
