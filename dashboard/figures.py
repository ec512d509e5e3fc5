"""Figures of one place over one period, summed from sheets. Not yet safe to show: privacy.py comes after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from collector.store.protocol import ReadStore
from contract.errors import RefusedError
from contract.ids import NONE
from contract.periods import Granularity, Period
from contract.sheets import CROSSINGS, Table
from contract.survey import Side, Survey, side_of
from dashboard.intervals import Scores
from dashboard.places import Places
from dashboard.tallies import Tallies, keys_of, scores_of
from dashboard.trend import Trend, trend_of
from locales.catalogue import default_survey

HOURS_OF_WEEK = tuple(f"{day}-{hour}" for day in range(1, 8) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Answers:
    """One side's answers: votes by option, all options there are, and the votes that were asked."""

    options: Mapping[str, int]
    asked: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums for one place and period. What is kept by longer periods than this one is None."""

    period: Period
    place: str | None
    scores: Scores | None
    before: Scores
    """Of the period before."""
    suspects: Scores | None
    answers: Mapping[Side, Answers] | None
    languages: Mapping[str, int] | None
    pattern: Mapping[str, int] | None
    """Votes by hour of the week (`2-14` is Tuesday, 14:00), all 168."""
    crossings_until: datetime | None
    """From here on answers, languages and pattern are left out, as their period is not over; else None."""
    untold: bool
    """Whether a terminal has told only the scores of other votes so far, so that they are left out there too."""
    trend: Trend | None
    surveys: Sequence[Survey]


def figures_of(store: ReadStore, period: Period, place: str | None, profile: str, now: datetime) -> Figures:
    """Figures at `now` (naive, local). Raises UnknownPlaceError, and RefusedError for an hour.

    In profile `small` crossings are shown when their period is over, so that watching the page during a month
    does not tell one visitor's answer or language.
    """
    if period.granularity is Granularity.HOUR:
        raise RefusedError(f"period {period} is too short; ask for a day, a week, a month or a year")
    places = Places.of(store)
    places.require(place)
    tallies = Tallies.read(store, places, period, place, tuple(Table))
    before = Tallies.read(store, places, period.previous(), place, (Table.FACES,)).table(Table.FACES)
    faces, suspect = tallies.table(Table.FACES), tallies.table(Table.SUSPECT)
    crossings = {table: tallies.table(table) for table in CROSSINGS}
    until = _hold_back(crossings, now) if profile == "small" else None
    untold = _leave_out_untold(crossings)
    answers, languages, pattern = crossings[Table.ANSWERS], crossings[Table.LANGUAGES], crossings[Table.PATTERN]
    surveys = _surveys(store, tallies.surveys())
    return Figures(
        period=period,
        place=place,
        scores=None if faces is None else scores_of(faces),
        before={} if before is None else scores_of(before),
        suspects=None if suspect is None else scores_of(suspect),
        answers=None if answers is None else {side: _answers(answers, side, surveys) for side in Side},
        languages=None if languages is None else _languages(languages, surveys),
        pattern=None if pattern is None else _with_zeros(HOURS_OF_WEEK, keys_of(pattern)),
        crossings_until=until,
        untold=untold,
        trend=None if faces is None else trend_of(period, faces, now),
        surveys=surveys,
    )


def _hold_back(crossings: dict[Table, pd.DataFrame | None], now: datetime) -> datetime | None:
    """Takes sheets whose period is not over out of the crossings. Returns where the earliest of them starts."""
    held = []
    for table, frame in crossings.items():
        if frame is not None:
            running = frame["end"] > now
            held += [pd.Timestamp(start).to_pydatetime() for start in frame["start"][running]]
            crossings[table] = frame[~running]
    return min(held, default=None)


def _leave_out_untold(crossings: dict[Table, pd.DataFrame | None]) -> bool:
    """Takes what terminals have told by score alone out of the crossings. Returns whether there was any."""
    found = False
    for table, frame in crossings.items():
        if frame is not None:
            untold = frame["key"] == ""
            found |= bool(untold.any())
            crossings[table] = frame[~untold]
    return found


def _surveys(store: ReadStore, voted: Sequence[str]) -> list[Survey]:
    """The surveys that were voted in; where none was, or none is known, every survey there is."""
    default = default_survey()
    known = {default.id: default, **store.surveys()}
    return [known[survey] for survey in voted if survey in known] or list(known.values())


def _answers(frame: pd.DataFrame, side: Side, surveys: Sequence[Survey]) -> Answers:
    mine = frame[frame["score"].map(side_of) == side]
    counts = keys_of(mine)
    asked = sum(counts.values())
    counts.pop(NONE, None)
    return Answers(_with_zeros((o for survey in surveys for o in survey.option_ids(side)), counts), asked)


def _languages(frame: pd.DataFrame, surveys: Sequence[Survey]) -> dict[str, int]:
    return _with_zeros((language for survey in surveys for language in survey.languages), keys_of(frame))


def _with_zeros(keys: Iterable[str], counts: Mapping[str, int]) -> dict[str, int]:
    return {**dict.fromkeys(keys, 0), **counts}
