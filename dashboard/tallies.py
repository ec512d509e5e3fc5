"""From stored sheets to one table of counts that figures are summed from."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

import pandas as pd

from collector.store.protocol import ReadStore
from contract.periods import Granularity, Period
from contract.sheets import Table
from contract.survey import SCORES
from dashboard.places import Places, lies_in


class Row(NamedTuple):
    """One count of one sheet; `key` is the answer, the language or the hour of the week, empty where it is not told."""

    table: Table
    survey: str
    granularity: Granularity
    start: datetime
    end: datetime
    score: int
    key: str
    votes: int


class Tallies:
    """The counts of one place over one period, and of the sheets that only partly lie in it."""

    def __init__(self, period: Period, rows: Iterator[Row]) -> None:
        self._period = period
        self._frame = pd.DataFrame(rows, columns=list(Row._fields))

    @classmethod
    def read(
        cls, store: ReadStore, places: Places, period: Period, place: str | None, tables: tuple[Table, ...]
    ) -> "Tallies":
        return cls(period, _rows(store, places, period, place, tables))

    def table(self, table: Table) -> pd.DataFrame | None:
        """The rows of one table whose sheets lie within the period.

        None where the table is kept by longer periods than the one asked for, so that no sum can be given.
        """
        frame = self._frame[self._frame["table"] == table]
        within = (frame["start"] >= self._period.start) & (frame["end"] <= self._period.end)
        overlaps = (frame["start"] < self._period.end) & (frame["end"] > self._period.start)
        return None if bool((overlaps & ~within).any()) else frame[within]

    def surveys(self) -> list[str]:
        """The surveys that were voted in, sorted."""
        return sorted(set(self._frame["survey"]))


def scores_of(frame: pd.DataFrame) -> dict[int, int]:
    """Votes by score, all four."""
    sums = frame.groupby("score")["votes"].sum().to_dict()
    return {score: int(sums.get(score, 0)) for score in SCORES}


def keys_of(frame: pd.DataFrame) -> dict[str, int]:
    """Votes by key."""
    return {str(key): int(count) for key, count in frame.groupby("key")["votes"].sum().items()}


def _rows(
    store: ReadStore, places: Places, period: Period, place: str | None, tables: tuple[Table, ...]
) -> Iterator[Row]:
    """A sheet belongs to the place where its terminal stood on its first day."""
    first = date(period.start.year, period.start.month, 1)  # a sheet over the month may reach into the period
    for received in store.sheets(places.terminals(place), tables, first, period.end.date()):
        sheet = received.sheet
        over = Period.parse(sheet.period)
        if not lies_in(places.at(received.terminal, over.start.date()), place):
            continue
        for cell, count in sheet.counts.items():
            score, _, key = cell.partition(":")
            yield Row(sheet.table, sheet.survey, over.granularity, over.start, over.end, int(score), key, count)
