"""One look into the store for one page: guarded figures, and what stands around them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from collector.store.protocol import ReadStore
from contract.messages import Presence
from dashboard.address import Address, Span, default_period
from dashboard.figures import figures_of
from dashboard.places import Places
from dashboard.privacy import Guard, Shown
from dashboard.span import span_of


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
    places_below: Sequence[str]
    presences: Mapping[str, Presence]
    """Of terminals that stand here now and ever told it: whether they are connected, and what is wrong with them."""
    refused: int
    """Messages that could not be counted, ever, of any terminal."""


def look(site: Site, address: Address, *, everything: bool = True) -> Look:
    """What a reader of `everything`, or of this place alone, may see of it.

    Raises UnknownPlaceError, and StoreError when the store cannot be read.
    """
    now = site.now()
    with closing(site.open_store()) as store:
        places = Places.of(store)
        places.require(address.place)
        terminals = places.standing(address.place, now.date())
        span = span_of(store, places, address.place)
        period = address.period or default_period(span, now)
        presences = store.presences()
        return Look(
            shown=site.guard.shown(store, figures_of(store, period, address.place, now), now.date()),
            now=now,
            span=span,
            places_below=places.children(address.place),
            presences={terminal: presences[terminal] for terminal in terminals if terminal in presences},
            refused=store.refusals(most=0).total if everything else 0,
        )
