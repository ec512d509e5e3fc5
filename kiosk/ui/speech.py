"""What the terminal says to a visitor, one prompt at a time, at the visitor's volume."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.view import LOUDEST
from locales.prompts import Prompt

STEP = 6.0
"""Decibels from one volume to the next: clearly heard, and 12 from the usual volume to the loudest."""


class Voice(Protocol):
    """The port to the loudspeaker: one sound at a time."""

    def say(self, file: Path, volume: float) -> None:
        """Begins a sound in place of any other, at an amplitude of 0 to 1. Returns at once and never fails."""
        ...

    def hush(self) -> None:
        """Ends the sound, if there is one."""
        ...

    @property
    def playing(self) -> bool:
        """Whether the last sound is not over yet: from `say` on, and never for much longer than the sound lasts."""
        ...


def loudness(volume: int) -> float:
    """The amplitude of a volume from 1 to 5, in steps that are even to the ear: 1/16 to 1."""
    return float(10 ** ((volume - LOUDEST) * STEP / 20))


class Speech:
    """Prompts as sounds. `find` gives a prompt's recording, if there is one."""

    def __init__(self, voice: Voice, find: Callable[[Prompt], Path | None]) -> None:
        self._voice = voice
        self._find = find
        self._last: Path | None = None
        self._hurrying = False
        self._ours = False

    def has(self, prompt: Prompt | None) -> bool:
        """Whether it can be said."""
        return prompt is not None and self._find(prompt) is not None

    def say(self, prompt: Prompt | None, volume: int, *, hurrying: bool = False) -> None:
        """Says it in place of what is said, or nothing where there is no recording; volume 1 to 5.

        `hurrying` prompts tell that the time is running out, and do not need time themselves.
        """
        self.hush()
        file = self._find(prompt) if prompt else None
        if file:
            self._last, self._hurrying = file, hurrying
            self._play(file, volume)

    def repeat(self, volume: int) -> None:
        """Says the last prompt once more."""
        if self._last:
            self._play(self._last, volume)

    def hush(self) -> None:
        """Ends what was said here. The staff's own test of the sound is not ours to end."""
        if self._ours:
            self._ours = False
            self._voice.hush()

    def forget(self) -> None:
        """Ends, and leaves nothing to be repeated."""
        self.hush()
        self._last = None

    @property
    def going_on(self) -> bool:
        """Whether something said here is not over yet."""
        return self._ours and self._voice.playing

    @property
    def needs_time(self) -> bool:
        """Whether the visitor is to be given the time to hear it."""
        return self.going_on and not self._hurrying

    def _play(self, file: Path, volume: int) -> None:
        self._ours = True
        self._voice.say(file, loudness(volume))
