"""The operators' page of deploy/: its commands are those that there are, and what it tells is so."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from deploy.command import build_parser
from deploy.install import server
from deploy.install.run import TREE
from deploy.install.services import UNITS
from deploy.settings import Settings

PAGE = (Path(__file__).parents[2] / "deploy" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
LINES = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
INLINE = re.findall(r"`(sudo [^`…]+)`", PAGE)
COMMANDS = sorted(
    {line.split("fjes ", 1)[1] for line in (*LINES, *INLINE) if re.match(r"(sudo (-u \S+ )?)?fjes ", line)}
)
INSTALLER = sorted({line.split("installer ", 1)[1] for line in (*LINES, *INLINE) if "deploy/installer " in line})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_there_is(command: str) -> None:
    build_parser().parse_args(shlex.split(command))


@pytest.mark.parametrize("line", INSTALLER)
def test_so_is_all_that_the_installer_is_told(line: str) -> None:
    build_parser().parse_args(["install", *shlex.split(line)])


def test_all_that_an_operator_does_is_on_it() -> None:
    done = {tuple(command.split()[:2]) for command in COMMANDS}
    actions = {"add", "list", "move", "revoke", "rotate"}
    assert {("terminal", action) for action in actions} <= done
    assert {command.split()[0] for command in COMMANDS} >= {"person", "doctor", "restore", "forget", "broker", "pin"}
    assert "sudo systemctl start fjes-backup" in LINES


def test_every_setting_is_one_that_there_is() -> None:
    for kind, text in BLOCKS:
        for section, keys in (tomllib.loads(text) if kind == "toml" else {}).items():
            assert set(keys) <= {*dir(getattr(Settings(), section))}


def test_every_service_that_it_names_is_one_of_ours() -> None:
    ours = {file.stem for file in TREE.glob(f"*{UNITS}/fjes-*.*") if file.is_file()}
    named = set(re.findall(r"\bfjes-(?:kiosk|collector|dashboard|broker|backup|doctor)\b", PAGE))
    assert named == ours
    users = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.split("## Who may do what")[1], re.MULTILINE))
    accounts = "\n".join(file.read_text() for file in TREE.glob("*/etc/sysusers.d/*.conf"))
    assert users == {*re.findall(r"^u (\S+)", accounts, re.MULTILINE), "mosquitto"}


def test_the_files_that_it_names_are_where_it_says() -> None:
    settings = tomllib.loads((TREE / "fjes.toml").read_text())
    assert server.SETTINGS in PAGE
    assert settings["collector"]["backups"] in PAGE
    assert f'people = "{settings["dashboard"]["people"]}"' in PAGE
    assert f"port {settings['broker']['port']}" in PAGE
    for target in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (Path(__file__).parents[2] / "deploy" / target).exists()


def test_the_times_that_it_tells_are_those_of_the_timers() -> None:
    assert "03:30" in (TREE / f"all{UNITS}/apt-daily-upgrade.timer.d/fjes.conf").read_text()
    assert "half past three" in PAGE
    assert '"04:30"' in next((TREE / "all/etc/apt/apt.conf.d").iterdir()).read_text()
    assert "at half past four" in PAGE
    assert "02:30" in (TREE / f"server{UNITS}/fjes-backup.timer").read_text()
    assert "at half past two" in PAGE
