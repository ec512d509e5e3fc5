"""From when until when there are votes of a place: only those while their terminals stood there.

What a terminal counted elsewhere is another place's, and when is another place's too.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from collector.store.protocol import ReadStore
from contract.periods import Period
from contract.sheets import Table
from dashboard.address import Span
from dashboard.places import Places

_STEP = timedelta(days=92)
"""Days that are looked through at a time for the first or last vote of a terminal that came or went."""


def span_of(store: ReadStore, places: Places, place: str | None) -> Span | None:
    """The first and the last period of votes in `place`; None is everywhere."""
    terminals = places.terminals(place)
    if place is None:
        return store.span(terminals)
    by_stays: dict[tuple[tuple[date, date], ...], list[str]] = {}
    for terminal in terminals:
        by_stays.setdefault(places.stays(terminal, place), []).append(terminal)
    spans = []
    for stays, group in by_stays.items():
        if votes := store.span(group):
            spans += [within for stay in stays if (within := _during(store, group, votes, *stay))]
    if not spans:
        return None
    firsts, lasts = zip(*spans, strict=True)
    return min(firsts, key=_day), max(lasts, key=_day)


def _during(store: ReadStore, terminals: Sequence[str], votes: Span, since: date, until: date) -> Span | None:
    """Of terminals whose votes are all within `votes`, those in the days from `since` until before `until`."""
    first, last = votes
    since, until = max(since, _day(first)), min(until, _day(last) + timedelta(days=1))
    if _day(first) < since:
        found = _first(store, terminals, since, until)
        if found is None:
            return None
        first = found
    if _day(last) >= until:
        found = _last(store, terminals, since, until)
        if found is None:
            return None
        last = found
    return (first, last) if since < until else None


def _first(store: ReadStore, terminals: Sequence[str], since: date, until: date) -> Period | None:
    while since < until:
        if periods := _voted(store, terminals, since, min(until, since + _STEP)):
            return min(periods, key=_day)
        since += _STEP
    return None


def _last(store: ReadStore, terminals: Sequence[str], since: date, until: date) -> Period | None:
    while since < until:
        if periods := _voted(store, terminals, max(since, until - _STEP), until):
            return max(periods, key=_day)
        until -= _STEP
    return None


def _voted(store: ReadStore, terminals: Sequence[str], since: date, until: date) -> list[Period]:
    return [Period.parse(one.sheet.period) for one in store.sheets(terminals, [Table.FACES], since, until)]


def _day(period: Period) -> date:
    return period.start.date()
