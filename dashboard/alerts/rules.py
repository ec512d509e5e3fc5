"""What is worth an alert at a place: pure functions of what it has counted, of days, weeks and months that are over.

They say only that something is so. Its numbers, which people are told, come from what the page shows of the period.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from contract.periods import Granularity, Period
from dashboard.alerts.chance import (
    is_burst,
    is_less_satisfied,
    is_more_satisfied,
    is_quiet,
)
from dashboard.alerts.history import History, days_back, weekday_before
from dashboard.intervals import Scores, enough, satisfied, votes
from dashboard.people.alerts import SUSPECTS, Happening, Kind

DAYS_A_YEAR, WEEKS_A_YEAR, MONTHS_A_YEAR = 365, 52, 12
TWO_WAYS = 2
"""Unsatisfied votes are looked at by day and by week, bursts among votes and suspects: each is half of its kind."""
LASTS = 7
"""Days that a day is spoken of."""
WEEKS_BACK = 4
"""Weeks after which a week with enough votes says nothing of now."""
LONGEST_QUIET = 60
"""Days without votes after which a place is taken to be shut for good."""
FEWEST_SUSPECTS = 10
FEWEST_MONTHS = 12
"""Months before one can be the best."""


def happenings_of(history: History, *, awake: bool) -> list[Happening]:
    """All that is so at a place; `awake` is whether a terminal there is connected, or none tells whether it is."""
    found = [less_satisfied(history), best_month(history), burst_of_votes(history), burst_of_suspects(history)]
    return [one for one in [*found, quiet(history) if awake else None] if one is not None]


def less_satisfied(history: History) -> Happening | None:
    """A day of the last seven, or the newest week with enough votes, beside the twelve months before its month."""
    found = [(period, of) for period, of in _days(history) if is_less_satisfied(of, *_usual(history, period))]
    found += [(period, of) for period, of in _week(history) if is_less_satisfied(of, *_usual(history, period))]
    return Happening(Kind.UNSATISFIED, history.place, period=str(found[0][0])) if found else None


def burst_of_votes(history: History) -> Happening | None:
    """Of the last seven days, the newest with far more votes than that weekday has had in half a year."""
    for day in _over(history, LASTS):
        usual = [_votes(history, one) for one in weekday_before(day, day, history.since)]
        if is_burst(_votes(history, day), usual, TWO_WAYS * DAYS_A_YEAR):
            return Happening(Kind.BURST, history.place, "votes", str(day))
    return None


def burst_of_suspects(history: History) -> Happening | None:
    """The same of suspect votes, by day, or by month where they are kept so."""
    periods = sorted((Period.parse(text) for text in history.suspects), key=lambda period: period.start)
    if not periods or periods[-1].granularity is Granularity.DAY:
        for day in _over(history, LASTS):
            usual = [history.suspects.get(str(one), 0) for one in weekday_before(day, day, history.since)]
            if is_burst(history.suspects.get(str(day), 0), usual, TWO_WAYS * DAYS_A_YEAR, FEWEST_SUSPECTS):
                return Happening(Kind.BURST, history.place, SUSPECTS, str(day))
        return None
    month = _month_over(history.today)
    before = [one for one in _months_before(month, MONTHS_A_YEAR) if one.start.date() in history.months]
    usual = [history.suspects.get(str(one), 0) for one in before]
    burst = is_burst(history.suspects.get(str(month), 0), usual, TWO_WAYS * MONTHS_A_YEAR, FEWEST_SUSPECTS)
    return Happening(Kind.BURST, history.place, SUSPECTS, str(month)) if burst else None


def quiet(history: History) -> Happening | None:
    """Days without a vote up to yesterday, on which there usually are some."""
    stretch: list[date] = []
    for day in _over(history, LONGEST_QUIET + 1):
        if _votes(history, day):
            break
        stretch.append(day)
    if not stretch or len(stretch) > LONGEST_QUIET or stretch[-1] <= history.since:
        return None
    first = stretch[-1]
    usual = [[_votes(history, one) for one in weekday_before(first, day, history.since)] for day in stretch]
    return Happening(Kind.QUIET, history.place, period=str(first)) if is_quiet(usual, DAYS_A_YEAR) else None


def best_month(history: History) -> Happening | None:
    """The newest month that is over has the largest satisfied share of all, and larger than chance explains."""
    month = _month_over(history.today)
    of = history.months.get(month.start.date(), {})
    before = [s for start, s in history.months.items() if start < month.start.date() and enough(s)]
    if not enough(of) or len(before) < FEWEST_MONTHS:
        return None
    best = all(satisfied(of) * votes(one) > satisfied(one) * votes(of) for one in before)
    if not best or not is_more_satisfied(of, _sum(before), MONTHS_A_YEAR):
        return None
    return Happening(Kind.BEST, history.place, period=str(month))


def _days(history: History) -> Iterator[tuple[Period, Scores]]:
    days = history.days or {}
    return ((_period(Granularity.DAY, day), days[day]) for day in _over(history, LASTS) if day in days)


def _week(history: History) -> list[tuple[Period, Scores]]:
    """The newest that is over and has enough votes, if any."""
    week = _period(Granularity.WEEK, history.today).previous()
    for _ in range(WEEKS_BACK if history.days is not None else 0):
        days = [week.start.date() + timedelta(days=number) for number in range(7)]
        scores = _sum((history.days or {}).get(day, {}) for day in days)
        if enough(scores):
            return [(week, scores)]
        week = week.previous()
    return []


def _usual(history: History, period: Period) -> tuple[Scores, int]:
    """Of the twelve months before the period's those that have enough votes; and how often a year it is asked."""
    months = _months_before(Period.of(Granularity.MONTH, period.start), MONTHS_A_YEAR)
    known = (history.months.get(month.start.date(), {}) for month in months)
    asked = DAYS_A_YEAR if period.granularity is Granularity.DAY else WEEKS_A_YEAR
    return _sum(scores for scores in known if enough(scores)), TWO_WAYS * asked


def _over(history: History, most: int) -> Iterable[date]:
    return days_back(history.today, most) if history.days is not None else ()


def _votes(history: History, day: date) -> int:
    return votes((history.days or {}).get(day, {}))


def _month_over(today: date) -> Period:
    """The newest month whose last day is more than a day away: by then terminals have told what they held back."""
    return _period(Granularity.MONTH, today - timedelta(days=1)).previous()


def _months_before(month: Period, number: int) -> list[Period]:
    found = [month.previous()]
    while len(found) < number:
        found.append(found[-1].previous())
    return found


def _period(granularity: Granularity, day: date) -> Period:
    return Period.of(granularity, datetime(day.year, day.month, day.day))


def _sum(parts: Iterable[Scores]) -> Scores:
    total: Counter[int] = Counter()
    for part in parts:
        total.update(part)
    return total
