"""How long the guard takes to decide on a year of many small places, which is the hardest for it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import process_time

import numpy as np

from collector.store.protocol import MonthCounts, Placement
from contract.ids import NONE
from contract.sheets import Counts, Table
from contract.survey import SCORES, side_of
from dashboard.privacy.years import Years
from locales.catalogue import default_survey
from tests.bench.report import Figure
from tests.fakes.read_store import FakeReadStore

PLACES, VOTES, REGIONS, YEAR = 100, 60, 5, 2023
"""Votes of a place in a month, on average."""
LATER = date(YEAR + 1, 2, 1)
_SURVEY = default_survey()
_HOURS = [f"{day}-{hour}" for day in range(1, 8) for hour in range(8, 18)]
_FACES, _ANSWERS, _LANGUAGES = (0.8, 0.14, 0.04, 0.02), (0.35, 0.25, 0.15, 0.1, 0.1, 0.05), (0.5, 0.2, 0.1, 0.1, 0.06)


class Small(FakeReadStore):
    """So many places with few votes, by month, the same each time."""

    def __init__(self, places: int) -> None:
        super().__init__()
        chance = np.random.default_rng(places)
        names = [(f"t-{number:03}", f"region-{number % REGIONS}/site-{number:03}") for number in range(places)]
        self.moves = [Placement(terminal, place, date(YEAR, 1, 1)) for terminal, place in names]
        self._months = [month for terminal, _ in names for month in _year_of(terminal, chance)]

    def crossings(self, year: int, before: date) -> list[MonthCounts]:
        return self._months

    def edition(self, year: int, before: date) -> int:
        return 1


def _year_of(terminal: str, chance: np.random.Generator) -> Iterator[MonthCounts]:
    leanings = [
        chance.dirichlet(np.array(parts) * 40) for parts in (_FACES, _ANSWERS, _LANGUAGES, [0.05] * len(_HOURS))
    ]
    for month in range(1, 13):
        scores = chance.multinomial(chance.poisson(VOTES * chance.choice([0.5, 1, 1.5])), leanings[0])
        tables: dict[Table, Counts] = {Table.ANSWERS: {}, Table.LANGUAGES: {}, Table.PATTERN: {}}
        for score, votes in zip(SCORES, scores, strict=True):
            options = ([NONE, *_SURVEY.option_ids(side_of(score))], _SURVEY.languages, _HOURS)
            for counts, names, leaning in zip(tables.values(), options, leanings[1:], strict=True):
                given = chance.multinomial(votes, leaning).tolist()
                counts.update({f"{score}:{name}": n for name, n in zip(names, given, strict=False) if n})
        for table, counts in tables.items():
            yield MonthCounts(terminal, f"{YEAR}-{month:02}", _SURVEY.id, table, counts)


def measure(_: Path) -> Iterator[Figure]:
    name = f"the guard decides on a year, {PLACES} places, {VOTES} votes a month"
    yield Figure(name, _seconds(PLACES), "s", None, _seconds(PLACES // 10), "a tenth of them")


def _seconds(places: int) -> float:
    """Of a processor: the dashboard does it beside the pages."""
    store, years = Small(places), Years(5)
    began = process_time()
    years.decide(store, YEAR, LATER)
    return process_time() - began
