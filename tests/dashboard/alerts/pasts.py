"""Pasts of a place, made up for the tests of alerts."""

from collections import Counter
from datetime import date, timedelta

from dashboard.alerts.history import DAYS, History
from dashboard.intervals import Scores

TODAY = date(2026, 11, 20)
"""A Friday, of which nothing is looked at."""
ONE = timedelta(days=1)


def past(
    days: dict[date, Scores] | None = None,
    usual: Scores | None = None,
    suspects: dict[str, int] | None = None,
    *,
    today: date = TODAY,
    years: int = 2,
) -> History:
    """Every day for so many years has the usual votes, but for those that are given."""
    first = today - timedelta(days=365 * years)
    number = (today - first).days
    every = {first + timedelta(days=n): usual or {4: 18, 3: 1, 2: 1, 1: 0} for n in range(number)}
    every |= days or {}
    months: dict[date, Counter[int]] = {}
    for day, scores in every.items():
        if day < today.replace(day=1) and scores:
            months.setdefault(day.replace(day=1), Counter()).update(scores)
    far = today - timedelta(days=DAYS)
    known = {day: scores for day, scores in every.items() if day >= far and scores}
    return History("oslo/pro", today, far, known, months, suspects or {})


def yesterday(number: int = 1) -> date:
    return TODAY - number * ONE
