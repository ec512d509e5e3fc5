"""The API: what the pages show, as JSON for programs to read. Nothing is written, and each answer has been guarded."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from contract.periods import Granularity, Period
from dashboard.address import Address, Span
from dashboard.answers import answers_to_programs
from dashboard.api import shapes
from dashboard.api.pace import paced
from dashboard.document import trend_document
from dashboard.export import as_shown
from dashboard.gate import API
from dashboard.look import Site, known_places, shown_at, span_at
from dashboard.pages import TOKEN, Query
from dashboard.people.roles import Role
from dashboard.people.tokens import Kind
from dashboard.privacy import Shown
from dashboard.reader import Reader

VERSION = f"{API}/v1"
_OF_ALL = answers_to_programs(400, 401, 403, 429, 503)
_OF_PLACES = answers_to_programs(400, 401, 403, 404, 429, 503)


@get(f"{VERSION}/places", sync_to_thread=True, responses=_OF_ALL)
def places(site: NamedDependency[Site], reader: NamedDependency[Reader]) -> shapes.Places:
    """The places that may be asked for."""
    seen = [place for place in known_places(site) if reader.access.may(Role.VIEWER, place)]
    found = [shapes.Place(place, _around(place, seen)) for place in seen if place]
    return shapes.Places(found, everything=reader.sees_everything)


@get(f"{VERSION}/periods", sync_to_thread=True, responses=_OF_PLACES)
def periods(site: NamedDependency[Site], reader: NamedDependency[Reader], place: Query = None) -> shapes.Periods:
    """From when until when there are votes; without a place, of the reader's own."""
    own = reader.see_one(Address.parse(None, place, None)).place
    span = span_at(site, own)
    if span is None:
        return shapes.Periods(own, None, None, (), (), ())
    years, quarters, months = (
        [str(period) for period in _all_in(span, length)]
        for length in (Granularity.YEAR, Granularity.QUARTER, Granularity.MONTH)
    )
    return shapes.Periods(own, span[0].start.date(), span[1].start.date(), years, quarters, months)


@get(f"{VERSION}/figures", sync_to_thread=True, responses=_OF_PLACES)
def figures(
    site: NamedDependency[Site], reader: NamedDependency[Reader], period: Query = None, place: Query = None
) -> shapes.Figures:
    """The numbers of a place over a day, week (`2023-W05`), month, quarter (`2023-Q1`) or year."""
    return msgspec.convert(as_shown(_shown(site, reader, period, place)), shapes.Figures)


@get(f"{VERSION}/trend", sync_to_thread=True, responses=_OF_PLACES)
def trend(
    site: NamedDependency[Site], reader: NamedDependency[Reader], period: Query = None, place: Query = None
) -> shapes.Trend:
    """How the satisfied share went on within a period."""
    return msgspec.convert(trend_document(_shown(site, reader, period, place)), shapes.Trend)


@get(f"{VERSION}/crossings", sync_to_thread=True, responses=_OF_PLACES)
def crossings(
    site: NamedDependency[Site], reader: NamedDependency[Reader], period: Query = None, place: Query = None
) -> shapes.Crossings:
    """Answers, languages and hours of the week of a place over a period that is over."""
    shown = _shown(site, reader, period, place)
    pattern = dict(shown.pattern) if shown.votes and shown.pattern is not None else None
    return msgspec.convert({**as_shown(shown), "pattern": pattern}, shapes.Crossings)


@get(f"{VERSION}/surveys", sync_to_thread=True, responses=_OF_PLACES)
def surveys(
    site: NamedDependency[Site], reader: NamedDependency[Reader], period: Query = None, place: Query = None
) -> shapes.Surveys:
    """What was asked where these votes were given: the texts to the answers' names."""
    shown = _shown(site, reader, period, place)
    return shapes.Surveys(str(shown.period), shown.place, shown.surveys if shown.votes else ())


def _shown(site: Site, reader: Reader, period: str | None, place: str | None) -> Shown:
    return shown_at(site, reader.see_one(Address.parse(period, place, None)))


def _around(place: str, seen: list[str]) -> str | None:
    around = place.rpartition("/")[0]
    return around if around and around in seen else None


def _all_in(span: Span, length: Granularity) -> Iterator[Period]:
    period = Period.of(length, span[0].start)
    while period.start <= span[1].start:
        yield period
        period = period.next()


HANDLERS = [places, periods, figures, trend, crossings, surveys]


def in_router(handlers: Sequence[HTTPRouteHandler], since_start: Callable[[], float]) -> Router:
    """With what holds for all of the API: who may ask, and how often."""
    return Router(
        "/",
        route_handlers=handlers,
        guards=[paced(since_start)],
        opt={TOKEN: Kind.API},
        security=[{"token": []}],
        tags=["API"],
    )
