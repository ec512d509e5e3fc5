"""Who pressed which face? The best guess of somebody who knows when each visitor came, and has some totals.

Totals of a part of the visitors say nothing of who among them is who: within a part every visitor is as likely as the
next to have pressed each of its faces. So a guess is as good as the parts are small and alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from contract.periods import hour_of_week
from contract.sheets import Sheet, Table
from tests.e2e.day import Visit
from tests.fakes.clock import OSLO

Parts = Sequence[Counter[int]]
"""Of each part of the visitors that has totals of its own, the faces pressed."""


class Guess(NamedTuple):
    """How good the best guess is, of all visitors."""

    right: float
    """Share of visitors whose face is guessed right: the most frequent one of their part."""
    sure: float
    """Mean probability that the guesser gives to what a visitor did press."""
    certain: float
    """Share of visitors whose face is known: all of their part pressed the same, and it is not so of the whole day."""


def guess(parts: Parts) -> Guess:
    votes = sum(part.total() for part in parts)
    day = sum(parts, Counter[int]())
    known = sum(part.total() for part in parts if len(+part) == 1) if len(+day) > 1 else 0
    return Guess(
        right=sum(max(part.values()) for part in parts) / votes,
        sure=sum(n * n / part.total() for part in parts for n in part.values()) / votes,
        certain=known / votes,
    )


def whole_day(visits: Sequence[Visit]) -> Parts:
    """All that the day's totals tell."""
    return [Counter(visit.vote.score for visit in visits)]


def groups(visits: Sequence[Visit], releases: Sequence[int]) -> Parts:
    """What totals of each group between two releases tell; `releases` is after how many visits each came."""
    bounds = [0, *releases]
    parts = [Counter(v.vote.score for v in visits[a:b]) for a, b in pairwise(bounds)]
    return [part for part in parts if part]


def from_sheets(visits: Sequence[Visit], releases: Sequence[tuple[int, Sequence[Sheet]]]) -> Parts:
    """What sheets tell that were heard after so many visits: by group, and by hour where they tell the hour.

    Nothing but the visits' times and the sheets is used.
    """
    known: dict[tuple[Table, str], Counter[str]] = {}
    parts: list[Counter[int]] = []
    for _, sheets in releases:
        news: dict[Table, Counter[str]] = {}
        for sheet in sheets:
            before = known.get((sheet.table, sheet.period), Counter())
            known[sheet.table, sheet.period] = Counter(sheet.counts)
            news.setdefault(sheet.table, Counter()).update(Counter(sheet.counts) - before)
        parts += _finest(news)
    _check(visits, parts)
    return parts


def _finest(news: Mapping[Table, Counter[str]]) -> list[Counter[int]]:
    """By hour of the week, when a release has the table `pattern`; else as one."""
    by_hour: dict[str, Counter[int]] = {}
    source = news.get(Table.PATTERN) or news.get(Table.FACES, Counter())
    for cell, count in source.items():
        score, _, hour = cell.partition(":")
        by_hour.setdefault(hour, Counter())[int(score)] += count
    return list(by_hour.values())


def _check(visits: Sequence[Visit], parts: Parts) -> None:
    """The recorder's sums must be right, or its guesses are worth nothing."""
    assert sum(parts, Counter[int]()) == Counter(visit.vote.score for visit in visits)


def hour(at: datetime) -> str:
    return hour_of_week(at.astimezone(OSLO))
