"""One answer that a reader has chosen: how often visitors gave it over time, and at which places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from collector.store.protocol import ReadStore
from contract.periods import Granularity, Period
from contract.survey import Side
from dashboard.privacy import Chosen, Guard, Shown

MONTHS, QUARTERS = 12, 8
"""How many of them are shown: a year, and two years."""


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """An answer, and what may be shown of it; nothing is crossed with it but time and place."""

    answer: str
    side: Side
    here: Chosen
    """At the page's own place and period."""
    over_time: Sequence[Chosen]
    """Months or quarters, the earliest first, up to the end of the period or the last one that is over."""
    places: Sequence[Chosen]
    """The places within, by name, over the page's period."""


def one_answer(
    guard: Guard, store: ReadStore, shown: Shown, answer: str, below: Sequence[str], now: datetime
) -> OneAnswer | None:
    """None where the answer is not among those of this place and period. Raises StoreError."""
    side = _side(shown, answer)
    if side is None:
        return None
    times, today = _times(shown.period, now), now.date()
    where = [(shown.period, shown.place), *((time, shown.place) for time in times)]
    where += [(shown.period, place) for place in below]
    here, *rest = guard.chosen(store, answer, side, where, today)
    return OneAnswer(answer, side, here, rest[: len(times)], rest[len(times) :])


def _side(shown: Shown, answer: str) -> Side | None:
    offered = {side: {option for survey in shown.surveys for option in survey.option_ids(side)} for side in Side}
    told = shown.answers or {}
    return next((side for side in Side if answer in offered[side] or answer in told.get(side, {})), None)


def _times(period: Period, now: datetime) -> list[Period]:
    quarterly = period.granularity is Granularity.QUARTER
    unit = Period.of(Granularity.QUARTER if quarterly else Granularity.MONTH, period.end - timedelta(seconds=1))
    while unit.end > now:
        unit = unit.previous()
    found = [unit]
    while len(found) < (QUARTERS if quarterly else MONTHS):
        found.append(found[-1].previous())
    return found[::-1]
