"""Who floods is not listened to for a while, and longer each time; who does not, is always."""

from collector.muting import FIRST_SECONDS, FLOOD, LONGEST_SECONDS, Muting
from tests.fakes.clock import FakeClock


def test_who_floods_is_muted_for_a_while() -> None:
    clock = FakeClock()
    muting = Muting(clock.monotonic)
    assert not muting.update({"greedy": FLOOD - 1, "modest": 1})
    assert muting.update({"greedy": 1})
    assert muting.muted == {"greedy"}
    assert not muting.update({})
    clock.advance(FIRST_SECONDS)
    assert muting.update({})
    assert muting.muted == frozenset()


def test_who_goes_on_is_muted_longer_each_time_up_to_a_bound() -> None:
    clock = FakeClock()
    muting = Muting(clock.monotonic)
    lengths = []
    for _ in range(8):
        muting.update({"greedy": FLOOD})
        began = clock.seconds
        while muting.muted:
            clock.advance(1.0)
            muting.update({})
        lengths.append(clock.seconds - began)
    assert lengths == [min(FIRST_SECONDS * 2**n, LONGEST_SECONDS) for n in range(8)]


def test_who_was_quiet_since_begins_anew() -> None:
    clock = FakeClock()
    muting = Muting(clock.monotonic)
    for _ in range(2):
        muting.update({"greedy": FLOOD})
        clock.advance(2 * FIRST_SECONDS)
        muting.update({})
    muting.update({"greedy": FLOOD})
    clock.advance(FIRST_SECONDS)
    assert muting.update({})


def test_what_was_dropped_before_a_mute_is_not_held_against_it_after() -> None:
    clock = FakeClock()
    muting = Muting(clock.monotonic)
    muting.update({"greedy": 5 * FLOOD})
    clock.advance(FIRST_SECONDS)
    muting.update({})
    assert not muting.update({"greedy": FLOOD - 1})


def test_any_number_of_names_takes_bounded_room() -> None:
    clock = FakeClock()
    muting = Muting(clock.monotonic)
    for number in range(10_000):
        muting.update({f"stranger-{number}": FLOOD if number % 100 == 0 else 1})
        clock.advance(1.0)
    assert len(muting._dropped) <= FLOOD + 1
    assert len(muting._mutes) <= 2 * FIRST_SECONDS


def test_what_was_dropped_long_ago_is_forgotten() -> None:
    clock = FakeClock()
    muting = Muting(clock.monotonic)
    for _ in range(10):
        assert not muting.update({"bursts": FLOOD - 1})
        clock.advance(FIRST_SECONDS)
        assert not muting.update({})
