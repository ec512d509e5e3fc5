"""Waiting for what other threads and processes do."""

from collections.abc import Callable
from time import monotonic, sleep

SECONDS = 20.0


def eventually(holds: Callable[[], object]) -> None:
    """Returns as soon as `holds()` is true; fails the test when it never is."""
    deadline = monotonic() + SECONDS
    while not holds():
        assert monotonic() < deadline, "it never came to hold"
        sleep(0.01)
