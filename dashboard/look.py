"""One look into the store for one page: guarded figures, and what stands around them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collector.store.protocol import ReadStore
from contract.messages import Presence
from contract.periods import Granularity, Period
from dashboard.address import Address, Span, default_period
from dashboard.figures import figures_of
from dashboard.places import Places
from dashboard.privacy import Shown, guard


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """What holds for every page: where the store is, local time, languages and privacy."""

    open_store: Callable[[], ReadStore]
    timezone: ZoneInfo
    languages: Sequence[str]
    """Those that the pages are written in, the site's first choice first."""
    profile: str
    k: int
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """Local civil time, naive as periods are."""
        return self.clock().astimezone(self.timezone).replace(tzinfo=None)


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
        span = _span(store, places, address.place)
        period = address.period or default_period(span, now)
        presences = store.presences()
        return Look(
            shown=guard(figures_of(store, period, address.place, site.profile, now), site.k),
            now=now,
            span=span,
            places_below=places.children(address.place),
            presences={terminal: presences[terminal] for terminal in terminals if terminal in presences},
            refused=store.refusals(most=0).total if everything else 0,
        )


def _span(store: ReadStore, places: Places, place: str | None) -> Span | None:
    """Of the votes while their terminals stood in this place: what they counted elsewhere is another place's."""
    terminals = places.terminals(place)
    if place is None:
        return store.span(terminals)
    by_stays: dict[tuple[tuple[date, date], ...], list[str]] = {}
    for terminal in terminals:
        by_stays.setdefault(places.stays(terminal, place), []).append(terminal)
    spans = []
    for stays, group in by_stays.items():
        if votes := store.span(group):
            spans += [within for stay in stays if (within := _during(votes, *stay))]
    if not spans:
        return None
    return min((first for first, _ in spans), key=_start), max((last for _, last in spans), key=_start)


def _during(votes: Span, since: date, until: date) -> Span | None:
    """The span as far as it lies in the days from `since` until before `until`."""
    first, last = votes[0].start.date(), votes[1].start.date()
    if last < since or first >= until:
        return None
    begin = votes[0] if first >= since else Period.of(Granularity.DAY, datetime.combine(since, time()))
    end = votes[1] if last < until else Period.of(Granularity.DAY, datetime.combine(until, time()) - timedelta(days=1))
    return begin, end


def _start(period: Period) -> datetime:
    return period.start
