"""A terminal whose system never changes, so that a pulled plug can break nothing: only its counts have a disk.

Debian's package overlayroot, which Raspberry Pi OS uses too: the system is mounted read-only, and what programs write
to it is in memory and gone with the next start. /var/lib/fjes alone is a real disk.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import Problem
from deploy.install.kiosk import SERVICE
from deploy.install.machine import Machine
from deploy.install.server import SERVICES
from deploy.install.services import is_active, masked
from deploy.install.steps import Packages, Step, files_of

DATA = "/var/lib/fjes"
_FSTAB = "/etc/fstab"
_MEANWHILE = "/run/fjes-data"
_COPY = ".fjes-copy"
_BEFORE = "/var/lib/fjes.before"
_OF_DISK = "ext4 noatime,data=journal,commit=1,nofail 0 2"
"""`data=journal`: after a power cut a file has what was written to it or what it had before. `nofail`: without its disk
the machine starts all the same, so that it can be reached, and only the terminal does not."""


def read_only(units: Path, data: str) -> list[Step]:
    """`data` is a partition with ext4 on it, as /dev/sda3 or UUID=…, or a directory on one."""
    return [
        Packages(("overlayroot",)),
        DataDisk(data),
        *files_of(units / "read-only"),
        masked("apt-daily.timer"),  # its lists would be in memory; the nightly upgrade brings its own
    ]


@dataclass(frozen=True)
class DataDisk:
    """What fjes keeps is on `data`; what it has kept so far moves there, and nothing of it stays on the system's disk.

    Until it is all there, and the system knows of it, what was there is as it was.
    """

    data: str

    @property
    def what(self) -> str:
        return f"{DATA} on {self.data}"

    def done(self, machine: Machine) -> bool:
        return self._is_known(machine) and not machine.path(_BEFORE).exists()

    def do(self, machine: Machine) -> None:
        ran: list[str] = []
        if not self._is_known(machine):
            self._check(machine)
            ran = self._copy(machine)
            _put_aside(machine)
        if machine.runs and not machine.succeeds("mountpoint", "--quiet", DATA):
            machine.run("systemctl", "daemon-reload")
            machine.run("mount", DATA)
        if ran:
            machine.run("systemctl", "start", *ran)
        try:
            shutil.rmtree(machine.path(_BEFORE))
        except OSError as error:
            raise Problem(f"{_BEFORE}: {error.strerror}; what was counted before is still there: remove it") from error

    def _is_known(self, machine: Machine) -> bool:
        return any(line.split()[:2] == self._line.split()[:2] for line in _fstab(machine).splitlines())

    def _copy(self, machine: Machine) -> list[str]:
        """Returns when all of it is on the disk, and the line for it in fstab: the units that ran, which do no more."""
        machine.path(_MEANWHILE).mkdir(parents=True, exist_ok=True)
        machine.run("mount", *self._how, self.data, _MEANWHILE)
        try:
            disk = machine.path(_MEANWHILE)
            shutil.rmtree(disk / _COPY, ignore_errors=True)  # of an attempt that the power was cut from
            self._refuse_two(machine.path(DATA), disk)
            with _stopped(machine) as ran:
                try:
                    machine.run("cp", "--archive", f"{DATA}/.", f"{_MEANWHILE}/{_COPY}")
                    machine.run("sync", "--file-system", _MEANWHILE)
                    with _joined(disk / _COPY, disk):
                        machine.run("sync", "--file-system", _MEANWHILE)
                        fstab = f"{_fstab(machine).rstrip()}\n{self._line}\n"
                        machine.write(_FSTAB, fstab.encode(), 0o644, "root", "root")
                finally:
                    shutil.rmtree(disk / _COPY, ignore_errors=True)
            return ran
        finally:
            machine.run("umount", _MEANWHILE)

    def _refuse_two(self, here: Path, disk: Path) -> None:
        """Raises Problem where both have what only a person can choose from."""
        if all(any(place.glob("terminal/*.db")) for place in (disk, here)):
            raise Problem(f"{self.data}: has counts of a terminal already, and so has {DATA}; move one of them away")
        names = (file.relative_to(here) for file in sorted(here.rglob("*")) if _has_content(file))
        of_server = (name for name in names if name.parts[0] != "terminal")
        if both := next((name for name in of_server if _has_content(disk / name)), None):
            raise Problem(f"{self.data}: has {both} already, and so has {DATA}; move one of them away")

    @property
    def _line(self) -> str:
        kind = "none bind,nofail 0 0" if self._how else _OF_DISK
        return f"{self.data} {DATA} {kind}"

    @property
    def _how(self) -> tuple[str, ...]:
        is_disk = self.data.startswith("/dev/") or "=" in self.data
        return () if is_disk else ("--bind",)

    def _check(self, machine: Machine) -> None:
        if any(line.split()[1:2] == [DATA] for line in _fstab(machine).splitlines() if not line.startswith("#")):
            raise Problem(f"{_FSTAB}: has another line for {DATA}; take it out first")
        if machine.runs and machine.succeeds("mountpoint", "--quiet", DATA):
            raise Problem(f"{DATA}: is a disk of its own already; unmount it first")
        if self._how:
            if not machine.path(self.data).is_dir():
                raise Problem(f"{self.data}: there is no such directory")
            return
        device = machine.run("findfs", self.data).strip() if "=" in self.data else self.data
        kind = machine.run("blkid", "-o", "value", "-s", "TYPE", device).strip()
        if kind != "ext4":
            raise Problem(
                f"{self.data}: has {kind or 'no file system'} on it; make one first: mkfs.ext4 -L fjes {device}"
            )


@contextmanager
def _stopped(machine: Machine) -> Iterator[list[str]]:
    """Nothing of fjes runs meanwhile, nor afterwards; but where it fails, all that ran, which it yields."""
    if not machine.runs:
        yield []
        return
    running = [unit for unit in (*SERVICES, SERVICE) if is_active(machine, unit)]
    try:
        machine.run("systemctl", "stop", "fjes-*.service")
        yield running
    except BaseException:
        if running:
            machine.succeeds("systemctl", "start", *running)
        raise


@contextmanager
def _joined(copy: Path, disk: Path) -> Iterator[None]:
    """What is in `copy` is in `disk`, but for what is there already; where it fails, it was never there."""
    moved: list[tuple[Path, Path]] = []
    try:
        _join(copy, disk, moved)
        yield
    except BaseException:
        for entry, there in reversed(moved):
            there.rename(entry)
        raise


def _join(copy: Path, disk: Path, moved: list[tuple[Path, Path]]) -> None:
    for entry in sorted(copy.iterdir()):
        there = disk / entry.name
        if entry.is_dir() and there.is_dir():
            _join(entry, there, moved)
        elif not there.exists() or (there.is_file() and _has_content(entry) and not _has_content(there)):
            entry.replace(there)
            moved.append((entry, there))


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _put_aside(machine: Machine) -> None:
    """What is to be removed: under the mount only those could reach it who take the system's disk."""
    machine.path(DATA).rename(machine.path(_BEFORE))
    machine.path(DATA).mkdir()


def _fstab(machine: Machine) -> str:
    return (machine.read(_FSTAB) or b"").decode()
