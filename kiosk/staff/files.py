"""Small files that must be whole after a power cut, and that nobody but their owner may read."""

import os
from pathlib import Path


def write_whole(file: Path, raw: bytes) -> None:
    """Puts `raw` in place of the file, with mode 600: all of it or nothing. Raises OSError."""
    draft = file.with_name(f".{file.name}.draft")
    draft.unlink(missing_ok=True)  # left by a power cut
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _keep_name(file.parent)


def _keep_name(directory: Path) -> None:
    """A new name is on the disk only when its directory is."""
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
