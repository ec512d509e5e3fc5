"""Recordings on the disk: Ogg Vorbis files and the list beside them, each replaced whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import soundfile

from contract.errors import RefusedError
from deploy.errors import Problem
from deploy.voices.sound import Samples
from locales.prompts import Prompt
from locales.voices import LIST, Spoken, read_voices, recording_file

_AT_ONCE = 4096
"""Samples given to the encoder at a time; long stretches overflow its stack: https://github.com/xiph/vorbis/issues/99"""

_LONGEST_SECONDS, _MOST_RATE, _MOST_CHANNELS = 120, 192_000, 8
"""Of a recording that is looked into: all of it is in memory."""


class Shelf:
    """One language's directory, to which recordings are added. Constructing it touches nothing."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def spoken(self) -> dict[str, Spoken]:
        """What is listed. Raises Problem when the list is damaged: what it says must not be lost by writing anew."""
        try:
            return read_voices(self.directory)
        except RefusedError as error:
            raise Problem(f"{error}; mend the file or move it away") from error

    def prepare(self) -> None:
        """Sees that recordings can be kept here, before anyone speaks. Raises Problem."""
        self.spoken()
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            probe = self.directory / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Problem(f"recordings cannot be kept in {self.directory}: {error.strerror}") from error

    def keep(self, prompt: Prompt, samples: Samples, rate: int, *, quality: float, placeholder: bool = False) -> Path:
        """Writes one recording and then lists it. Raises Problem.

        `quality` is Vorbis's, from 0 to 1. A power cut between the two leaves a list that says the old text of the
        new sound: it is then either used for nothing, or for the same words.
        """
        file = recording_file(self.directory, prompt.name)
        listed = {**self.spoken(), prompt.name: Spoken(prompt.text, placeholder)}
        raw = msgspec.json.format(msgspec.json.encode(dict(sorted(listed.items()))), indent=2) + b"\n"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            _replace(file, lambda part: write_sound(part, samples, rate, quality))
            _replace(self.directory / LIST, lambda part: part.write_bytes(raw))
        except OSError as error:
            raise Problem(f"recordings cannot be kept in {self.directory}: {error.strerror}") from error
        return file


def write_sound(file: Path, samples: Samples, rate: int, quality: float) -> None:
    """Raises OSError."""
    try:
        with soundfile.SoundFile(
            file, "w", rate, channels=1, format="OGG", subtype="VORBIS", compression_level=1 - quality
        ) as sound:
            for start in range(0, len(samples), _AT_ONCE):
                sound.write(samples[start : start + _AT_ONCE])
    except soundfile.SoundFileError as error:
        raise OSError(None, str(error)) from error


def read_sound(file: Path) -> tuple[Samples, int, str]:
    """Samples, their rate, and what the file is, as `OGG VORBIS`. Raises RefusedError when it is no sound."""
    try:
        if not file.is_file():
            raise RefusedError("it is no file")
        with soundfile.SoundFile(file) as sound:
            most = int(_LONGEST_SECONDS * sound.samplerate)
            if sound.channels > _MOST_CHANNELS or sound.samplerate > _MOST_RATE or sound.frames > most:
                raise RefusedError(f"it is longer than {_LONGEST_SECONDS} seconds, or no sound of speech")
            samples = np.asarray(sound.read(most, dtype="float64", always_2d=True)).mean(axis=1)
            return samples, sound.samplerate, f"{sound.format} {sound.subtype}"
    except (soundfile.SoundFileError, OSError) as error:
        raise RefusedError("it is no sound that can be read") from error


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    """Writes beside the file and then takes its place, so that there is always a whole one."""
    part = file.with_name(f".{file.name}.part")
    try:
        write(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
