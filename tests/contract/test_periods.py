"""Periods: what is written is what is read, and the two days a year on which civil time jumps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from contract.errors import RefusedError
from contract.periods import Granularity, Period, hour_of_week
from tests.contract.strategies import periods

OSLO = ZoneInfo("Europe/Oslo")
moments = st.datetimes(datetime(2001, 1, 1), datetime(2198, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))


def hour_at(utc: datetime) -> Period:
    return Period.of(Granularity.HOUR, utc.astimezone(OSLO))


@given(periods())
def test_what_is_written_is_read(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods())
def test_next_and_previous_are_each_others_inverse(period: Period) -> None:
    assert period.next().previous() == period
    assert period.previous().next() == period


@given(periods())
def test_periods_follow_without_gap(period: Period) -> None:
    assert period.next().start == period.end
    assert period.previous().end == period.start
    assert period.start < period.end


@given(moments, st.sampled_from(Granularity))
def test_a_moment_is_in_its_period(moment: datetime, granularity: Granularity) -> None:
    local = moment.astimezone(OSLO)
    period = Period.of(granularity, local)
    assert period.start <= local.replace(tzinfo=None) < period.end
    assert Period.parse(str(period)) == period


@given(moments)
def test_shorter_periods_are_covered_by_longer_ones(moment: datetime) -> None:
    local = moment.astimezone(OSLO)
    hour, day, week, month, quarter, year = (Period.of(granularity, local) for granularity in Granularity)
    assert day.covers(hour)
    assert week.covers(day)
    assert month.covers(day)
    assert quarter.covers(month)
    assert year.covers(quarter)
    assert not day.covers(week)
    assert not year.covers(year.next())


@given(periods())
def test_a_period_covers_itself_and_no_neighbour(period: Period) -> None:
    assert period.covers(period)
    assert not period.covers(period.next())
    assert not period.covers(period.previous())


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-11-21T23+01:00", datetime(2026, 11, 22)),
        ("2028-02-28", datetime(2028, 2, 29)),
        ("2026-W53", datetime(2027, 1, 4)),
        ("2026-12", datetime(2027, 1, 1)),
        ("2028-02", datetime(2028, 3, 1)),
        ("2028-Q1", datetime(2028, 4, 1)),
        ("2026-Q2", datetime(2026, 7, 1)),
        ("2026-Q3", datetime(2026, 10, 1)),
        ("2026-Q4", datetime(2027, 1, 1)),
        ("2026", datetime(2027, 1, 1)),
    ],
)
def test_where_a_period_ends(text: str, end: datetime) -> None:
    assert Period.parse(text).end == end


@pytest.mark.parametrize(("text", "before"), [("2028-02", "2027-02"), ("2026-Q1", "2025-Q1"), ("2026", "2025")])
def test_the_same_a_year_earlier(text: str, before: str) -> None:
    assert str(Period.parse(text).year_before()) == before


def test_weeks_begin_on_monday_and_may_begin_in_the_year_before() -> None:
    assert Period.parse("2026-W01").start == datetime(2025, 12, 29)
    assert str(Period.of(Granularity.WEEK, datetime(2027, 1, 3))) == "2026-W53"


def test_the_hour_that_comes_twice_is_two_periods() -> None:
    first, second = (hour_at(datetime(2026, 10, 25, utc, 30, tzinfo=UTC)) for utc in (0, 1))
    assert (str(first), str(second)) == ("2026-10-25T02+02:00", "2026-10-25T02+01:00")
    assert first != second
    assert first.start == second.start
    assert all(Period.parse("2026-10-25").covers(hour) for hour in (first, second))


def test_the_hour_that_is_left_out_is_no_ones() -> None:
    before, after = (hour_at(datetime(2026, 3, 29, utc, 30, tzinfo=UTC)) for utc in (0, 1))
    assert (str(before), str(after)) == ("2026-03-29T01+01:00", "2026-03-29T03+02:00")


@given(moments, st.timedeltas(timedelta(hours=-3), timedelta(hours=3)))
def test_two_moments_share_an_hour_only_if_they_do(moment: datetime, apart: timedelta) -> None:
    other = moment + apart
    same = moment.replace(minute=0, second=0, microsecond=0) == other.replace(minute=0, second=0, microsecond=0)
    assert (hour_at(moment) == hour_at(other)) is same


@settings(max_examples=400)
@given(st.datetimes(datetime(2026, 10, 24, 20), datetime(2026, 10, 25, 4)))
def test_no_two_hours_of_the_long_day_are_written_alike(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert str(hour_at(moment)) != str(hour_at(moment + timedelta(hours=1)))


def test_an_hour_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="UTC offset"):
        Period.of(Granularity.HOUR, datetime(2026, 11, 21, 16))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26-11-21",
        "2026-11-21T16",
        "2026-11-21T16:00+01:00",
        "2026-11-21T16Z",
        "2026-11-21 16+01:00",
        "2026-1-2",
        "2026-W1",
        "2026-w47",
        "2026-11-21\n",
        " 2026",
        "٢٠٢٦",
        "20261121",
        "2026-11-21T16+0100",
    ],
)
def test_wrong_forms_are_refused_by_name(text: str) -> None:
    with pytest.raises(RefusedError, match="has the wrong form; expected as 2026-11-21T16") as refused:
        Period.parse(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13",
        "2026-00",
        "2026-11-31",
        "2025-W53",
        "2026-W00",
        "2026-11-21T24+01:00",
        "2026-11-21T16+15:00",
        "2026-11-21T16+01:07",
        "2026-11-21T16-00:00",
        "1999",
        "2200-01-01",
        "0000",
    ],
)
def test_periods_that_do_not_exist_are_refused_by_name(text: str) -> None:
    with pytest.raises(RefusedError, match="does not exist: ") as refused:
        Period.parse(text)
    assert repr(text) in str(refused.value)


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9W]{2,3}(-[0-9]{2})?(T[0-9]{2}[+-][0-9]{2}:[0-9]{2})?", fullmatch=True))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = Period.parse(text)
    except RefusedError:
        return
    assert str(period) == text


@pytest.mark.parametrize(
    ("local", "cell"),
    [
        (datetime(2026, 11, 17, 14, 59), "2-14"),
        (datetime(2026, 11, 16, 0, 0), "1-0"),
        (datetime(2026, 11, 22, 23, 59), "7-23"),
    ],
)
def test_hour_of_the_week(local: datetime, cell: str) -> None:
    assert hour_of_week(local) == cell
