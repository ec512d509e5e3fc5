"""What of the refused is written to the quarantine: of each sender a few at a time, the others counted only.

So a terminal that sends nothing but rubbish takes neither the disk's time nor the place of what others were refused.
"""

from collections.abc import Callable, Iterable
from time import monotonic

from msgspec import Struct

from collector.store.protocol import Refusal
from contract.errors import RefusedError
from contract.topics import parse_topic

SECONDS = 10.0
MOST_OF_ONE = 10
MOST = 100
"""Refusals that are written in so many seconds, of one sender and of all."""


class _Uncounted(Struct):
    """Refusals of one sender that were not written: how many, and the newest."""

    times: int
    newest: Refusal


class Refused:
    """Passes on what is to be written. Holds one refusal for each of at most `MOST` senders, for as long."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until = 0.0
        self._written: dict[str, int] = {}
        self._left: dict[str, _Uncounted] = {}

    def take(self, refusals: Iterable[Refusal]) -> list[Refusal]:
        """Those of these, and of the ones before, that are to be written now. Each is written or counted once."""
        now = self._clock()
        written: list[Refusal] = []
        if now >= self._until:
            written = [_summed(left) for left in self._left.values()]
            self._left.clear()
            self._written.clear()
            self._until = now + SECONDS
        for refusal in refusals:
            sender = _sender(refusal.topic)
            so_far = self._written.get(sender, 0)
            if so_far < MOST_OF_ONE and (so_far or len(self._written) < MOST // MOST_OF_ONE):
                self._written[sender] = so_far + 1
                written.append(refusal)
            else:
                self._leave(sender, refusal)
        return written

    def _leave(self, sender: str, refusal: Refusal) -> None:
        if sender not in self._left and len(self._left) >= MOST:
            sender = ""
        left = self._left.get(sender)
        self._left[sender] = _Uncounted((left.times if left else 0) + refusal.times, refusal)


def _sender(topic: str) -> str:
    """The terminal; one for all topics that are none of ours."""
    try:
        return parse_topic(topic)[0]
    except RefusedError:
        return ""


def _summed(left: _Uncounted) -> Refusal:
    newest = left.newest
    if left.times == 1:
        return newest
    reason = f"{left.times:,} more within {SECONDS:g} seconds; the last: {newest.reason}"
    return Refusal(newest.topic, reason, newest.payload, left.times)
