"""`fjes voices check`: each finding, with a file made to show it."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from deploy.command import main
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.check import State, examine, run_check
from deploy.voices.scope import Scope
from deploy.voices.sound import Samples, normalise
from locales.prompts import Prompt
from tests.deploy.sounds import RATE, keep, quiet, relist, site, speech

THAI = "th"
"""fjes comes with no recording of it, so that all there is, is made here."""


def good(prompt: Prompt, seconds: float = 0.0) -> Samples:
    """A recording with which nothing is wrong: 12 letters a second."""
    return normalise(speech(seconds or max(0.6, len(prompt.text) / 12)), RATE)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return site(tmp_path, THAI)


@pytest.fixture
def prompts(configuration: Configuration) -> dict[str, Prompt]:
    return {prompt.name: prompt for prompt in Scope(configuration).prompts(THAI).all()}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "voices" / THAI


@pytest.fixture
def everything(directory: Path, prompts: dict[str, Prompt]) -> dict[str, Prompt]:
    """Every text is said by a person, and well."""
    for prompt in prompts.values():
        keep(directory, prompt, good(prompt))
    return prompts


def look(configuration: Configuration) -> State:
    scope = Scope(configuration)
    return examine(scope, scope.voices(), THAI)


def test_a_language_said_by_people_is_good(
    configuration: Configuration, everything: dict[str, Prompt], capsys: pytest.CaptureFixture[str]
) -> None:
    assert look(configuration) == State(THAI, len(everything), (), (), (), ear=True)
    run_check(configuration)
    out = capsys.readouterr().out
    assert f"th ไทย: {len(everything)} texts, {len(everything)} by people" in out
    assert out.endswith("visitors can listen\n1 of 1 languages are spoken by people\n")


def test_a_language_without_any_recording_is_said_to_be_silent(
    configuration: Configuration, prompts: dict[str, Prompt], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "voices").mkdir()
    assert look(configuration).silent
    run_check(configuration)
    out = capsys.readouterr().out
    assert f"{len(prompts)} missing; no ear is shown\n" in out
    assert out.endswith("0 of 1 languages are spoken by people; silent: th\n")


def test_what_is_missing_is_named_and_takes_the_ear_away(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    relist(directory, "skip", None)
    (directory / "skip.ogg").unlink()
    state = look(configuration)
    assert (state.missing, state.findings, state.ear) == (("skip",), (), False)
    with pytest.raises(Problem, match=r"^1 of 1 languages needs recordings by a person: fjes voices record th$"):
        run_check(configuration)
    assert "    missing: skip\n" in capsys.readouterr().out


def test_a_placeholder_is_named_and_heard(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path
) -> None:
    keep(directory, everything["thanks"], good(everything["thanks"]), placeholder=True)
    state = look(configuration)
    assert (state.missing, state.placeholders, state.ear) == ((), ("thanks",), True)
    with pytest.raises(Problem):
        run_check(configuration)


def test_an_older_text_is_told_with_both_texts(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path
) -> None:
    relist(directory, "thanks", {"text": "ขอบใจ"})
    state = look(configuration)
    assert state.missing == ("thanks",)
    assert state.findings == (f"thanks: says another text, “ขอบใจ”; the screen says “{everything['thanks'].text}”",)


def test_a_recording_that_no_list_knows_is_told(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path
) -> None:
    relist(directory, "thanks", None)
    [finding] = look(configuration).findings
    assert "thanks.ogg is there, but the list beside it does not say what it says" in finding


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (None, "is listed, but not there")])
def test_a_file_that_cannot_be_played_is_told(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path, content: bytes | None, words: str
) -> None:
    file = directory / "thanks.ogg"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    state = look(configuration)
    assert state.missing == ("thanks",)
    assert state.findings == (f"thanks: {file} {words}",)


def test_a_damaged_list_is_told_with_its_file(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path
) -> None:
    (directory / "voices.json").write_text("{")
    state = look(configuration)
    assert not state.silent
    assert not state.ear
    assert f"{directory / 'voices.json'}: " in state.findings[0]


def test_a_file_that_is_no_sound_is_told(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path
) -> None:
    (directory / "thanks.ogg").write_text("Takk!")
    [finding] = look(configuration).findings
    assert "thanks.ogg: it is no sound that can be read" in finding


def test_another_kind_of_sound_is_told(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path
) -> None:
    soundfile.write(directory / "thanks.ogg", good(everything["thanks"]), RATE, format="WAV")
    assert look(configuration).findings == ("thanks: is WAV PCM_16, expected OGG VORBIS",)


SOUNDS: dict[str, tuple[Callable[[Samples], Samples], str]] = {
    "silence": (lambda sound: quiet(len(sound) / RATE), r"is silent"),
    "nothing at all": (lambda sound: sound[:0], r"is silent"),
    "too quiet": (lambda sound: sound * 0.3, r"is too quiet: -28 LUFS, expected -24 to -12"),
    "too loud": (lambda sound: np.tanh(sound * 20) * 0.7, r"is too loud: -\d LUFS, expected -24 to -12"),
    "clipped": (lambda sound: np.clip(sound * 6, -1, 1), r"is clipped: .*"),
    "too long": (
        lambda sound: np.concatenate([sound, quiet(8), sound]),
        r"is too long: \d+\.\d s, expected at most .*",
    ),
    "cut off": (lambda sound: sound[-int(0.2 * RATE) :], r"is too short: 0\.2 s for \d+ letters, .*"),
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_what_sounds_wrong_is_told_with_its_measure(
    configuration: Configuration, everything: dict[str, Prompt], directory: Path, kind: str
) -> None:
    spoil, words = SOUNDS[kind]
    prompt = everything["more-time"]
    keep(directory, prompt, spoil(good(prompt)))
    findings = look(configuration).findings
    assert any(re.fullmatch(rf"more-time: {words}", finding) for finding in findings), findings
    assert len(findings) == (2 if kind == "clipped" else 1)  # what is cut off everywhere is too loud as well


def test_a_message_of_the_managers_is_asked_for_in_the_languages_it_is_written_in(tmp_path: Path) -> None:
    messages = ({"th": "เรามีกาแฟแล้ว", "en": "There is coffee now"}, {"en": "We open at nine"})
    scope = Scope(site(tmp_path, "th", "en", messages=messages))
    voices = scope.voices()
    assert "message-1" in examine(scope, voices, "th").missing
    assert "message-2" not in examine(scope, voices, "th").missing
    state = examine(scope, voices, "en")
    assert state.missing == ("message-1", "message-2")
    assert state.ear  # of a message that nobody has said, the screen is all there is


class TestCommand:
    def run(self, directory: Path, *arguments: str, settings: str = 'languages = ["th"]\nvoices = "voices"') -> int:
        file = directory / "fjes.toml"
        file.write_text(f"[site]\n{settings}\n")
        (directory / "voices").mkdir(exist_ok=True)
        return main(["--config", str(file), "voices", "check", *arguments])

    def test_the_site_s_languages_are_looked_at_unless_others_are_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], quiet_logs: None
    ) -> None:
        assert self.run(tmp_path) == 0
        assert self.run(tmp_path, "nb", "th", "nb") == 1
        out, error = capsys.readouterr()
        assert [line[:2] for line in out.splitlines() if "texts" in line] == ["th", "nb", "th"]
        assert error == "fjes: 1 of 2 languages needs recordings by a person: fjes voices record nb\n"
        assert "    placeholder: all\n" in out

    @pytest.mark.parametrize("language", ["xx", "english", ""])
    def test_a_language_that_there_is_not_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], quiet_logs: None, language: str
    ) -> None:
        assert self.run(tmp_path, language) == 1
        assert f"language {language!r} is not known; expected some of ar, bg," in capsys.readouterr().err


@pytest.fixture
def quiet_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs stay as they are: they are this process's, not one command's."""
    monkeypatch.setattr("deploy.command.set_up_logs", lambda *_args, **_kwargs: None)
