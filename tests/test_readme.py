"""The README says what is there, and all of it."""

import re
import tomllib
from pathlib import Path

import msgspec

from contract.topics import Kind, topic
from deploy.command import build_parser
from deploy.settings import Settings
from deploy.settings_table import as_markdown

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_settings_table_is_the_one_that_the_code_reads() -> None:
    assert as_markdown() in README, "print it anew: python -m deploy.settings_table"


def test_every_command_is_there_and_no_other() -> None:
    actions = build_parser()._subparsers
    assert actions is not None
    commands = {name for action in actions._group_actions for name in dict(action.choices or {})}
    listed = set(re.findall(r"^\| `fjes ([a-z]+)", README, re.MULTILINE))
    assert listed == commands


def test_every_topic_is_there_and_no_other() -> None:
    listed = set(re.findall(r"`(fjes/v1/<terminal>/[a-z]+)`", README))
    assert listed == {topic("<terminal>", kind) for kind in Kind}


def test_the_example_settings_are_good() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    settings = msgspec.convert(tomllib.loads(example), Settings)
    assert settings.terminal.id == "stua-1"


def test_every_file_it_shows_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_make_command_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)
    assert "test" in named
    for name in named:
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name


def test_every_folder_of_the_house_is_in_it() -> None:
    listed = set(re.findall(r"^\| `([a-z]+)/` \|", README, re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert listed == packages
