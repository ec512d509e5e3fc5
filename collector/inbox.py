"""The queue between the network's thread and the worker: bounded, drained in batches, and fair to every sender.

Each sender has a queue of its own, of which a batch takes a share in turn, so that nobody waits behind one who sends
without end; and who makes more work than a terminal may, rests. What is above a sender's room is dropped before it is
copied. It heals: what is not acknowledged, the terminal has still, and sends again.
"""

from collections import deque
from collections.abc import Callable, Mapping
from threading import Condition
from time import monotonic

from msgspec import Struct, field

from collector.wire import Message

CAPACITY_BYTES = 16 * 1024 * 1024
SENDER_BYTES = 4 * 1024 * 1024
"""Room for all, and for one sender: the longest release, of years without a broker, fits."""
MESSAGE_BYTES = 256
"""What a message takes beside its payload."""
BATCH_BYTES = 2 * 1024 * 1024
BATCH = 2_000
SHARE_BYTES = 128 * 1024
SHARE = 200
"""One sender's part of a batch: some milliseconds' work."""
PATIENCE_SECONDS = 2.0
GATHER_SECONDS = 0.03
"""How long a batch gathers after its first message. Python runs one thread at a time, and a worker at work leaves the
network's thread little: taking turns, with fewer commits, stores about a third more in a second."""
PACE = 2_000
"""Sheets, or what makes as much work, that one sender may send in a second without end: a worker can ten times that."""
BURST = 10 * PACE
"""So many may come at once."""


class _Queue(Struct):
    """What waits of one sender; never nothing."""

    messages: deque[Message] = field(default_factory=deque)
    size: int = 0


class Inbox:
    """Waits for room for a while, which slows the broker down, and drops what comes when there is none."""

    def __init__(
        self,
        capacity: int = CAPACITY_BYTES,
        room: int = SENDER_BYTES,
        batch: int = BATCH,
        patience: float = PATIENCE_SECONDS,
        gather: float = GATHER_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._capacity = capacity
        self._room = room
        self._batch = batch
        self._patience = patience
        self._gather = gather
        self._clock = clock
        self._changed = Condition()
        self._turns: dict[str, _Queue] = {}
        """What may be taken; who is next in turn is first."""
        self._resting: dict[str, _Queue] = {}
        self._busy_until: dict[str, float] = {}
        """When a sender's work would be done at its pace."""
        self._bytes = 0
        self._ready = 0
        """Messages of those in turn."""
        self._backlog = False
        self._full = False
        self._dropped = 0
        self._too_much: dict[str, int] = {}
        self.dropped_ever = 0

    @property
    def depth(self) -> int:
        """How many messages wait."""
        with self._changed:
            return self._ready + sum(len(queue.messages) for queue in self._resting.values())

    def accepts(self, topic: str, size: int) -> bool:
        """Whether its sender has room for a payload of so many bytes; else it is counted as dropped."""
        sender = sender_of(topic)
        queue = self._turns.get(sender) or self._resting.get(sender)
        if queue is None or queue.size + size + MESSAGE_BYTES <= self._room:
            return True
        with self._changed:
            self._drop_of(sender, 1)
        return False

    def put(self, message: Message) -> None:
        """Raises nothing; what `accepts` does not take is not to be put."""
        size = _size(message)
        with self._changed:
            if not self._fits(size):
                self._make_room(size)
            self._full = not self._fits(size)
            if self._full:
                self._dropped += 1
                self.dropped_ever += 1
                return
            self._append(message, size)
            if self._ready in (1, self._batch):
                self._changed.notify_all()

    def take(self, timeout: float) -> list[Message]:
        """One batch, of each sender in turn a share, oldest first; waits up to `timeout` seconds for the first message.

        Waits then for some more, except where the last batch left some.
        """
        taken: list[Message] = []
        with self._changed:
            self._wake()
            if not self._changed.wait_for(lambda: self._turns, min(timeout, self._until_next())):
                self._wake()
            if self._turns and not self._backlog:
                self._changed.wait_for(lambda: self._ready >= self._batch, self._gather)
            size = 0
            for sender in list(self._turns):
                if len(taken) >= self._batch or size >= BATCH_BYTES:
                    break
                size += self._take_share(sender, taken)
            self._backlog = bool(self._turns)
            self._changed.notify_all()
        return taken

    def charge(self, work: Mapping[str, int]) -> None:
        """Has senders, by topic, account for the work that their messages made; who is over its burst rests."""
        with self._changed:
            now = self._clock()
            for topic, effort in work.items():
                sender = sender_of(topic)
                self._busy_until[sender] = max(now, self._busy_until.get(sender, now)) + effort / PACE
                if sender in self._turns and self._rests(sender, now):
                    queue = self._resting[sender] = self._turns.pop(sender)
                    self._ready -= len(queue.messages)

    def take_dropped(self) -> int:
        """How many messages were dropped as there was no room for anybody; 0 until what is in turn has been taken."""
        with self._changed:
            if self._turns:
                return 0
            dropped, self._dropped = self._dropped, 0
            return dropped

    def take_too_much(self) -> dict[str, int]:
        """How many messages were dropped of each sender that sent more than it has room for, since this was asked."""
        with self._changed:
            too_much, self._too_much = self._too_much, {}
            return too_much

    def _fits(self, size: int) -> bool:
        return not self._bytes or self._bytes + size <= self._capacity

    def _make_room(self, size: int) -> None:
        """Who rests yields to the others; else the worker is waited for, but not again while it never came."""
        while self._resting and not self._fits(size):
            sender = max(self._resting, key=lambda name: self._resting[name].size)
            queue = self._resting.pop(sender)
            self._bytes -= queue.size
            self._drop_of(sender, len(queue.messages))
        if not self._full:
            self._changed.wait_for(lambda: self._fits(size), self._patience)

    def _append(self, message: Message, size: int) -> None:
        sender = sender_of(message.topic)
        resting = sender in self._resting or (sender not in self._turns and self._rests(sender, self._clock()))
        queue = (self._resting if resting else self._turns).setdefault(sender, _Queue())
        queue.messages.append(message)
        queue.size += size
        self._bytes += size
        self._ready += not resting

    def _take_share(self, sender: str, taken: list[Message]) -> int:
        """At least one message; the sender's next turn is after all others'. Returns the bytes."""
        queue = self._turns.pop(sender)
        before, size = len(taken), 0
        most = min(SHARE, self._batch - before)
        while queue.messages and len(taken) - before < most and size < SHARE_BYTES:
            taken.append(queue.messages.popleft())
            size += _size(taken[-1])
        self._ready -= len(taken) - before
        queue.size -= size
        self._bytes -= size
        if queue.messages:
            self._turns[sender] = queue
        return size

    def _rests(self, sender: str, now: float) -> bool:
        return self._busy_until.get(sender, now) - now > BURST / PACE

    def _wake(self) -> None:
        """Who has rested enough is in turn again, and work that is done is forgotten."""
        now = self._clock()
        for sender in [name for name in self._resting if not self._rests(name, now)]:
            queue = self._turns[sender] = self._resting.pop(sender)
            self._ready += len(queue.messages)
        self._busy_until = {name: until for name, until in self._busy_until.items() if until > now}

    def _until_next(self) -> float:
        """Seconds until the next of those who rest has rested enough."""
        now = self._clock()
        return max(0.0, min((self._busy_until[name] - now - BURST / PACE for name in self._resting), default=1e9))

    def _drop_of(self, sender: str, count: int) -> None:
        self._too_much[sender] = self._too_much.get(sender, 0) + count
        self.dropped_ever += count


def sender_of(topic: str) -> str:
    """What all topics of one terminal have in common."""
    return topic.rpartition("/")[0]


def _size(message: Message) -> int:
    return len(message.payload) + MESSAGE_BYTES
