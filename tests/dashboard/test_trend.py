"""Stretches long enough to speak of, and silences."""

from datetime import datetime

import pytest

from contract.periods import Granularity, Period
from contract.sheets import Vote
from dashboard.figures import figures_of
from dashboard.intervals import votes
from dashboard.trend import Trend
from tests.dashboard.conftest import OSLO
from tests.fakes.read_store import FakeReadStore

LATER = datetime(2025, 1, 1)


def trend_over(store: FakeReadStore, period: str, now: datetime = LATER) -> Trend | None:
    return figures_of(store, Period.parse(period), None, now).trend


def shape(trend: Trend | None) -> list[tuple[str, str, int | None]]:
    assert trend is not None
    return [
        (f"{s.start:%m-%dT%H}", f"{s.end:%m-%dT%H}", None if s.scores is None else votes(s.scores))
        for s in trend.stretches
    ]


def store_with(days: dict[int, int], month: int = 3) -> FakeReadStore:
    store = FakeReadStore()
    for day, times in days.items():
        store.vote(datetime(2023, month, day, 14), Vote(4, "nb"), times=times)
    return store


def test_silence_is_a_gap_and_not_zero() -> None:
    store = store_with(dict.fromkeys((6, 7, 9, 10), 12))
    assert shape(trend_over(store, "2023-W10")) == [
        ("03-06T00", "03-07T00", 12),
        ("03-07T00", "03-08T00", 12),
        ("03-08T00", "03-09T00", None),
        ("03-09T00", "03-10T00", 12),
        ("03-10T00", "03-11T00", 12),
        ("03-11T00", "03-13T00", None),
    ]


def test_a_week_with_a_thin_day_is_one_stretch() -> None:
    store = store_with({7: 12, 8: 3, 14: 12})
    assert shape(trend_over(store, "2023-03")) == [
        ("03-01T00", "03-06T00", None),
        ("03-06T00", "03-13T00", 15),
        ("03-13T00", "03-14T00", None),
        ("03-14T00", "03-15T00", 12),
        ("03-15T00", "04-01T00", None),
    ]


def test_a_thin_week_joins_its_neighbour_but_not_across_a_silence() -> None:
    store = store_with({7: 4, 14: 5, 21: 20, 22: 3})
    assert [count for _, _, count in shape(trend_over(store, "2023-03"))] == [None, 4 + 5 + 20 + 3, None]
    lonely = store_with({1: 4, 21: 20})
    assert [count for _, _, count in shape(trend_over(lonely, "2023-03"))] == [4, None, 20, None]


def test_months_of_a_running_year_end_today() -> None:
    store = store_with({7: 12})
    assert shape(trend_over(store, "2023", datetime(2023, 6, 10))) == [
        ("01-01T00", "03-01T00", None),
        ("03-01T00", "04-01T00", 12),
        ("04-01T00", "06-01T00", None),
    ]


def test_a_day_has_hours_only_where_votes_are_kept_by_hour() -> None:
    assert trend_over(store_with({7: 12}), "2023-03-07") is None
    store = FakeReadStore()
    for hour in (10, 12):
        store.vote(datetime(2023, 3, 7, hour, tzinfo=OSLO), Vote(4, "nb"), times=12, profile="busy")
    trend = trend_over(store, "2023-03-07")
    assert shape(trend) == [("03-07T10", "03-07T11", 12), ("03-07T11", "03-07T12", None), ("03-07T12", "03-07T13", 12)]
    assert trend is not None
    assert trend.step is Granularity.HOUR


@pytest.mark.parametrize("day", ["2023-03-26", "2023-10-29"])
def test_days_when_the_clock_changes(day: str) -> None:
    store = FakeReadStore()
    for fold in (0, 1):
        moment = datetime.fromisoformat(f"{day}T02:30").replace(tzinfo=OSLO, fold=fold)
        store.vote(moment, Vote(4, "nb"), times=10, profile="busy")
    trend = trend_over(store, day)
    assert trend is not None
    assert sum(votes(s.scores) for s in trend.stretches if s.scores) == 20
