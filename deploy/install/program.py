"""fjes itself, in /opt/fjes: each version in a directory of its own, so that the one before it is a link away."""

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import Problem
from deploy.install.machine import Machine
from deploy.install.steps import Link

HOME = "/opt/fjes"
NOW, BEFORE = f"{HOME}/venv", f"{HOME}/before"
_COPY = f"{HOME}/source"
_PARTS = ("contract", "kiosk", "collector", "dashboard", "locales", "deploy")
_BESIDE = ("pyproject.toml", "README.md", "LICENSE")
_LEAST = (3, 11)


def source_here() -> Path | None:
    """The folder of fjes that this code is in; None where it is installed already."""
    folder = Path(__file__).parents[2]
    return folder if (folder / "pyproject.toml").is_file() and (folder / "requirements").is_dir() else None


@dataclass(frozen=True)
class Source:
    """A folder of fjes, and what the roles of a machine need of it."""

    folder: Path
    roles: Sequence[str]

    @property
    def locked(self) -> list[str]:
        """The files of locked dependencies, from the folder."""
        return [f"requirements/{role}.txt" for role in sorted(self.roles)]

    def files(self) -> Iterator[Path]:
        """Everything that is installed, from the folder."""
        yield from (Path(name) for name in (*_BESIDE, *self.locked))
        for part in _PARTS:
            for file in sorted((self.folder / part).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    yield file.relative_to(self.folder)

    def version(self) -> str:
        """Its name in /opt/fjes: another one as soon as a byte of it is another."""
        digest = hashlib.sha256(repr(self.roles).encode())
        for file in self.files():
            content = (self.folder / file).read_bytes()
            digest.update(f"{file} {len(content)}\n".encode() + content)
        return f"venv-{digest.hexdigest()[:12]}"

    def copy(self, to: Path) -> None:
        for file in self.files():
            (to / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / file, to / file)


@dataclass(frozen=True)
class Built:
    """A version with its locked dependencies, beside the one that runs."""

    source: Source
    version: str

    @property
    def what(self) -> str:
        return f"fjes and its dependencies in {HOME}/{self.version}"

    def done(self, machine: Machine) -> bool:
        return machine.path(self._complete).exists()

    def do(self, machine: Machine) -> None:
        _refuse_old_python(machine)
        copy, directory = machine.path(_COPY), f"{HOME}/{self.version}"
        shutil.rmtree(copy, ignore_errors=True)
        self.source.copy(copy)
        machine.run("python3", "-m", "venv", "--clear", directory)
        pip = (f"{directory}/bin/python", "-m", "pip", "install", "--quiet", "--no-cache-dir")
        machine.run(
            *pip, "--require-hashes", *(word for file in self.source.locked for word in ("-r", f"{_COPY}/{file}"))
        )
        machine.run(*pip, "--no-deps", "--no-build-isolation", _COPY)
        shutil.rmtree(copy)
        machine.path(self._complete).touch()

    @property
    def _complete(self) -> str:
        """A file that is there once nothing is missing."""
        return f"{HOME}/{self.version}/complete"


@dataclass(frozen=True)
class Chosen:
    """The version that runs. The one before is kept, older ones go; a server's store is backed up first."""

    version: str
    backup: Sequence[str] = ()

    @property
    def what(self) -> str:
        return f"{NOW} → {self.version}"

    def done(self, machine: Machine) -> bool:
        return Link(NOW, self.version).done(machine)

    def do(self, machine: Machine) -> None:
        now = machine.path(NOW)
        if now.is_symlink():
            if self.backup:
                machine.run(*self.backup)
            Link(BEFORE, str(now.readlink())).do(machine)
        Link(NOW, self.version).do(machine)
        kept = {str(link.readlink()) for link in (now, machine.path(BEFORE)) if link.is_symlink()}
        for old in machine.path(HOME).glob("venv-*"):
            if old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True)
class Back:
    """The version before this one, again, each time it is said."""

    what: str = f"{NOW} → the version before"

    def done(self, machine: Machine) -> bool:
        return False

    def do(self, machine: Machine) -> None:
        now, before = machine.path(NOW), machine.path(BEFORE)
        if not (now.is_symlink() and before.is_symlink() and before.exists()):
            raise Problem(f"{BEFORE}: there is no version before this one")
        this, that = str(now.readlink()), str(before.readlink())
        Link(NOW, that).do(machine)
        Link(BEFORE, this).do(machine)


def _refuse_old_python(machine: Machine) -> None:
    if not machine.succeeds("python3", "-c", f"import sys; sys.exit(sys.version_info < {_LEAST})"):
        raise Problem(
            f"fjes needs Python {'.'.join(map(str, _LEAST))} or newer, as in Debian 12; here is {sys.version}"
        )
