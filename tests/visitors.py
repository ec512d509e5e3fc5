"""What visitors touch, and what they meant by it, kept apart from everything that is tested."""

from collections import Counter
from typing import NamedTuple

import hypothesis.strategies as st

from contract.sheets import Table, Vote
from contract.survey import SCORES
from locales.catalogue import default_survey

SURVEY = default_survey()
Cells = Counter[tuple[Table, str]]


class Visit(NamedTuple):
    """What one visitor touches: a language, a face, perhaps others after it, perhaps another language, an answer.

    With `oops` the first face is taken back before the others.
    """

    language: str
    scores: list[int]
    oops: bool
    moves_to: str | None
    answer: int | None


VISITS = st.builds(
    Visit,
    st.sampled_from(SURVEY.languages),
    st.lists(st.sampled_from(SCORES), min_size=1, max_size=3),
    st.booleans(),
    st.none() | st.sampled_from(SURVEY.languages),
    st.none() | st.integers(0, 4),
)


class Truth:
    """What visitors meant, kept apart from everything that is tested."""

    def __init__(self) -> None:
        self.cells: Cells = Counter()

    def count(self, vote: Vote, step: int) -> None:
        if vote.suspect:
            self.cells[Table.SUSPECT, f"{vote.score}"] += step
            return
        self.cells[Table.FACES, f"{vote.score}"] += step
        self.cells[Table.ANSWERS, f"{vote.score}:{vote.answer}"] += step
        self.cells[Table.LANGUAGES, f"{vote.score}:{vote.language}"] += step


def by_score(cells: Cells) -> Cells:
    return sum((Counter({(table, cell[:1]): n}) for (table, cell), n in cells.items()), Counter())
