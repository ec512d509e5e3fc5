"""The operators' page: every command in it is one that there is, and what it tells to write is what fjes reads."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import locales
from contract.survey import Side
from deploy.command import build_parser
from deploy.settings import Settings
from kiosk.ui.drawing import LEAST_SIZE, Label
from kiosk.ui.typesetter import Typesetter
from locales.catalogue import default_survey, reviewed
from tests.locales.room import HEADER, Room

FOLDER = Path(locales.__path__[0])
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = sorted({*re.findall(r"`(fjes [^`]+)`", PAGE), *re.findall(r"^(fjes [^#\n]+)", PAGE, re.MULTILINE)})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_there_is(command: str) -> None:
    build_parser().parse_args(shlex.split(command)[1:])


def test_the_commands_for_voices_and_languages_are_all_there() -> None:
    assert {tuple(command.split()[1:3]) for command in COMMANDS if "voices" in command} == {
        ("voices", "record"),
        ("voices", "check"),
        ("voices", "placeholder"),
    }
    assert "fjes languages" in COMMANDS
    parser = build_parser()
    for option in re.findall(r"`(--[a-z]+)[^`]*`", PAGE):
        given = {"--only": "--only face-4 thanks", "--microphone": "--microphone NAME"}.get(option, option)
        parser.parse_args(["voices", "record", "th", *given.split()])


def test_every_setting_is_one_that_there_is() -> None:
    written = [tomllib.loads(text) for kind, text in BLOCKS if kind == "toml"]
    assert written
    for document in written:
        for section, keys in document.items():
            assert set(keys) <= {*dir(getattr(Settings(), section))}


def test_what_it_tells_of_the_survey_is_so() -> None:
    survey = default_survey()
    texts = 1 + sum(1 + len(survey.follow_up(side).options) for side in Side)
    assert f"each of the {texts} texts" in PAGE


def test_every_file_and_heading_that_it_points_to_is_there() -> None:
    for name in re.findall(r"cp (locales/\S+)", PAGE):
        assert (FOLDER.parent / name).is_file()
    headings = {"#" + heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    assert {*re.findall(r"\]\((#[^)]+)\)", PAGE)} <= headings


def test_the_scripts_that_need_no_font_are_those_that_it_names() -> None:
    letters = {"Latin": "ñ", "Cyrillic": "ж", "Greek": "ω", "Thai": "ก", "Arabic": "ع", "Devanagari": "अ"}
    assert f"every language in {', '.join([*letters][:-1])} or {[*letters][-1]} letters" in PAGE
    labels = [Label(letter, "en", 900, 300, LEAST_SIZE, LEAST_SIZE, "#000000") for letter in letters.values()]
    assert [label.text for label in labels if Typesetter().lacking(label)] == []


def test_the_line_of_a_review_is_in_the_form_that_is_read(room: Room) -> None:
    [line] = [text for kind, text in BLOCKS if not kind]
    room.write(HEADER.replace('"X-Reviewed: \\n"\n', line), "fr")
    assert reviewed("fr") == "2026-11-21 Kari N."
