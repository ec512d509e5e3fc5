"""Opening hours over weeks, midnights and changes to summer time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.moment import Known, Provisional
from kiosk.opening import DAYS, Hours, Opening
from tests.fakes.clock import OSLO

MONDAY = datetime(2026, 3, 23, tzinfo=OSLO)


def at(day: str, clock: str) -> Known:
    """A moment of the week that begins on MONDAY."""
    hour, minute = map(int, clock.split(":"))
    return Known(MONDAY.replace(hour=hour, minute=minute) + timedelta(days=DAYS.index(day)))


def opening(*hours: tuple[str, str, str]) -> Opening:
    return Opening([Hours.parse(*one) for one in hours])


def test_a_place_without_hours_is_always_open() -> None:
    assert Opening().is_open(at("sun", "03:00"))


def test_a_clock_that_is_not_trusted_counts_as_open() -> None:
    assert opening(("mon", "09:00", "09:01")).is_open(Provisional("boot-1", 60.0))


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        ("mon", "08:59", False),
        ("mon", "09:00", True),
        ("fri", "15:59", True),
        ("fri", "16:00", False),
        ("sat", "12:00", True),
        ("sun", "12:00", False),
    ],
)
def test_it_opens_on_the_minute_and_is_closed_on_the_minute(day: str, clock: str, is_open: bool) -> None:
    hours = opening(("mon-fri", "09:00", "16:00"), ("sat", "11:00", "13:00"))
    assert hours.is_open(at(day, clock)) is is_open


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        ("sun", "23:59", True),
        ("mon", "00:00", True),
        ("mon", "02:29", True),
        ("mon", "02:30", False),
        ("sat", "01:00", False),
        ("mon", "23:00", False),
    ],
)
def test_hours_may_go_past_midnight_and_past_the_week(day: str, clock: str, is_open: bool) -> None:
    assert opening(("sat-sun", "20:00", "02:30")).is_open(at(day, clock)) is is_open


def test_a_whole_day_is_from_midnight_to_midnight() -> None:
    hours = opening(("wed", "00:00", "24:00"))
    assert [day for day in DAYS if hours.is_open(at(day, "00:00"))] == ["wed"]
    assert [day for day in DAYS if hours.is_open(at(day, "23:59"))] == ["wed"]


@pytest.mark.parametrize(
    ("days", "open_on"),
    [
        ("mon", "mon"),
        ("mon, wed,fri", "mon wed fri"),
        ("mon-wed", "mon tue wed"),
        ("sat-mon", "sat sun mon"),
        ("tue-tue", "tue"),
        ("mon-tue,sun", "mon tue sun"),
    ],
)
def test_days_are_named_one_by_one_or_as_a_stretch(days: str, open_on: str) -> None:
    hours = opening((days, "09:00", "16:00"))
    assert {day for day in DAYS if hours.is_open(at(day, "12:00"))} == set(open_on.split())


@pytest.mark.parametrize(
    ("days", "opens", "closes", "said"),
    [
        ("", "09:00", "16:00", "days ''"),
        ("monday", "09:00", "16:00", "days 'monday'"),
        ("mon-", "09:00", "16:00", "days 'mon-'"),
        ("mon-tue-wed", "09:00", "16:00", "days 'mon-tue-wed'"),
        ("mon,", "09:00", "16:00", "days 'mon,'"),
        ("mon", "9:00", "16:00", "open '9:00'"),
        ("mon", "24:00", "16:00", "open '24:00'"),
        ("mon", "09:00", "16:60", "close '16:60'"),
        ("mon", "09:00", "24:01", "close '24:01'"),
        ("mon", "09:00", "09:00", "both 09:00"),
    ],
)
def test_hours_that_mean_nothing_are_named(days: str, opens: str, closes: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Hours.parse(days, opens, closes)


@pytest.mark.parametrize("changed", [datetime(2026, 3, 29, tzinfo=OSLO), datetime(2026, 10, 25, tzinfo=OSLO)])
def test_the_clock_on_the_wall_counts_when_it_is_put_forward_or_back(changed: datetime) -> None:
    hours = opening(("sun", "09:00", "16:00"))
    minutes = (changed.astimezone(UTC) + timedelta(minutes=step) for step in range(26 * 60))
    local = [minute.astimezone(OSLO) for minute in minutes]
    opened = [moment for moment in local if hours.is_open(Known(moment))]
    assert [f"{moment:%H:%M}" for moment in (opened[0], opened[-1])] == ["09:00", "15:59"]
    assert len(opened) == 7 * 60


@given(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440).filter(lambda minute: minute != 0))
def test_each_week_it_is_open_for_as_long_as_it_says(day: int, opens: int, closes: int) -> None:
    texts = [f"{minute // 60:02}:{minute % 60:02}" for minute in (opens, closes)]
    if opens == closes:
        return
    hours = Hours.parse(DAYS[day], *texts)
    week = [(weekday, minute) for weekday in range(7) for minute in range(1440)]
    assert sum(hours.hold(weekday, minute) for weekday, minute in week) == (closes - opens - 1) % 1440 + 1
