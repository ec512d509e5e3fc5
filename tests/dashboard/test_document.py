"""The figures of FACTS.md's year, as a machine reads them, through the guard."""

from datetime import date, datetime
from typing import Any

import pytest

from contract.periods import Period
from contract.sheets import Vote, coarse
from dashboard.document import figures_document
from dashboard.privacy import Guard
from locales.catalogue import default_survey
from tests.fakes.read_store import FakeReadStore


def document(store: FakeReadStore, period: str, today: date = date(2024, 1, 1)) -> dict[str, Any]:
    return figures_document(store, Period.parse(period), None, today=today)


def test_the_year(store: FakeReadStore) -> None:
    assert document(store, "2023") == {
        "period": "2023",
        "place": None,
        "votes": 1112,
        "too_few": False,
        "scores": {"4": 1063, "3": 43, "2": 4, "1": 2},
        "satisfied": {"share": 0.9946, "low": 0.9883, "high": 0.9975},
        "happy_index": 98.29,
        "answered_share": 0.66,
        "answers": {
            "satisfied": {"social": 257, "help": 213, "health": 120, "talk": 98, "place": 45},
            "unsatisfied": dict.fromkeys(("wait", "staff", "nohelp", "language", "unsafe"), "<5"),
        },
        "languages": {**dict.fromkeys(default_survey().languages, 0), "nb": 733, "en": 330, "ro": 6, "th": 43},
        "crossings_until": None,
        "untold": False,
        "suspect": 0,
        "visits": None,
        "response_rate": None,
    }


def test_under_ten_votes_there_are_no_faces_and_no_shares() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=9)
    seen = document(store, "2023")
    assert seen["votes"] == 9
    assert seen["too_few"]
    assert [seen[key] for key in ("scores", "satisfied", "happy_index", "answered_share")] == [None] * 4


def test_an_empty_period_lists_every_option_and_language(store: FakeReadStore) -> None:
    seen = document(store, "2022")
    assert seen["votes"] == 0
    assert set(seen["languages"].values()) == {0}
    assert len(seen["answers"]["satisfied"]) == 5


def test_answers_of_a_week_are_not_said_and_a_running_period_is_named(store: FakeReadStore) -> None:
    week = document(store, "2023-W10")
    assert (week["answers"], week["languages"], week["crossings_until"]) == (None, None, None)
    for period, start in (("2023", "2023-01-01"), ("2023-Q3", "2023-07-01"), ("2023-09", "2023-09-01")):
        running = document(store, period, today=date(2023, 9, 20))
        assert (running["answers"], running["languages"], running["crossings_until"]) == (None, None, start)
    assert document(store, "2023-03", today=date(2023, 9, 20))["languages"]["nb"] == 733


def test_a_month_waits_for_terminals_that_have_told_no_more_than_faces() -> None:
    """So that nobody sees a month without the last of them, and then with it; but not for ever."""
    store = FakeReadStore()
    for terminal in ("stua-1", "stua-2"):
        store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=11, terminal=terminal)
    away = [
        counts for (terminal, *_, table, _), counts in store.counts.items() if terminal == "stua-2" and table != "faces"
    ]
    for counts in away:
        told = coarse(counts)
        counts.clear()
        counts.update(told)
    waiting, late = (document(store, "2023-03", today=date(2023, 4, day)) for day in (3, 8))
    assert (waiting["languages"], waiting["crossings_until"]) == (None, "2023-03-01")
    assert (late["languages"]["nb"], late["untold"], late["crossings_until"]) == (11, True, None)
    assert late["votes"] == 22


def test_how_many_answered_is_not_said_where_hidden_numbers_could_make_it_another() -> None:
    store = FakeReadStore()
    day = datetime(2023, 3, 7, 14)
    for score, option, times in ((4, "social", 20), (4, "help", 5), (1, "wait", 3), (4, "none", 8), (1, "none", 4)):
        store.vote(day, Vote(score, "nb", option), times=times)
    seen = document(store, "2023")
    assert seen["answered_share"] is None
    assert seen["answers"]["satisfied"]["help"] == 5
    assert set(seen["answers"]["unsatisfied"].values()) == {"<5"}


def test_a_side_with_one_vote_hides_which_answer_it_was() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb"), times=900)
    store.vote(datetime(2023, 3, 7, 14), Vote(1, "nb", "unsafe"))
    assert set(document(store, "2023")["answers"]["unsatisfied"].values()) == {"<5"}


def test_k_cannot_be_under_three_and_hides_more_the_larger_it_is(store: FakeReadStore) -> None:
    with pytest.raises(ValueError, match="always hidden"):
        Guard(2)
    none = dict.fromkeys(default_survey().languages, 0)
    assert figures_document(store, Period.parse("2023"), None, today=date(2024, 1, 1), k=8)["languages"] == {
        **none,
        **{"nb": 733, "en": 330, "ro": "<8", "th": "<8"},
    }
