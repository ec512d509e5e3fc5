"""What is worth an alert, and what is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard.alerts.rules import LONGEST_QUIET, best_month, happenings_of
from dashboard.intervals import Scores
from dashboard.people.alerts import Kind
from tests.dashboard.alerts.pasts import ONE, TODAY, past, yesterday


def kinds(history: object, *, awake: bool = True) -> list[tuple[str, str, str]]:
    found = happenings_of(history, awake=awake)  # type: ignore[arg-type]
    return [(one.kind, one.subject, one.period) for one in found]


def test_nothing_is_said_where_nothing_changes_or_nothing_is_known() -> None:
    assert kinds(past()) == []
    assert kinds(past(years=0)) == []
    assert kinds(replace(past(), days=None)) == []


@pytest.mark.parametrize(("ago", "spoken_of"), [(1, True), (7, True), (8, False)])
def test_a_day_with_more_unsatisfied_than_chance_explains_is_spoken_of_for_a_week(ago: int, spoken_of: bool) -> None:
    day = yesterday(ago)
    found = [one for one in kinds(past({day: {4: 10, 1: 10}})) if one[2] == str(day)]
    assert found == ([(Kind.UNSATISFIED, "", str(day))] if spoken_of else [])


def test_never_of_fewer_than_ten_votes_and_never_of_today() -> None:
    assert kinds(past({yesterday(): {1: 9}})) == []
    assert kinds(past({TODAY: {1: 60}})) == []
    assert kinds(past({yesterday(): {1: 10}})) == [(Kind.UNSATISFIED, "", "2026-11-19")]


def test_not_beside_votes_that_are_too_few_to_say_what_is_usual() -> None:
    days: dict[date, Scores] = {TODAY - timedelta(days=n): {4: 1} for n in range(1, 31)}
    few = past(days, {4: 0}, years=1)
    assert not [one for one in kinds(past({**days, yesterday(): {1: 12}}, {4: 0}, years=1)) if one[0] == "unsatisfied"]
    assert kinds(few) == []


def test_a_week_of_a_small_place_whose_days_are_too_small() -> None:
    """Four votes a day; last week, from the ninth on, half of them unsatisfied."""
    week: dict[date, Scores] = {date(2026, 11, 9) + n * ONE: {4: 2, 1: 2} for n in range(7)}
    assert kinds(past(week, {4: 4})) == [(Kind.UNSATISFIED, "", "2026-W46")]
    assert kinds(past({day: {4: 3, 1: 1} for day in list(week)[:2]}, {4: 4})) == []


def test_a_burst_is_far_above_that_weekday() -> None:
    assert kinds(past({yesterday(2): {4: 95, 3: 5}})) == [(Kind.BURST, "votes", "2026-11-18")]
    assert kinds(past({yesterday(2): {4: 28}})) == []
    sundays: dict[date, Scores] = {yesterday(5) - timedelta(weeks=n): {4: 100} for n in range(104)}
    assert kinds(past(sundays)) == []


def test_a_burst_of_suspects_by_day_and_by_month() -> None:
    assert kinds(past(suspects={"2026-11-18": 30})) == [(Kind.BURST, "suspects", "2026-11-18")]
    assert kinds(past(suspects={"2026-11-18": 9})) == []
    months = {f"2026-{month:02}": 2 for month in range(1, 11)}
    assert kinds(past(suspects={**months, "2026-10": 40})) == [(Kind.BURST, "suspects", "2026-10")]
    assert kinds(past(suspects=months)) == []


def shut(days: int) -> dict[date, Scores]:
    return {yesterday(n + 1): {} for n in range(days)}


@pytest.mark.parametrize(("days", "told"), [(2, False), (3, True), (LONGEST_QUIET, True), (LONGEST_QUIET + 1, False)])
def test_days_without_votes_where_there_always_are_some(days: int, told: bool) -> None:
    found = [one for one in kinds(past(shut(days))) if one[0] == Kind.QUIET]
    assert found == ([(Kind.QUIET, "", str(yesterday(days)))] if told else [])


def test_no_votes_say_nothing_where_that_is_usual_or_no_terminal_is_connected() -> None:
    seldom: dict[date, Scores] = {TODAY - timedelta(days=n): {} for n in range(1, 365) if n % 4}
    assert kinds(past({**seldom, **shut(6)})) == []
    assert kinds(past(shut(5)), awake=False) == []


def year(*shares: int) -> dict[date, Scores]:
    """The months of 2025 up to October of 2026: of 400 votes on each one's tenth, so many satisfied."""
    starts = [date(2024 + (9 + n) // 12, (9 + n) % 12 + 1, 10) for n in range(25)][-len(shares) :]
    return {start: {4: share, 1: 400 - share} for start, share in zip(starts, shares, strict=True)}


def best(*shares: int, today: date = TODAY) -> str | None:
    found = best_month(past(year(*shares), {4: 0}, today=today))
    return found.period if found else None


def test_the_best_month_is_above_all_and_above_chance() -> None:
    usual = [340, 345, 350, 338, 342, 349, 351, 340, 346, 344, 343, 345]
    assert best(*usual, 380) == "2026-10"
    assert best(*usual, 353) is None  # above all, and no more than chance explains
    assert best(390, *usual[1:], 380) is None
    assert best(*usual[1:], 380) is None  # eleven others are too few


def test_a_month_is_told_of_when_it_is_over_for_certain() -> None:
    usual = [340] * 12
    assert best(*usual, 380, today=date(2026, 11, 2)) == "2026-10"
    assert best(*usual, 380, today=date(2026, 11, 1)) is None
