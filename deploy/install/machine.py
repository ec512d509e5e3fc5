"""The machine that is installed: its files, its packages, its services; this one, or one in a directory."""

import os
import pwd
import subprocess
from pathlib import Path

from deploy.errors import Problem

_TOLD = 15
"""Lines of what a program said that are passed on when it failed."""
_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where some of the programs are; not every root looks there."""
_PLAIN = {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


class Machine:
    """One machine, with its root directory at `root`. What it is told to do raises Problem when it cannot be done."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root
        self.changed = False
        """Whether a step of this installation has had, or would have, something to do."""

    def path(self, name: str) -> Path:
        """Where this machine's file `name`, which begins with a slash, is found from here."""
        return self.root / name.lstrip("/")

    def read(self, name: str) -> bytes | None:
        """What a file says; None where it is not there."""
        try:
            return self.path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, content: bytes, mode: int, owner: str, group: str) -> None:
        """A whole file, in the place of what was there."""
        file = self.path(name)
        fresh = file.with_name(f".{file.name}.fresh")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            fresh.touch(0o600)
            with fresh.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            self.own(fresh, owner, group)
            fresh.chmod(mode)
            fresh.replace(file)
        except OSError as error:
            raise Problem(f"{name}: {error.strerror}") from error

    def own(self, path: Path, owner: str, group: str) -> None:
        """Gives a file, which is `path` from here, to a user and a group of that machine. Raises OSError, Problem."""
        os.chown(path, self._number("/etc/passwd", owner), self._number("/etc/group", group), follow_symlinks=False)

    def is_owned(self, name: str, owner: str, group: str) -> bool:
        status = self.path(name).lstat()
        found = self._number("/etc/passwd", owner), self._number("/etc/group", group)
        return (status.st_uid, status.st_gid) == found

    def has_account(self, file: str, name: str) -> bool:
        """Whether a name is in /etc/passwd or /etc/group."""
        return self._find(file, name) is not None

    def run(self, *line: str) -> str:
        """Runs a program in that machine and returns what it printed."""
        inside = [] if self.root == Path("/") else ["chroot", str(self.root)]
        path = f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}"
        try:
            done = subprocess.run(
                [*inside, *line],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, **_PLAIN, "PATH": path},
            )
        except OSError as error:
            raise Problem(f"`{' '.join(line)}`: {error.filename}: {error.strerror}") from error
        if done.returncode:
            said = "\n".join(done.stdout.splitlines()[-_TOLD:])
            raise Problem(f"`{' '.join(line)}` failed:\n{said}")
        return done.stdout

    def succeeds(self, *line: str) -> bool:
        """Whether a program ends well; also False where there is no such program."""
        try:
            self.run(*line)
        except Problem:
            return False
        return True

    @property
    def runs(self) -> bool:
        """Whether systemd runs it now, so that services can be started."""
        return self.root == Path("/") and Path("/run/systemd/system").is_dir()

    def _number(self, file: str, name: str) -> int:
        number = self._find(file, name)
        if number is None:
            raise Problem(f"{file}: there is no {name}")
        return number

    def _find(self, file: str, name: str) -> int | None:
        lines = (self.read(file) or b"").decode(errors="replace").splitlines()
        found = (line.split(":") for line in lines)
        return next((int(fields[2]) for fields in found if fields[0] == name and len(fields) > 2), None)


def refuse_without_root(machine: Machine) -> None:
    """Raises Problem for anybody but root: a half-installed machine helps nobody."""
    if os.geteuid() != 0:
        who = pwd.getpwuid(os.geteuid()).pw_name
        raise Problem(f"installing changes this machine, and {who} may not; say it again with sudo")
    lines = (machine.read("/proc/mounts") or b"").decode(errors="replace").splitlines()
    if any(line.split()[1:3] == ["/", "overlay"] for line in lines if line.startswith("overlayroot ")):
        raise Problem(
            "this machine's system is read-only, and what is installed now would be gone after the next start; "
            "say first: sudo overlayroot-chroot, and then this command again"
        )
