"""What `fjes terminal add` made for this terminal: its settings, its password, whom to trust."""

import gzip
import re
import tarfile
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from deploy.errors import Problem
from deploy.install.machine import Machine
from deploy.install.steps import File, Link

PLACE = "/etc/fjes/terminal"
SETTINGS = f"{PLACE}/fjes.toml"
DATA = "/var/lib/fjes/terminal"
_USER = "fjes-kiosk"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,4}")
_MOST = 256 * 1024 * 1024
"""Bytes of all files together: a few KiB, and the site's own recordings."""


def read_bundle(file: Path) -> dict[str, bytes]:
    """The files in a bundle by name. Raises Problem when it is not one: nothing of it reaches another place.

    It is read to its end, where its checksum is.
    """
    found: dict[str, bytes] = {}
    try:
        with gzip.open(file) as unzipped, tarfile.open(fileobj=unzipped, mode="r:") as bundle:
            for member in bundle:
                name = str(PurePosixPath(member.name))
                if member.isdir() and name == ".":
                    continue
                left = _MOST - sum(map(len, found.values()))
                content = bundle.extractfile(member) if member.isreg() else None
                if content is None or not _NAME.fullmatch(name) or member.size > left:
                    raise Problem(f"bundle {file}: {member.name!r} is not what a terminal's bundle has in it")
                found[name] = content.read()
            while unzipped.read(1024 * 1024):
                pass
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Problem(f"bundle {file}: is no whole .tar.gz that `fjes terminal add` has made: {error}") from error
    except OSError as error:
        raise Problem(f"bundle {file}: {error.strerror or error}") from error
    if "fjes.toml" not in found:
        raise Problem(f"bundle {file}: has no fjes.toml; make it anew with `fjes terminal rotate` on the server")
    return found


@dataclass(frozen=True)
class Unpacked:
    """The bundle's files, for the terminal to read and nobody to write."""

    files: dict[str, bytes]

    @property
    def what(self) -> str:
        return f"the bundle in {PLACE}: {' '.join(sorted(self.files))}"

    def done(self, machine: Machine) -> bool:
        return all(step.done(machine) for step in self._steps(machine))

    def do(self, machine: Machine) -> None:
        for step in self._steps(machine):
            step.do(machine)

    def _steps(self, machine: Machine) -> list[File | Link]:
        """The settings come last: with them the terminal begins."""
        settings = with_own_lines(self.files["fjes.toml"], machine.read(SETTINGS))
        files = {**self.files, "fjes.toml": settings}
        names = sorted(files, key=lambda name: name == "fjes.toml")
        steps: list[File | Link] = [File(f"{PLACE}/{name}", files[name], 0o640, "root", _USER) for name in names]
        data = PurePosixPath(str(_read(settings).get("terminal", {}).get("data", "terminal")))
        if not data.is_absolute():
            steps.insert(0, Link(f"{PLACE}/{data}", DATA))
        return steps


def with_own_lines(fresh: bytes, before: bytes | None) -> bytes:
    """The bundle's settings, but with the section [terminal] as it is on this device, where it is the same terminal:
    the size of its screen, the staff's PIN and so on were written there. Raises Problem."""
    if before is None:
        return fresh
    now, then = _read(fresh), _read(before)
    if now.get("terminal", {}).get("id") != then.get("terminal", {}).get("id") or now["terminal"] == then["terminal"]:
        return fresh
    head, own = (
        re.split(rb"^(?=\[terminal\])", fresh, flags=re.M)[0],
        re.split(rb"^(?=\[terminal\])", before, flags=re.M),
    )
    merged = head + own[-1]
    try:
        fits = _read(merged) == {**now, "terminal": then["terminal"]}
    except Problem:
        fits = False
    if not fits:
        raise Problem(
            f"{SETTINGS}: has lines of its own after [terminal] that belong elsewhere; move it away, install "
            "the bundle, and write into the new one what belongs to this device"
        )
    return merged


def _read(settings: bytes) -> dict[str, Any]:
    """Raises Problem."""
    try:
        return tomllib.loads(settings.decode())
    except ValueError as error:
        raise Problem(f"{SETTINGS}: {error}") from error
