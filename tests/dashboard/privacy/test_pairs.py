"""What is worked out for many counts at once is what moves one by one come to."""

import numpy as np
import pytest

from dashboard.privacy.freedom import Freedom, Scope
from dashboard.privacy.moves import Move, find, moves_of
from dashboard.privacy.pairs import best_pairs, reach
from dashboard.privacy.publishing import publish
from tests.dashboard.privacy.test_publishing import board

K = 5
FAR = K - 1


def places_and_spans(seed: int) -> tuple[Freedom, list[Scope]]:
    """What can still change in a year of a few places after all is published, and its counts under k."""
    one = board(seed, ("a", "a/x", "a/y", "b/x", "b/y"), spare=seed % 2 == 0)
    publish(one, 12, K)
    year = int(one.lattice.spans[0, -1])
    scopes = [
        Scope(int(node), span, int(option), False)
        for span in range(one.lattice.span_count)
        for node, option in np.argwhere(one.hidden[:-1, span] & (one.values[:, span] < K))
    ]
    scopes += [Scope(leaf, span, option, True) for leaf in range(5) for span in (0, 5, year) for option in range(4)]
    return Freedom(one, year), scopes


def far_of(moves: list[Move]) -> int:
    return sum(move.far for move in moves)


@pytest.mark.parametrize("seed", range(3))
def test_a_pair_is_worth_the_moves_that_it_stands_for(seed: int) -> None:
    free, scopes = places_and_spans(seed)
    found = best_pairs(free, scopes, [FAR] * len(scopes))
    paired = [(scope, pair) for scope, (pair, _) in zip(scopes, found, strict=True) if pair]
    assert paired
    reaches = reach(free, [pair for _, pair in paired], [scope.option for scope, _ in paired], FAR)
    assert (reaches == FAR).all()
    shown = set(np.flatnonzero(~free.board.hidden[:-1]).tolist())
    for scope, pair in paired:
        moves = moves_of(free, scope, FAR, pair)
        assert far_of(moves) == FAR
        assert all(move.touches.isdisjoint(shown) for move in moves)


@pytest.mark.parametrize("seed", range(3))
def test_where_pairs_say_that_a_count_cannot_move_so_far_no_search_finds_more(seed: int) -> None:
    free, scopes = places_and_spans(seed)
    alone = [
        (s, most)
        for s, (pair, most) in zip(scopes, best_pairs(free, scopes, [FAR] * len(scopes)), strict=True)
        if not pair
    ]
    for scope, most in alone:
        assert far_of(find(free, scope, FAR)) <= most


def test_a_pair_that_something_shown_breaks_reaches_no_more() -> None:
    free, scopes = places_and_spans(2)
    found = [
        (scope, pair)
        for scope, (pair, _) in zip(scopes, best_pairs(free, scopes, [FAR] * len(scopes)), strict=True)
        if pair
    ]
    free.board.hidden[:-1] = False
    now = Freedom(free.board, int(free.board.lattice.spans[0, -1]))
    assert not reach(now, [pair for _, pair in found], [scope.option for scope, _ in found], FAR).any()
