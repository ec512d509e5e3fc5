"""A terminal whose system never changes, so that a pulled plug can break nothing: only its counts have a disk.

Debian's package overlayroot, which Raspberry Pi OS uses too: the system is mounted read-only, and what programs write
to it is in memory and gone with the next start. /var/lib/fjes alone is a real disk.
"""

from dataclasses import dataclass
from pathlib import Path

from deploy.errors import Problem
from deploy.install.bundle import DATA as TALLY
from deploy.install.machine import Machine
from deploy.install.services import masked
from deploy.install.steps import Packages, Step, files_of

DATA = "/var/lib/fjes"
_FSTAB = "/etc/fstab"
_MEANWHILE = "/run/fjes-data"
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
    """What fjes keeps is on `data`; what it has kept so far moves there."""

    data: str

    @property
    def what(self) -> str:
        return f"{DATA} on {self.data}"

    def done(self, machine: Machine) -> bool:
        return any(line.split()[:2] == self._line.split()[:2] for line in _fstab(machine).splitlines())

    def do(self, machine: Machine) -> None:
        if any(line.split()[1:2] == [DATA] for line in _fstab(machine).splitlines() if not line.startswith("#")):
            raise Problem(f"{_FSTAB}: has another line for {DATA}; take it out first")
        self._check(machine)
        if machine.runs:
            machine.run("systemctl", "stop", "fjes-*.service")
        machine.path(_MEANWHILE).mkdir(parents=True, exist_ok=True)
        machine.run("mount", *self._how, self.data, _MEANWHILE)
        try:
            if all(any(there.glob("*.db")) for there in (machine.path(_MEANWHILE) / "terminal", machine.path(TALLY))):
                raise Problem(
                    f"{self.data}: has counts of a terminal already, and so has {DATA}; move one of them away"
                )
            machine.run("cp", "--archive", "--no-clobber", f"{DATA}/.", _MEANWHILE)
        finally:
            machine.run("umount", _MEANWHILE)
        machine.write(_FSTAB, f"{_fstab(machine).rstrip()}\n{self._line}\n".encode(), 0o644, "root", "root")
        if machine.runs:
            machine.run("systemctl", "daemon-reload")
            machine.run("mount", DATA)

    @property
    def _line(self) -> str:
        kind = "none bind,nofail 0 0" if self._how else _OF_DISK
        return f"{self.data} {DATA} {kind}"

    @property
    def _how(self) -> tuple[str, ...]:
        is_disk = self.data.startswith("/dev/") or "=" in self.data
        return () if is_disk else ("--bind",)

    def _check(self, machine: Machine) -> None:
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


def _fstab(machine: Machine) -> str:
    return (machine.read(_FSTAB) or b"").decode()
