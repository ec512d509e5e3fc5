"""From figures and what is published of their crossings to what may be shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from collector.store.protocol import ReadStore
from contract.periods import Period
from contract.survey import Side, Survey
from dashboard.figures import Figures
from dashboard.intervals import (
    FEWEST,
    Scores,
    Share,
    compare,
    enough,
    happy_index,
    honest_round,
    index_range,
    satisfied,
    votes,
    wilson,
)
from dashboard.places import Places
from dashboard.privacy.counted import HOURS_OF_WEEK
from dashboard.privacy.shown import Chosen, Count, Shown
from dashboard.privacy.years import KEPT_YEARS, Crossings, Published, Years
from dashboard.telling_apart import Often, Part, changes

SMALLEST_K = 3
_SHARE_DIGITS = 2
_UNSURE = 0.05
"""Of all votes: where more may be hidden among the answers than this, nothing is said of how many answered."""


class Guard:
    """The guard of a site: it remembers what it has decided to publish. May be asked from several threads."""

    def __init__(self, k: int) -> None:
        """Raises ValueError when `k` is under 3."""
        _refuse_small(k)
        self._k = k
        self._years = Years(k)

    def shown(self, store: ReadStore, figures: Figures, today: date) -> Shown:
        """What may be shown of figures of this store, on a local day. Raises StoreError."""
        crossings = self._years.crossings(store, figures.period, figures.place, today)
        if crossings.answers is None:
            return guard(figures, crossings, self._k)
        before = self._years.crossings(store, figures.period.previous(), figures.place, today)
        return guard(figures, crossings, self._k, before)

    def prepare(self, store: ReadStore, today: date) -> None:
        """Decides on all years with votes, the newest first, so that nobody need wait. Raises StoreError."""
        span = store.span(Places.of(store).stays_in(None))
        first = min(span[0].start.year, today.year) if span else today.year
        for year in range(today.year, max(first, today.year - KEPT_YEARS + 1) - 1, -1):
            self._years.decide(store, year, today)

    def chosen(
        self, store: ReadStore, answer: str, side: Side, where: Iterable[tuple[Period, str | None]], today: date
    ) -> list[Chosen]:
        """What may be shown of one answer over several periods, or at several places. Raises StoreError."""
        where = list(where)
        less, found = f"<{self._k}", self._years.answers(store, where, side, today)
        return [_chosen(period, place, answer, one, less) for (period, place), one in zip(where, found, strict=True)]


def guard(figures: Figures, crossings: Crossings, k: int, before: Crossings | None = None) -> Shown:
    """The figures, with of every crossing what is published: "<5" stands for a hidden number.

    `before` are the crossings of the period before.

    Raises ValueError when `k` is under 3.
    """
    _refuse_small(k)
    scores = figures.scores
    known = scores if scores is not None and enough(scores) else None
    answers, less = crossings.answers, f"<{k}"
    offered = {side: [o for survey in figures.surveys for o in survey.option_ids(side)] for side in Side}
    languages = (language for survey in figures.surveys for language in survey.languages)
    return Shown(
        period=figures.period,
        place=figures.place,
        votes=None if scores is None else votes(scores),
        scores=known,
        satisfied=wilson(satisfied(known), votes(known)) if known else None,
        happy_index=happy_index(known) if known else None,
        change=compare(scores or {}, figures.before),
        before=votes(figures.before),
        since_last_year=None if figures.last_year is None else compare(scores or {}, figures.last_year),
        suspects=None if figures.suspects is None else votes(figures.suspects),
        satisfied_with_suspects=_with_suspects(known, figures.suspects) if known else None,
        answered_share=None if answers is None else _answered_share(answers),
        answers=None if answers is None else {s: _cover(answers[s], offered[s], less) for s in Side},
        languages=None if crossings.languages is None else _cover(crossings.languages, languages, less),
        pattern=None if crossings.pattern is None else _cover(crossings.pattern, HOURS_OF_WEEK, less),
        crossings_until=crossings.until,
        untold=crossings.untold or _elsewhere(scores, crossings.languages),
        trend=figures.trend,
        surveys=figures.surveys,
        less=less,
        answers_changed=_changed(answers, before.answers if before else None, figures.surveys),
        index_range=index_range(known) if known else None,
        index_before=happy_index(figures.before) if enough(figures.before) else None,
        visits=figures.visits,
    )


def _refuse_small(k: int) -> None:
    if k < SMALLEST_K:
        raise ValueError(f"numbers under {SMALLEST_K} are always hidden, so k cannot be {k}")


def _chosen(period: Period, place: str | None, answer: str, published: Published | None, less: str) -> Chosen:
    if published is None:
        return Chosen(period, place, None, None)
    if answer not in published.cells:
        return Chosen(period, place, None, published.asked)
    count = published.cells[answer]
    return Chosen(period, place, less if count is None else count, published.asked)


def _changed(
    now: Mapping[Side, Published] | None, before: Mapping[Side, Published] | None, surveys: Iterable[Survey]
) -> dict[str, Often]:
    """By answer; worked out from what is shown of both periods, and of answers that every survey offers."""
    if now is None or before is None:
        return {}
    offered = [{option for side in Side for option in survey.option_ids(side)} for survey in surveys]
    always = set.intersection(*offered) if offered else set()
    return changes(_parts(now, always), _parts(before, always))


def _parts(answers: Mapping[Side, Published], options: Collection[str]) -> dict[str, Part]:
    """Of those who could choose an answer, how many did."""
    return {
        option: Part(count, side.asked)
        for side in answers.values()
        for option, count in side.cells.items()
        if option in options and count is not None and side.asked
    }


def _with_suspects(scores: Scores, suspects: Scores | None) -> Share | None:
    if not suspects or not votes(suspects):
        return None
    return wilson(satisfied(scores) + satisfied(suspects), votes(scores) + votes(suspects))


def _elsewhere(scores: Scores | None, languages: Published | None) -> bool:
    """Whether votes are counted where their terminal stood when the month began, or are not told yet."""
    return scores is not None and languages is not None and votes(scores) > languages.asked


def _cover(published: Published, offered: Iterable[str], less: str) -> dict[str, Count]:
    """All options, those that nobody could choose with none."""
    counts = {option: less if count is None else count for option, count in published.cells.items()}
    return {**dict.fromkeys(offered, 0), **counts}


def _answered_share(answers: Mapping[Side, Published]) -> float | None:
    """Worked out from what is shown, so that it tells nothing more: half of what may be hidden is taken to be."""
    asked = sum(side.asked for side in answers.values())
    if asked < FEWEST:
        return None
    shown, unsure = 0, 0
    for side in answers.values():
        known = [count for count in side.cells.values() if count is not None]
        shown += sum(known)
        unsure += side.asked - sum(known) if len(known) < len(side.cells) else 0
    return None if unsure > _UNSURE * asked else honest_round((shown + unsure / 2) / asked, _SHARE_DIGITS)
