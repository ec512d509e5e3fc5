"""The queue between the network's thread and the worker: bounded in number and bytes, drained in batches."""

from collections import deque
from threading import Condition

from collector.wire import Message

CAPACITY_BYTES = 8 * 1024 * 1024
CAPACITY = 10_000
BATCH_BYTES = 2 * 1024 * 1024
BATCH = 2_000
PATIENCE_SECONDS = 2.0
GATHER_SECONDS = 0.03
"""How long a batch gathers after its first message. Python runs one thread at a time, and a worker at work leaves the
network's thread little: taking turns, with fewer commits, stores about a third more in a second."""


class Inbox:
    """Waits for room for a while, which slows the broker down, and drops what comes when there is none.

    What is dropped is not acknowledged, so the terminal has it still.
    """

    def __init__(
        self,
        capacity: int = CAPACITY,
        capacity_bytes: int = CAPACITY_BYTES,
        batch: int = BATCH,
        patience: float = PATIENCE_SECONDS,
        gather: float = GATHER_SECONDS,
    ) -> None:
        self._capacity = capacity
        self._capacity_bytes = capacity_bytes
        self._batch = batch
        self._patience = patience
        self._gather = gather
        self._messages: deque[Message] = deque()
        self._bytes = 0
        self._changed = Condition()
        self._dropped = 0
        self._full = False

    def put(self, message: Message) -> None:
        with self._changed:
            if not self._has_room(message) and not self._full:
                self._changed.wait_for(lambda: self._has_room(message), self._patience)
            self._full = not self._has_room(message)
            if self._full:
                self._dropped += 1
                return
            self._messages.append(message)
            self._bytes += len(message.payload)
            if len(self._messages) in (1, self._batch):
                self._changed.notify_all()

    def take(self, timeout: float) -> list[Message]:
        """One batch, oldest first; waits up to `timeout` seconds for the first message, and then for some more."""
        taken: list[Message] = []
        size = 0
        with self._changed:
            if self._changed.wait_for(lambda: self._messages, timeout):
                self._changed.wait_for(lambda: len(self._messages) >= self._batch, self._gather)
            while self._messages and len(taken) < self._batch and size < BATCH_BYTES:
                taken.append(self._messages.popleft())
                size += len(taken[-1].payload)
            self._bytes -= size
            self._changed.notify_all()
        return taken

    def take_dropped(self) -> int:
        """How many messages were dropped since this was last asked; 0 until the queue has been drained."""
        with self._changed:
            if self._messages:
                return 0
            dropped, self._dropped = self._dropped, 0
            return dropped

    def _has_room(self, message: Message) -> bool:
        return len(self._messages) < self._capacity and (
            not self._messages or self._bytes + len(message.payload) <= self._capacity_bytes
        )
