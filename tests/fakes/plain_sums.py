"""What sheets sum to, worked out one by one: what every store's sums are compared with, and the fake store's own."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from collector.store.protocol import MonthCounts, Received, Stay, Sum
from contract.periods import Granularity, Period
from contract.sheets import Table

_LENGTHS = {Granularity.HOUR: 19, Granularity.DAY: 10, Granularity.MONTH: 7}


def plain_sums(sheets: Iterable[Received], stays: Iterable[Stay], unit: Granularity) -> list[Sum]:
    """As `ReadStore.sums`, of these sheets, which are of the right tables."""
    found: dict[tuple[Table, str, str], Counter[str]] = {}
    stays = list(stays)
    for one in sheets:
        day = Period.parse(one.sheet.period).start.date()
        if any(stay.terminal == one.terminal and stay.since <= day < stay.until for stay in stays):
            name = (one.sheet.table, one.sheet.survey, one.sheet.period[: _LENGTHS[unit]])
            found.setdefault(name, Counter()).update(one.sheet.counts)
    return [
        Sum(survey, table, period, dict(counts)) for (table, survey, period), counts in sorted(found.items()) if counts
    ]


def plain_crossings(sheets: Iterable[Received], year: int, before: date) -> list[MonthCounts]:
    """As `ReadStore.crossings`, of all sheets that there are."""
    found: dict[tuple[str, str, Table, str], Counter[str]] = {}
    for one in sheets:
        month = Period.parse(one.sheet.period[:7])
        if one.sheet.table is not Table.SUSPECT and month.start.year == year and month.end.date() <= before:
            name = (one.terminal, f"{month}", one.sheet.table, one.sheet.survey)
            found.setdefault(name, Counter()).update(one.sheet.counts)
    return [
        MonthCounts(terminal, month, survey, table, dict(counts))
        for (terminal, month, table, survey), counts in sorted(found.items())
        if counts
    ]


def plain_span(sheets: Iterable[Received], stays: Iterable[Stay]) -> tuple[Period, Period] | None:
    """As `ReadStore.span`, of these sheets, which are of the table `faces`."""
    stays = list(stays)
    periods = sorted(
        one.sheet.period
        for one in sheets
        for stay in stays
        if stay.terminal == one.terminal and stay.since <= Period.parse(one.sheet.period).start.date() < stay.until
    )
    return (Period.parse(periods[0]), Period.parse(periods[-1])) if periods else None
