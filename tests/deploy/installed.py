"""A machine that is installed by `fjes install`, for its tests: told words, it says what it did."""

import io
import tarfile
from argparse import Namespace
from pathlib import Path

from deploy.command import build_parser
from deploy.install.run import carry_out, steps_for
from tests.fakes.machine import FakeMachine

SETTINGS = '[broker]\nhost = "fjes.example.org"\n\n[terminal]\nid = "stua-1"\n'


def make_clone(directory: Path) -> Path:
    """A folder of fjes, smaller than the real one."""
    folder = directory / "clone"
    for name in ("contract/a.py", "requirements/server.txt", "requirements/kiosk.txt", "pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    for name in ("README.md", "LICENSE"):
        (folder / name).touch()
    return folder


def make_machine(directory: Path) -> FakeMachine:
    (directory / "machine").mkdir()
    return FakeMachine(directory / "machine")


def parse(*words: str) -> Namespace:
    return build_parser().parse_args(["install", *words])


def install(machine: FakeMachine, *words: str) -> list[str]:
    """What it says, step by step."""
    said: list[str] = []
    machine.changed, machine.lines = False, []
    given = parse(*words)
    carry_out(steps_for(given, machine), machine, dry=given.dry_run, say=said.append)
    return said


def bundle(tmp_path: Path, files: dict[str, str] | None = None) -> str:
    """As `fjes terminal add` makes one."""
    file = tmp_path / "stua-1.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name, text in (files or {"fjes.toml": SETTINGS, "ca.crt": "ca", "password": "secret"}).items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return str(file)


def done(said: list[str]) -> list[str]:
    return [line.removeprefix("done   ") for line in said if line.startswith("done ")]
