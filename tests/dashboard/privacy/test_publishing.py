"""What is decided stays decided, and enough is left to look at."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.privacy.board import Board
from dashboard.privacy.lattice import BY_MONTH, BY_QUARTER, Lattice
from dashboard.privacy.publishing import publish

K = 5


def board(
    seed: int, places: tuple[str, ...], *, months: int = 12, extra: int = 0, since: int = 0, spare: bool = True
) -> Board:
    """Chance's, with no votes after `months`; `extra` options are offered after `since` months only."""
    chance = np.random.default_rng(seed)
    lattice = Lattice.of(places, BY_MONTH)
    leaves, options = len(lattice.leaves), 4
    rate = chance.choice([1, 4, 12], size=(leaves, 1, 1)) * chance.choice([0.1, 1, 3], size=(1, 1, options))
    cells = np.zeros((leaves, 12, options + extra), np.int64)
    cells[..., :options] = chance.poisson(rate, size=(leaves, 12, options))
    rest = chance.poisson(3, size=(leaves, 12))
    cells[:, months:], rest[:, months:] = 0, 0
    offered = np.ones(cells.shape, np.bool_)
    offered[:, :since, options:] = False
    return Board(lattice, cells, rest if spare else None, offered)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 11), st.booleans())
def test_later_months_options_and_places_change_nothing_that_was_shown(seed: int, months: int, spare: bool) -> None:
    places = ("a/x", "a/y", "b")
    early = board(seed, places, months=months, spare=spare)
    late = board(seed, places, extra=1, since=months, spare=spare)
    publish(early, months, K)
    publish(late, 12, K)
    over = [span for span in range(17) if early.lattice.units(span)[-1] < months]
    assert (early.hidden[:, over] == late.hidden[:, over, :-1]).all()


def test_a_place_without_votes_changes_nothing() -> None:
    one, more = board(3, ("a/x", "a/y")), board(3, ("a/x", "a/y"))
    wider = Lattice.of(("a/x", "a/y", "a/z", "b"), BY_MONTH)
    cells, rest = np.zeros((4, 12, 4), np.int64), np.zeros((4, 12), np.int64)
    cells[:2], rest[:2] = more.cells, more.room(np.arange(12))[:2, :12, -1]
    wide = Board(wider, cells, rest, np.ones(cells.shape, np.bool_))
    publish(one, 12, K)
    publish(wide, 12, K)
    for node, name in enumerate(one.lattice.nodes):
        assert (one.hidden[node] == wide.hidden[wider.nodes.index(name)]).all(), name


def test_small_counts_are_never_shown_and_few_votes_not_at_all() -> None:
    for seed in range(6):
        one = board(seed, ("a", "a/x", "b"))
        publish(one, 12, K)
        shown = ~one.hidden[:-1]
        assert not (shown & (one.values > 0) & (one.values < K)).any()
        few = (one.totals > 0) & (one.totals < 10)
        assert not shown[few].any()


def test_a_year_of_the_first_user_is_told_whole() -> None:
    """Answers by month of the satisfied in 2023, and the languages: months hide a little more, the year nothing."""
    answers = [
        *([28, 12, 8, 8, 2], [17, 16, 11, 8, 4], [26, 15, 8, 10, 5], [30, 20, 9, 10, 5], [21, 16, 13, 9, 2]),
        *([24, 22, 10, 8, 8], [13, 8, 2, 5, 1], [19, 22, 11, 12, 0], [22, 21, 11, 6, 3], [20, 17, 9, 6, 6]),
        *([16, 26, 17, 7, 5], [21, 18, 11, 9, 4]),
    ]
    silent = np.array([[28, 35, 32, 28, 41, 31, 12, 29, 38, 25, 37, 37]])
    languages = [
        *([7, 21, 30, 14, 16], [4, 21, 29, 21, 16], [13, 20, 32, 16, 15], [13, 24, 38, 15, 12], [9, 28, 33, 14, 18]),
        *([12, 23, 37, 16, 15], [3, 11, 14, 3, 10], [10, 21, 36, 10, 18], [9, 19, 39, 15, 19], [8, 17, 29, 16, 13]),
        *([4, 21, 46, 20, 19], [6, 25, 36, 18, 15]),
    ]
    lattice = Lattice.of(("stua",), BY_MONTH)
    for table, spare in ((answers, silent), (languages, None)):
        cells = np.array([table])
        one = Board(lattice, cells, spare, np.ones(cells.shape, np.bool_))
        publish(one, 12, K)
        assert not one.hidden[:-1, 16].any()
        assert (~one.hidden[0, 12:16]).mean() > 0.8
        assert (~one.hidden[0, :12]).mean() > 0.7


def test_many_votes_hide_nothing() -> None:
    lattice = Lattice.of(tuple(f"region-{n % 4}/gate-{n}" for n in range(20)), BY_QUARTER)
    cells = np.random.default_rng(1).poisson(50, size=(20, 4, 60))
    one = Board(lattice, cells, None, np.ones(cells.shape, np.bool_))
    publish(one, 4, K)
    assert not one.hidden[:-1].any()
