"""Where on its axes each piece of the trend belongs."""

from datetime import datetime

import pytest

from contract.periods import Period
from contract.sheets import Vote
from dashboard.figures import figures_of
from dashboard.overview.trend_lines import labels, marks, silences, ticks
from dashboard.trend import Trend
from dashboard.wording import Words
from tests.fakes.read_store import FakeReadStore

EN = Words("en")


def trend_of(period: str, *days: datetime) -> Trend:
    store = FakeReadStore()
    for day in days:
        store.vote(day, Vote(4, "nb"), times=20)
    trend = figures_of(store, Period.parse(period), None, datetime(2025, 1, 1)).trend
    assert trend is not None
    return trend


def test_silence_ends_a_run_and_joined_units_keep_their_length() -> None:
    trend = trend_of("2023", datetime(2023, 2, 7, 9), datetime(2023, 3, 7, 9), datetime(2023, 6, 7, 9))
    assert [(mark.first, mark.last, mark.middle) for mark in marks(trend)] == [(1, 2, 1.5), (2, 3, 2.5), (5, 6, 5.5)]
    assert len({mark.run for mark in marks(trend)}) == 2
    assert silences(trend) == [(0, 1), (3, 5), (6, 12)]


@pytest.mark.parametrize(
    ("low", "lines"),
    [
        (0.988, [0.98, 0.99, 1.0]),
        (0.961, [0.96, 0.97, 0.98, 0.99, 1.0]),
        (0.5, [0.4, 0.6, 0.8, 1.0]),
        (0.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (1.0, [0.99, 1.0]),
    ],
)
def test_ticks_are_few_and_go_just_under_the_lowest(low: float, lines: list[float]) -> None:
    assert ticks(low) == lines


@pytest.mark.parametrize(
    ("period", "named"),
    [
        ("2023-W10", [(0, "Mon"), (1, "Tue"), (2, "Wed"), (3, "Thu"), (4, "Fri"), (5, "Sat"), (6, "Sun")]),
        ("2023-02", [(0, "1."), (7, "8."), (14, "15."), (21, "22.")]),
        ("2023-Q1", [(0, "Jan"), (14, "15."), (31, "Feb"), (45, "15."), (59, "Mar"), (73, "15.")]),
    ],
)
def test_labels_stand_as_far_apart_as_they_can_be_read(period: str, named: list[tuple[int, str]]) -> None:
    assert labels(trend_of(period, datetime(2023, 3, 7, 9)), EN) == named


def test_a_year_names_its_months() -> None:
    assert [name for _, name in labels(trend_of("2023", datetime(2023, 3, 7, 9)), EN)][:3] == ["Jan", "Feb", "Mar"]
