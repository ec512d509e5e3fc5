"""The sound test: a language's own name and then its question, one after the other on the one loudspeaker."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from contract.survey import Survey
from kiosk.ui.narration import Voice, loudness
from locales.prompts import Prompts
from locales.voices import Voices


class LanguageSounds:
    """The adapter of kiosk.staff.corner.Sounds to the terminal's voice. `device` tells whether there is one to hear.

    With kiosk.ui.voice.SdlVoice that is `lambda: voice.fault is None`.
    """

    def __init__(self, survey: Survey, voices: Voices, voice: Voice, device: Callable[[], bool]) -> None:
        self._survey = survey
        self._voices = voices
        self._voice = voice
        self._device = device
        self._next: deque[tuple[Path, float]] = deque()

    def say(self, language: str, volume: int) -> None:
        """Begins with the name; what has no recording is left out."""
        self.hush()
        prompts = Prompts(self._survey, language)
        found = map(self._voices.find, (prompts.name, prompts.question))
        self._next.extend((recording.file, loudness(volume)) for recording in found if recording)
        self.tick()

    def tick(self) -> None:
        """Goes on when the last one is over."""
        if self._next and not self._voice.playing:
            self._voice.say(*self._next.popleft())

    def hush(self) -> None:
        """Ends what is said."""
        self._next.clear()
        self._voice.hush()

    @property
    def working(self) -> bool:
        """Whether there is a device."""
        return self._device()
