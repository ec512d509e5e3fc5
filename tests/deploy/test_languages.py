"""`fjes languages`: what it says of a language that is done, half done, broken, or not there at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from deploy import command
from deploy.command import main
from deploy.configuration import read_settings
from deploy.languages import run_languages
from locales.catalogue import default_survey
from locales.prompts import Prompts
from locales.voices import LIST
from tests.locales.room import HEADER, Room

TEN = ["nb", "en", "es", "pt", "ro", "bg", "th", "ru", "uk", "ar"]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs stay as they are: they are this process's, not the command's."""
    monkeypatch.setattr(command, "set_up_logs", lambda *_args, **_kwargs: None)


Shown = Callable[[str], dict[str, dict[str, Any]]]


@pytest.fixture
def shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shown:
    """The languages by code, with these settings."""

    def show(settings: str) -> dict[str, dict[str, Any]]:
        file = tmp_path / "fjes.toml"
        file.write_text(settings)
        run_languages(read_settings(file), as_json=True)
        return {language["code"]: language for language in json.loads(capsys.readouterr().out)["languages"]}

    return show


def write_survey(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    survey = msgspec.to_builtins(default_survey())
    change(survey)
    file.write_text(json.dumps(survey))


def in_somali(survey: dict[str, Any]) -> None:
    """All texts but one, and not yet among the languages."""
    for asked in (survey, survey["satisfied"], survey["unsatisfied"]):
        asked["question"]["so"] = "Sidee?"
    for side in ("satisfied", "unsatisfied"):
        for option in survey[side]["options"]:
            option["text"]["so"] = option["id"]
    del survey["satisfied"]["options"][1]["text"]["so"]


def test_all_that_come_along_are_complete_and_nobody_has_reviewed_them(shown: Shown) -> None:
    languages = shown('[site]\nlanguages = ["uk", "nb"]\n')
    assert list(languages) == ["uk", "nb", *sorted({*TEN} - {"uk", "nb"})]
    assert [code for code, one in languages.items() if one["on_terminal"]] == ["uk", "nb"]
    assert [code for code, one in languages.items() if one["right_to_left"]] == ["ar"]
    assert languages["uk"]["name"] == "Українська"
    for one in languages.values():
        assert (one["untranslated"], one["survey_lacks"], one["undrawn"], one["problem"]) == ([], [], "", "")
        assert one["reviewed"] == ""


def test_the_sites_own_recordings_are_counted_by_who_says_them(shown: Shown, tmp_path: Path) -> None:
    first, second, *others = Prompts(default_survey(), "th").all()
    directory = tmp_path / "voices" / "th"
    directory.mkdir(parents=True)
    spoken = {
        first.name: {"text": first.text},
        second.name: {"text": second.text, "placeholder": True},
        others[0].name: {"text": "what was said before"},
    }
    (directory / LIST).write_text(json.dumps(spoken))
    for name in spoken:
        (directory / f"{name}.ogg").write_bytes(b"OggS")
    heard = shown('[site]\nlanguages = ["th"]\nvoices = "voices"\n')["th"]["heard"]
    assert heard == {"recorded": 1, "placeholders": 1, "missing": len(others)}


def test_a_message_of_the_managers_is_counted_where_it_is_written(shown: Shown) -> None:
    before = shown("")
    after = shown('[[site.messages]]\nnb = "Vi åpner tidligere."\n')
    assert after["nb"]["heard"]["missing"] == before["nb"]["heard"]["missing"] + 1
    assert after["th"]["heard"] == before["th"]["heard"]


class TestOfASite:
    """With a catalogue that somebody adds, or half of it."""

    def test_every_place_that_a_survey_lacks_is_named(self, shown: Shown, room: Room, tmp_path: Path) -> None:
        room.write(HEADER.replace("X-Reviewed: ", "X-Reviewed: 2026-11-21 A. H."), "so")
        write_survey(tmp_path / "own.json", in_somali)
        somali = shown('[site]\nsurvey = "own.json"\n')["so"]
        assert somali["survey_lacks"] == ["satisfied.help", "languages"]
        assert somali["reviewed"] == "2026-11-21 A. H."
        assert somali["name"] == "Soomaali"
        assert "Skip" in somali["untranslated"]
        assert (somali["undrawn"], somali["heard"], somali["on_terminal"]) == ("", None, False)

    def test_a_language_on_the_terminal_that_the_survey_lacks_is_told_too(self, shown: Shown, room: Room) -> None:
        room.write(HEADER, "so")
        somali = shown('[site]\nlanguages = ["en", "so"]\n')["so"]
        assert somali["on_terminal"]
        assert {"question", "unsatisfied.question", "unsatisfied.unsafe", "languages"} <= {*somali["survey_lacks"]}
        assert len(somali["survey_lacks"]) == 14

    def test_letters_that_no_font_has_are_told(self, shown: Shown, room: Room) -> None:
        room.write(HEADER, "am")
        assert shown("")["am"]["undrawn"] == "አ"

    def test_a_survey_in_a_language_without_a_catalogue_says_which_file_is_missing(
        self, shown: Shown, room: Room, tmp_path: Path
    ) -> None:
        def change(survey: dict[str, Any]) -> None:
            in_somali(survey)
            survey["satisfied"]["options"][1]["text"]["so"] = "Caawin"
            survey["languages"] = [*TEN, "so"]

        write_survey(tmp_path / "own.json", change)
        somali = shown('[site]\nsurvey = "own.json"\n')["so"]
        assert somali["survey_lacks"] == []
        assert somali["problem"] == f"there is no catalogue {room.file('so')}"

    def test_one_broken_catalogue_hides_no_other(self, shown: Shown, room: Room) -> None:
        room.write(HEADER + '\nmsgid "Skip"\nmsgstr "Ka bood\n', "so")
        room.write(HEADER.replace("X-Reviewed: ", "X-Reviewed: yes"), "fr")
        languages = shown("")
        assert languages["so"]["problem"].startswith(f"{room.file('so')}: line ")
        assert "X-Reviewed is 'yes'; expected nothing, or a day and a name" in languages["fr"]["problem"]
        assert languages["nb"]["problem"] == ""

    def test_people_read_the_same_in_lines(
        self, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        room.write(HEADER.replace("X-Reviewed: ", "X-Reviewed: 2026-11-21 A. H."), "am")
        room.write("no catalogue", "so")
        assert main(["languages"]) == 0
        said = capsys.readouterr().out
        assert said.startswith("Survey: visit@1, which comes with fjes\n\nnb  Norsk  (on the terminal)\n")
        blocks = {block[:2]: block for block in said.split("\n\n")}
        assert "\n    catalogue: complete\n    reviewed:  nobody yet\n    survey:    complete\n" in blocks["th"]
        assert blocks["ar"].startswith("ar  العربية  (right to left)\n")
        assert "    letters:   all can be drawn\n    voices:    " in blocks["ar"]
        assert "    catalogue: 16 missing: Very happy; Happy; " in blocks["am"]
        assert "    reviewed:  2026-11-21 A. H.\n    survey:    14 missing: question; satisfied." in blocks["am"]
        assert "    letters:   no installed font has 'አ'" in blocks["am"]
        assert "voices" not in blocks["am"]
        assert f"    problem:   {room.file('so')}: line 1: expected" in blocks["so"]


def test_a_survey_that_cannot_be_read_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fjes.toml"
    file.write_text('[site]\nsurvey = "none.json"\n')
    assert main(["--config", str(file), "languages"]) == 1
    assert capsys.readouterr().err == f"fjes: survey {tmp_path / 'none.json'}: No such file or directory\n"
