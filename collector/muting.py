"""Whom the collector stops listening to: a terminal that floods it, for a while, and longer each time it goes on.

What the inbox drops has still taken the broker's time and stood in the broker's queue before the others' messages. A
broker drops what nobody subscribes to at once; so while somebody floods, the collector subscribes to the others only.
"""

from collections.abc import Callable, Mapping
from time import monotonic

from msgspec import Struct

FLOOD = 1_000
"""Messages above a terminal's room in the inbox, which no terminal ever fills that does its work."""
FIRST_SECONDS = 30.0
LONGEST_SECONDS = 600.0


class _Mute(Struct):
    until: float
    seconds: float


class _Dropped(Struct):
    count: int
    last: float


class Muting:
    """Who is muted, and until when."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._dropped: dict[str, _Dropped] = {}
        self._mutes: dict[str, _Mute] = {}
        self.muted: frozenset[str] = frozenset()

    def update(self, dropped: Mapping[str, int]) -> bool:
        """Told how many messages of which terminals were dropped since the last time; whether `muted` has changed."""
        now = self._clock()
        for terminal, count in dropped.items():
            dropped_of = self._dropped.setdefault(terminal, _Dropped(0, now))
            dropped_of.count, dropped_of.last = dropped_of.count + count, now
            if dropped_of.count >= FLOOD and terminal not in self.muted:
                last = self._mutes.get(terminal)
                seconds = min(2 * last.seconds, LONGEST_SECONDS) if last else FIRST_SECONDS
                self._mutes[terminal] = _Mute(now + seconds, seconds)
        self._forget(now)
        before, self.muted = self.muted, frozenset(name for name, one in self._mutes.items() if one.until > now)
        return self.muted != before

    def _forget(self, now: float) -> None:
        """Who has been quiet for as long as the mute was, is as one that never flooded."""
        for name in [name for name, one in self._mutes.items() if now >= one.until + one.seconds]:
            del self._mutes[name]
        for name in [name for name, one in self._dropped.items() if now - one.last >= FIRST_SECONDS]:
            del self._dropped[name]
        for name in [name for name in self._dropped if name in self._mutes and self._mutes[name].until > now]:
            del self._dropped[name]
        if len(self._dropped) > FLOOD:
            self._dropped.clear()
