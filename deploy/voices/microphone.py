"""The microphone and the loudspeaker of whoever records: two small ports, and their adapter to PortAudio."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from deploy.errors import Problem
from deploy.voices.sound import Samples, resample

RATE = 48000
"""Samples a second of a person's recording: what microphones and Vorbis are built for."""
LONGEST = 60.0
"""Seconds of one take; whoever forgets to stop does not fill the memory."""


class Microphone(Protocol):
    """Hears one take at a time."""

    def start(self) -> None:
        """Begins a take. Raises Problem when the microphone is gone."""
        ...

    def stop(self) -> Samples:
        """Ends the take; what was heard, at `RATE`. Nothing when none was begun."""
        ...


class Speaker(Protocol):
    """Plays back what was heard."""

    def play(self, samples: Samples, rate: int) -> None:
        """Returns when it was played. Raises Problem when it cannot be."""
        ...


class PortAudioMicrophone:
    """A microphone of this machine."""

    def __init__(self, name: str = "") -> None:
        """`name` is part of its name; without it, the machine's usual one. Raises Problem that lists what there is."""
        self._audio = _portaudio()
        self._device: dict[str, Any] = self._choose(name)
        self._channels = min(2, self._device["max_input_channels"])
        self._rate = self._usual_rate()
        self._heard: list[Samples] = []
        self._length = 0
        self._lock = threading.Lock()
        self._stream: Any = None

    @property
    def name(self) -> str:
        return str(self._device["name"])

    def start(self) -> None:
        self.stop()
        with _as_problem(self._audio, f"the microphone {self.name} cannot be used"):
            self._stream = self._audio.InputStream(
                samplerate=self._rate,
                device=self._device["index"],
                channels=self._channels,
                dtype="float32",
                callback=self._hear,
            )
            self._stream.start()

    def stop(self) -> Samples:
        stream, self._stream = self._stream, None
        if stream is not None:
            with _as_problem(self._audio, f"the microphone {self.name} went away"):
                stream.stop()
                stream.close()
        with self._lock:
            heard, self._heard, self._length = self._heard, [], 0
        whole = np.concatenate(heard) if heard else np.empty(0)
        return resample(whole, self._rate, RATE)

    def _hear(self, data: Samples, _frames: int, _time: object, _status: object) -> None:
        """Called by PortAudio on a thread of its own."""
        with self._lock:
            self._heard.append(np.asarray(data, dtype=np.float64).mean(axis=1))
            self._length += len(data)
            full = self._length >= LONGEST * self._rate
        if full:
            raise self._audio.CallbackStop

    def _choose(self, name: str) -> dict[str, Any]:
        devices = [device for device in self._audio.query_devices() if device["max_input_channels"] > 0]
        if not devices:
            raise Problem("no microphone was found; connect one, and see that `arecord -l` lists it")
        if not name:
            usual = self._audio.default.device[0]
            return next((device for device in devices if device["index"] == usual), devices[0])
        wanted = name.casefold()
        exact = [device for device in devices if device["name"].casefold() == wanted]
        found = exact or [device for device in devices if wanted in device["name"].casefold()]
        if not found:
            raise Problem(f"no microphone is called {name!r}; there are {_list(devices)}")
        if len(found) > 1:
            raise Problem(f"{name!r} can be several microphones: {_list(found)}")
        return dict(found[0])

    def _usual_rate(self) -> int:
        """`RATE` where the device has it, else its own."""
        try:
            self._audio.check_input_settings(
                device=self._device["index"], channels=self._channels, dtype="float32", samplerate=RATE
            )
        except self._audio.PortAudioError:
            return int(self._device["default_samplerate"])
        return RATE


class PortAudioSpeaker:
    """The usual loudspeaker of this machine."""

    def __init__(self) -> None:
        self._audio = _portaudio()

    def play(self, samples: Samples, rate: int) -> None:
        with _as_problem(self._audio, "it cannot be played here"):
            self._audio.play(np.asarray(samples, dtype=np.float32), rate, blocking=True)


def _list(devices: Sequence[dict[str, Any]]) -> str:
    return ", ".join(repr(device["name"]) for device in devices)


def _portaudio() -> ModuleType:
    """The binding, imported only when sound is wanted: the import looks for the library and for every device."""
    try:
        import sounddevice
    except ImportError as error:
        raise Problem("sound needs the Python package sounddevice, of fjes's extra `voices`") from error
    except OSError as error:  # the binding is there, the library is not
        raise Problem("sound needs the library PortAudio: apt install libportaudio2") from error
    return sounddevice  # type: ignore[no-any-return]


@contextmanager
def _as_problem(audio: ModuleType, what: str) -> Iterator[None]:
    """PortAudio's errors, and a name that fits no device, as Problem."""
    try:
        yield
    except (audio.PortAudioError, ValueError) as error:
        raise Problem(f"{what}: {error.args[0] if error.args else error}") from error
