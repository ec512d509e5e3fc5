"""Figures of one place over one period, summed from sheets. Not yet safe to show: privacy comes after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collector.store.protocol import ReadStore
from contract.errors import RefusedError
from contract.periods import Granularity, Period
from contract.sheets import Table
from contract.survey import Survey
from dashboard.intervals import Scores
from dashboard.places import Places
from dashboard.tallies import Tallies, scores_of
from dashboard.trend import Trend, trend_of
from dashboard.visited import Visited
from locales.catalogue import default_survey

_SEASONS = (Granularity.MONTH, Granularity.QUARTER)
"""What has a fellow a year before that is not the period just before it, and not other days of the week."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums for one place and period. What is kept by longer periods than this one is None.

    What votes are crossed with (answers, languages, hours of the week) is not among them: privacy reads that itself.
    """

    period: Period
    place: str | None
    scores: Scores | None
    before: Scores
    """Of the period before."""
    last_year: Scores | None
    """Of the same month or quarter a year before; None for other periods."""
    suspects: Scores | None
    trend: Trend | None
    surveys: Sequence[Survey]
    visits: int | None = None
    """None until the period is over, and where they are not known for all of it."""


def figures_of(
    store: ReadStore, period: Period, place: str | None, now: datetime, visited: Visited | None = None
) -> Figures:
    """Figures at `now` (naive, local). Raises UnknownPlaceError, PeopleError, and RefusedError for an hour."""
    if period.granularity is Granularity.HOUR:
        raise RefusedError(f"period {period} is too short; ask for a day, a week, a month, a quarter or a year")
    places = Places.of(store)
    places.require(place)
    tallies = Tallies.read(store, places, period, place, Table.FACES)
    faces = tallies.within()
    return Figures(
        period=period,
        place=place,
        scores=None if faces is None else scores_of(faces),
        before=scores_over(store, places, period.previous(), place) or {},
        last_year=scores_over(store, places, period.year_before(), place) if period.granularity in _SEASONS else None,
        suspects=scores_over(store, places, period, place, Table.SUSPECT),
        trend=None if faces is None else trend_of(period, faces, now),
        surveys=_surveys(store, tallies.surveys()),
        visits=visited.over(places, place, period) if visited and period.end <= now else None,
    )


def scores_over(
    store: ReadStore, places: Places, period: Period, place: str | None, table: Table = Table.FACES
) -> Scores | None:
    """Votes of a table by score over a whole period; None where they are kept by longer ones."""
    tallies = Tallies.read(store, places, period, place, table, _unit(period)).within()
    return None if tallies is None else scores_of(tallies)


def scores_below(store: ReadStore, places: Places, period: Period, place: str | None) -> dict[str, Scores | None]:
    """The same of the table `faces`, of each place one step below."""
    found = Tallies.read_below(store, places, period, place, Table.FACES, _unit(period))
    within = {child: tallies.within() for child, tallies in found.items()}
    return {child: None if tallies is None else scores_of(tallies) for child, tallies in within.items()}


def _unit(period: Period) -> Granularity:
    by_month = period.granularity in (Granularity.MONTH, Granularity.QUARTER, Granularity.YEAR)
    return Granularity.MONTH if by_month else Granularity.DAY


def _surveys(store: ReadStore, voted: Sequence[str]) -> list[Survey]:
    """The surveys that were voted in; where none was, or none is known, every survey there is."""
    default = default_survey()
    known = {default.id: default, **store.surveys()}
    return [known[survey] for survey in voted if survey in known] or list(known.values())
