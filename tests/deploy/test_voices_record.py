"""The dialogue of `fjes voices record`: what is asked, what each answer does, and what is on the disk after it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from deploy.command import main
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.files import Shelf, read_sound
from deploy.voices.microphone import RATE
from deploy.voices.record import Line, Outcome, Terminal, Walk, choose
from deploy.voices.scope import Scope
from deploy.voices.sound import Samples, loudness
from locales.prompts import Prompt
from locales.voices import read_voices
from tests.deploy.sounds import keep, quiet, site, speech
from tests.fakes.recording import FakeConsole, FakeMicrophone, FakeSpeaker

LINES = [
    Line(Prompt("question", "th", "วันนี้คุณพอใจแค่ไหน"), "How satisfied are you today?"),
    Line(Prompt("thanks", "th", "ขอบคุณ")),
]
START, STOP, KEEP = "", "", ""
SAID = [START, STOP, KEEP]
"""The answers with which one text is said once and kept."""


def take(seconds: float = 1.5, amplitude: float = 0.1) -> Samples:
    """What a microphone hears of one text."""
    spoken = speech(seconds, rate=RATE, amplitude=amplitude)
    return np.concatenate([quiet(1, rate=RATE), spoken, quiet(1, rate=RATE)])


class Sitting:
    """A speaker with a list of answers and takes, at a directory."""

    def __init__(
        self, directory: Path, answers: Sequence[str], takes: Sequence[Samples], *, mute: bool = False
    ) -> None:
        self.directory = directory
        self.console = FakeConsole(answers)
        self.microphone = FakeMicrophone(takes)
        self.speaker = FakeSpeaker(broken=mute)

    def walk(self, lines: Sequence[Line] = LINES) -> list[Outcome]:
        return Walk(lines, Shelf(self.directory), self.microphone, self.speaker, self.console).run()

    @property
    def kept(self) -> dict[str, str]:
        return {name: spoken.text for name, spoken in read_voices(self.directory).items()}


class TestWalk:
    def test_each_text_is_shown_said_played_and_kept(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, [*SAID, *SAID], [take(), take()])
        assert sitting.walk() == [Outcome.KEPT, Outcome.KEPT]
        assert sitting.console.texts == ["วันนี้คุณพอใจแค่ไหน", "ขอบคุณ"]
        assert sitting.console.meanings == ["How satisfied are you today?", ""]
        assert "ไทย, 1 of 2: question" in sitting.console.lines
        assert sitting.console.lines[-1] == "2 recorded, 0 left."
        assert len(sitting.speaker.played) == 2
        assert sitting.kept == {line.prompt.name: line.prompt.text for line in LINES}
        assert not any(spoken.placeholder for spoken in read_voices(tmp_path).values())
        samples, rate, kind = read_sound(tmp_path / "question.ogg")
        assert (rate, kind) == (RATE, "OGG VORBIS")
        assert len(samples) == len(sitting.speaker.played[0])
        assert loudness(samples, rate) == pytest.approx(-18, abs=1)

    def test_again_records_the_same_text_once_more(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, [START, STOP, "a", *SAID, "q"], [take(1.2), take(1.8)])
        assert sitting.walk() == [Outcome.KEPT, Outcome.QUIT]
        assert sitting.console.texts == ["วันนี้คุณพอใจแค่ไหน"] * 2 + ["ขอบคุณ"]
        samples, rate, _ = read_sound(tmp_path / "question.ogg")
        assert len(samples) / rate == pytest.approx(2, abs=0.3)

    def test_listen_plays_it_once_more(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, [START, STOP, "l", "l", KEEP, "s"], [take()])
        assert sitting.walk() == [Outcome.KEPT, Outcome.SKIPPED]
        assert len(sitting.speaker.played) == 3

    @pytest.mark.parametrize("answers", [["s"], [START, STOP, "s"]])
    def test_skip_leaves_a_text_as_it_was(self, tmp_path: Path, answers: list[str]) -> None:
        keep(tmp_path, LINES[0].prompt, speech(1), placeholder=True)
        before = (tmp_path / "question.ogg").read_bytes()
        sitting = Sitting(tmp_path, [*answers, *SAID], [take()] * 2)
        assert sitting.walk() == [Outcome.SKIPPED, Outcome.KEPT]
        assert (tmp_path / "question.ogg").read_bytes() == before
        assert read_voices(tmp_path)["question"].placeholder

    @pytest.mark.parametrize(
        "answers", [["q"], [START, STOP, "q"], ["^C"], [START, "^C"], [START, STOP, "^C"], [START]]
    )
    def test_ending_in_any_way_loses_nothing_that_was_kept(self, tmp_path: Path, answers: list[str]) -> None:
        """With q, Ctrl-C, or a terminal that went away, before, during and after a take."""
        sitting = Sitting(tmp_path, [*SAID, *answers], [take()] * 2)
        assert sitting.walk() == [Outcome.KEPT, Outcome.QUIT]
        assert sitting.kept == {"question": LINES[0].prompt.text}
        assert sitting.console.lines[-1] == "1 recorded, 1 left."
        assert not sitting.microphone.running

    def test_each_is_on_the_disk_before_the_next_is_shown(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, [*SAID, *SAID], [take()] * 2)
        seen: list[dict[str, str]] = []
        show = sitting.console.show

        def look(heading: str, text: str, meaning: str) -> None:
            seen.append(sitting.kept)
            show(heading, text, meaning)

        sitting.console.show = look  # type: ignore[method-assign]
        sitting.walk()
        assert [list(kept) for kept in seen] == [[], ["question"]]

    def test_another_key_is_asked_again(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, ["x", START, STOP, "keep", KEEP, "s"], [take()])
        assert sitting.walk() == [Outcome.KEPT, Outcome.SKIPPED]
        assert [line for line in sitting.console.lines if "none of these" in line] == [
            "'x' is none of these.",
            "'keep' is none of these.",
        ]

    @pytest.mark.parametrize("heard", [quiet(0), quiet(0.1, rate=RATE), quiet(3, rate=RATE)])
    def test_of_silence_nothing_is_played_or_kept(self, tmp_path: Path, heard: Samples) -> None:
        sitting = Sitting(tmp_path, [START, STOP, "q"], [heard])
        assert sitting.walk() == [Outcome.QUIT]
        assert "Nothing was heard. Is the microphone on, and the right one?" in sitting.console.lines
        assert (sitting.speaker.played, sitting.kept) == ([], {})

    def test_without_a_loudspeaker_recording_goes_on(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, [*SAID, "q"], [take()], mute=True)
        assert sitting.walk() == [Outcome.KEPT, Outcome.QUIT]
        assert "! it cannot be played here: no device" in sitting.console.lines

    def test_the_enter_key_is_not_heard(self, tmp_path: Path) -> None:
        heard = take()
        heard[2000:6000] = heard[-4000:] = 0.9
        sitting = Sitting(tmp_path, [*SAID, "q"], [heard])
        sitting.walk()
        samples, rate, _ = read_sound(tmp_path / "question.ogg")
        assert len(samples) / rate < 2
        assert not [line for line in sitting.console.lines if line.startswith("!")]

    @pytest.mark.parametrize(
        ("heard", "words"),
        [
            (np.clip(take(amplitude=3), -1, 1), "it was too loud for the microphone"),
            (take() + np.random.default_rng(1).normal(0, 0.03, len(take())), "there is much noise"),
            (take(amplitude=0.004), "it is too quiet"),
            (take(0.15), "it is too short"),
            (take(12), "it is too long"),
        ],
    )
    def test_what_is_wrong_with_a_take_is_said_before_it_is_kept(
        self, tmp_path: Path, heard: Samples, words: str
    ) -> None:
        sitting = Sitting(tmp_path, [START, STOP, "q"], [heard])
        sitting.walk()
        assert [line for line in sitting.console.lines if line.startswith(f"! Better once more: {words}")]

    def test_a_disk_that_is_full_ends_with_a_sentence_and_keeps_what_was(self, tmp_path: Path) -> None:
        sitting = Sitting(tmp_path, [*SAID, *SAID], [take()] * 2)
        (tmp_path / ".thanks.ogg.part").mkdir()  # where the second would be written
        with pytest.raises(Problem, match="recordings cannot be kept in"):
            sitting.walk()
        assert sitting.kept == {"question": LINES[0].prompt.text}


class TestShelf:
    def test_a_recording_is_replaced_whole_or_not_at_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        prompt = LINES[0].prompt
        file = keep(tmp_path, prompt, speech(1))
        before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
        monkeypatch.setattr("os.fsync", lambda _file: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(Problem, match="No space left on device"):
            keep(tmp_path, prompt, speech(2))
        assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before
        assert file.name in before

    def test_a_terminal_that_plays_it_meanwhile_hears_it_to_the_end(self, tmp_path: Path) -> None:
        file = keep(tmp_path, LINES[0].prompt, speech(1))
        before = file.read_bytes()
        with file.open("rb") as playing:
            keep(tmp_path, LINES[0].prompt, speech(2))
            assert playing.read() == before

    def test_a_long_recording_is_written(self, tmp_path: Path) -> None:
        """The encoder's stack does not hold a minute at once."""
        file = keep(tmp_path, LINES[0].prompt, np.resize(speech(5, rate=RATE), 90 * RATE), rate=RATE)
        assert len(read_sound(file)[0]) == 90 * RATE


class TestChoose:
    @pytest.fixture
    def configuration(self, tmp_path: Path) -> Configuration:
        (tmp_path / "voices").mkdir()
        return site(tmp_path, "th", "en")

    def test_what_no_person_has_said_is_asked_for_in_the_order_of_a_visit(
        self, configuration: Configuration, tmp_path: Path
    ) -> None:
        every = list(Scope(configuration).prompts("th").all())
        keep(tmp_path / "voices" / "th", every[1], speech(1))
        keep(tmp_path / "voices" / "th", every[2], speech(1), placeholder=True)
        keep(tmp_path / "voices" / "th", Prompt(every[3].name, "th", "เก่า"), speech(1))
        assert [line.prompt for line in choose(Scope(configuration), "th")] == [every[0], *every[2:]]
        assert [line.prompt for line in choose(Scope(configuration), "th", everything=True)] == every

    def test_some_texts_can_be_named(self, configuration: Configuration) -> None:
        lines = choose(Scope(configuration), "th", only=["thanks", "name"])
        assert [(line.prompt.name, line.meaning) for line in lines] == [("thanks", "Thank you!"), ("name", "")]

    def test_a_name_that_there_is_not_is_answered_with_those_there_are(self, configuration: Configuration) -> None:
        with pytest.raises(Problem, match=r"no text is called 'takk'; there are question, face-4, "):
            choose(Scope(configuration), "th", only=["takk"])

    def test_english_needs_no_translation(self, configuration: Configuration) -> None:
        assert not any(line.meaning for line in choose(Scope(configuration), "en"))


def test_nothing_is_recorded_when_all_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.command.set_up_logs", lambda *_args, **_kwargs: None)
    for prompt in Scope(site(tmp_path)).prompts("nb").all():
        keep(tmp_path / "voices" / "nb", prompt, speech(1))
    (tmp_path / "fjes.toml").write_text('[site]\nvoices = "voices"\n')
    assert main(["--config", str(tmp_path / "fjes.toml"), "voices", "record", "nb"]) == 0
    assert capsys.readouterr().out == "Norsk: every text is said by a person. --all records them anew.\n"


def test_the_terminal_shows_the_text_apart_and_in_bold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return " S "

    monkeypatch.setattr("builtins.input", answer)
    terminal = Terminal()
    terminal.show("Norsk, 1 of 2: thanks", "Takk!", "Thank you!")
    terminal.say("a line")
    assert terminal.ask("Enter: keep") == "s"
    assert asked == ["Enter: keep  "]
    out = capsys.readouterr().out
    assert "\n\n      \033[1mTakk!\033[0m\n\n" in out
    assert "in English: Thank you!" in out
    assert out.endswith("a line\n")
