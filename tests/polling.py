"""Waiting for what other threads and processes do."""

from collections.abc import Callable
from time import monotonic, sleep

PATIENCE = 120.0
"""Seconds after which what has not come will not come, also on a busy machine."""


def eventually(holds: Callable[[], object], otherwise: str = "it never came to hold") -> None:
    """Returns as soon as `holds()` is true. Raises AssertionError with `otherwise` when it never is."""
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline, otherwise
        sleep(0.01)
