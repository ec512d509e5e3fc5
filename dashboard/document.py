"""The figures as one JSON document, as `fjes figures --json` prints it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from collector.store.protocol import ReadStore
from contract.periods import Period
from dashboard.figures import figures_of
from dashboard.intervals import Scores, Share, enough, honest_round, satisfied, votes, wilson
from dashboard.privacy import Guard, Shown
from dashboard.trend import Stretch
from dashboard.visited import Visited

Document = dict[str, Any]


def figures_document(
    store: ReadStore, period: Period, place: str | None, *, today: date, k: int = 5, visited: Visited | None = None
) -> Document:
    """What the page shows, for machines. Raises UnknownPlaceError, PeopleError, and RefusedError for an hour.

    Shares are from 0 to 1. What cannot be said is null; a suppressed number is the string "<5".
    """
    figures = figures_of(store, period, place, datetime.combine(today, time()), visited)
    return document(Guard(k).shown(store, figures, today))


def document(shown: Shown) -> Document:
    """The document of guarded figures."""
    return {
        "period": str(shown.period),
        "place": shown.place,
        "votes": shown.votes,
        "too_few": shown.scores is None,
        "scores": _scores(shown.scores),
        "satisfied": _share(shown.satisfied),
        "happy_index": None if shown.happy_index is None else honest_round(shown.happy_index, 2, top=100),
        "answered_share": shown.answered_share,
        "answers": None if shown.answers is None else {str(s): dict(n) for s, n in shown.answers.items()},
        "languages": _copy(shown.languages),
        "crossings_until": None if shown.crossings_until is None else f"{shown.crossings_until:%Y-%m-%d}",
        "untold": shown.untold,
        "suspect": shown.suspects,
        "visits": shown.visits,
        "response_rate": None if shown.response_rate is None else honest_round(shown.response_rate, 4),
    }


def trend_document(shown: Shown) -> Document:
    """The trend of guarded figures, stretch by stretch in local civil time; silence has no votes."""
    trend = shown.trend
    return {
        "period": str(shown.period),
        "place": shown.place,
        "step": trend and trend.step,
        "stretches": [_stretch(stretch) for stretch in trend.stretches] if trend else [],
    }


def _stretch(stretch: Stretch) -> Document:
    scores = stretch.scores
    share = wilson(satisfied(scores), votes(scores)) if scores is not None and enough(scores) else None
    return {
        "from": stretch.start.isoformat(),
        "until": stretch.end.isoformat(),
        "votes": None if scores is None else votes(scores),
        "satisfied": _share(share),
    }


def _scores(scores: Scores | None) -> dict[str, int] | None:
    return None if scores is None else {str(score): count for score, count in scores.items()}


def _share(share: Share | None) -> dict[str, float] | None:
    if share is None:
        return None
    return {
        "share": honest_round(share.value, 4),
        "low": honest_round(share.low, 4),
        "high": honest_round(share.high, 4),
    }


def _copy(counts: Mapping[str, int | str] | None) -> dict[str, int | str] | None:
    return None if counts is None else dict(counts)
