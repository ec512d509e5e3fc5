"""Reads a file that a person has named: no pipe or device is waited for, and nothing is read that is too large."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def read_file(file: Path, most: int) -> bytes:
    """All of a plain file of at most `most` bytes. Raises OSError, whose `strerror` says why not."""
    with open_file(file) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"is larger than {most:,} bytes", str(file))
    return content


def open_file(file: Path) -> BinaryIO:
    """A plain file to read. Raises OSError, whose `strerror` says why not."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    raise OSError(errno.EINVAL, "is no file, but a pipe or a device", str(file))
