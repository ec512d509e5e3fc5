"""A store on a disk that fails when the test says so."""

from collections.abc import Sequence

from collector.store.protocol import Received, Saved, StoreError
from collector.store.sqlite import SqliteStore


class FailingStore(SqliteStore):
    """Refuses the next `failures` saves, as a full disk does."""

    failures = 0
    failed = 0

    def save(self, received: Sequence[Received]) -> Saved:
        if self.failures:
            self.failures -= 1
            self.failed += 1
            raise StoreError("store fjes.db: database or disk is full: free some space on its disk")
        return super().save(received)
