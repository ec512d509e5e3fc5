"""An ear at the loudspeaker: it knows every recording, and tells from the samples alone which ones were played."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from kiosk.ui.mixer import RATE
from locales.voices import shipped
from tests.e2e.loudspeaker import Loudspeaker
from tests.polling import eventually

Samples = NDArray[np.float32]

PIECE = 2048
"""Frames that SDL's mixer fills at a time (kiosk.ui.mixer): every sound begins with one of them."""
FRAME = 4
"""Bytes: two channels of 16 bits."""
HURRY = 5
"""Milliseconds that the loudspeaker takes for a piece which lasts 46: nine times as fast as people listen."""
ALIKE = 0.97
"""How well what was played fits a recording, of 1. Two recordings that begin alike stay under this by far."""
ENOUGH = RATE // 4
"""Frames (a quarter of a second) after which it can be told that a sound is none of the recordings known."""


def recordings(languages: Iterable[str]) -> dict[str, Samples]:
    """Every recording that comes with fjes, as `nb/question`, as the left channel of the loudspeaker gets it."""
    files = (file for language in languages for file in sorted(shipped(language).glob("*.ogg")))
    return {f"{file.parents[1].name}/{file.stem}": _as_played(file) for file in files}


def _as_played(file: Path) -> Samples:
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    frames = np.arange(round(len(samples) * RATE / rate)) * rate / RATE
    played: Samples = np.interp(frames, np.arange(len(samples)), samples[:, 0]).astype(np.float32)
    return played


class Ear:
    """Hears what is played to its end; of what breaks off it says nothing. `speaker` is to be started and stopped."""

    def __init__(self, directory: Path, languages: Iterable[str]) -> None:
        self.speaker = Loudspeaker(directory, self._take)
        self.names: list[str] = []
        """What was heard so far."""
        self._known = recordings(languages)
        self._played = bytearray()
        self._at = 0

    @property
    def environment(self) -> Mapping[str, str]:
        """Has SDL play to this ear."""
        return {**self.speaker.environment, "SDL_DISKAUDIODELAY": str(HURRY)}

    def next(self) -> str:
        """Waits until one more sound has been heard, and tells which."""
        before = len(self.names)
        eventually(self._hears_more, f"nothing is heard after {self.names}")
        return self.names[before]

    def _take(self, played: bytes) -> None:
        self._played += played

    def _hears_more(self) -> bool:
        """Goes on through what was played since, up to one more sound, or as far as it can be understood yet."""
        before = len(self.names)
        while len(self.names) == before and self._understand():
            pass
        return len(self.names) > before

    def _understand(self) -> bool:
        """Takes the next piece, or the whole sound that begins with it. False when more must be heard first."""
        known = len(self._played) // FRAME // PIECE * PIECE
        if known - self._at < PIECE:
            return False
        heard = self._left(self._at, known)
        if not heard[:PIECE].any():
            self._at += PIECE
            return True
        if len(heard) < ENOUGH:
            return False
        fitting = {name: whole for name, whole in self._known.items() if _alike(heard, whole) > ALIKE}
        if any(len(whole) > len(heard) for whole in fitting.values()):
            return False
        if not fitting:
            self._at += PIECE
            return True
        name = max(fitting, key=lambda one: len(fitting[one]))
        self.names.append(name)
        self._at += -(-len(fitting[name]) // PIECE) * PIECE
        return True

    def _left(self, begin: int, end: int) -> Samples:
        pieces = np.frombuffer(bytes(self._played[begin * FRAME : end * FRAME]), "<i2")
        return pieces[::2].astype(np.float32)


def _alike(heard: Samples, whole: Samples) -> float:
    """The correlation of what was heard with as much of a recording, whatever their loudness."""
    count = min(len(heard), len(whole))
    one, other = heard[:count], whole[:count]
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-9))
