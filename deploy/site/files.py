"""Files of the broker: whole or not at all, and readable to those who need them and no one else."""

import os
import pwd
import tempfile
from contextlib import suppress
from pathlib import Path

from deploy.errors import Problem
from deploy.operating.files import on_disk

SECRET = 0o600
OPEN = 0o644


def write(file: Path, content: bytes, mode: int, *, keep_owner: bool = True) -> None:
    """Puts `content` in the place of what was there, on the disk on return. Raises Problem.

    It is for the same owner; without `keep_owner`, for who runs this, whoever has put a file of that name there.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                os.fchmod(out.fileno(), mode)
                if keep_owner and os.geteuid() == 0:
                    with suppress(FileNotFoundError):
                        before = file.stat()
                        os.fchown(out.fileno(), before.st_uid, before.st_gid)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        on_disk(file.parent)
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}") from error


def make_directory(directory: Path, mode: int) -> None:
    """Raises Problem."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(mode)
    except OSError as error:
        raise Problem(f"{directory}: {error.strerror}") from error


def give_to_broker(path: Path) -> None:
    """To the user that mosquitto becomes when root starts it. Others start it as themselves, and own all of it."""
    if os.geteuid() == 0:
        with suppress(KeyError):  # where there is no such user, it becomes `nobody`, or is told in conf.d
            who = pwd.getpwnam("mosquitto")
            os.chown(path, who.pw_uid, who.pw_gid)
