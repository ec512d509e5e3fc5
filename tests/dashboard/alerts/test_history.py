"""What is looked back on: of the place as it stood then, of days that are over, in either profile."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from collector.store.protocol import Placement
from contract.sheets import Table, Vote
from dashboard.alerts.history import DAYS, history_of, weekday_before
from dashboard.places import Places
from tests.fakes.read_store import FakeReadStore

TODAY = date(2026, 11, 20)


def store(profile: str = "small") -> FakeReadStore:
    """A vote each day of a year and a half, today too, and two on the first of each month; moved in October."""
    store = FakeReadStore()
    store.moves = [Placement("stua-1", "oslo", date(2020, 1, 1)), Placement("stua-1", "bergen", date(2026, 10, 10))]
    for ago in range(550):
        day = datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=ago)
        store.vote(day, Vote(4, "nb", "none"), times=1 + (day.day == 1), profile=profile)
    return store


def test_days_and_months_of_a_place_while_a_terminal_stood_there() -> None:
    for profile in ("small", "busy"):
        told = store(profile)
        here, there = (history_of(told, Places.of(told), place, TODAY) for place in ("bergen", "oslo"))
        assert here.days is not None
        assert (min(here.days), max(here.days)) == (date(2026, 10, 10), date(2026, 11, 19))
        assert here.since == date(2026, 10, 10)
        assert [(start, scores[4]) for start, scores in here.months.items()] == [(date(2026, 10, 1), 22)]
        assert there.days is not None
        assert max(there.days) == date(2026, 10, 9)
        assert there.since == TODAY - timedelta(days=DAYS)
        assert there.months[date(2026, 9, 1)][4] == 31
        assert date(2026, 11, 1) not in there.months


def test_votes_that_are_kept_by_month_have_no_days() -> None:
    told = FakeReadStore()
    for month in ("2026-09", "2026-10"):
        told.counts["stua-1", "first-life", "visit@1", Table.FACES, month] = Counter({"4": 30, "1": 2})
        told.counts["stua-1", "first-life", "visit@1", Table.SUSPECT, month] = Counter({"4": 3})
    history = history_of(told, Places.of(told), "stua-1", TODAY)
    assert history.days is None
    assert history.months[date(2026, 10, 1)] == {4: 30, 3: 0, 2: 0, 1: 2}
    assert history.suspects == {"2026-09": 3, "2026-10": 3}


def test_the_same_weekday_before_a_day() -> None:
    friday = date(2026, 11, 20)
    found = weekday_before(friday, friday, date.min)
    assert (len(found), found[0], found[-1]) == (26, date(2026, 11, 13), date(2026, 5, 22))
    assert weekday_before(friday, date(2026, 11, 22), date(2026, 11, 1)) == [date(2026, 11, d) for d in (15, 8, 1)]
    assert weekday_before(friday, friday, date(2026, 11, 14)) == []
