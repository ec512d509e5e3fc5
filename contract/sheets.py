"""Sheets: running tallies, and the cells that one vote belongs to."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from msgspec import Meta, Struct

from contract.errors import RefusedError
from contract.ids import LANGUAGE, NONE, OPTION, SurveyId
from contract.periods import Granularity, Period
from contract.survey import Survey, side_of


class Table(StrEnum):
    """The five crossings that are counted, and nothing else ever is."""

    FACES = "faces"
    PATTERN = "pattern"
    ANSWERS = "answers"
    LANGUAGES = "languages"
    SUSPECT = "suspect"


Score = Annotated[int, Meta(ge=1, le=4)]
Revision = Annotated[int, Meta(ge=1, le=2**53, description="Grows with each release that changes the sheet.")]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Cell = Annotated[str, Meta(max_length=40)]
Counts = dict[Cell, Count]
PeriodText = Annotated[
    str,
    Meta(max_length=19, description="Local civil time: `2026-11-21T16+01:00`, `2026-11-21` or `2026-11`."),
]

CROSSINGS = (Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)
"""The tables that cross the score with something."""
_HOUR_OF_WEEK = r"[1-7]-(?:1?[0-9]|2[0-3])"
CELLS = {
    Table.FACES: re.compile(r"[1-4]"),
    Table.PATTERN: re.compile(rf"[1-4](?::{_HOUR_OF_WEEK})?"),
    Table.ANSWERS: re.compile(rf"[1-4](?::{OPTION})?"),
    Table.LANGUAGES: re.compile(rf"[1-4](?::{LANGUAGE})?"),
    Table.SUSPECT: re.compile(r"[1-4]"),
}
"""What a count's key looks like in each table; the score alone where the rest is told later, see `coarse`."""

PROFILES: Mapping[str, Mapping[Table, Granularity]] = {
    "small": {
        Table.FACES: Granularity.DAY,
        Table.PATTERN: Granularity.MONTH,
        Table.ANSWERS: Granularity.MONTH,
        Table.LANGUAGES: Granularity.MONTH,
        Table.SUSPECT: Granularity.MONTH,
    },
    "busy": {
        Table.FACES: Granularity.HOUR,
        Table.PATTERN: Granularity.MONTH,
        Table.ANSWERS: Granularity.DAY,
        Table.LANGUAGES: Granularity.DAY,
        Table.SUSPECT: Granularity.DAY,
    },
}
"""The period of each table in each privacy profile."""
RELEASE = {"small": 5, "busy": 1}
"""How many votes gather before a release, in each privacy profile."""
HOLD: Mapping[str, tuple[Table, ...]] = {"small": CROSSINGS, "busy": ()}
"""The crossings that are told by score alone until their period is over, in each privacy profile."""


class Sheet(Struct, frozen=True, omit_defaults=True):
    """The running tally of one table over one period, as one terminal released it."""

    survey: SurveyId
    table: Table
    period: PeriodText
    revision: Revision
    counts: Annotated[
        Counts,
        Meta(
            description="Votes by cell: `4` in faces and suspect, `4:2-14` (score, hour of the week) in pattern, "
            "`4:help` in answers, `4:nb` in languages. The score alone where the rest is told when the period is over."
        ),
    ]
    estimated: Annotated[bool, Meta(description="Holds votes whose time had to be guessed.")] = False

    def __post_init__(self) -> None:
        """Raises RefusedError when the period or a cell is not one of this table."""
        _check_period(self.period)
        form = CELLS[self.table]
        if not all(map(form.fullmatch, self.counts)):
            cell = next(cell for cell in self.counts if not form.fullmatch(cell))
            raise RefusedError(f"{cell!r} is not a cell of {self.table}")

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def entry(self) -> tuple[str, Table, str, int]:
        """Survey, table, period and revision: what an acknowledgement names."""
        return self.survey, self.table, self.period, self.revision


@lru_cache(maxsize=4096)
def _check_period(text: str) -> None:
    """Cached, as most sheets that come in are of the same few periods."""
    if Period.parse(text).granularity not in (Granularity.HOUR, Granularity.DAY, Granularity.MONTH):
        raise RefusedError(f"period {text!r}: a sheet is over an hour, a day or a month")


class Vote(Struct, frozen=True):
    """One visitor's final face, the reason and the language; lives in memory only, for as long as the session."""

    score: Score
    language: str
    answer: str = NONE
    suspect: bool = False


def cells_of(vote: Vote, hour_of_week: str) -> Iterator[tuple[Table, str]]:
    """The cells that this vote adds one to. A suspect vote is counted apart and nowhere else."""
    if vote.suspect:
        yield Table.SUSPECT, f"{vote.score}"
        return
    yield Table.FACES, f"{vote.score}"
    yield Table.PATTERN, f"{vote.score}:{hour_of_week}"
    yield Table.ANSWERS, f"{vote.score}:{vote.answer}"
    yield Table.LANGUAGES, f"{vote.score}:{vote.language}"


def coarse(counts: Mapping[Cell, Count]) -> Counts:
    """The same votes by score alone: all that leaves a terminal of a crossing that is held, while its period runs.

    From two states of it nobody can tell at which hour, in which language or with which answer a vote came between
    them, and its sum is that of the other tables all the same.
    """
    sums: Counts = {}
    for cell, count in counts.items():
        score = cell[0]
        sums[score] = sums.get(score, 0) + count
    return sums


def check_against_survey(sheet: Sheet, survey: Survey) -> None:
    """Raises RefusedError when the sheet counts an answer or a language that its survey does not have."""
    if sheet.table not in (Table.ANSWERS, Table.LANGUAGES):
        return
    for cell in sheet.counts:
        score, _, name = cell.partition(":")
        if not name:
            continue
        if sheet.table is Table.LANGUAGES:
            known = name in survey.languages
        else:
            known = name == NONE or name in survey.option_ids(side_of(int(score)))
        if not known:
            what = "language" if sheet.table is Table.LANGUAGES else "answer"
            raise RefusedError(f"{cell!r}: survey {survey.id} has no such {what} for this face")
