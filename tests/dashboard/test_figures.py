"""Which sheets count for which period and place."""

from datetime import UTC, date, datetime

import pytest

from collector.store.protocol import Placement
from contract.errors import RefusedError
from contract.periods import Period
from contract.sheets import CROSSINGS, Vote, coarse
from contract.survey import Side
from dashboard.figures import Figures, figures_of
from dashboard.intervals import votes
from dashboard.places import UnknownPlaceError
from tests.dashboard.conftest import OSLO
from tests.fakes.read_store import FakeReadStore

LATER = datetime(2025, 1, 1)
HAPPY = Vote(4, "nb", "help")
SAD = Vote(2, "th", "wait")


def figures(
    store: FakeReadStore, period: str, place: str | None = None, now: datetime = LATER, profile: str = "small"
) -> Figures:
    return figures_of(store, Period.parse(period), place, profile, now)


def count(store: FakeReadStore, period: str, place: str | None = None) -> int | None:
    scores = figures(store, period, place).scores
    return None if scores is None else votes(scores)


def test_a_sheet_counts_for_the_periods_that_it_lies_in() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), HAPPY, times=3)
    store.vote(datetime(2023, 3, 8, 14), HAPPY, times=4)
    assert [count(store, p) for p in ("2023", "2023-03", "2023-W10", "2023-03-07", "2023-04", "2022")] == [
        *(7, 7, 7, 3, 0, 0)
    ]


def test_terminals_installations_and_both_profiles_add_up() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), HAPPY, times=3)
    store.vote(datetime(2023, 3, 7, 14), HAPPY, times=2, installation="second-life")
    store.vote(datetime(2023, 3, 7, 14, tzinfo=OSLO), HAPPY, times=5, terminal="busy-1", profile="busy")
    seen = figures(store, "2023-03")
    assert seen.scores == {4: 10, 3: 0, 2: 0, 1: 0}
    assert seen.answers is not None
    assert seen.answers[Side.SATISFIED].options["help"] == 10
    assert seen.pattern is not None
    assert seen.pattern["2-14"] == 10


def test_what_is_kept_by_month_is_not_zero_in_a_week() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), HAPPY)
    store.vote(datetime(2023, 3, 7, 14), Vote(1, "nb", suspect=True))
    seen = figures(store, "2023-W10")
    assert (seen.answers, seen.languages, seen.pattern, seen.suspects) == (None, None, None, None)
    assert seen.scores is not None


def test_in_profile_busy_a_day_has_answers_but_no_pattern() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14, tzinfo=OSLO), HAPPY, profile="busy")
    seen = figures(store, "2023-03-07", profile="busy")
    assert seen.languages is not None
    assert seen.languages["nb"] == 1
    assert seen.pattern is None


def test_moving_a_terminal_does_not_move_its_past() -> None:
    store = FakeReadStore()
    store.moves = [
        Placement("stua-1", "oslo/pro/stua", date(2023, 1, 1)),
        Placement("stua-1", "bergen", date(2023, 6, 1)),
    ]
    store.vote(datetime(2023, 3, 7, 14), HAPPY, times=3)
    store.vote(datetime(2023, 7, 7, 14), HAPPY, times=5)
    store.vote(datetime(2022, 7, 7, 14), HAPPY, times=2)
    assert count(store, "2023", "oslo/pro") == 3
    assert count(store, "2023", "oslo/pro/stua") == 3
    assert count(store, "2023", "bergen") == 5
    assert count(store, "2022", "stua-1") == 2
    assert count(store, "2023") == 8
    with pytest.raises(UnknownPlaceError):
        count(store, "2023", "oslo/pr")


def test_small_holds_back_crossings_until_the_month_is_over_and_busy_does_not() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 2, 7, 14), HAPPY, times=11)
    store.vote(datetime(2023, 3, 7, 14), HAPPY, times=7)
    march = datetime(2023, 3, 20, 9)
    for profile, shown, until in (("small", 11, datetime(2023, 3, 1)), ("busy", 18, None)):
        seen = figures(store, "2023", now=march, profile=profile)
        assert seen.languages is not None
        assert seen.languages["nb"] == shown
        assert seen.crossings_until == until
        assert votes(seen.scores or {}) == 18
    over = figures(store, "2023", now=datetime(2023, 4, 1))
    assert over.crossings_until is None


@pytest.mark.parametrize("profile", ["small", "busy"])
def test_what_a_terminal_has_told_by_score_alone_is_left_out_of_the_crossings_and_said(profile: str) -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14, tzinfo=UTC), HAPPY, times=11, profile=profile)
    assert not figures(store, "2023", profile=profile).untold
    store.vote(datetime(2023, 3, 7, 15, tzinfo=UTC), SAD, times=7, terminal="stua-2", profile=profile)
    for (terminal, *_, table, _period), counts in store.counts.items():
        if terminal == "stua-2" and table in CROSSINGS:
            told = coarse(counts)
            counts.clear()
            counts.update(told)
    seen = figures(store, "2023", profile=profile)
    assert seen.untold
    assert votes(seen.scores or {}) == 18
    assert seen.languages is not None
    assert sum(seen.languages.values()) == 11
    assert seen.answers is not None
    assert {side: answers.asked for side, answers in seen.answers.items()} == {"satisfied": 11, "unsatisfied": 0}
    assert seen.pattern is not None
    assert sum(seen.pattern.values()) == 11


def test_an_hour_is_refused() -> None:
    with pytest.raises(RefusedError, match="too short"):
        figures(FakeReadStore(), "2023-03-07T14+01:00")


def test_votes_of_an_unknown_survey_are_counted_under_their_ids() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "de", "garden"), survey="other@9")
    seen = figures(store, "2023")
    assert seen.answers is not None
    assert seen.answers[Side.SATISFIED].options["garden"] == 1
    assert seen.languages is not None
    assert seen.languages["de"] == 1
