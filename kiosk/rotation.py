"""What the terminal shows while nobody is there: the question in every language, and now and then a message."""

from collections.abc import Sequence

from contract.survey import Text
from kiosk.timing import Timing


class Rotation:
    """A round is the question in each language; after each round comes one message in one of its languages.

    All messages come in all languages that they are written in, one after another, round by round.
    """

    def __init__(self, languages: Sequence[str], messages: Sequence[Text], timing: Timing) -> None:
        self._languages = languages
        self._messages = [
            (number, language)
            for number, message in enumerate(messages)
            for language in languages
            if language in message
        ]
        self._turn = timing.rotation
        self._asks = timing.rotation * len(languages)
        self._lasts = self._asks + (timing.message if self._messages else 0.0)

    def at(self, seconds: float) -> tuple[str, int | None]:
        """The language, and the number of the message if one is shown, this long after the rotation began."""
        rounds, within = divmod(seconds, self._lasts)
        if within < self._asks:
            return self._languages[min(int(within // self._turn), len(self._languages) - 1)], None
        number, language = self._messages[int(rounds) % len(self._messages)]
        return language, number
