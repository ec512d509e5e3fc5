"""The steps of an installation. Each looks whether it is done already, so that all of them can be done again."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.errors import Problem
from deploy.install.machine import Machine


class Step(Protocol):
    """One thing that is to be so. Neither method leaves a half-done thing that `done` takes for a whole one."""

    @property
    def what(self) -> str:
        """For the operator, as "packages mosquitto"."""
        ...

    def done(self, machine: Machine) -> bool: ...

    def do(self, machine: Machine) -> None:
        """Raises Problem."""
        ...


@dataclass(frozen=True)
class Packages:
    """Debian's packages, without what they only recommend."""

    names: Sequence[str]

    @property
    def what(self) -> str:
        return f"Debian's packages {' '.join(self.names)}"

    def done(self, machine: Machine) -> bool:
        return not self._missing(machine)

    def do(self, machine: Machine) -> None:
        machine.run("apt-get", "update")
        machine.run("apt-get", "install", "--yes", "--no-install-recommends", *self._missing(machine))

    def _missing(self, machine: Machine) -> list[str]:
        form = ("dpkg-query", "-W", "-f", "${db:Status-Status}")
        return [name for name in self.names if not (_is_installed(machine, *form, name))]


def _is_installed(machine: Machine, *line: str) -> bool:
    try:
        return machine.run(*line).strip() == "installed"
    except Problem:  # dpkg knows no such package yet
        return False


@dataclass(frozen=True)
class File:
    """A file with this content. What the operator may have changed since is `kept`."""

    name: str
    content: bytes
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    kept: bool = False

    @property
    def what(self) -> str:
        return self.name

    def done(self, machine: Machine) -> bool:
        found = machine.read(self.name)
        if found is None:
            return False
        if self.kept:
            return True
        mode = stat.S_IMODE(machine.path(self.name).stat().st_mode)
        return (found, mode) == (self.content, self.mode) and machine.is_owned(self.name, self.owner, self.group)

    def do(self, machine: Machine) -> None:
        machine.write(self.name, self.content, self.mode, self.owner, self.group)


@dataclass(frozen=True)
class Link:
    """A symbolic link; what stood there, but for a directory, is replaced."""

    name: str
    target: str

    @property
    def what(self) -> str:
        return f"{self.name} → {self.target}"

    def done(self, machine: Machine) -> bool:
        link = machine.path(self.name)
        return link.is_symlink() and str(link.readlink()) == self.target

    def do(self, machine: Machine) -> None:
        link = machine.path(self.name)
        fresh = link.with_name(f".{link.name}.fresh")
        try:
            link.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self.target)
            fresh.replace(link)
        except OSError as error:
            raise Problem(f"{self.name}: {error.strerror}") from error


@dataclass(frozen=True)
class Owned:
    """A file that belongs to the one who reads it."""

    name: str
    owner: str
    group: str

    @property
    def what(self) -> str:
        return f"{self.name} belongs to {self.owner}"

    def done(self, machine: Machine) -> bool:
        there = machine.path(self.name).exists() and machine.has_account("/etc/passwd", self.owner)
        return there and machine.is_owned(self.name, self.owner, self.group)

    def do(self, machine: Machine) -> None:
        try:
            machine.own(machine.path(self.name), self.owner, self.group)
        except OSError as error:
            raise Problem(f"{self.name}: {error.strerror}") from error


@dataclass(frozen=True)
class Accounts:
    """The users and groups of a file for systemd-sysusers(8), which is in its place already."""

    file: str

    @property
    def what(self) -> str:
        return f"users and groups of {self.file}"

    def done(self, machine: Machine) -> bool:
        files = {"u": "/etc/passwd", "g": "/etc/group"}
        wanted = [fields for fields in _lines(machine, self.file) if fields[0] in files]
        return bool(wanted) and all(machine.has_account(files[kind], name) for kind, name, *_ in wanted)

    def do(self, machine: Machine) -> None:
        machine.run("systemd-sysusers", self.file)


@dataclass(frozen=True)
class Directories:
    """The directories and empty files of a file for systemd-tmpfiles(8), which also sees to them at each start."""

    file: str

    @property
    def what(self) -> str:
        return f"directories of {self.file}"

    def done(self, machine: Machine) -> bool:
        wanted = _lines(machine, self.file)
        return bool(wanted) and all(self._is_so(machine, *fields[1:5]) for fields in wanted)

    def do(self, machine: Machine) -> None:
        machine.run("systemd-tmpfiles", "--create", self.file)

    @staticmethod
    def _is_so(machine: Machine, name: str, mode: str, owner: str, group: str) -> bool:
        path = machine.path(name)
        if not (path.exists() and machine.has_account("/etc/passwd", owner)):
            return False
        return stat.S_IMODE(path.stat().st_mode) == int(mode, 8) and machine.is_owned(name, owner, group)


def _lines(machine: Machine, file: str) -> list[list[str]]:
    text = (machine.read(file) or b"").decode()
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@dataclass(frozen=True)
class Command:
    """A program that makes `is_so` true."""

    what: str
    is_so: Callable[[Machine], bool]
    line: Sequence[str]

    def done(self, machine: Machine) -> bool:
        return self.is_so(machine)

    def do(self, machine: Machine) -> None:
        machine.run(*self.line)


def files_of(tree: Path) -> list[File]:
    """A file for each in `tree`, which stands for the machine's root; what may be run there may be run here."""
    found = sorted(file for file in tree.rglob("*") if file.is_file())
    return [
        File(
            f"/{file.relative_to(tree)}",
            file.read_bytes(),
            0o755 if file.read_bytes().startswith(b"#!") else 0o644,
        )
        for file in found
    ]
