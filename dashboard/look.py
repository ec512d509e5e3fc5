"""One look into the store for one page: guarded figures, and what stands around them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from collector.store.protocol import ReadStore
from contract.messages import Presence
from contract.periods import Period
from dashboard.address import Address, Span, default_period
from dashboard.figures import figures_of, scores_below
from dashboard.one_answer import OneAnswer, one_answer
from dashboard.places import Places
from dashboard.privacy import Beside, Guard, Shown, beside
from dashboard.span import span_of
from dashboard.visited import Visited


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """What holds for every page: where the store is, local time, languages and privacy."""

    open_store: Callable[[], ReadStore]
    timezone: ZoneInfo
    languages: Sequence[str]
    """Those that the pages are written in, the site's first choice first."""
    k: int
    clock: Callable[[], datetime]
    visited: Visited | None = None
    spoken: Sequence[str] = ()
    """The languages of its terminals."""

    def now(self) -> datetime:
        """Local civil time, naive as periods are."""
        return self.clock().astimezone(self.timezone).replace(tzinfo=None)

    @cached_property
    def guard(self) -> Guard:
        """The one way from figures to what is shown; it remembers what it has decided."""
        return Guard(self.k)


@dataclass(frozen=True)
class Look:
    """What one page shows."""

    shown: Shown
    now: datetime
    span: Span | None
    """The first and the last period with votes here."""
    places_below: Sequence[Beside]
    """The places within, where the ways part, by rank."""
    answer: OneAnswer | None
    """The one that the reader has chosen."""
    presences: Mapping[str, Presence]
    """Of terminals that stand here now and ever told it: whether they are connected, and what is wrong with them."""
    refused: int
    """Messages that could not be counted, ever, of any terminal."""


def known_places(site: Site) -> Sequence[str]:
    """Every place that there is, with all that lie around one, from everything ("") down. Raises StoreError."""
    with closing(site.open_store()) as store:
        return Places.of(store).with_around()


def span_at(site: Site, place: str | None) -> Span | None:
    """The first and the last period with votes in a place. Raises UnknownPlaceError and StoreError."""
    with closing(site.open_store()) as store:
        places = Places.of(store)
        places.require(place)
        return span_of(store, places, place)


def shown_at(site: Site, address: Address) -> Shown:
    """What may be shown, for what has no need of all else that the overview tells. Raises as `look`."""
    now = site.now()
    with closing(site.open_store()) as store:
        places = Places.of(store)
        places.require(address.place)
        period = address.period or default_period(span_of(store, places, address.place), now)
        return _shown(site, store, period, address.place, now)


def look(site: Site, address: Address, *, everything: bool = True) -> Look:
    """What a reader of `everything`, or of this place alone, may see of it.

    Raises UnknownPlaceError, and StoreError or PeopleError when their files cannot be read.
    """
    now = site.now()
    with closing(site.open_store()) as store:
        places = Places.of(store)
        places.require(address.place)
        terminals = places.standing(address.place, now.date())
        span = span_of(store, places, address.place)
        period = address.period or default_period(span, now)
        presences = store.presences()
        shown = _shown(site, store, period, address.place, now)
        below = scores_below(store, places, period, places.parting(address.place))
        return Look(
            shown=shown,
            now=now,
            span=span,
            places_below=beside(below),
            answer=one_answer(site.guard, store, shown, address.answer, [*below], now) if address.answer else None,
            presences={terminal: presences[terminal] for terminal in terminals if terminal in presences},
            refused=store.refusals(most=0).total if everything else 0,
        )


def _shown(site: Site, store: ReadStore, period: Period, place: str | None, now: datetime) -> Shown:
    return site.guard.shown(store, figures_of(store, period, place, now, site.visited), now.date())
