"""The queue between threads is bounded, keeps each sender's order, and lets nobody wait behind one who sends much."""

from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from collector.inbox import BURST, MESSAGE_BYTES, PACE, SHARE, SHARE_BYTES, Inbox
from collector.wire import Message
from tests.fakes.clock import FakeClock

Senders = dict[str, list[int]]


def message(number: int, size: int = 0, sender: str = "a") -> Message:
    """Takes `size` bytes, and no fewer than it must, of an inbox's room."""
    return Message(f"{sender}/{number}", b"x" * (size - MESSAGE_BYTES))


def numbers(messages: list[Message]) -> list[int]:
    return [int(one.topic.partition("/")[2]) for one in messages]


def senders(messages: list[Message]) -> list[str]:
    return [one.topic.partition("/")[0] for one in messages]


def test_messages_come_out_in_order_and_in_batches() -> None:
    inbox = Inbox(batch=3)
    for number in range(5):
        inbox.put(message(number))
    assert numbers(inbox.take(0)) == [0, 1, 2]
    assert numbers(inbox.take(0)) == [3, 4]
    assert inbox.take(0) == []


def test_above_its_bytes_messages_are_dropped_and_counted_once_drained() -> None:
    inbox = Inbox(capacity=1000, batch=1, patience=0)
    for number in range(4):
        inbox.put(message(number, 500))
    assert inbox.depth == 2
    assert numbers(inbox.take(0)) == [0]
    assert inbox.take_dropped() == 0
    assert numbers(inbox.take(0)) == [1]
    assert inbox.take_dropped() == 2
    assert (inbox.take_dropped(), inbox.dropped_ever) == (0, 2)


def test_one_message_is_always_taken() -> None:
    inbox = Inbox(capacity=10, patience=0)
    inbox.put(message(0, 1000))
    inbox.put(message(1))
    assert numbers(inbox.take(0)) == [0]


def test_a_full_inbox_waits_for_the_worker() -> None:
    inbox = Inbox(capacity=1, patience=10)
    inbox.put(message(0))
    second = Thread(target=inbox.put, args=[message(1)])
    second.start()
    taken = inbox.take(10)
    second.join()
    taken += inbox.take(10)
    assert numbers(taken) == [0, 1]
    assert inbox.take_dropped() == 0


def test_a_batch_gathers_what_comes_after_its_first_message_and_is_taken_when_full() -> None:
    inbox = Inbox(batch=2, gather=3600)
    taken: list[int] = []
    taking = Thread(target=lambda: taken.extend(numbers(inbox.take(3600))))
    taking.start()
    inbox.put(message(0))
    inbox.put(message(1))
    taking.join(30)
    assert taken == [0, 1]


def test_a_batch_that_left_some_is_followed_by_the_next_at_once() -> None:
    inbox = Inbox(batch=4, gather=3600)
    for number in range(6):
        inbox.put(message(number))
    assert numbers(inbox.take(0)) == [0, 1, 2, 3]
    assert numbers(inbox.take(0)) == [4, 5]


def test_nobody_waits_behind_one_who_sends_without_end() -> None:
    inbox = Inbox(gather=0)
    for number in range(10 * SHARE):
        inbox.put(message(number, sender="greedy"))
    inbox.put(message(0, sender="modest"))
    assert senders(inbox.take(0)) == ["greedy"] * SHARE + ["modest"]
    inbox.put(message(1, sender="modest"))
    assert numbers(inbox.take(0)) == [*range(SHARE, 2 * SHARE), 1]


def test_a_share_is_bounded_in_bytes_too() -> None:
    inbox = Inbox(gather=0)
    for number in range(3):
        inbox.put(message(number, SHARE_BYTES, "greedy"))
    inbox.put(message(0, sender="modest"))
    assert senders(inbox.take(0)) == ["greedy", "modest"]


def test_all_have_their_turn_when_a_batch_has_no_place_for_all() -> None:
    inbox = Inbox(batch=2, gather=0)
    for sender in "abc":
        for number in range(2 * SHARE):
            inbox.put(message(number, sender=sender))
    turns = ["".join(sorted(set(senders(inbox.take(0))))) for _ in range(6)]
    assert turns == ["a", "b", "c"] * 2


def test_what_is_above_a_senders_room_is_not_accepted_and_takes_no_room_of_others() -> None:
    inbox = Inbox(room=1000)
    inbox.put(message(0, 1000, "greedy"))
    assert not inbox.accepts("greedy/1", 1)
    assert not inbox.accepts("greedy/2", 60_000)
    assert inbox.accepts("modest/1", 60_000)
    assert (inbox.depth, inbox.dropped_ever, inbox.take_dropped()) == (1, 2, 0)
    assert inbox.take_too_much() == {"greedy": 2}
    assert inbox.take_too_much() == {}
    inbox.take(0)
    assert inbox.accepts("greedy/3", 1)


def test_a_payload_larger_than_the_room_is_accepted_when_nothing_waits() -> None:
    assert Inbox(room=1000).accepts("a/1", 60_000)


def test_who_made_too_much_work_rests_while_others_go_on_and_comes_again() -> None:
    clock = FakeClock()
    inbox = Inbox(gather=0, clock=clock.monotonic)
    inbox.charge({"greedy/sheets": BURST})
    inbox.put(message(0, sender="greedy"))
    assert numbers(inbox.take(0)) == [0]
    inbox.charge({"greedy/sheets": PACE, "modest/sheets": PACE})
    for sender in ("greedy", "modest"):
        inbox.put(message(1, sender=sender))
    assert senders(inbox.take(0)) == ["modest"]
    clock.advance(0.9)
    assert (inbox.take(0), inbox.depth) == ([], 1)
    clock.advance(0.2)
    assert senders(inbox.take(0)) == ["greedy"]


def test_all_topics_of_a_sender_are_charged_together_and_rest_together() -> None:
    clock = FakeClock()
    inbox = Inbox(gather=0, clock=clock.monotonic)
    inbox.put(message(1, sender="greedy"))
    inbox.put(message(2, sender="greedy"))
    inbox.charge({"greedy/sheets": BURST // 2 + 1, "greedy/hello": BURST // 2 + PACE})
    assert (inbox.take(0), inbox.depth) == ([], 2)
    clock.advance(1.1)
    assert numbers(inbox.take(0)) == [1, 2]


def test_work_is_done_in_time_and_then_forgotten() -> None:
    clock = FakeClock()
    inbox = Inbox(gather=0, clock=clock.monotonic)
    for _ in range(100):
        inbox.charge({"steady/sheets": PACE, **{f"passer-by-{clock.seconds}/{n}": 1 for n in range(9)}})
        clock.advance(1.0)
        inbox.put(message(0, sender="steady"))
        assert numbers(inbox.take(0)) == [0]
    assert len(inbox._busy_until) <= 10


def test_who_rests_yields_its_room_to_the_others() -> None:
    inbox = Inbox(capacity=2000, patience=0, gather=0)
    for number in range(4):
        inbox.put(message(number, 500, "greedy"))
    inbox.charge({"greedy/sheets": BURST + PACE})
    inbox.put(message(9, 500, "modest"))
    assert numbers(inbox.take(0)) == [9]
    assert (inbox.take_too_much(), inbox.take_dropped(), inbox.depth) == ({"greedy": 4}, 0, 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1000), st.booleans()), max_size=60))
def test_whatever_comes_each_senders_order_holds_and_nothing_is_lost_unseen(
    steps: list[tuple[str, int, bool]],
) -> None:
    clock = FakeClock()
    inbox = Inbox(capacity=4000, room=2000, batch=3, patience=0, gather=0, clock=clock.monotonic)
    put: Senders = {sender: [] for sender in "abc"}
    came: Senders = {sender: [] for sender in "abc"}
    for number, (sender, size, work) in enumerate(steps):
        if inbox.accepts(f"{sender}/{number}", size):
            inbox.put(Message(f"{sender}/{number}", b"x" * size))
            put[sender].append(number)
        if work:
            inbox.charge({f"{sender}/{number}": BURST // 2})
            clock.advance(1.0)
            for one in inbox.take(0):
                came[one.topic[0]].append(int(one.topic[2:]))
    clock.advance(1e6)
    while taken := inbox.take(0):
        for one in taken:
            came[one.topic[0]].append(int(one.topic[2:]))
    for sender in "abc":
        assert came[sender] == sorted(came[sender])
        assert set(came[sender]) <= set(put[sender])
    assert sum(map(len, came.values())) + inbox.dropped_ever == len(steps)
    assert (inbox.depth, inbox._bytes, inbox._ready, inbox._turns, inbox._resting) == (0, 0, 0, {}, {})
