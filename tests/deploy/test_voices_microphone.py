"""Recording with the real PortAudio, from a microphone and to a loudspeaker that are files."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from deploy import command
from deploy.voices.files import read_sound
from deploy.voices.microphone import RATE
from deploy.voices.placeholder import speak
from deploy.voices.sound import Samples, loudness, resample
from locales.voices import read_voices
from tests.deploy.sounds import quiet
from tests.polling import eventually

SECONDS = 60
NO_DEVICE = "pcm.gone { type hw card 99 }\n"
"""A configuration of ALSA that names only a card that is not there. PortAudio asserts that one at least is not."""
DESK = """
pcm.quiet {{ type null }}
pcm.desk {{ type file slave {{ pcm quiet }} file "/dev/null" infile "{said}" format "raw" }}
pcm.desktop {{ type null }}
pcm.loudspeaker {{ type file slave {{ pcm quiet }} file "{played}" format "raw" }}
pcm.default {{ type asym playback.pcm loudspeaker capture.pcm desk }}
"""
"""A file is heard as fast as it is read, and after its end its last milliseconds again and again."""


class Desk:
    """A directory with a private configuration of ALSA whose microphone and loudspeaker are files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.played = directory / "played.raw"
        self._alsa = directory / "alsa.conf"
        self._said = directory / "said.raw"
        self.speak(quiet(1, rate=RATE))
        self._alsa.write_text(NO_DEVICE + DESK.format(said=self._said, played=self.played))
        (directory / "fjes.toml").write_text('[site]\nvoices = "voices"\n')

    def without_devices(self) -> None:
        self._alsa.write_text(NO_DEVICE)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`fjes voices record` with these arguments."""
        room = Path(command.__file__).parent.parent
        environment = {**os.environ, "PYTHONPATH": f"{self.directory}:{room}", "ALSA_CONFIG_PATH": str(self._alsa)}
        return subprocess.Popen(
            [sys.executable, "-m", "deploy", "voices", "record", *arguments],
            cwd=self.directory,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def speak(self, samples: Samples) -> None:
        """What the microphone hears, from the beginning of each take; two channels, as most have."""
        both = np.concatenate([samples, quiet(1, rate=RATE)]).repeat(2)
        self._said.write_bytes(both.astype("<f4").tobytes())

    def heard_all(self, program: subprocess.Popen[str]) -> bool:
        """Whether the program has read to the end of what the microphone hears."""
        process = Path(f"/proc/{program.pid}")
        for entry in (process / "fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                if entry.readlink() == self._said:
                    position = (process / "fdinfo" / entry.name).read_text().split()[1]
                    return int(position) == self._said.stat().st_size
        return False

    def refuse(self, *arguments: str) -> str:
        """What is said when recording does not begin."""
        program = self.start(*arguments)
        out, error = program.communicate("", timeout=SECONDS)
        assert (program.returncode, out) == (1, "")
        return error


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def hung() -> Iterator[list[subprocess.Popen[str]]]:
    """Programs that are stopped if they have not ended."""
    programs: list[subprocess.Popen[str]] = []

    def kill() -> None:
        for program in programs:
            program.kill()

    watchdog = threading.Timer(SECONDS, kill)
    watchdog.start()
    yield programs
    watchdog.cancel()
    kill()
    for program in programs:
        program.communicate()


def read_until(program: subprocess.Popen[str], words: str) -> str:
    assert program.stdout is not None
    read = ""
    while words not in read:
        letter = program.stdout.read(1)
        assert letter, f"ended without {words!r}: {read}"
        read += letter
    return read


def answer(program: subprocess.Popen[str], text: str = "") -> None:
    assert program.stdin is not None
    program.stdin.write(f"{text}\n")
    program.stdin.flush()


def test_what_a_person_says_is_kept_as_it_is_played_back(desk: Desk, hung: list[subprocess.Popen[str]]) -> None:
    spoken, rate = speak("Veldig fornøyd", "gmq/nb")
    desk.speak(np.concatenate([quiet(1, rate=RATE), resample(spoken, rate, RATE) * 0.2]))
    program = desk.start("nb", "--only", "face-4")
    hung.append(program)
    assert "Veldig fornøyd" in read_until(program, "q: quit  ")
    answer(program)
    read_until(program, "stop")
    eventually(lambda: desk.heard_all(program), "the microphone was not listened to")
    answer(program)
    assert "!" not in read_until(program, "without this one")
    answer(program)
    assert "1 recorded, 0 left." in read_until(program, "left.")
    assert program.wait(SECONDS) == 0

    voices = desk.directory / "voices" / "nb"
    assert read_voices(voices)["face-4"].text == "Veldig fornøyd"
    assert not read_voices(voices)["face-4"].placeholder
    kept, kept_rate, kind = read_sound(voices / "face-4.ogg")
    assert (kept_rate, kind) == (RATE, "OGG VORBIS")
    assert loudness(kept, RATE) == pytest.approx(-18, abs=1)
    assert len(kept) / RATE == pytest.approx(len(spoken) / rate, abs=0.3)
    assert alike(kept, resample(spoken, rate, RATE)) > 0.95
    played = np.frombuffer(desk.played.read_bytes(), "<f4").astype(float)
    assert alike(played, kept) > 0.95


def alike(one: Samples, other: Samples) -> float:
    """The largest correlation of two sounds, wherever one begins in the other."""
    size = 1 << (len(one) + len(other)).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    return float(np.abs(product).max() / np.sqrt((one**2).sum() * (other**2).sum()))


def test_a_machine_without_a_microphone_is_told_so(desk: Desk) -> None:
    desk.without_devices()
    assert "no microphone was found" in desk.refuse("nb")


def test_a_microphone_of_another_name_is_answered_with_those_there_are(desk: Desk) -> None:
    error = desk.refuse("nb", "--microphone", "Studio")
    assert "no microphone is called 'Studio'" in error
    assert "'desk'" in error


def test_a_name_that_fits_several_is_not_guessed(desk: Desk) -> None:
    assert "'E' can be several microphones: 'quiet', 'desk'" in desk.refuse("nb", "--microphone", "E")


@pytest.mark.parametrize(("name", "found"), [("Desk", "desk"), ("kTo", "desktop")])
def test_the_whole_name_or_a_part_of_one_is_enough(
    desk: Desk, hung: list[subprocess.Popen[str]], name: str, found: str
) -> None:
    program = desk.start("nb", "--microphone", name)
    hung.append(program)
    out, _ = program.communicate("q\n", timeout=SECONDS)
    assert f"with the microphone {found}." in out
    assert "0 recorded" in out
    assert program.returncode == 0


def test_a_machine_without_portaudio_is_told_what_to_install(desk: Desk) -> None:
    """The real package, on a machine whose library is not found."""
    (desk.directory / "sitecustomize.py").write_text(
        "import ctypes.util\nctypes.util.find_library = lambda name: None\n"
    )
    assert desk.refuse("nb") == "fjes: sound needs the library PortAudio: apt install libportaudio2\n"
