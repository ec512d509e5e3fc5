"""The conservation law at its root: over any month the tables' sums are equal, whatever the clock did."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from contract.periods import Granularity, Period
from contract.sheets import PROFILES, Sheet, Table, Vote
from kiosk.moment import Known, Provisional
from kiosk.tally.filing import Boot, Filing
from tests.fakes.clock import OSLO
from tests.kiosk.samples import HAPPY

ZONES = ("Europe/Oslo", "America/Asuncion", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC")
"""Changes at night, at midnight of a first of the month, by half an hour, none at all; odd offsets, a lost day."""
TABLES = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)
VOTES = st.builds(Vote, st.integers(1, 4), st.sampled_from(["nb", "th"]), st.sampled_from(["help", "none"]))
STRETCHES = st.sampled_from([Granularity.HOUR, Granularity.DAY, Granularity.MONTH])
PERIODS = st.sampled_from(list(PROFILES.values())) | st.fixed_dictionaries(dict.fromkeys(Table, STRETCHES))
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))
NIGHTS = st.sampled_from(
    [
        datetime(2026, 3, 29, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, tzinfo=UTC),
        datetime(2023, 10, 1, 3, tzinfo=UTC),
        datetime(2026, 3, 31, 21, tzinfo=UTC),
        datetime(2011, 12, 30, 9, tzinfo=UTC),
    ]
)
AROUND_NIGHTS = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes), NIGHTS, st.integers(-60 * 36, 60 * 36)
)

Sums = Mapping[str, Counter[Table]]


def sums_by_month(filed: list[tuple[Table, str, str]]) -> Sums:
    """Of each month, the votes in each table; every period and cell is one that a sheet can have."""
    sums: dict[str, Counter[Table]] = {}
    for table, period, cell in filed:
        Sheet("visit@1", table, period, 1, {cell: 1})
        month = str(Period.of(Granularity.MONTH, Period.parse(period).start))
        sums.setdefault(month, Counter())[table] += 1
    return sums


def assert_equal(sums: Sums, votes: int) -> None:
    for month, tables in sums.items():
        assert len({tables[table] for table in TABLES}) == 1, (month, tables)
    assert sum(tables[Table.FACES] for tables in sums.values()) == votes


@given(st.sampled_from(ZONES), PERIODS, st.lists(st.tuples(VOTES, MOMENTS | AROUND_NIGHTS), max_size=20))
def test_sums_of_known_moments_agree(
    zone: str, periods: Mapping[Table, Granularity], visits: list[tuple[Vote, datetime]]
) -> None:
    timezone = ZoneInfo(zone)
    filing = Filing(timezone, periods)
    filed = [one for vote, at in visits for one in filing.known(vote, Known(at.astimezone(timezone)))]
    assert_equal(sums_by_month(filed), len(visits))


@given(
    st.sampled_from(ZONES),
    PERIODS,
    MOMENTS.filter(lambda at: at.year < 2199) | AROUND_NIGHTS,
    st.lists(st.tuples(VOTES, st.floats(0, 3600 * 24 * 70)), max_size=20),
)
@example("America/Asuncion", PROFILES["busy"], datetime(2023, 9, 30, 5, tzinfo=UTC), [(Vote(4, "nb"), 3600.0 * 22.5)])
def test_sums_of_provisional_moments_agree_once_the_clock_is_trusted(
    zone: str, periods: Mapping[Table, Granularity], booted: datetime, visits: list[tuple[Vote, float]]
) -> None:
    filing = Filing(ZoneInfo(zone), periods)
    boot = Boot(booted, booted + timedelta(seconds=max((seconds for _, seconds in visits), default=0)))
    filed = [
        (table, *filing.settled(table, hour, cell, boot))
        for vote, seconds in visits
        for table, hour, cell in filing.provisional(vote, Provisional("boot-1", seconds))
    ]
    assert_equal(sums_by_month(filed), len(visits))


@given(PERIODS, st.floats(0, 3600 * 24 * 70), st.floats(0, 3600 * 24), AROUND_NIGHTS)
def test_a_provisional_vote_is_filed_within_a_day_of_when_it_was(
    periods: Mapping[Table, Granularity], seconds: float, later: float, booted: datetime
) -> None:
    filing = Filing(OSLO, periods)
    voted = booted + timedelta(seconds=seconds)
    boot = Boot(booted, voted + timedelta(seconds=later))
    local = voted.astimezone(OSLO).replace(tzinfo=None)
    for table, hour, cell in filing.provisional(Vote(4, "nb"), Provisional("boot-1", seconds)):
        period = Period.parse(filing.settled(table, hour, cell, boot)[0])
        assert period.start - timedelta(days=1) <= local <= period.end + timedelta(days=1)
        assert period.start <= boot.trusted.astimezone(OSLO).replace(tzinfo=None), "not in what is yet to come"


def test_a_vote_of_the_first_hour_after_a_start_in_the_afternoon_is_of_that_day() -> None:
    booted = datetime(2026, 3, 24, 13, 5, tzinfo=OSLO)
    boot = Boot(booted, booted + timedelta(minutes=10))
    filing = Filing(OSLO, PROFILES["small"])
    moment = Provisional("boot-1", 300.0)
    filed = {table: filing.settled(table, hour, cell, boot) for table, hour, cell in filing.provisional(HAPPY, moment)}
    assert filed[Table.FACES] == ("2026-03-24", "4")
    assert filed[Table.PATTERN] == ("2026-03", "4:2-13")


@pytest.mark.parametrize(
    ("utc", "period", "hour"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02+02:00", "7-2"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02+01:00", "7-2"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29T01+01:00", "7-1"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T03+02:00", "7-3"),
    ],
)
def test_the_hour_that_comes_twice_is_two_periods(utc: datetime, period: str, hour: str) -> None:
    filed = {
        table: (period, cell)
        for table, period, cell in Filing(OSLO, PROFILES["busy"]).known(Vote(4, "nb"), Known(utc.astimezone(OSLO)))
    }
    assert filed[Table.FACES] == (period, "4")
    assert filed[Table.PATTERN] == (period[:7], f"4:{hour}")


def test_without_a_clock_nothing_finer_than_the_tables_period_is_kept() -> None:
    """Hours since boot beside a language would tell when somebody came, for as long as the clock is not trusted."""
    moment = Provisional("boot-1", 3600 * 30.0)
    filed = {table: hour for table, hour, _ in Filing(OSLO, PROFILES["small"]).provisional(Vote(4, "th"), moment)}
    assert filed == {Table.FACES: 24, Table.PATTERN: 30, Table.ANSWERS: 24, Table.LANGUAGES: 24}
    suspect = Vote(4, "th", suspect=True)
    assert list(Filing(OSLO, PROFILES["small"]).provisional(suspect, moment)) == [(Table.SUSPECT, 24, "4")]
