"""The trend: stretches of time long enough to say something about, and the silences between them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from contract.periods import Granularity, Period
from dashboard.intervals import Scores, enough
from dashboard.tallies import STEPS, Tally, scores_of

_LENGTHS = list(Granularity)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Local civil time from `start` up to `end`, and its votes; None where the terminals were silent."""

    start: datetime
    end: datetime
    scores: Scores | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The steps of the time axis, and the stretches that something is known about."""

    step: Granularity
    units: Sequence[tuple[datetime, datetime]]
    stretches: Sequence[Stretch]


def trend_of(period: Period, faces: Sequence[Tally], now: datetime) -> Trend | None:
    """The trend within `period` up to `now` (naive, local), or None where votes are not kept finer than it."""
    step = max([STEPS[period.granularity], *(one.period.granularity for one in faces)], key=_LENGTHS.index)
    if _LENGTHS.index(step) >= _LENGTHS.index(period.granularity):
        return None
    heard = _by_unit(step, faces)
    units = _units(period, step)
    if step is Granularity.HOUR:
        units = [unit for unit in units if heard and min(heard) <= unit[0] <= max(heard)]
    past = [unit for unit in units if unit[0] in heard or unit[1] <= now]
    return Trend(step, units, _joined(_grouped(step, past), heard))


def _by_unit(step: Granularity, faces: Iterable[Tally]) -> dict[datetime, Scores]:
    heard: dict[datetime, list[Tally]] = {}
    for one in faces:
        unit = one.period.start if step is Granularity.HOUR else Period.of(step, one.period.start).start
        heard.setdefault(unit, []).append(one)
    return {unit: scores_of(tallies) for unit, tallies in heard.items()}


def _units(period: Period, step: Granularity) -> list[tuple[datetime, datetime]]:
    if step is Granularity.HOUR:  # the hour that comes twice in autumn is one unit here
        hours = [period.start + timedelta(hours=hour) for hour in range(24)]
        return [(hour, hour + timedelta(hours=1)) for hour in hours]
    unit = Period.of(step, period.start)
    units = []
    while unit.start < period.end:
        units.append((unit.start, unit.end))
        unit = unit.next()
    return units


def _grouped(step: Granularity, units: Iterable[tuple[datetime, datetime]]) -> list[list[tuple[datetime, datetime]]]:
    """Days go together by week; a longer unit has no group that would not be the whole period."""
    if step is not Granularity.DAY:
        return [[unit] for unit in units]
    return [list(week) for _, week in groupby(units, key=lambda unit: unit[0].isocalendar()[:2])]


def _joined(groups: Iterable[Sequence[tuple[datetime, datetime]]], heard: Mapping[datetime, Scores]) -> list[Stretch]:
    """Where a unit has too few votes its group is one stretch; where that has too few, with its neighbour."""
    stretches: list[Stretch] = []
    for group in groups:
        known = [heard[start] for start, _ in group if start in heard]
        if all(enough(scores) for scores in known):
            stretches += [Stretch(start, end, heard.get(start)) for start, end in group]
        else:
            stretches.append(Stretch(group[0][0], group[-1][1], _sum(known)))
    index = 0
    while index + 1 < len(stretches):
        one, other = stretches[index : index + 2]
        if _belong_together(one, other):
            both = [scores for scores in (one.scores, other.scores) if scores is not None]
            stretches[index : index + 2] = [Stretch(one.start, other.end, _sum(both) if both else None)]
            index = max(index - 1, 0)
        else:
            index += 1
    return stretches


def _belong_together(one: Stretch, other: Stretch) -> bool:
    """Two silences are one; votes never join across a silence."""
    if one.scores is None or other.scores is None:
        return one.scores is other.scores
    return not (enough(one.scores) and enough(other.scores))


def _sum(parts: Iterable[Scores]) -> Scores:
    total: Counter[int] = Counter()
    for part in parts:
        total.update(part)
    return total
