"""Everything that the terminal says to a visitor, on the screen or aloud, with the name of its recording."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from contract.survey import SCORES, Side, Survey, Text
from locales.catalogue import catalogue, own_name

FACES = {4: "Very happy", 3: "Happy", 2: "Unhappy", 1: "Very unhappy"}
"""What the four faces are called in the catalogues."""


class Prompt(Struct, frozen=True):
    """One text in one language; its recording is `<name>.ogg`."""

    name: str
    language: str
    text: str


class Prompts:
    """The prompts of a survey, and of the managers' messages, in one language."""

    def __init__(self, survey: Survey, language: str, messages: Sequence[Text] = ()) -> None:
        self._survey = survey
        self._language = language
        self._messages = messages
        self._gettext = catalogue(language, "kiosk").gettext

    @property
    def question(self) -> Prompt:
        return self._prompt("question", self._survey.question[self._language])

    def face(self, score: int) -> Prompt:
        return self._prompt(f"face-{score}", self._gettext(FACES[score]))

    def why(self, side: Side) -> Prompt:
        return self._prompt(f"why-{side}", self._survey.follow_up(side).question[self._language])

    def answers(self, side: Side) -> tuple[Prompt, ...]:
        """In the order they are shown."""
        options = self._survey.follow_up(side).options
        return tuple(self._prompt(f"answer-{option.id}", option.text[self._language]) for option in options)

    @property
    def name(self) -> Prompt:
        """What the language calls itself."""
        return self._prompt("name", own_name(self._language))

    @property
    def skip(self) -> Prompt:
        return self._prompt("skip", self._gettext("Skip"))

    @property
    def start_again(self) -> Prompt:
        return self._prompt("start-again", self._gettext("Start again"))

    @property
    def thanks(self) -> Prompt:
        return self._prompt("thanks", self._gettext("Thank you!"))

    @property
    def nobody_sees(self) -> Prompt:
        return self._prompt("nobody-sees", self._gettext("Nobody can see who pressed what."))

    @property
    def resting(self) -> Prompt:
        text = self._gettext("This screen is resting for a moment. Please tell the staff.")
        return self._prompt("resting", text)

    @property
    def more_time(self) -> Prompt:
        return self._prompt("more-time", self._gettext("Do you need more time? Touch the screen."))

    @property
    def how_to(self) -> Prompt:
        return self._prompt("how-to", self._gettext("Touch once to listen, and once more to choose."))

    @property
    def listen(self) -> Prompt:
        return self._prompt("listen", self._gettext("Sound on or off"))

    @property
    def appearance(self) -> Prompt:
        return self._prompt("appearance", self._gettext("Larger text, stronger colours"))

    @property
    def languages(self) -> Prompt:
        return self._prompt("languages", self._gettext("Choose a language"))

    @property
    def louder(self) -> Prompt:
        return self._prompt("louder", self._gettext("Louder"))

    @property
    def quieter(self) -> Prompt:
        return self._prompt("quieter", self._gettext("Quieter"))

    def message(self, number: int) -> Prompt | None:
        """One of the managers' messages, counted from 0; None when it is not written in this language."""
        text = self._messages[number].get(self._language)
        return self._prompt(f"message-{number + 1}", text) if text else None

    @property
    def messages(self) -> tuple[Prompt, ...]:
        """The managers' messages that are written in this language."""
        return tuple(filter(None, map(self.message, range(len(self._messages)))))

    def needed(self) -> Iterator[Prompt]:
        """What a visitor must be able to hear for a whole visit."""
        yield self.question
        for score in SCORES:
            yield self.face(score)
        for side in Side:
            yield self.why(side)
            yield from self.answers(side)
        yield from (self.name, self.skip, self.start_again, self.thanks, self.nobody_sees, self.resting)
        yield from (self.more_time, self.how_to, self.listen, self.appearance, self.languages)
        yield from (self.louder, self.quieter)

    def all(self) -> Iterator[Prompt]:
        """What is needed, and the managers' messages that are written in this language."""
        yield from self.needed()
        yield from self.messages

    def _prompt(self, name: str, text: str) -> Prompt:
        return Prompt(name, self._language, text)
