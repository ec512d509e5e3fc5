"""The queue between threads is bounded and keeps its order."""

from threading import Thread

from collector.inbox import Inbox
from collector.wire import Message


def message(number: int, size: int = 1) -> Message:
    return Message(f"{number}", b"x" * size)


def topics(messages: list[Message]) -> list[int]:
    return [int(one.topic) for one in messages]


def test_messages_come_out_in_order_and_in_batches() -> None:
    inbox = Inbox(batch=3)
    for number in range(5):
        inbox.put(message(number))
    assert topics(inbox.take(0)) == [0, 1, 2]
    assert topics(inbox.take(0)) == [3, 4]
    assert inbox.take(0) == []


def test_above_its_number_messages_are_dropped_and_counted_once_drained() -> None:
    inbox = Inbox(capacity=2, batch=1, patience=0)
    for number in range(4):
        inbox.put(message(number))
    assert topics(inbox.take(0)) == [0]
    assert inbox.take_dropped() == 0
    assert topics(inbox.take(0)) == [1]
    assert inbox.take_dropped() == 2
    assert inbox.take_dropped() == 0


def test_above_its_bytes_messages_are_dropped() -> None:
    inbox = Inbox(capacity_bytes=10, patience=0)
    inbox.put(message(0, 11))
    inbox.put(message(1, 1))
    assert topics(inbox.take(0)) == [0]
    inbox.put(message(2, 5))
    inbox.put(message(3, 5))
    assert topics(inbox.take(0)) == [2, 3]


def test_a_full_inbox_waits_for_the_worker() -> None:
    inbox = Inbox(capacity=1, patience=10)
    inbox.put(message(0))
    second = Thread(target=inbox.put, args=[message(1)])
    second.start()
    taken = inbox.take(10)
    second.join()
    taken += inbox.take(10)
    assert topics(taken) == [0, 1]
    assert inbox.take_dropped() == 0


def test_a_batch_gathers_what_comes_after_its_first_message_and_is_taken_when_full() -> None:
    inbox = Inbox(batch=2, gather=3600)
    taken: list[int] = []
    taking = Thread(target=lambda: taken.extend(topics(inbox.take(3600))))
    taking.start()
    inbox.put(message(0))
    inbox.put(message(1))
    taking.join(30)
    assert taken == [0, 1]
