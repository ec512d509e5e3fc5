"""A machine to install, in a directory and without being root: what its programs would do to its files is done."""

import shutil
import stat
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from deploy.errors import Problem
from deploy.install.machine import Machine

ACCOUNTS = "root:x:0:0:root:/:/bin/sh\n"
GROUPS = "root:x:0:\n"


class FakeMachine(Machine):
    """As bare as Debian is at first.

    `lines` are the programs that were run and `written` the files. A program that begins as `broken` fails; `disks` has
    the file system on each.
    """

    def __init__(self, root: Path, *, runs: bool = True) -> None:
        super().__init__(root)
        self.lines: list[str] = []
        self.written: list[str] = []
        self.broken = "nothing"
        self.active: set[str] = set()
        self.disks = {"/dev/sda3": "ext4"}
        self.packages: set[str] = set()
        self._runs = runs
        self._owners: dict[tuple[int, int], tuple[str, str]] = {}
        self._programs: dict[str, Callable[..., str]] = {
            "dpkg-query": self._dpkg_query,
            "apt-get": self._apt_get,
            "systemd-sysusers": self._sysusers,
            "systemd-tmpfiles": self._tmpfiles,
            "systemctl": self._systemctl,
            "python3": self._python,
            "findfs": lambda _name: "/dev/sdb1\n",
            "blkid": lambda *words: self.disks.get(words[-1], ""),
            "mount": self._mount,
            "umount": self._umount,
            "mountpoint": self._mountpoint,
            "cp": self._cp,
        }
        self._mounted: dict[str, Path] = {}
        for name, text in (("passwd", ACCOUNTS), ("group", GROUPS), ("fstab", "/dev/sda1 / ext4 defaults 0 1\n")):
            self.path(f"/etc/{name}").parent.mkdir(exist_ok=True)
            self.path(f"/etc/{name}").write_text(text)

    @property
    def runs(self) -> bool:
        return self._runs

    def write(self, name: str, content: bytes, mode: int, owner: str, group: str) -> None:
        super().write(name, content, mode, owner, group)
        self.written.append(name)

    def own(self, path: Path, owner: str, group: str) -> None:
        self._number("/etc/passwd", owner), self._number("/etc/group", group)
        self._owners[self._inode(path)] = (owner, group)

    def is_owned(self, name: str, owner: str, group: str) -> bool:
        return self._owners.get(self._inode(self.path(name)), ("root", "root")) == (owner, group)

    @staticmethod
    def _inode(path: Path) -> tuple[int, int]:
        status = path.lstat()
        return status.st_dev, status.st_ino

    def run(self, *line: str) -> str:
        said = " ".join(line)
        if line[0] != "dpkg-query":
            self.lines.append(said)
        if said.startswith(self.broken):
            raise Problem(f"`{said}` failed")
        program = self._programs.get(line[0])
        if program is None and line[0].endswith("/fjes"):
            program = self._fjes
        return program(*line[1:]) if program else ""

    def _dpkg_query(self, *line: str) -> str:
        if line[-1] not in self.packages:
            raise Problem("dpkg-query: no packages found")
        return "installed"

    def _apt_get(self, action: str, *words: str) -> str:
        if action == "install":
            self.packages |= {word for word in words if not word.startswith("-")}
            if "mosquitto" in self.packages:
                self._add("mosquitto", "mosquitto")
                self.path("/usr/sbin").mkdir(parents=True, exist_ok=True)
                self.path("/usr/sbin/mosquitto").touch()
        return ""

    def _sysusers(self, file: str) -> str:
        for line in (self.read(file) or b"").decode().splitlines():
            match line.split():
                case ["u", name, *_]:
                    self._add(name, name)
                case ["g", name, *_]:
                    self._add(None, name)
        return ""

    def _add(self, user: str | None, group: str) -> None:
        for file, name, rest in (("passwd", user, "::/:/bin/false"), ("group", group, "")):
            text = self.path(f"/etc/{file}").read_text()
            if name and not self.has_account(f"/etc/{file}", name):
                self.path(f"/etc/{file}").write_text(f"{text}{name}:x:{len(text)}:{rest}\n")

    def _tmpfiles(self, _create: str, file: str) -> str:
        for line in (self.read(file) or b"").decode().splitlines():
            if line and not line.startswith("#"):
                kind, name, mode, owner, group = line.split()
                path = self.path(name)
                path.mkdir(parents=True, exist_ok=True) if kind == "d" else path.touch()
                path.chmod(int(mode, 8))
                self.own(path, owner, group)
        return ""

    def _systemctl(self, action: str, *words: str) -> str:
        units = [word for word in words if not word.startswith("-")]
        if action == "enable":
            for unit in units:
                wants = "timers.target.wants" if unit.endswith(".timer") else "multi-user.target.wants"
                link = self.path(f"/etc/systemd/system/{wants}/{unit}")
                link.parent.mkdir(parents=True, exist_ok=True)
                link.unlink(missing_ok=True)
                link.symlink_to(f"/etc/systemd/system/{unit}")
        elif action in ("start", "restart"):
            self.active |= set(units)
        elif action == "stop":
            self.active = {one for one in self.active if not any(fnmatch(one, unit) for unit in units)}
        elif action == "is-active" and not set(units) & self.active:  # of several units, one is enough
            raise Problem("inactive")
        return ""

    def _python(self, *words: str) -> str:
        if words[:2] == ("-m", "venv"):
            shutil.rmtree(self.path(words[-1]), ignore_errors=True)
            (self.path(words[-1]) / "bin").mkdir(parents=True)
        return ""

    def _fjes(self, *words: str) -> str:
        if "init" in words:
            for name in ("mosquitto.conf", "server.crt", "collector.password"):
                self.path(f"/var/lib/fjes/broker/{name}").write_text(name)
        return ""

    def _mount(self, *words: str) -> str:
        """The disk is the directory where it is mounted first; mounted by fstab alone, it is in that place."""
        place = words[-1]
        if len(words) == 1:
            for entry in (self.root / "run/fjes-data").iterdir():
                entry.rename(self.path(place) / entry.name)
        self._mounted[place] = self.path(place)
        return ""

    def _umount(self, place: str) -> str:
        del self._mounted[place]
        return ""

    def _mountpoint(self, *words: str) -> str:
        if words[-1] not in self._mounted:
            raise Problem("not a mountpoint")
        return ""

    def _cp(self, *words: str) -> str:
        source, target = self.path(words[-2].removesuffix("/.")), self.path(words[-1])
        inside = any(target.is_relative_to(place) for place in self._mounted.values())
        assert inside, "nothing is mounted there: it would be on the system's own disk"
        shutil.copytree(source, target, symlinks=True)
        for file in source.rglob("*"):
            copy = target / file.relative_to(source)
            self._owners[self._inode(copy)] = self._owners.get(self._inode(file), ("root", "root"))
        return ""


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content, or target, of all there is in a machine."""
    found = {}
    for path in sorted(root.rglob("*")):
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (stat.S_IMODE(path.lstat().st_mode), content)
    return found
