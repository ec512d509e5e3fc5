"""Has the guard decide before anybody looks: at the start, after the end of a month, and when a terminal came late."""

from contextlib import closing, suppress

from collector.store.protocol import StoreError
from dashboard.look import Site
from dashboard.rounds import Rounds

EVERY_SECONDS = 60.0


class Warming(Rounds):
    """In places of few votes a year takes seconds to decide on; where all is decided, a round is a few small queries.

    Where the store cannot be read, that is for the pages to say.
    """

    def __init__(self, site: Site, every_seconds: float = EVERY_SECONDS) -> None:
        super().__init__("warming", self._prepare, every_seconds, ())
        self._site = site

    def _prepare(self) -> None:
        with suppress(StoreError), closing(self._site.open_store()) as store:
            self._site.guard.prepare(store, self._site.now().date())
