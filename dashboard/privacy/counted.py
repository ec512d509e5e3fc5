"""From what terminals counted month by month to the boards that are decided on: one for each crossing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from collector.store.protocol import MonthCounts
from contract.ids import NONE
from contract.sheets import Table
from contract.survey import SCORES, Side, Survey, side_of
from dashboard.places import Places
from dashboard.privacy.board import Board
from dashboard.privacy.lattice import BY_MONTH, BY_QUARTER, Lattice

HOURS_OF_WEEK = tuple(f"{day}-{hour}" for day in range(1, 8) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Crossing:
    """What is counted by one set of options; `by_quarter` where shorter periods are never published.

    An hour of the week comes four times a month: nearly all of a small place's would be hidden, and each of them would
    need watching, for a picture that a quarter shows better.
    """

    table: Table
    scores: frozenset[int]
    by_quarter: bool = False


ANSWERS: Mapping[Side, Crossing] = {
    side: Crossing(Table.ANSWERS, frozenset(score for score in SCORES if side_of(score) is side)) for side in Side
}
LANGUAGES = Crossing(Table.LANGUAGES, frozenset(SCORES))
PATTERN = Crossing(Table.PATTERN, frozenset(SCORES), by_quarter=True)
ALL = (*ANSWERS.values(), LANGUAGES, PATTERN)


@dataclass(frozen=True, slots=True)
class Counted:
    """A crossing's options, its board, and where and when votes were told by their score alone."""

    options: tuple[str, ...]
    board: Board
    untold: frozenset[tuple[int, int]]
    """Leaf and unit. Such votes count for no option, and not as votes."""


def count(rows: Sequence[MonthCounts], places: Places, surveys: Mapping[str, Survey], crossing: Crossing) -> Counted:
    """All rows of a year. A terminal's month belongs to the place where the terminal stood at the month's start.

    Places and options are sorted, so that one that comes later changes nothing of what was decided without it.
    """
    rows = [row for row in rows if row.table is crossing.table]
    at = [_place(places, row) for row in rows]
    lattice = Lattice.of(at or [""], BY_QUARTER if crossing.by_quarter else BY_MONTH)
    leaf = {place: number for number, place in enumerate(lattice.leaves)}
    offers = _offers(rows, surveys, crossing)
    options = tuple(sorted({option for survey in offers.values() for option in survey}))
    number = {option: index for index, option in enumerate([*options, NONE])}
    cells = np.zeros((len(lattice.leaves), len(lattice.spans), len(options) + 1), np.int64)
    offered = np.zeros((*cells.shape[:2], len(options)), np.bool_)
    untold = set()
    for row, place in zip(rows, at, strict=True):
        month = int(row.month[5:]) - 1
        here = leaf[place], month // 3 if crossing.by_quarter else month
        offered[here][[number[option] for option in offers[row.survey]]] = True
        for cell, votes in row.counts.items():
            score, _, option = cell.partition(":")
            if int(score) in crossing.scores and option:
                cells[here][number[option]] += votes
            elif int(score) in crossing.scores:
                untold.add(here)
    spare = cells[..., -1] if crossing.table is Table.ANSWERS else None
    return Counted(options, Board(lattice, cells[..., :-1], spare, offered), frozenset(untold))


def _place(places: Places, row: MonthCounts) -> str:
    return places.at(row.terminal, date(int(row.month[:4]), int(row.month[5:]), 1))


def _offers(
    rows: Iterable[MonthCounts], surveys: Mapping[str, Survey], crossing: Crossing
) -> dict[str, tuple[str, ...]]:
    """What could be chosen, by survey; of an unknown survey, what was."""
    chosen: dict[str, dict[str, None]] = {}
    for row in rows:
        cells = (cell.partition(":") for cell in row.counts)
        keys = (key for score, _, key in cells if int(score) in crossing.scores and key and key != NONE)
        chosen.setdefault(row.survey, {}).update(dict.fromkeys(keys))
    return {
        survey: tuple(dict.fromkeys([*_options(surveys.get(survey), crossing), *sorted(keys)]))
        for survey, keys in chosen.items()
    }


def _options(survey: Survey | None, crossing: Crossing) -> Sequence[str]:
    if crossing.table is Table.PATTERN:
        return HOURS_OF_WEEK
    if survey is None:
        return ()
    if crossing.table is Table.LANGUAGES:
        return survey.languages
    return survey.option_ids(next(side for side in Side if ANSWERS[side] == crossing))
