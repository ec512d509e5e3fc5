"""Looks round every minute, beside the pages and never in their way."""

from collector.store.protocol import StoreError
from dashboard.alerts.watch import Watch
from dashboard.people.errors import PeopleError
from dashboard.rounds import Rounds

EVERY_SECONDS = 60.0


class Watchman(Rounds):
    """At a stop it does not wait for an address that does not answer."""

    def __init__(self, watch: Watch, every_seconds: float = EVERY_SECONDS) -> None:
        super().__init__("watchman", watch.look, every_seconds, (StoreError, PeopleError))
