"""One terminal at a time on one disk: two would be two lives of it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.errors import Problem

GONE = 3.0
"""Seconds that one who looks, or was just killed, may take to let go of a lock."""


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Holds the disk state of a terminal, which must be there. Raises Problem when another process does."""
    with (directory / "lock").open("w") as lock:
        if not has_locked(lock.fileno(), fcntl.LOCK_EX, GONE):
            raise Problem(f"terminal.data {directory}: another terminal is running on this directory")
        yield


def has_locked(handle: int, how: int, patience: float = 0.0) -> bool:
    """Locks an open file, as flock(2) does for `how`; False where others held it for `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        else:
            return True
