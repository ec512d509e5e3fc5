"""When there were votes in a place: of its terminals, while they stood there, to the day."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.store.protocol import Placement
from contract.sheets import Vote
from dashboard.places import Places
from dashboard.span import span_of
from tests.fakes.read_store import FakeReadStore

NAMES = ("oslo", "oslo/pro", "bergen", "a")
DAY_ONE = date(2020, 1, 1)
days = st.integers(0, 700).map(lambda number: DAY_ONE + timedelta(days=number))
moves = st.dictionaries(st.tuples(st.sampled_from(["a", "b"]), days), st.sampled_from(NAMES), max_size=6)


@given(
    moves=moves,
    votes=st.lists(st.tuples(st.sampled_from(["a", "b"]), days), max_size=8),
    place=st.sampled_from([*NAMES, "b", None]),
)
def test_it_is_what_looking_at_every_vote_would_tell(
    moves: dict[tuple[str, date], str], votes: list[tuple[str, date]], place: str | None
) -> None:
    store = FakeReadStore()
    store.moves = [Placement(terminal, at, since) for (terminal, since), at in moves.items()]
    for terminal, day in votes:
        store.vote(datetime(day.year, day.month, day.day, 12), Vote(4, "nb", "none"), terminal=terminal)
    places = Places.of(store)
    there = [day for terminal, day in votes if place is None or f"{places.at(terminal, day)}/".startswith(f"{place}/")]
    span = span_of(store, places, place)
    assert (span and tuple(period.start.date() for period in span)) == ((min(there), max(there)) if there else None)
