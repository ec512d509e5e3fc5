"""What a place has counted so far, by day and by month, for the rules to look back on. Never leaves this package."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collector.store.protocol import ReadStore, Sum
from contract.periods import Granularity, Period
from contract.sheets import Table
from dashboard.intervals import Scores
from dashboard.places import Places
from dashboard.tallies import Tally, scores_of

DAYS = 245
"""Days that are looked back on one by one: half a year of weekdays before a quiet stretch of up to two months."""
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class History:
    """The votes of a place, by score; a day or month without any is not in it."""

    place: str
    today: date
    """The first day that is not over for certain: nothing of it, or of later ones, is looked at."""
    since: date
    """The first day that is looked back on one by one, or the first with a vote where that is later."""
    days: Mapping[date, Scores] | None
    """None where votes are kept by longer periods than days."""
    months: Mapping[date, Scores]
    """By first day; all there ever were, and only those that are over."""
    suspects: Mapping[str, int]
    """By day, or by month where they are kept so; of the year before today."""


def history_of(store: ReadStore, places: Places, place: str, today: date) -> History:
    """Raises StoreError."""
    far, whole_months = today - timedelta(days=DAYS), Period.of(Granularity.MONTH, _midnight(today)).start.date()
    stays = places.stays_in(place, date.min, whole_months)
    months = _by_start(store.sums(stays, [Table.FACES], Granularity.MONTH))
    recent = store.sums(places.stays_in(place, far, today), [Table.FACES], Granularity.DAY)
    by_day = all(Period.parse(one.period).granularity is Granularity.DAY for one in recent)
    days = _by_start(recent)
    a_year = places.stays_in(place, today - timedelta(days=400), today)
    suspects = store.sums(a_year, [Table.SUSPECT], Granularity.DAY)
    return History(
        place=place,
        today=today,
        since=far if min([*months, today]) < far else min([*days, today]),
        days=days if by_day else None,
        months=months,
        suspects=_totals(suspects),
    )


def weekday_before(day: date, of: date, since: date) -> list[date]:
    """The days of the same weekday as `of` before `day`, of half a year and not before `since`, the newest first."""
    last = day - timedelta(days=(day.weekday() - of.weekday() - 1) % 7 + 1)
    weeks = (last - max(since, day - timedelta(weeks=26))).days // 7 + 1
    return [last - timedelta(weeks=number) for number in range(weeks)]


def days_back(today: date, most: int) -> Iterable[date]:
    """Days that are over, the newest first."""
    return (today - number * _ONE for number in range(1, most + 1))


def _by_start(sums: Iterable[Sum]) -> dict[date, Scores]:
    found: dict[date, list[Tally]] = {}
    for one in sums:
        period = Period.parse(one.period)
        found.setdefault(period.start.date(), []).append(Tally(one.survey, period, one.counts))
    return {start: scores_of(tallies) for start, tallies in found.items()}


def _totals(sums: Iterable[Sum]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in sums:
        found[one.period] += sum(one.counts.values())
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
