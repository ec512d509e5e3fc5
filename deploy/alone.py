"""One terminal at a time on one disk: two would be two lives of it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.errors import Problem

_GONE = 3.0
"""Seconds that a terminal which was killed may take to let go of its disk."""


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Holds the disk state of a terminal, which must be there. Raises Problem when another process does."""
    until = time.monotonic() + _GONE
    with (directory / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > until:
                    what = "another terminal is running on this directory"
                    raise Problem(f"terminal.data {directory}: {what}") from error
                time.sleep(0.05)
        yield
