"""What the sheets of a place sum to over a period: a few numbers, which the store has added up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from collector.store.protocol import ReadStore, Sum
from contract.periods import Granularity, Period
from contract.sheets import Counts, Table
from contract.survey import SCORES
from dashboard.intervals import Scores
from dashboard.places import Places

STEPS: Mapping[Granularity, Granularity] = {
    Granularity.YEAR: Granularity.MONTH,
    Granularity.QUARTER: Granularity.DAY,
    Granularity.MONTH: Granularity.DAY,
    Granularity.WEEK: Granularity.DAY,
    Granularity.DAY: Granularity.HOUR,
}
"""The steps of the time axis of each period."""
_A_DAY = timedelta(days=1)


class Tally(NamedTuple):
    """The counts of one survey over one hour, day or month."""

    survey: str
    period: Period
    counts: Counts


class Tallies:
    """The counts of one table at one place over one period, and of the sheets that only partly lie in it."""

    def __init__(self, period: Period, sums: Iterable[Sum]) -> None:
        self._period = period
        every = [Tally(one.survey, Period.parse(one.period), one.counts) for one in sums]
        self._tallies = [one for one in every if one.period.start < period.end and one.period.end > period.start]

    @classmethod
    def read(
        cls,
        store: ReadStore,
        places: Places,
        period: Period,
        place: str | None,
        table: Table,
        unit: Granularity | None = None,
    ) -> "Tallies":
        """By `unit`, or else by the steps of the period's time axis.

        A sheet belongs to the place where its terminal stood on its first day.
        """
        first, start, end = _days(period)
        sums = store.sums(places.stays_in(place, start, end), [table], unit or STEPS[period.granularity])
        if first < start:  # all that can reach into the period are sheets of its first day's month
            sums += store.sums(places.stays_in(place, first, first + _A_DAY), [table], Granularity.DAY)
        return cls(period, sums)

    @classmethod
    def read_below(
        cls, store: ReadStore, places: Places, period: Period, place: str | None, table: Table, unit: Granularity
    ) -> "dict[str, Tallies]":
        """Those of each place one step below, in no more questions than for one."""
        first, start, end = _days(period)
        sums = store.sums_of_each(places.stays_below(place, start, end), [table], unit)
        if first < start:
            before = store.sums_of_each(places.stays_below(place, first, first + _A_DAY), [table], Granularity.DAY)
            sums = {child: [*found, *before[child]] for child, found in sums.items()}
        return {child: cls(period, found) for child, found in sums.items()}

    def within(self) -> list[Tally] | None:
        """Those that lie within the period.

        None where the table is kept by longer periods than the one asked for, so that no sum can be given.
        """
        return self._tallies if all(self._period.covers(one.period) for one in self._tallies) else None

    def surveys(self) -> list[str]:
        """The surveys that were voted in, sorted."""
        return sorted({one.survey for one in self._tallies})


def _days(period: Period) -> tuple[date, date, date]:
    """From when sheets may reach into the period, as one over the month may; and its first day, and that after it."""
    return date(period.start.year, period.start.month, 1), period.start.date(), period.end.date()


def scores_of(tallies: Iterable[Tally]) -> Scores:
    """Votes by score, all four."""
    sums: Counter[str] = Counter()
    for one in tallies:
        sums.update(one.counts)
    return {score: sums[f"{score}"] for score in SCORES}
