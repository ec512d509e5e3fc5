"""No reader can work out a hidden cell: by adding up, or by running this program themselves."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.suppression import Group, hide

View = tuple[int | str, ...]
cells = st.lists(st.integers(0, 12), min_size=2, max_size=4)


def view_of(counts: tuple[int, ...], k: int) -> View:
    """What is shown of cells whose sum is known."""
    total = sum(counts)
    (hidden,) = hide([Group({str(i): n for i, n in enumerate(counts)}, total)], total, total, k)
    return tuple("?" if str(i) in hidden else n for i, n in enumerate(counts))


def consistent(view: View, total: int) -> list[tuple[int, ...]]:
    """Every way to fill the hidden cells so that the sum is right."""
    shown = sum(n for n in view if isinstance(n, int))
    choices = [range(total - shown + 1) if n == "?" else [int(n)] for n in view]
    return [filled for filled in product(*choices) if sum(filled) == total]


@given(cells, st.integers(3, 6))
def test_no_hidden_cell_is_pinned_by_the_total(counts: list[int], k: int) -> None:
    view = view_of(tuple(counts), k)
    fillings = consistent(view, sum(counts))
    for index, shown in enumerate(view):
        if shown == "?":
            assert len({filling[index] for filling in fillings}) > 1


@given(cells, st.integers(3, 6))
def test_every_small_cell_is_hidden_and_what_is_shown_is_true(counts: list[int], k: int) -> None:
    for count, shown in zip(counts, view_of(tuple(counts), k), strict=True):
        assert shown == "?" or (shown == count and not 0 < count < k)


@pytest.mark.parametrize("cell_count", [2, 3])
def test_a_reader_who_runs_this_program_learns_no_small_number(cell_count: int) -> None:
    """All tables of up to 22 votes, grouped by what is shown of them: a hidden small number has company."""
    k = 5
    seen: dict[tuple[int, View], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(23), repeat=cell_count):
        if sum(counts) <= 22:
            seen[sum(counts), view_of(counts, k)].append(counts)
    for (_, view), tables in seen.items():
        for index, shown in enumerate(view):
            possible = {table[index] for table in tables}
            if shown == "?" and any(0 < n < k for n in possible):
                assert len(possible) > 1, (view, tables)


def test_a_single_hidden_cell_takes_the_smallest_other_with_it() -> None:
    assert view_of((379, 60, 3, 0), 5) == (379, "?", "?", 0)


def test_where_nothing_else_is_left_the_zeros_hide_too() -> None:
    assert view_of((3, 0, 0), 5) == ("?", "?", "?")


def test_cells_that_can_be_anything_need_no_more_hiding() -> None:
    assert view_of((40, 3, 2, 0), 5) == (40, "?", "?", 0)


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=4),
    st.lists(st.integers(0, 4), min_size=2, max_size=4),
    st.tuples(st.integers(0, 6), st.integers(0, 6)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.integers(3, 6),
)
def test_two_sides_of_answers_under_a_rounded_total(
    good: list[int], bad: list[int], slack: tuple[int, int], unanswered: tuple[int, int], k: int
) -> None:
    """Each hidden small cell could be one more or one less, with one other hidden cell making up for it or none.

    A cell from k on that is hidden for another's sake is no secret itself.
    """
    sides = (good, bad)
    most = [sum(side) + more for side, more in zip(sides, unanswered, strict=True)]
    low, high = max(0, sum(good + bad) - slack[0]), sum(good + bad) + slack[1]
    groups = [Group({str(i): n for i, n in enumerate(side)}, m) for side, m in zip(sides, most, strict=True)]
    secret = [(g, int(cell)) for g, cells in enumerate(hide(groups, low, high, k)) for cell in cells]

    def stands(*moves: tuple[tuple[int, int], int]) -> bool:
        table = [list(side) for side in sides]
        for (g, cell), change in moves:
            table[g][cell] += change
        sums = [sum(side) for side in table]
        fits = all(n <= m for n, m in zip(sums, most, strict=True)) and low <= sum(sums) <= high
        return fits and all(n >= 0 for side in table for n in side)

    for place in (at for at in secret if sides[at[0]][at[1]] < k):
        others = [other for other in secret if other != place]
        assert any(
            stands((place, step)) or any(stands((place, step), (other, -step)) for other in others) for step in (1, -1)
        )
