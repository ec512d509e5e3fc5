"""`fjes voices placeholder`, with the real espeak-ng."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

import locales
from deploy.command import main
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.check import examine
from deploy.voices.faults import faults
from deploy.voices.files import read_sound
from deploy.voices.placeholder import espeak_voice, make_placeholders, run_placeholder, speak
from deploy.voices.scope import Scope
from locales.catalogue import default_survey
from locales.prompts import Prompt, Prompts
from locales.voices import SHIPPED, Voices, read_voices, shipped
from tests.deploy.sounds import keep, site, speech

ROOM = Path(locales.__path__[0]).parent
SECONDS = 60
SPOKEN = sorted(set(default_survey().languages) - {"th"})


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """A site with a message, so that one text in each language has no recording that comes with fjes."""
    (tmp_path / "voices").mkdir()
    return site(tmp_path, "nb", messages=({"nb": "Nå er det kaffe.", "en": "There is coffee now."},))


def text(language: str, name: str) -> Prompt:
    return next(prompt for prompt in Prompts(default_survey(), language).all() if prompt.name == name)


class TestShipped:
    @pytest.mark.parametrize("language", SPOKEN)
    def test_all_that_comes_with_fjes_is_marked_and_sounds_right(self, language: str) -> None:
        scope = Scope(Configuration(site(Path("/nonexistent")).settings, Path("/nonexistent")))
        state = examine(scope, Voices(), language)
        assert (state.missing, state.findings) == ((), ())
        machine = {name for name, spoken in read_voices(shipped(language)).items() if spoken.placeholder}
        assert set(state.placeholders) <= machine

    @pytest.mark.parametrize("language", SPOKEN)
    def test_each_language_has_a_voice_of_its_own(self, language: str) -> None:
        own, finnish = (speak(text(language, "thanks").text, espeak_voice(code))[0] for code in (language, "fi"))
        assert not np.array_equal(own, finnish)


class TestMaking:
    def test_what_is_missing_is_made_and_marked(self, configuration: Configuration, tmp_path: Path) -> None:
        run_placeholder(configuration, ["nb", "en"])
        for language, words in (("nb", "Nå er det kaffe."), ("en", "There is coffee now.")):
            directory = tmp_path / "voices" / language
            [(name, spoken)] = read_voices(directory).items()
            assert (name, spoken.text, spoken.placeholder) == ("message-1", words, True)
            samples, rate, kind = read_sound(directory / "message-1.ogg")
            assert (rate, kind) == (22050, "OGG VORBIS")
            assert list(faults(samples, rate, words)) == []
        assert Scope(configuration).voices().speaks(Scope(configuration).prompts("nb").all())

    def test_what_is_there_is_left_alone_unless_all_is_wanted(self, configuration: Configuration) -> None:
        voice = espeak_voice("nb")
        texts = len(list(Scope(configuration).prompts("nb").all()))
        assert make_placeholders(Scope(configuration), "nb", voice) == (1, [])
        assert make_placeholders(Scope(configuration), "nb", voice) == (0, [])
        assert make_placeholders(Scope(configuration), "nb", voice, anew=True) == (texts, [])

    def test_an_older_text_of_a_machine_is_said_anew(self, configuration: Configuration, tmp_path: Path) -> None:
        directory = tmp_path / "voices" / "nb"
        keep(directory, Prompt("message-1", "nb", "Nå er det te."), speech(1), placeholder=True)
        assert make_placeholders(Scope(configuration), "nb", espeak_voice("nb")) == (1, [])
        assert read_voices(directory)["message-1"].text == "Nå er det kaffe."

    @pytest.mark.parametrize("anew", [False, True])
    @pytest.mark.parametrize("said", ["Nå er det kaffe.", "Nå er det te."])
    def test_a_person_is_never_overwritten(
        self,
        configuration: Configuration,
        tmp_path: Path,
        said: str,
        anew: bool,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        file = keep(tmp_path / "voices" / "nb", Prompt("message-1", "nb", said), speech(1))
        before = file.read_bytes()
        run_placeholder(configuration, ["nb"], anew=anew)
        assert file.read_bytes() == before
        spoken = read_voices(file.parent)["message-1"]
        assert (spoken.text, spoken.placeholder) == (said, False)
        told = "as a person said an older text: message-1; fjes voices record nb --only message-1\n"
        assert (told in capsys.readouterr().out) == (said == "Nå er det te.")

    def test_a_damaged_list_is_not_written_over(self, configuration: Configuration, tmp_path: Path) -> None:
        file = tmp_path / "voices" / "nb" / "voices.json"
        file.parent.mkdir()
        file.write_text('{"question": {"text": "Hvo')
        with pytest.raises(Problem, match=r"voices\.json: .*; mend the file or move it away"):
            run_placeholder(configuration, ["nb"])
        assert file.read_text() == '{"question": {"text": "Hvo'

    def test_a_text_is_never_taken_for_an_option(self) -> None:
        assert len(speak("--version", "gmq/nb")[0]) > 0

    def test_slower_than_usual(self, tmp_path: Path) -> None:
        words = text("nb", "question").text
        usual = tmp_path / "usual.wav"
        subprocess.run(["espeak-ng", "-v", "nb", "-w", usual, words], check=True)
        samples, rate, _ = read_sound(usual)
        assert len(speak(words, espeak_voice("nb"))[0]) > 1.15 * len(samples) * 22050 / rate


class TestRefusing:
    def test_thai_is_refused_with_the_reason_and_nothing_is_made(
        self, configuration: Configuration, tmp_path: Path
    ) -> None:
        with pytest.raises(Problem, match=r"espeak-ng does not speak Thai so that people understand it"):
            run_placeholder(configuration, ["nb", "th"])
        assert list((tmp_path / "voices").iterdir()) == []

    def test_a_language_that_the_machine_cannot_speak_is_refused(self) -> None:
        with pytest.raises(Problem, match="no placeholders for tl: espeak-ng does not speak it; record a person"):
            espeak_voice("tl")

    def test_a_voice_that_needs_another_program_is_not_taken(self) -> None:
        assert espeak_voice("ar") == "sem/ar"

    def test_a_machine_without_espeak_is_told_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("deploy.command.set_up_logs", lambda *_args, **_kwargs: None)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        assert main(["voices", "placeholder", "nb"]) == 1
        assert capsys.readouterr().err == "fjes: placeholders need espeak-ng: apt install espeak-ng\n"

    def test_a_place_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "voices").write_text("a file")
        with pytest.raises(Problem, match=r"recordings cannot be kept in .*voices/nb: "):
            run_placeholder(site(tmp_path), ["nb"])


def test_a_language_that_fjes_does_not_ship_is_spoken_once_it_has_a_catalogue(tmp_path: Path) -> None:
    """With French, which says what English says: a catalogue of its own, a survey, and the whole command."""
    for room in ROOM.iterdir():
        if room.is_dir() and (room / "__init__.py").exists() and room.name not in ("locales", "tests"):
            (tmp_path / room.name).symlink_to(room)
    shutil.copytree(SHIPPED, tmp_path / "locales", ignore=shutil.ignore_patterns("audio", "__pycache__"))
    messages = tmp_path / "locales" / "fr" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    english = (SHIPPED / "en" / "LC_MESSAGES" / "kiosk.po").read_text()
    french = english.replace("Language: en", "Language: fr").replace("X-Name: English", "X-Name: Français")
    survey = msgspec.json.encode(in_french(msgspec.to_builtins(default_survey())))
    (tmp_path / "survey.json").write_bytes(survey)
    (tmp_path / "fjes.toml").write_text('[site]\nlanguages = ["fr"]\nsurvey = "survey.json"\n')

    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment = {**inherited, "PYTHONPATH": str(tmp_path)}  # the copy's lines are counted for nothing

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy", "voices", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    (messages / "kiosk.po").write_text(french.replace('msgstr "Skip"', 'msgstr ""'))
    assert "the catalogue does not say: Skip\n" in run("check").stdout
    for action in ("placeholder", "record"):
        assert "the catalogue of fr does not say: Skip; translate it first" in run(action, "fr").stderr
    (messages / "kiosk.po").write_text(f"{french}nonsense")
    assert run("check").stderr.startswith("fjes: ")

    (messages / "kiosk.po").write_text(french)
    before = run("check")
    assert (before.returncode, before.stderr) == (0, "")
    texts = len(list(Prompts(default_survey(), "en").all()))
    assert f"fr Français: {texts} texts" in before.stdout
    assert "silent: fr" in before.stdout
    made = run("placeholder", "fr")
    assert (made.returncode, made.stderr) == (0, "")
    after = run("check")
    assert after.returncode == 1
    assert f"{texts} placeholders, 0 missing; visitors can listen" in after.stdout
    assert len(read_voices(tmp_path / "locales" / "fr" / "audio")) == texts


def in_french(part: object) -> object:
    """A survey with another language that says what English says."""
    if isinstance(part, dict):
        if "en" in part:
            return {**part, "fr": part["en"]}
        return {key: in_french(value) for key, value in part.items() if key != "languages"} | (
            {"languages": [*part["languages"], "fr"]} if "languages" in part else {}
        )
    return [in_french(one) for one in part] if isinstance(part, list | tuple) else part
