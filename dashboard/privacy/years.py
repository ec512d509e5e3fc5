"""What is published of a year, decided once and kept until its counts change: the guard's memory."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock

import numpy as np

from collector.store.protocol import MonthCounts, Placement, ReadStore
from contract.periods import Granularity, Period
from contract.survey import Side, Survey
from dashboard.places import Places
from dashboard.privacy.counted import ALL, ANSWERS, LANGUAGES, PATTERN, Counted, Crossing, count
from dashboard.privacy.publishing import publish
from locales.catalogue import default_survey

PATIENCE = timedelta(days=7)
"""How long a month waits for terminals that have told the faces of votes and nothing more of them."""
KEPT_YEARS = 24
"""In memory."""
_MONTHS = {Granularity.MONTH: 1, Granularity.QUARTER: 3, Granularity.YEAR: 12}

Cells = Mapping[str, int | None]
"""Votes by option; None is hidden."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of one crossing at one place over one period."""

    cells: Cells
    asked: int
    """Votes, with those that chose no answer."""


@dataclass(frozen=True, slots=True)
class Crossings:
    """What is published of one place and period; None where it is not published by such a period."""

    answers: Mapping[Side, Published] | None = None
    languages: Published | None = None
    pattern: Published | None = None
    until: datetime | None = None
    """The period's start, where its end has to be waited for."""
    untold: bool = False


@dataclass(frozen=True, slots=True)
class _Year:
    months: int
    """How many are published, from January."""
    counted: Mapping[Crossing, Counted]


class Years:
    """Decides for whole years at a time; may be asked from several threads. Who asks for a year that another is just
    deciding on waits for that; nobody waits for another year.

    Decisions are a function of the counts alone. Where counts of a month that is over change (a terminal was away for
    long, or an operator forgets one), they are made anew, and who kept the old page can compare.
    """

    def __init__(self, k: int) -> None:
        self._k = k
        self._years: OrderedDict[tuple[object, ...], Future[_Year]] = OrderedDict()
        self._lock = Lock()

    def crossings(self, store: ReadStore, period: Period, place: str | None, today: date) -> Crossings:
        """What is published on a day of a place that there is, over a period. Raises StoreError."""
        if period.granularity not in _MONTHS:
            return Crossings()
        last = period.start.month - 1 + _MONTHS[period.granularity]
        year = self._year(store, period.start.year, today) if period.end.date() <= today else None
        if year is None or year.months < last:
            return Crossings(until=period.start)
        found = {crossing: _published(year.counted[crossing], crossing, period, place or "") for crossing in ALL}
        by_hour = period.granularity is not Granularity.MONTH
        return Crossings(
            answers={side: found[crossing][0] for side, crossing in ANSWERS.items()},
            languages=found[LANGUAGES][0],
            pattern=found[PATTERN][0] if by_hour else None,
            untold=any(untold for crossing, (_, untold) in found.items() if by_hour or crossing is not PATTERN),
        )

    def decide(self, store: ReadStore, year: int, today: date) -> None:
        """So that who asks for the year afterwards need not wait. Raises StoreError."""
        self._year(store, year, today)

    def answers(
        self, store: ReadStore, where: Iterable[tuple[Period, str | None]], side: Side, today: date
    ) -> list[Published | None]:
        """What is published of one side's answers, of each period and place; None where nothing is. Raises StoreError.

        Each year is looked up once, however many are asked for.
        """
        years: dict[int, _Year] = {}
        found: list[Published | None] = []
        for period, place in where:
            number, over = period.start.year, period.end.date() <= today and period.granularity in _MONTHS
            if over and number not in years:
                years[number] = self._year(store, number, today)
            if over and years[number].months >= period.start.month - 1 + _MONTHS[period.granularity]:
                crossing = ANSWERS[side]
                found.append(_published(years[number].counted[crossing], crossing, period, place or "")[0])
            else:
                found.append(None)
        return found

    def _year(self, store: ReadStore, year: int, today: date) -> _Year:
        before = min(today, date(year + 1, 1, 1))
        placements = store.placements()
        waiting = min(today.replace(day=min(today.day, 1 + PATIENCE.days)), date(year + 1, 1, 1) + PATIENCE)
        key = (year, store.edition(year, before), waiting, *_bare(placements))
        while True:
            with self._lock:
                mine = key not in self._years
                decided = self._years.setdefault(key, Future())
                self._years.move_to_end(key)
                while len(self._years) > KEPT_YEARS:
                    self._years.popitem(last=False)
            if mine:
                return self._fulfil(key, decided, lambda: self._decided(store, placements, year, before, today))
            with suppress(CancelledError):
                return decided.result()

    def _fulfil(self, key: tuple[object, ...], decided: Future[_Year], decide: Callable[[], _Year]) -> _Year:
        """Where it goes wrong, those who wait for it try it themselves."""
        try:
            decided.set_result(decide())
        finally:
            if not decided.done():
                with self._lock:
                    self._years.pop(key, None)
                decided.cancel()
        return decided.result()

    def _decided(
        self, store: ReadStore, placements: Sequence[Placement], year: int, before: date, today: date
    ) -> _Year:
        terminals, rows = store.terminals(), store.crossings(year, before)
        surveys = {default_survey().id: default_survey(), **store.surveys()}
        return _decide(rows, Places(terminals, placements), surveys, year, today, self._k)


def _bare(placements: Sequence[Placement]) -> list[tuple[str, str, date]]:
    return [(one.terminal, one.place, one.since) for one in placements]


def _decide(
    rows: Sequence[MonthCounts],
    places: Places,
    surveys: Mapping[str, Survey],
    year: int,
    today: date,
    k: int,
) -> _Year:
    months = _months_to_publish(rows, year, today)
    rows = [row for row in rows if int(row.month[5:]) <= months]
    counted = {crossing: count(rows, places, surveys, crossing) for crossing in ALL}
    for crossing, one in counted.items():
        if one.options:
            publish(one.board, months // 3 if crossing.by_quarter else months, k)
    return _Year(months, counted)


def _months_to_publish(rows: Sequence[MonthCounts], year: int, today: date) -> int:
    """Months that are over, up to one in which votes are still told by score alone that may come to be told whole.

    All places wait for the last terminal, so that nobody sees a place without it and then with it.
    """
    over = 12 if today.year > year else today.month - 1
    waiting = {row.month for row in rows if any(":" not in cell for cell in row.counts) and row.table != "faces"}
    for month in sorted(waiting):
        if Period.parse(month).end > datetime.combine(today, time()) - PATIENCE:
            return min(over, int(month[5:]) - 1)
    return over


def _published(counted: Counted, crossing: Crossing, period: Period, place: str) -> tuple[Published, bool]:
    board = counted.board
    lattice = board.lattice
    if place not in lattice.nodes:
        return Published({}, 0), False
    node = lattice.nodes.index(place)
    span = _span(period, by_quarter=crossing.by_quarter)
    if span is None:
        return Published({}, 0), False
    leaves, units = np.flatnonzero(lattice.within[node]), lattice.units(span)
    offered = np.array(board.offered[np.ix_(leaves, units)].any(axis=(0, 1)))
    cells = {
        option: None if board.hidden[node, span, index] else int(board.values[node, span, index])
        for index, option in enumerate(counted.options)
        if offered[index]
    }
    untold = any(leaf in leaves and unit in units for leaf, unit in counted.untold)
    return Published(cells, int(board.totals[node, span])), untold


def _span(period: Period, *, by_quarter: bool) -> int | None:
    """The number of a period among the spans of its year."""
    quarter = (period.start.month - 1) // 3
    match period.granularity:
        case Granularity.YEAR:
            return 4 if by_quarter else 16
        case Granularity.QUARTER:
            return quarter if by_quarter else 12 + quarter
        case _:
            return None if by_quarter else period.start.month - 1
