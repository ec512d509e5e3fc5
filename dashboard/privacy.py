"""The small-number guard: the only way from figures to a page, a document or anything else that leaves."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from contract.periods import Period
from contract.survey import Side, Survey
from dashboard.figures import Answers, Figures
from dashboard.intervals import (
    FEWEST,
    Change,
    Scores,
    Share,
    compare,
    enough,
    happy_index,
    honest_round,
    satisfied,
    votes,
    wilson,
)
from dashboard.suppression import Group, hide
from dashboard.trend import Trend

SMALLEST_K = 3
_SHARE_DIGITS = 2

Count = int | str
"""A number of votes, or "<5" where the number is hidden."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of one place and period. None is what cannot be said."""

    period: Period
    place: str | None
    votes: int | None
    """None where votes are kept by longer periods than this one."""
    scores: Scores | None
    """None, as all faces and shares, under 10 votes."""
    satisfied: Share | None
    happy_index: float | None
    change: Change
    before: int
    """Votes in the period before."""
    suspects: int | None
    satisfied_with_suspects: Share | None
    answered_share: float | None
    """To two decimals, so that it does not tell the exact number of answers."""
    answers: Mapping[Side, Mapping[str, Count]] | None
    languages: Mapping[str, Count] | None
    pattern: Mapping[str, Count] | None
    crossings_until: datetime | None
    untold: bool
    trend: Trend | None
    surveys: Sequence[Survey]
    less: str
    """What stands for a hidden number, as "<5"."""

    @property
    def hides(self) -> bool:
        """Whether any number is hidden."""
        crossings = [*(self.answers or {}).values(), self.languages or {}, self.pattern or {}]
        return any(self.less in crossing.values() for crossing in crossings)


def guard(figures: Figures, k: int) -> Shown:
    """The figures with every crossing's cells from 1 to k-1 hidden, and more where a total would tell one."""
    if k < SMALLEST_K:
        raise ValueError(f"numbers under {SMALLEST_K} are always hidden, so k cannot be {k}")
    scores = figures.scores
    total = None if scores is None else votes(scores)
    known = scores if scores is not None and enough(scores) else None
    share = _answered_share(figures.answers)
    return Shown(
        period=figures.period,
        place=figures.place,
        votes=total,
        scores=known,
        satisfied=wilson(satisfied(known), votes(known)) if known else None,
        happy_index=happy_index(known) if known else None,
        change=compare(scores or {}, figures.before),
        before=votes(figures.before),
        suspects=None if figures.suspects is None else votes(figures.suspects),
        satisfied_with_suspects=_with_suspects(known, figures.suspects) if known else None,
        answered_share=share,
        answers=_guard_answers(figures.answers, share, k) if figures.answers else None,
        languages=_guard_total(figures.languages, k) if figures.languages else None,
        pattern=_guard_total(figures.pattern, k) if figures.pattern else None,
        crossings_until=figures.crossings_until,
        untold=figures.untold,
        trend=figures.trend,
        surveys=figures.surveys,
        less=f"<{k}",
    )


def _with_suspects(scores: Scores, suspects: Scores | None) -> Share | None:
    if not suspects or not votes(suspects):
        return None
    return wilson(satisfied(scores) + satisfied(suspects), votes(scores) + votes(suspects))


def _answered_share(answers: Mapping[Side, Answers] | None) -> float | None:
    if answers is None:
        return None
    asked = sum(side.asked for side in answers.values())
    answered = sum(sum(side.options.values()) for side in answers.values())
    return None if asked < FEWEST else honest_round(answered / asked, _SHARE_DIGITS)


def _guard_answers(answers: Mapping[Side, Answers], share: float | None, k: int) -> dict[Side, dict[str, Count]]:
    """The total of answers is known as well as the rounded share tells it; each side's, up to its votes."""
    asked = sum(side.asked for side in answers.values())
    low, high = (0, asked) if share is None else _answered_between(asked, share)
    groups = [Group(side.options, side.asked) for side in answers.values()]
    hidden = hide(groups, low, high, k)
    return {side: _cover(group.cells, cells, k) for side, group, cells in zip(answers, groups, hidden, strict=True)}


def _answered_between(asked: int, share: float) -> tuple[int, int]:
    """The least and the greatest number of `asked` votes that rounds to `share`."""

    def rounded(answered: int) -> float:
        return honest_round(answered / asked, _SHARE_DIGITS)

    numbers = range(asked + 1)
    return bisect_left(numbers, share, key=rounded), bisect_right(numbers, share, key=rounded) - 1


def _guard_total(cells: Mapping[str, int], k: int) -> dict[str, Count]:
    """For cells that sum to the number of votes, which is shown."""
    total = sum(cells.values())
    (hidden,) = hide([Group(cells, total)], total, total, k)
    return _cover(cells, hidden, k)


def _cover(cells: Mapping[Key, int], hidden: set[Key], k: int) -> dict[Key, Count]:
    return {cell: f"<{k}" if cell in hidden else count for cell, count in cells.items()}
