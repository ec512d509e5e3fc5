"""Files as an operator's commands make them: for their user's eyes, whole or not at all, with room made sure of."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.errors import Problem
from deploy.operating.words import megabytes

_SPARE = 16 * 1024 * 1024
"""Bytes that are to stay free beside what is written: the collector writes to the same disk."""


def made_ours(file: Path) -> None:
    """Gives what root has made to whom its directory belongs to, so that the collector's own user may use it."""
    if os.geteuid() == 0:
        owner = file.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def require_room(directory: Path, needed: int, what: str) -> None:
    """Raises Problem when the disk of a directory has not so many bytes, and some to spare."""
    free = shutil.disk_usage(directory).free
    if free < needed + _SPARE:
        raise Problem(
            f"{directory}: {what} needs {megabytes(needed + _SPARE)} of free space, and there are {megabytes(free)}; "
            "make room, or name another disk"
        )


@contextmanager
def workspace(directory: Path, prefix: str) -> Iterator[Path]:
    """A directory within this one that only its user may read, gone afterwards, with those of such that were killed.

    For one process at a time.
    """
    for left in directory.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=directory, ignore_cleanup_errors=True) as made:
        yield Path(made)


def on_disk(file: Path) -> None:
    """Returns when the file's bytes would survive a power cut."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(made: Path, file: Path) -> None:
    """Gives a finished file its name, for good, also over a power cut."""
    on_disk(made)
    made.replace(file)
    made_ours(file)
    on_disk(file.parent)


def copied(source: Path, target: Path) -> None:
    """A plain file, readable by its user only, with the same bytes."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as given, os.fdopen(handle, "wb") as made:
        shutil.copyfileobj(given, made)
