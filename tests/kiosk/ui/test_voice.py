"""The voice on the real SDL: its driver `disk` writes what a loudspeaker gets, and its file can be a bad device."""

import math
import os
import struct
import wave
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby, takewhile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from structlog.testing import capture_logs

from kiosk.ui.mixer import Mixer
from kiosk.ui.voice import WAKING, SdlVoice
from tests.polling import eventually

RATE = 44100
LOW, MIDDLE, HIGH = 300, 600, 1200
"""Pitches in hertz, told apart by the samples between two zero crossings."""
HANDLES = Path("/proc/self/fd")
NO_DEVICE = {"SDL_AUDIODRIVER": "alsa", "ALSA_CONFIG_PATH": os.devnull}


def tone(directory: Path, pitch: int, seconds: float = 0.3) -> Path:
    """A sound of one pitch, as loud as can be."""
    file = directory / f"{pitch}-{seconds}.wav"
    samples = (round(32000 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(round(RATE * seconds)))
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file


class Loudspeaker:
    """What was written to it: pieces of one pitch, with their loudness."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def heard(self) -> list[int]:
        """The pitches in order, without silence and the pieces in which a sound begins or ends."""
        runs = [(pitch, len([*run])) for pitch, run in groupby(pitch for pitch, _ in self._pieces())]
        return [pitch for pitch, pieces in runs if pitch and pieces > 2]

    def loudest(self) -> float:
        """The highest amplitude, of 1."""
        return max((loud for _, loud in self._pieces()), default=0.0)

    def seconds(self) -> float:
        """How long there was no silence."""
        return sum(1 for pitch, _ in self._pieces() if pitch) / 100

    def begins_with(self) -> float:
        """Seconds of silence before the first sound."""
        silent = takewhile(lambda piece: not piece[0], self._pieces())
        return sum(1 for _ in silent) / 100

    def is_silent(self) -> bool:
        """Whether nothing was heard in the last tenth of a second."""
        pieces = [*self._pieces()]
        return len(pieces) > 10 and not any(pitch for pitch, _ in pieces[-10:])

    def is_open(self) -> bool:
        """Whether this process holds the device."""
        held = (os.path.realpath(handle) for handle in HANDLES.iterdir())
        return str(self.file) in held

    def _pieces(self) -> Iterator[tuple[int, float]]:
        """Pitch and amplitude of every hundredth of a second."""
        left = np.frombuffer(self.file.read_bytes()[: self.file.stat().st_size // 4 * 4], "<i2")[::2].astype(int)
        for start in range(0, len(left) - RATE // 100, RATE // 100):
            piece = left[start : start + RATE // 100]
            crossings = int(np.count_nonzero(np.diff(np.signbit(piece))))
            loud = float(np.abs(piece).max()) / 32000
            nearest = min((LOW, MIDDLE, HIGH), key=lambda pitch: abs(crossings - pitch / 50))
            yield (nearest if loud else 0), loud


@pytest.fixture
def loudspeaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loudspeaker:
    file = tmp_path / "loudspeaker.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(file))
    return Loudspeaker(file)


@pytest.fixture
def voice() -> Iterator[SdlVoice]:
    """Started by the test; it looks at the device much more often than on a terminal."""
    voice = SdlVoice(looks=0.2)
    yield voice
    voice.stop()


def said(voice: SdlVoice, *files: Path, volume: float = 1) -> None:
    """All of these, one after the other."""
    for file in files:
        voice.say(file, volume)
        assert voice.playing
        eventually(lambda: not voice.playing)


def test_sounds_reach_the_loudspeaker_whole_and_in_order(
    voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    voice.start()
    said(voice, *(tone(tmp_path, pitch) for pitch in (LOW, HIGH, MIDDLE)))
    voice.stop()
    assert loudspeaker.heard() == [LOW, HIGH, MIDDLE]
    assert loudspeaker.seconds() == pytest.approx(0.9, abs=0.05)
    assert loudspeaker.begins_with() > WAKING / 2, "so that a screen that wakes up swallows nothing"


def test_a_new_sound_takes_the_place_of_the_one_that_plays(
    voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    voice.start()
    voice.say(tone(tmp_path, LOW, 30), 1)
    eventually(lambda: loudspeaker.file.exists() and LOW in loudspeaker.heard())
    said(voice, tone(tmp_path, HIGH))
    voice.stop()
    assert loudspeaker.heard() == [LOW, HIGH]


def test_of_sounds_asked_for_at_once_only_the_last_is_heard(
    voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path
) -> None:
    files = [tone(tmp_path, pitch) for pitch in (LOW, MIDDLE, HIGH)]
    voice.start()
    eventually(lambda: loudspeaker.file.exists() and not loudspeaker.is_open())
    for file in files[:2]:
        voice.say(file, 1)
    said(voice, files[2])
    voice.stop()
    assert loudspeaker.heard() == [HIGH]


def test_hush_is_silence_at_once(voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    voice.start()
    voice.say(tone(tmp_path, LOW, 30), 1)
    eventually(lambda: loudspeaker.file.exists() and LOW in loudspeaker.heard())
    voice.hush()
    assert not voice.playing
    eventually(loudspeaker.is_silent)
    assert loudspeaker.heard() == [LOW]


def test_the_volume_is_the_amplitude(voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    voice.start()
    said(voice, tone(tmp_path, LOW), volume=1 / 4)
    voice.stop()
    assert loudspeaker.loudest() == pytest.approx(1 / 4, abs=0.01)


def test_recordings_are_ogg(voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    file = tmp_path / "question.ogg"
    samples = np.sin(2 * np.pi * MIDDLE * np.arange(22050) / 22050)
    soundfile.write(file, 0.9 * samples, 22050, format="OGG", subtype="VORBIS")
    voice.start()
    said(voice, file)
    voice.stop()
    assert MIDDLE in loudspeaker.heard()
    assert loudspeaker.seconds() == pytest.approx(1, abs=0.05)


def test_a_damaged_recording_is_passed_over_and_told(voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.ogg"
    damaged.write_bytes(b"OggS and then nothing")
    with capture_logs() as logs:
        voice.start()
        said(voice, damaged, tmp_path / "missing.ogg", tone(tmp_path, HIGH))
        eventually(lambda: sum(entry["times"] for entry in logs) == 2)
    assert voice.working
    voice.stop()
    assert loudspeaker.heard() == [HIGH]
    assert all(entry.keys() == {"event", "log_level", "times"} for entry in logs), "no name of what was listened to"


def test_the_device_is_open_only_while_it_is_needed(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    voice = SdlVoice(lingers=2.0)
    voice.start()
    said(voice, tone(tmp_path, LOW))
    assert loudspeaker.is_open()
    eventually(lambda: not loudspeaker.is_open())
    said(voice, tone(tmp_path, HIGH))
    voice.stop()
    assert not loudspeaker.is_open()
    assert loudspeaker.heard() == [HIGH], "a device opened anew begins its file anew"


def test_many_sounds_leave_no_handle_behind(voice: SdlVoice, loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    file = tone(tmp_path, LOW, 0.01)
    voice.start()
    said(voice, file)
    before = sorted(HANDLES.iterdir())
    said(voice, *[file] * 20)
    assert sorted(HANDLES.iterdir()) == before


def test_many_sounds_leave_no_memory_behind(loudspeaker: Loudspeaker, tmp_path: Path) -> None:
    file = tone(tmp_path, LOW, 30)
    mixer = Mixer()
    mixer.open()
    mixer.play(file, 1)
    before = resident()
    for _ in range(10):
        assert mixer.play(file, 1) == pytest.approx(30, abs=0.1)
    assert resident() < before + 15e6, "one such sound takes 5 MB"
    mixer.close()


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_device_that_is_in_no_list_is_one_all_the_same(
    voice: SdlVoice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As ALSA's `default` is when it leads to a sound server. This one leads nowhere."""
    leads_nowhere = tmp_path / "asound.conf"
    leads_nowhere.write_text("pcm.!default { type null }\n")
    monkeypatch.setenv("SDL_AUDIODRIVER", "alsa")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(leads_nowhere))
    assert Mixer().devices() == 0
    looks = []
    voice.start()
    for _ in range(3):
        last = voice._look_at
        eventually(lambda last=last: voice._look_at != last)  # type: ignore[misc]
        looks.append(voice.working)
    assert looks == [True] * 3


def test_no_device_is_a_fault_until_one_comes(voice: SdlVoice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)
    with capture_logs() as logs:
        voice.start()
        eventually(lambda: voice.fault and not voice.working)
        voice.say(tone(tmp_path, LOW), 1)
        assert not voice.playing
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
        eventually(lambda: voice.working)
    said(voice, tone(tmp_path, LOW))
    assert voice.fault is None
    assert [entry["event"] for entry in logs] == ["sound-lost", "sound-found"]


def test_a_device_that_goes_while_all_is_quiet_is_missed(voice: SdlVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    voice.start()
    eventually(lambda: voice._look_at < float("inf"))
    assert voice.working
    monkeypatch.setenv("SDL_AUDIODRIVER", "none such")
    eventually(lambda: not voice.working)
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    eventually(lambda: voice.working)


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A device that takes nothing while the test does not read: its reading end."""
    file = tmp_path / "pipe"
    os.mkfifo(file)
    reading = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(file))
    yield reading
    with suppress(OSError):
        os.close(reading)


def taken(reading: int) -> bytes:
    """What the device was given and nobody has read yet; nothing also while it is closed."""
    try:
        return os.read(reading, 1 << 20)
    except BlockingIOError:
        return b""


def test_a_device_lost_while_it_plays_is_found_again(
    voice: SdlVoice, loudspeaker: Loudspeaker, pipe: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Like a plug pulled out: the driver's next write fails. The fault may be gone again before anybody looks."""
    faults: list[str | None] = []
    close = voice._close

    def note_and_close() -> None:
        faults.append(voice.fault)
        close()

    monkeypatch.setattr(voice, "_close", note_and_close)
    voice.start()
    eventually(lambda: voice._look_at < float("inf"))
    eventually(lambda: not taken(pipe))  # what was written when the device was tried
    voice.say(tone(tmp_path, LOW, 30), 1)
    eventually(lambda: taken(pipe), "nothing was played")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(loudspeaker.file))
    os.close(pipe)
    eventually(lambda: not voice.playing)
    eventually(lambda: "the sound device has gone away" in faults, f"{faults}")
    eventually(lambda: voice.fault is None)
    said(voice, tone(tmp_path, HIGH))
    voice.stop()
    assert loudspeaker.heard() == [HIGH]


def test_a_device_that_stands_still_holds_up_nobody(voice: SdlVoice, pipe: int, tmp_path: Path) -> None:
    voice.start()
    eventually(lambda: voice._look_at < float("inf"))
    voice.say(tone(tmp_path, LOW, 2), 1)
    eventually(lambda: not voice.playing)
    assert voice.fault
    voice.say(tone(tmp_path, HIGH), 1)
    assert not voice.playing
    eventually(lambda: voice.fault == "the sound device stands still")
    eventually(lambda: not taken(pipe) and voice.fault is None)
    voice.say(tone(tmp_path, HIGH), 1)
    eventually(lambda: not taken(pipe) and not voice.playing)
    assert voice.fault is None


def test_a_device_that_stands_still_does_not_hold_up_the_end(voice: SdlVoice, pipe: int, tmp_path: Path) -> None:
    voice.start()
    eventually(lambda: voice._look_at < float("inf"))
    voice.say(tone(tmp_path, LOW, 2), 1)
    eventually(lambda: not voice.playing)
    voice.stop()
    eventually(lambda: not taken(pipe) and not voice._thread.is_alive())


def test_a_voice_that_never_began_can_be_stopped(voice: SdlVoice) -> None:
    voice.stop()
    assert not voice.playing
