"""Which months, places and options a year's decisions are about, and when they are made anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Event

import pytest

from collector.store.protocol import MonthCounts, Placement, StoreError
from contract.periods import Period
from contract.sheets import Vote
from contract.survey import Side
from dashboard.figures import figures_of
from dashboard.privacy.guard import Guard
from dashboard.privacy.shown import Shown
from dashboard.privacy.years import Crossings, Years
from tests.fakes.read_store import FakeReadStore

LATER = date(2024, 2, 1)


class Watched(FakeReadStore):
    """Counts how often a year is read."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def crossings(self, year: int, before: date) -> list[MonthCounts]:
        self.read += 1
        return super().crossings(year, before)

    def edition(self, year: int, before: date) -> int:
        return self.commits


def shown(store: FakeReadStore, period: str, place: str | None = None, today: date = LATER) -> Shown:
    now = datetime.combine(today, datetime.min.time())
    return Guard(5).shown(store, figures_of(store, Period.parse(period), place, now), today)


def test_a_year_is_decided_once_until_its_counts_change() -> None:
    store, years = Watched(), Years(5)
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    for period in ("2023", "2023-03", "2023-Q1", "2023-03-07", "2023-W10"):
        years.crossings(store, Period.parse(period), None, LATER)
    assert store.read == 1
    store.vote(datetime(2023, 3, 8, 14), Vote(4, "en", "help"), times=20)
    found = years.crossings(store, Period.parse("2023"), None, LATER)
    assert store.read == 2
    assert found.languages is not None
    assert found.languages.cells["en"] == 20
    years.crossings(store, Period.parse("2022"), None, LATER)
    assert store.read == 3


class Slow(Watched):
    """Takes its time with the first reading, which may then fail."""

    def __init__(self, *, fails: bool) -> None:
        super().__init__()
        self.begun, self.go_on, self._fails = Event(), Event(), fails
        self.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)

    def crossings(self, year: int, before: date) -> list[MonthCounts]:
        found = super().crossings(year, before)
        if not self.begun.is_set():
            self.begun.set()
            self.go_on.wait(10)
            if self._fails:
                raise StoreError("away")
        return found


@pytest.mark.parametrize("fails", [False, True])
def test_who_asks_meanwhile_waits_and_tries_for_themselves_where_it_goes_wrong(fails: bool) -> None:
    store, years = Slow(fails=fails), Years(5)

    def ask() -> Crossings:
        return years.crossings(store, Period.parse("2023"), None, LATER)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask)
        assert store.begun.wait(10)
        second = pool.submit(ask)
        assert years.crossings(store, Period.parse("2022"), None, LATER).languages is not None, "another year"
        store.go_on.set()
        assert isinstance(first.exception(), StoreError) is fails
        languages = second.result().languages
    assert languages is not None
    assert languages.cells["nb"] == 20
    assert store.read == (3 if fails else 2)


def test_it_is_decided_before_anybody_looks() -> None:
    store, guard = Watched(), Guard(5)
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    guard.prepare(store, LATER)
    assert store.read == 2, "this year and the one with votes"
    guard.shown(store, figures_of(store, Period.parse("2023-03"), None, datetime(2024, 2, 1)), LATER)
    assert store.read == 2


def test_days_that_change_nothing_are_not_decided_on_anew() -> None:
    store, guard = Watched(), Guard(5)
    for day in range(8, 29):
        guard.prepare(store, date(2024, 2, day))
    assert store.read == 1


def test_a_month_belongs_to_where_its_terminal_stood_when_it_began() -> None:
    store = FakeReadStore()
    store.moves = [Placement("stua-1", "oslo", date(2023, 1, 1)), Placement("stua-1", "bergen", date(2023, 3, 15))]
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=30)
    store.vote(datetime(2023, 3, 20, 14), Vote(4, "nb", "help"), times=20)
    oslo, bergen = shown(store, "2023-03", "oslo"), shown(store, "2023-03", "bergen")
    assert (oslo.votes, bergen.votes) == (30, 20)
    assert oslo.answers is not None
    assert bergen.answers is not None
    assert (oslo.answers[Side.SATISFIED]["help"], bergen.answers[Side.SATISFIED]["help"]) == (50, 0)
    assert (oslo.untold, bergen.untold) == (False, True)


def test_hours_are_told_by_quarter_and_year() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    assert shown(store, "2023-03").pattern is None
    for period in ("2023-Q1", "2023"):
        pattern = shown(store, period).pattern
        assert pattern is not None
        assert (pattern["2-14"], pattern["2-15"], len(pattern)) == (20, 0, 168)


def test_a_quarter_that_is_over_is_told_while_its_year_runs() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    store.vote(datetime(2023, 4, 7, 14), Vote(4, "en", "help"), times=20)
    today = date(2023, 4, 20)
    seen = {period: shown(store, period, today=today) for period in ("2023-03", "2023-Q1", "2023-04", "2023")}
    assert {period: one.languages and one.languages["nb"] for period, one in seen.items()} == {
        **{"2023-03": 20, "2023-Q1": 20},
        **{"2023-04": None, "2023": None},
    }


def test_votes_of_an_unknown_survey_are_counted_under_their_ids() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "de", "garden"), times=30, survey="other@9")
    seen = shown(store, "2023")
    assert seen.answers is not None
    assert seen.answers[Side.SATISFIED]["garden"] == 30
    assert seen.languages is not None
    assert seen.languages["de"] == 30


def test_a_larger_number_hides_another_where_the_total_would_tell() -> None:
    store = FakeReadStore()
    for language, times in (("nb", 40), ("en", 20), ("th", 3)):
        store.vote(datetime(2023, 3, 7, 14), Vote(4, language, "help"), times=times)
    languages = shown(store, "2023-03").languages
    assert languages is not None
    assert (languages["nb"], languages["en"], languages["th"], languages["es"]) == (40, "<5", "<5", 0)
