"""Sounds and directories of recordings, made for the tests of voices."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from deploy.configuration import Configuration
from deploy.settings import Settings, Site
from deploy.voices.files import Shelf
from deploy.voices.sound import Samples
from locales.prompts import Prompt

RATE = 24000


def speech(seconds: float, *, rate: int = RATE, amplitude: float = 0.3) -> Samples:
    """Something that is loud and soft in turn as speech is: five syllables a second on a low tone."""
    time = np.arange(int(seconds * rate)) / rate
    syllables = np.sin(2 * np.pi * 2.5 * time) ** 2
    return np.asarray(amplitude * syllables * np.sin(2 * np.pi * 200 * time + np.sin(2 * np.pi * 900 * time)))


def quiet(seconds: float, *, rate: int = RATE) -> Samples:
    return np.zeros(int(seconds * rate))


def site(directory: Path, *languages: str, messages: tuple[dict[str, str], ...] = ()) -> Configuration:
    """A site whose own recordings are in `voices/` of the directory."""
    own = Site(languages=languages or ("nb", "en"), voices="voices", messages=messages)
    return Configuration(Settings(site=own), directory)


def keep(directory: Path, prompt: Prompt, samples: Samples, *, placeholder: bool = False, rate: int = RATE) -> Path:
    """A recording as a speaker, or a machine, would have left it."""
    return Shelf(directory).keep(prompt, samples, rate, quality=0.3, placeholder=placeholder)


def relist(directory: Path, name: str, entry: Mapping[str, object] | None) -> None:
    """Changes what the list says of one recording, or leaves it out."""
    file = directory / "voices.json"
    listed = msgspec.json.decode(file.read_bytes())
    listed.pop(name, None)
    file.write_bytes(msgspec.json.encode(listed if entry is None else {**listed, name: entry}))
