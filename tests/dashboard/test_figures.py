"""Which sheets count for which period and place."""

from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from collector.store.protocol import Placement, Received
from collector.store.sqlite import SqliteStore
from contract.errors import RefusedError
from contract.periods import Period
from contract.sheets import Sheet, Table, Vote
from dashboard.figures import Figures, figures_of, scores_below, scores_over
from dashboard.intervals import votes
from dashboard.places import Places, UnknownPlaceError
from locales.catalogue import default_survey
from tests.dashboard.conftest import OSLO
from tests.fakes.read_store import FakeReadStore

LATER = datetime(2025, 1, 1)
HAPPY = Vote(4, "nb", "help")


def figures(store: FakeReadStore, period: str, place: str | None = None, now: datetime = LATER) -> Figures:
    return figures_of(store, Period.parse(period), place, now)


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


def test_what_is_kept_by_month_is_not_zero_in_a_week() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), HAPPY)
    store.vote(datetime(2023, 3, 7, 14), Vote(1, "nb", suspect=True))
    for period in ("2023-W10", "2023-03-07", "2023-03-20"):
        assert figures(store, period).suspects is None
    assert figures(store, "2023-03").suspects == {4: 0, 3: 0, 2: 0, 1: 1}
    assert figures(store, "2023-W10").scores == {4: 1, 3: 0, 2: 0, 1: 0}
    assert figures(store, "2023-W14").suspects == {4: 0, 3: 0, 2: 0, 1: 0}


def test_faces_that_are_kept_by_month_are_told_of_no_week(tmp_path: Path) -> None:
    with closing(SqliteStore.open(tmp_path / "fjes.db")) as store:
        sheet = Sheet("visit@1", Table.FACES, "2023-03", 1, {"4": 12})
        store.save([Received("stua-1", "first-life", sheet)])
        for period, votes_then in (("2023-W09", None), ("2023-03-31", None), ("2023-W14", 0), ("2023-03", 12)):
            scores = figures_of(store, Period.parse(period), None, LATER).scores
            assert (None if scores is None else votes(scores)) == votes_then
        assert figures_of(store, Period.parse("2023-W14"), None, LATER).before == {}


def test_a_quarter_and_what_came_before_each_length() -> None:
    store = FakeReadStore()
    for day, times in ((datetime(2022, 12, 31, 14), 2), (datetime(2023, 1, 1, 14), 3), (datetime(2023, 4, 1, 14), 5)):
        store.vote(day, HAPPY, times=times)
    assert [count(store, period) for period in ("2022-Q4", "2023-Q1", "2023-Q2", "2023-Q3")] == [2, 3, 5, 0]
    for period, before in (("2023", 2), ("2023-Q2", 3), ("2023-04", 0), ("2023-01", 2), ("2023-01-01", 2)):
        assert votes(figures(store, period).before) == before


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


def test_an_hour_is_refused() -> None:
    with pytest.raises(RefusedError, match="too short"):
        figures(FakeReadStore(), "2023-03-07T14+01:00")


def test_the_surveys_are_those_that_were_voted_in_or_all_there_are() -> None:
    store = FakeReadStore()
    second = msgspec.structs.replace(default_survey(), id="visit@2")
    store.published[second.id] = second
    store.vote(datetime(2023, 3, 7, 14), HAPPY, survey="visit@2")
    store.vote(datetime(2023, 4, 7, 14), HAPPY, survey="other@9")
    assert [survey.id for survey in figures(store, "2023").surveys] == ["visit@2"]
    assert [survey.id for survey in figures(store, "2023-03").surveys] == ["visit@2"]
    assert [survey.id for survey in figures(store, "2023-04").surveys] == ["visit@1", "visit@2"]


@pytest.mark.parametrize("period", ["2023", "2023-Q3", "2023-07", "2023-W27", "2023-07-17"])
def test_each_place_below_has_the_votes_of_its_own_page(period: str) -> None:
    store = FakeReadStore()
    store.moves = [
        Placement("here", "oslo/pro", date(2020, 1, 1)),
        Placement("wander", "oslo/pro/stua", date(2020, 1, 1)),
        Placement("wander", "oslo/bus", date(2023, 7, 17)),
        Placement("away", "bergen", date(2020, 1, 1)),
        Placement("at", "oslo", date(2020, 1, 1)),
    ]
    for number, terminal in enumerate(("here", "wander", "away", "at"), 1):
        for day in (3, 16, 17, 30):
            store.vote(datetime(2023, 7, day, 14), HAPPY, terminal=terminal, times=number)
    places, asked = Places.of(store), Period.parse(period)
    for place, children in (("oslo", ["oslo/bus", "oslo/pro"]), (None, ["bergen", "oslo"])):
        below = scores_below(store, places, asked, place)
        assert [*below] == places.children(place) == children
        assert below == {child: scores_over(store, places, asked, child) for child in below}


@pytest.mark.parametrize(
    ("stood", "asked", "parting"),
    [
        (["oslo/pro/stua", "oslo/pro/klinikk"], None, "oslo/pro"),
        (["oslo/pro/stua", "oslo/pro/klinikk"], "oslo/pro/stua", "oslo/pro/stua"),
        (["oslo", "oslo/pro/stua"], None, "oslo"),
        (["oslo/pro", "bergen"], None, None),
        (["stua-1"], None, "stua-1"),
    ],
)
def test_places_are_compared_where_the_ways_part(stood: list[str], asked: str | None, parting: str | None) -> None:
    moves = [Placement(f"t-{number}", place, date(2020, 1, 1)) for number, place in enumerate(stood)]
    assert Places([], moves).parting(asked) == parting


def test_a_place_whose_votes_are_kept_by_month_says_nothing_of_a_day() -> None:
    store = FakeReadStore()
    store.moves = [Placement("here", "oslo/pro", date(2020, 1, 1)), Placement("there", "oslo/bus", date(2020, 1, 1))]
    for terminal in ("here", "there"):
        store.vote(datetime(2023, 7, 3, 14), HAPPY, terminal=terminal, times=20)
    store.counts = {
        (*key[:4], "2023-07" if key[0] == "there" else key[4]): counts for key, counts in store.counts.items()
    }
    below = scores_below(store, Places.of(store), Period.parse("2023-07-04"), "oslo")
    assert below == {"oslo/bus": None, "oslo/pro": {4: 0, 3: 0, 2: 0, 1: 0}}
