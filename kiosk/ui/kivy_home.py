"""Kivy's home: it wants a directory to write to, gets an empty one, and that is gone afterwards, also after a kill."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "fjes-kivy-"
_LOCK = "lock"


@contextmanager
def temporary_home(parent: Path | None = None) -> Iterator[Path]:
    """An empty directory in `parent` (by default the system's for temporary files) for as long as the block runs.

    Those of processes that were killed are removed: a lock tells that nobody lives there any more.
    """
    parent = parent or Path(tempfile.gettempdir())
    _clear(parent)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    with (home / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield home
        finally:
            shutil.rmtree(home, ignore_errors=True)


def _clear(parent: Path) -> None:
    for home in parent.glob(f"{PREFIX}*"):
        try:
            with (home / _LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(home, ignore_errors=True)
        except OSError:  # somebody lives there, or it is another user's
            continue
