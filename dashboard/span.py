"""From when until when there are votes of a place: only those while their terminals stood there.

What a terminal counted elsewhere is another place's, and when is another place's too.
"""

from collector.store.protocol import ReadStore
from dashboard.address import Span
from dashboard.places import Places


def span_of(store: ReadStore, places: Places, place: str | None) -> Span | None:
    """The first and the last period of votes in `place`; None is everywhere."""
    return store.span(places.stays_in(place))
