"""Ten years of a fleet of terminals, the same each time: as sheets, and as one row per vote.

They go into the store as terminals' sheets do. Votes are drawn hour by hour; the other tables are the same votes.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from collector.store.protocol import Placement, Received
from collector.store.sqlite import SqliteStore
from contract.ids import NONE
from contract.periods import hour_of_week
from contract.sheets import Counts, Sheet, Table
from contract.survey import SCORES, side_of
from locales.catalogue import default_survey

TERMINALS, YEARS = 100, 10
HOURS = range(8, 18)
RATE = 10.0
"""Votes at a terminal in an hour."""
_ZONE = ZoneInfo("Europe/Oslo")
_SURVEY = default_survey()
_FACES = (0.7, 0.2, 0.06, 0.04)
_ANSWERS = (0.35, 0.25, 0.15, 0.1, 0.1, 0.05)
"""The first is that none was chosen."""
_LANGUAGES = (0.6, 0.2, 0.08, 0.06, 0.04, 0.02)
_SUSPECT = 0.02
"""Of all votes."""
_MOST = 20_000
"""Sheets in one commit."""

Votes = npt.NDArray[np.int64]


class Counted(Struct):
    """What one terminal counted, by day and by score, happiest first."""

    faces: Votes
    """[day, hour, score]"""
    answers: Votes
    """[day, score, answer]"""
    languages: Votes
    """[day, score, language]"""
    suspects: Votes
    """[day, score]"""


class Decade(Struct):
    """So many terminals, years and votes, up to the day before `until`."""

    until: date
    terminals: int = TERMINALS
    years: int = YEARS
    rate: float = RATE

    @property
    def first(self) -> date:
        return self.until.replace(year=self.until.year - self.years, day=1)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=day) for day in range((self.until - self.first).days)]

    def fill(self, file: Path) -> int:
        """Makes the store, with the totals that a collector would have made: how many votes are in it."""
        store = SqliteStore.open(file)
        store._db.execute("PRAGMA synchronous = OFF")  # what is lost here can be made again
        store.publish_survey(_SURVEY)
        votes = 0
        for number in range(self.terminals):
            for placement in self.placements(number):
                store.place(placement)
            counted = self.counted(number)
            votes += int(counted.faces.sum())
            sheets = [Received(name_of(number), f"life-{number:012}", one) for one in self.sheets(counted)]
            for at in range(0, len(sheets), _MOST):
                store.save(sheets[at : at + _MOST])
        while store.add_up(self.until - timedelta(days=1), _MOST):
            pass
        store.close()
        return votes

    def placements(self, number: int) -> Iterator[Placement]:
        """Five regions of four sites each; every tenth terminal has moved in the middle of a month."""
        yield Placement(name_of(number), place_of(number), self.first)
        if number % 10 == 9:
            moved = self.days[len(self.days) // 2].replace(day=17)
            yield Placement(name_of(number), place_of(number + 1), moved)

    def counted(self, number: int) -> Counted:
        chance = np.random.default_rng([2026, number])
        lean = chance.dirichlet(np.array(_FACES) * 60)
        busy = chance.uniform(0.5, 1.5) * self.rate
        faces = chance.poisson(busy * lean, (len(self.days), len(HOURS), len(SCORES)))
        by_day = faces.sum(axis=1)
        return Counted(
            faces=faces,
            answers=chance.multinomial(by_day, _ANSWERS),
            languages=chance.multinomial(by_day, _LANGUAGES),
            suspects=chance.poisson(busy * len(HOURS) * _SUSPECT * lean, by_day.shape),
        )

    def sheets(self, counted: Counted) -> Iterator[Sheet]:
        """All of a terminal, in profile busy."""
        scores = [f"{score}" for score in SCORES]
        answers = [f"{score}:{option}" for score in SCORES for option in _options(score)]
        languages = [f"{score}:{language}" for score in SCORES for language in _SURVEY.languages[: len(_LANGUAGES)]]
        months: dict[str, Counts] = {}
        days = zip(
            self.days,
            counted.faces.tolist(),
            counted.answers.reshape(len(self.days), -1).tolist(),
            counted.languages.reshape(len(self.days), -1).tolist(),
            counted.suspects.tolist(),
            strict=True,
        )
        for day, faces, answered, spoken, suspect in days:
            yield from self._hours(day, faces, scores, months.setdefault(f"{day:%Y-%m}", {}))
            for table, cells, votes in (
                (Table.ANSWERS, answers, answered),
                (Table.LANGUAGES, languages, spoken),
                (Table.SUSPECT, scores, suspect),
            ):
                if counts := _counts(cells, votes):
                    yield _sheet(table, f"{day}", counts)
        for month, counts in months.items():
            yield _sheet(Table.PATTERN, month, counts)

    def _hours(self, day: date, faces: list[list[int]], scores: list[str], pattern: Counts) -> Iterator[Sheet]:
        noon = datetime.combine(day, time(12), _ZONE)
        offset = f"{noon:%z}"
        for hour, votes in zip(HOURS, faces, strict=True):
            if counts := _counts(scores, votes):
                yield _sheet(Table.FACES, f"{day}T{hour:02}{offset[:3]}:{offset[3:]}", counts)
                when = hour_of_week(noon.replace(hour=hour))
                for score, count in counts.items():
                    cell = f"{score}:{when}"
                    pattern[cell] = pattern.get(cell, 0) + count

    def rows(self, number: int) -> pd.DataFrame:
        """One row per vote, as a store of visits would have it."""
        counted = self.counted(number)
        by_score = counted.faces.swapaxes(1, 2)
        spoken = _SURVEY.languages[: len(_LANGUAGES)]
        return pd.DataFrame(
            {
                "terminal": name_of(number),
                "time": _spread(by_score, lambda day, _, hour: self._starts()[day * len(HOURS) + hour]),
                "score": _spread(by_score, lambda _, score, __: np.array(SCORES)[score]),
                "answer": _spread(counted.answers, lambda _, score, option: _option_names()[score, option]),
                "language": _spread(counted.languages, lambda _, __, language: np.array(spoken)[language]),
            }
        )

    def _starts(self) -> npt.NDArray[np.datetime64]:
        days = np.array(self.days, dtype="datetime64[s]")
        starts: npt.NDArray[np.datetime64] = (
            days[:, None] + np.array([hour * 3600 for hour in HOURS], dtype="timedelta64[s]")[None, :]
        ).ravel()
        return starts


def name_of(number: int) -> str:
    return f"terminal-{number:03}"


def place_of(number: int) -> str:
    return f"region-{number % 5}/site-{number % 20:02}"


def _options(score: int) -> tuple[str, ...]:
    return (NONE, *_SURVEY.option_ids(side_of(score)))


def _option_names() -> npt.NDArray[np.object_]:
    return np.array([_options(score) for score in SCORES], dtype=object)


def _counts(cells: list[str], votes: list[int]) -> Counts:
    return {cell: count for cell, count in zip(cells, votes, strict=True) if count}


def _sheet(table: Table, period: str, counts: Counts) -> Sheet:
    return Sheet(_SURVEY.id, table, period, sum(counts.values()), counts)


def _spread(votes: Votes, what: Callable[[Votes, Votes, Votes], object]) -> object:
    """One value for each vote of [day, score, something]: the same order of votes in all columns."""
    where = np.nonzero(votes)
    day, score, other = (np.repeat(index, votes[where]) for index in where)
    return what(day, score, other)
