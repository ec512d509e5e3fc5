"""When the store's totals are made: while nobody sends, a little at a time, so that nobody waits for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import monotonic

import structlog

from collector.store.protocol import Store, StoreError

STEP = 100
"""Totals in one step: some milliseconds' work."""
EVERY_SECONDS = 60.0
"""Between two looks whether there are any to make."""
PATIENCE_SECONDS = 600.0
"""Where terminals send without a pause, one step is made all the same after so long."""

log = structlog.get_logger(__name__)


def yesterday() -> date:
    """Everywhere the days before this one are over. One that is not would only be added up twice."""
    return (datetime.now(UTC) - timedelta(days=1)).date()


class AddingUp:
    """Has the store make its totals. To be asked after each batch of messages, and when there was none."""

    def __init__(
        self, store: Store, clock: Callable[[], float] = monotonic, today: Callable[[], date] = yesterday
    ) -> None:
        self._store = store
        self._clock = clock
        self._today = today
        self._next = clock()
        self._failed = False

    @property
    def is_due(self) -> bool:
        """Whether it is time for a step."""
        return self._next <= self._clock()

    def step(self, *, idle: bool) -> None:
        """Makes some, if it is time. A store that cannot be written to is tried again later: nothing hangs on it."""
        now = self._clock()
        if now < self._next + (0 if idle else PATIENCE_SECONDS):
            return
        try:
            made = self._store.add_up(self._today(), STEP)
        except StoreError as error:
            made = 0
            if not self._failed:
                log.warning("not_added_up", reason=str(error), help="pages are slower until it works")
            self._failed = True
        else:
            self._failed = False
        self._next = now if made == STEP else now + EVERY_SECONDS
