"""How many visits a place had: what was given, else the sum of all its parts, else nothing."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from collector.store.protocol import Placement
from contract.periods import Period
from dashboard.people.book import People
from dashboard.people.roles import FREE
from dashboard.people.visits import Entry
from dashboard.places import Places
from dashboard.visited import Sums, Visited
from tests.dashboard.house import open_people

LONG_AGO = date(2020, 1, 1)
PLACES = Places(["a", "b"], [Placement("a", "oslo/pro", LONG_AGO), Placement("b", "oslo/bus", LONG_AGO)])
MONTHS = tuple(f"2023-{month:02}" for month in range(1, 13))


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    people = open_people(tmp_path)
    yield people
    people.close()


def keep(people: People, place: str, **numbers: int) -> None:
    """`y2023` is a year, `m2023_02` a month and `d2023_02_01` a day."""
    entries = [Entry(place, name[1:].replace("_", "-"), number) for name, number in numbers.items()]
    people.visits.keep(entries, by="kari")


def over(people: People, place: str | None, period: str, places: Places = PLACES) -> int | None:
    return Visited(people.visits).over(places, place, Period.parse(period))


def by_month(people: People, place: str, number: int) -> None:
    people.visits.keep([Entry(place, month, number) for month in MONTHS], by="kari")


def test_months_make_quarters_and_years_and_a_gap_makes_none(people: People) -> None:
    by_month(people, "oslo/pro", 10)
    assert [over(people, "oslo/pro", period) for period in ("2023-02", "2023-Q3", "2023")] == [10, 30, 120]
    people.visits.keep([Entry("oslo/pro", "2023-07", None)], by="kari")
    assert [over(people, "oslo/pro", period) for period in ("2023-07", "2023-Q3", "2023")] == [None, None, None]
    assert over(people, "oslo/pro", "2023-Q2") == 30
    assert over(people, "oslo/pro", "2022") is None


def test_a_year_may_be_known_as_a_year_only(people: People) -> None:
    keep(people, "oslo/pro", y2023=4611)
    assert over(people, "oslo/pro", "2023") == 4611
    assert over(people, "oslo/pro", "2023-02") is None


def test_what_was_given_for_the_whole_counts_before_any_sum(people: People) -> None:
    by_month(people, "oslo/pro", 10)
    by_month(people, "oslo/bus", 1)
    keep(people, "oslo/pro", y2023=125)
    assert over(people, "oslo/pro", "2023") == 125
    assert over(people, "oslo", "2023") == 137
    keep(people, "oslo", y2023=99)
    assert [over(people, place, "2023") for place in ("oslo", None)] == [99, 99]


def test_some_months_may_be_known_of_the_whole_and_others_of_the_places_within(people: People) -> None:
    by_month(people, "oslo/pro", 10)
    people.visits.keep([Entry("oslo/bus", month, 1) for month in MONTHS[:6]], by="kari")
    assert over(people, "oslo", "2023") is None
    people.visits.keep([Entry("oslo", month, 20) for month in MONTHS[6:]], by="kari")
    assert [over(people, place, "2023") for place in ("oslo", None)] == [186, 186]


def test_a_place_has_the_sum_of_those_within_when_all_are_known(people: People) -> None:
    keep(people, "oslo/pro", y2023=100)
    assert [over(people, place, "2023") for place in ("oslo", None)] == [None, None]
    keep(people, "oslo/bus", y2023=7)
    assert [over(people, place, "2023") for place in ("oslo", None)] == [107, 107]


def test_only_places_where_a_terminal_stood_then_are_asked(people: People) -> None:
    moved = Places(["a", "b"], [Placement("a", "oslo/pro", LONG_AGO), Placement("b", "oslo/bus", date(2023, 7, 1))])
    by_month(people, "oslo/pro", 10)
    assert over(people, "oslo", "2023-Q2", moved) == 30
    assert over(people, "oslo", "2023-Q3", moved) is None
    people.visits.keep([Entry("oslo/bus", month, 1) for month in MONTHS[6:]], by="kari")
    assert over(people, "oslo", "2023", moved) == 126


def test_where_a_terminal_stands_beside_those_within_there_is_no_sum(people: People) -> None:
    beside = Places(["a", "b"], [Placement("a", "oslo/pro", LONG_AGO), Placement("b", "oslo", LONG_AGO)])
    by_month(people, "oslo/pro", 10)
    assert over(people, "oslo", "2023", beside) is None
    assert over(people, "oslo/pro", "2023", beside) == 120


def test_days_make_weeks_and_months_that_are_whole(people: People) -> None:
    days = [f"2023-02-{day:02}" for day in range(1, 29)]
    people.visits.keep([Entry("oslo/pro", day, 2) for day in days], by="kari")
    told = [over(people, "oslo/pro", period) for period in ("2023-02-28", "2023-W08", "2023-02", "2023-W09")]
    assert told == [2, 14, 56, None]
    people.visits.keep([Entry("oslo/pro", "2023-02-11", None)], by="kari")
    assert over(people, "oslo/pro", "2023-02") is None
    keep(people, "oslo/pro", m2023_02=60)
    assert over(people, "oslo/pro", "2023-02") == 60
    assert over(people, "oslo/pro", "2023-W07") == 14


def test_other_places_and_years_are_not_mixed_in(people: People) -> None:
    by_month(people, "oslo/pro", 10)
    keep(people, "oslo/pro-2", y2023=1)
    keep(people, "oslo/pro", y2022=2, y2024=3, d2024_01_01=4)
    assert [over(people, "oslo/pro", year) for year in ("2022", "2023", "2024")] == [2, 120, 3]


@given(numbers=st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 9)), year=st.none() | st.integers(0, 99))
def test_a_sum_is_that_of_all_its_months_or_none(numbers: dict[str, int], year: int | None) -> None:
    told = {("oslo/pro", month): number for month, number in numbers.items()}
    told |= {("oslo/pro", "2023"): year} if year is not None else {}
    whole = sum(numbers.values()) if len(numbers) == 12 else None
    assert Sums(PLACES, told).over("oslo/pro", Period.parse("2023")) == (whole if year is None else year)


def test_forgotten_years_are_gone_and_the_log_tells_who_told_which(people: People) -> None:
    by_month(people, "oslo/pro", 10)
    keep(people, "oslo/bus", y2022=7, d2022_12_31=1, m2024_01=5)
    assert people.visits.forget(2024) == 14
    assert people.visits.all() == [Entry("oslo/bus", "2024-01", 5)]
    lines = [(one.who, one.act, one.place, one.detail) for one in people.audit.entries(FREE, 9)]
    assert lines == [("kari", "visits", "oslo/bus", "2022–2024"), ("kari", "visits", "oslo/pro", "2023")]


def test_whole_months_know_leap_years(people: People) -> None:
    for year in (2023, 2024):
        last = monthrange(year, 2)[1]
        people.visits.keep([Entry("oslo/pro", f"{year}-02-{day:02}", 1) for day in range(1, last + 1)], by="kari")
        assert over(people, "oslo/pro", f"{year}-02") == last
    people.visits.keep([Entry("oslo/pro", "2024-02-29", None)], by="kari")
    assert over(people, "oslo/pro", "2024-02") is None
