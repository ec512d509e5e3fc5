"""What is told of one answer: its own months and quarters, and its own places, as each of their pages tells it."""

from datetime import date, datetime

import pytest

from collector.store.protocol import Placement
from contract.periods import Period
from contract.sheets import Vote
from contract.survey import Side
from dashboard.figures import figures_of
from dashboard.one_answer import OneAnswer, one_answer
from dashboard.privacy import Chosen, Guard, Shown
from tests.fakes.read_store import FakeReadStore

NOW = datetime(2024, 2, 20, 12)
GUARD = Guard(5)


@pytest.fixture(scope="module")
def store() -> FakeReadStore:
    """Two places; the door begins in November, and has few unsatisfied votes."""
    store = FakeReadStore()
    store.moves = [Placement("room", "oslo/room", date(2020, 1, 1)), Placement("door", "oslo/door", date(2020, 1, 1))]
    for month in (10, 11, 12):
        for option, times in (("help", 30 + month), ("talk", 25), ("none", 40)):
            store.vote(datetime(2023, month, 7, 14), Vote(4, "nb", option), times=times, terminal="room")
    for month in (11, 12):
        for option, times in (("help", 20), ("talk", 30)):
            store.vote(datetime(2023, month, 7, 14), Vote(4, "nb", option), times=times, terminal="door")
    store.vote(datetime(2023, 12, 8, 14), Vote(1, "nb", "wait"), times=3, terminal="door")
    return store


def shown(store: FakeReadStore, period: str, place: str | None = None) -> Shown:
    return GUARD.shown(store, figures_of(store, Period.parse(period), place, NOW), NOW.date())


def told(store: FakeReadStore, period: str, answer: str, place: str | None = "oslo") -> OneAnswer | None:
    page = shown(store, period, place)
    return one_answer(GUARD, store, page, answer, ["oslo/door", "oslo/room"], NOW)


def test_it_is_told_over_the_last_twelve_months_and_at_each_place(store: FakeReadStore) -> None:
    found = told(store, "2023", "help")
    assert found is not None
    assert found.side is Side.SATISFIED
    assert (found.here.count, found.here.asked) == (163, 418)
    assert [str(one.period) for one in found.over_time] == [f"2023-{month:02}" for month in range(1, 13)]
    assert [(one.count, one.asked) for one in found.over_time[8:]] == [(None, 0), (40, 105), (61, 156), (62, 157)]
    assert [(one.place, one.count) for one in found.places] == [("oslo/door", 40), ("oslo/room", 123)]


@pytest.mark.parametrize("answer", ["help", "wait"])
def test_nothing_is_told_that_the_pages_themselves_do_not(store: FakeReadStore, answer: str) -> None:
    found = told(store, "2023", answer)
    assert found is not None
    for one in (found.here, *found.over_time, *found.places):
        answers = shown(store, str(one.period), one.place).answers
        assert answers is not None
        assert one.count in (answers[found.side][answer], None)


def test_few_votes_of_a_side_are_hidden_with_their_share(store: FakeReadStore) -> None:
    found = told(store, "2023", "wait")
    assert found is not None
    assert (found.here.count, found.here.share) == ("<5", None)


def test_of_a_running_period_the_months_before_are_told(store: FakeReadStore) -> None:
    found = told(store, "2024", "help")
    assert found is not None
    assert found.here == Chosen(Period.parse("2024"), "oslo", None, None)
    assert [str(one.period) for one in (found.over_time[0], found.over_time[-1])] == ["2023-02", "2024-01"]
    assert told(store, "2023-12-07", "help") is not None, "a day has no answers, its year has"


def test_a_quarter_is_told_among_the_quarters_of_two_years(store: FakeReadStore) -> None:
    found = told(store, "2023-Q4", "help")
    assert found is not None
    assert [str(one.period) for one in found.over_time][-2:] == ["2023-Q3", "2023-Q4"]
    assert len(found.over_time) == 8
    assert found.over_time[-1].count == 163


def test_an_answer_that_nobody_was_offered_is_none(store: FakeReadStore) -> None:
    assert told(store, "2023", "parking") is None


def test_a_share_is_told_of_ten_who_were_asked_or_more() -> None:
    period = Period.parse("2023")
    assert Chosen(period, None, 0, 9).share is None
    assert Chosen(period, None, "<5", 90).share is None
    share = Chosen(period, None, 5, 10).share
    assert share is not None
    assert share.value == 0.5


def test_answers_are_compared_with_the_period_before_where_both_tell_them() -> None:
    store = FakeReadStore()
    for month, helped, talked in ((3, 40, 50), (4, 80, 48)):
        for option, times in (("help", helped), ("talk", talked), ("none", 50)):
            store.vote(datetime(2023, month, 7, 14), Vote(4, "nb", option), times=times)
        store.vote(datetime(2023, month, 7, 14), Vote(1, "nb", "wait"), times=month)
    changed = shown(store, "2023-04").answers_changed
    assert changed["help"] == "more"
    assert changed["talk"] == "unclear"
    assert "wait" not in changed, "hidden in both"
    assert shown(store, "2023-03").answers_changed == {}, "nothing was told of February"
    assert shown(store, "2023-04-07").answers_changed == {}
