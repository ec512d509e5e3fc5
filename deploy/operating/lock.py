"""Who may have the store: any number of collectors together, or one restore alone.

A restore under a running collector could not corrupt anything, but the collector would go on with what it knows of the
store that was, and would not ask the terminals for what is missing until its next start.

A second lock tells others on this machine that a collector hears its broker; it keeps nobody out.

Each lock is on a file of its own: closing any handle of the store's own file would drop SQLite's locks on it
(https://sqlite.org/howtocorrupt.html, 2.2). The kernel drops it when its process ends, however that ends.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.alone import GONE, has_locked
from deploy.errors import Problem
from deploy.operating.files import made_ours


def lock_of(store: Path) -> Path:
    return Path(f"{store}.lock")


def hearing_of(store: Path) -> Path:
    return Path(f"{store}.hearing.lock")


@contextmanager
def collecting(store: Path) -> Iterator[None]:
    """For as long as a collector works on the store. Raises Problem while it is being restored."""
    busy = "it is just being restored; start the collector again when that is done"
    with _locked(lock_of(store), fcntl.LOCK_SH, f"store {store}: {busy}", GONE):
        yield


@contextmanager
def hearing(store: Path) -> Iterator[Callable[[bool], None]]:
    """Gives what a collector tells again and again whether it hears its broker. Raises Problem."""
    with _opened(hearing_of(store)) as handle:

        def tell(hears: bool) -> None:
            with suppress(BlockingIOError):  # somebody looks just now; it is told again
                fcntl.flock(handle, (fcntl.LOCK_SH if hears else fcntl.LOCK_UN) | fcntl.LOCK_NB)

        yield tell


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """For as long as the store is replaced. Raises Problem while a collector works on it."""
    busy = "a collector is running on it; stop it first: systemctl stop fjes-collector"
    with _locked(lock_of(store), fcntl.LOCK_EX, f"store {store}: {busy}"):
        yield


def is_held(lock: Path) -> bool:
    """Whether another process has a lock: a collector its store's, or a terminal that of its directory."""
    try:
        handle = os.open(lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # for a moment, which who begins just then has patience for
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def _locked(file: Path, how: int, otherwise: str, patience: float = 0.0) -> Iterator[None]:
    with _opened(file) as handle:
        if not has_locked(handle, how, patience):
            raise Problem(otherwise)
        yield


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}: check that its directory exists and may be written to") from error
    try:
        made_ours(file)
        yield handle
    finally:
        os.close(handle)
