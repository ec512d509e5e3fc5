"""Watches the law of conservation in the store, all the time that it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

from tests.faults import look

_EVERY = 0.04


class Watch:
    """A thread of its own. `broken` are the lines of the first look at which sums did not agree."""

    def __init__(self, store: Path) -> None:
        self.broken: list[str] = []
        self.looks = 0
        self._store = store
        self._rests = False
        self._lock = Lock()
        self._ends = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ends.set()
        if self._thread.ident is not None:
            self._thread.join()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Whatever is done to the store here, it is not looked at before `wake`."""
        with self._lock:
            self._rests = True
            yield

    def wake(self) -> None:
        with self._lock:
            self._rests = False

    def take(self) -> None:
        """One look."""
        with self._lock:
            if self._rests or self.broken:
                return
            try:
                self.broken = list(look.unequal_sums(self._store))
            except sqlite3.Error:
                return  # no store yet, or nothing to be had from its disk now
            self.looks += 1

    def _run(self) -> None:
        while not self._ends.wait(_EVERY):
            self.take()
