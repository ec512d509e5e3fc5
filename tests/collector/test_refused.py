"""Of each sender a few refusals are written at a time, and each is written or counted once."""

from hypothesis import given
from hypothesis import strategies as st

from collector.refused import MOST, MOST_OF_ONE, SECONDS, Refused
from collector.store.protocol import Refusal
from tests.fakes.clock import FakeClock


def refusal(sender: str = "a", reason: str = "bad", times: int = 1) -> Refusal:
    return Refusal(f"fjes/v1/{sender}/sheets", reason, b"x", times)


def test_a_few_are_written_at_once() -> None:
    few = [refusal(reason=f"{number}") for number in range(MOST_OF_ONE)]
    assert Refused(FakeClock().monotonic).take(few) == few


def test_the_others_of_one_sender_are_counted_and_the_last_is_shown() -> None:
    clock = FakeClock()
    refused = Refused(clock.monotonic)
    many = [refusal(reason=f"{number}", times=2) for number in range(MOST_OF_ONE + 5)]
    assert refused.take(many) == many[:MOST_OF_ONE]
    assert refused.take([refusal(reason="last")]) == []
    clock.advance(SECONDS)
    (summed,) = refused.take([])
    assert (summed.times, summed.topic) == (11, "fjes/v1/a/sheets")
    assert summed.reason == "11 more within 10 seconds; the last: last"
    clock.advance(SECONDS)
    assert refused.take([]) == []


def test_one_that_is_left_over_is_as_it_was() -> None:
    clock = FakeClock()
    refused = Refused(clock.monotonic)
    refused.take([refusal()] * MOST_OF_ONE)
    refused.take([refusal(reason="the one")])
    clock.advance(SECONDS)
    assert refused.take([]) == [refusal(reason="the one")]


def test_a_sender_of_many_does_not_hide_what_others_were_refused() -> None:
    refused = Refused(FakeClock().monotonic)
    refused.take([refusal("greedy")] * 1_000)
    assert refused.take([refusal("modest")]) == [refusal("modest")]


def test_senders_of_any_number_take_bounded_room() -> None:
    clock = FakeClock()
    refused = Refused(clock.monotonic)
    written = refused.take([refusal(f"stranger-{number}") for number in range(10_000)])
    assert len(written) <= MOST
    assert len(refused._written) + len(refused._left) <= 2 * MOST
    clock.advance(SECONDS)
    assert sum(one.times for one in written + refused.take([])) == 10_000


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "B A D"]), st.integers(1, 5), st.booleans()), max_size=200))
def test_each_is_counted_once(steps: list[tuple[str, int, bool]]) -> None:
    clock = FakeClock()
    refused = Refused(clock.monotonic)
    written = []
    for sender, times, later in steps:
        written += refused.take([refusal(sender, times=times)])
        clock.advance(SECONDS if later else 0.0)
    clock.advance(SECONDS)
    written += refused.take([])
    assert sum(one.times for one in written) == sum(times for _, times, _ in steps)
