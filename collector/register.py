"""Who is heard: the terminals that the register allows, or, where there is no register, whoever comes, up to a number.

The broker lets a terminal write its own topics only; this is the second look, for when the broker is set up otherwise.
"""

from collections.abc import Callable
from time import monotonic

from collector.store.protocol import Standing, Store

FRESH_SECONDS = 1.0
"""After so long the store is asked whether it has changed, so that a terminal is added or revoked without a restart."""
MOST_UNREGISTERED = 10_000
"""Terminals that are heard where nobody is registered; all that is kept for each terminal is bounded by it."""


class Register:
    """The register of a store, read when the store has changed."""

    def __init__(self, store: Store, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._looked = -FRESH_SECONDS
        self._version: int | None = None
        self._standings: dict[str, Standing] = {}
        self._heard: set[str] = set()
        self.edition = 0
        """Grows with each change."""

    def refresh(self) -> None:
        """Looks at the store, about once a second at most. Raises StoreError."""
        now = self._clock()
        if now - self._looked < FRESH_SECONDS:
            return
        version = self._store.version()
        if version != self._version:
            standings = self._store.registered()
            self.edition += standings != self._standings
            self._standings = standings
            if not self._standings and not self._heard:
                self._heard.update(self._store.terminals()[:MOST_UNREGISTERED])
        self._version = version
        self._looked = now

    @property
    def heard(self) -> frozenset[str]:
        """The terminals that are allowed, or where there is no register, those that have been heard."""
        if not self._standings:
            return frozenset(self._heard)
        return frozenset(name for name, standing in self._standings.items() if standing is Standing.ALLOWED)

    def refuses(self, terminal: str) -> str | None:
        """Why a terminal is not heard; None for one that is."""
        if self._standings:
            match self._standings.get(terminal):
                case Standing.ALLOWED:
                    return None
                case Standing.REVOKED:
                    return f"terminal {terminal} was revoked"
            return f"terminal {terminal} is a stranger: it is not in the register"
        if terminal not in self._heard:
            if len(self._heard) >= MOST_UNREGISTERED:
                return f"no terminal is registered here, and {MOST_UNREGISTERED} others have been heard: register them"
            self._heard.add(terminal)
        return None
