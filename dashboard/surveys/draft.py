"""A survey while it is being written: texts may be missing, and nothing has a version yet."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Self

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from contract.errors import RefusedError
from contract.ids import NONE, OPTION
from contract.messages import SurveyMessage, encode
from contract.opening import OpenTime
from contract.survey import FollowUp, Option, Pictogram, Side, Survey, Text
from dashboard.noted import noted
from dashboard.people.errors import RefusedChangeError

LONGEST = 200
"""Letters of one text."""
_LACKS = noted("Some texts are still missing. Each language of the terminals needs all of them.")
_LONG = noted("A text has at most 200 letters.")
_NAMES = noted("Each answer needs a name of its own in the numbers: a-z, 0-9 and '_', as wait or new_rooms.")
_SIGNS = noted("Each answer needs a sign.")
_NOT_NAMED = noted("The question needs a short name: a-z, 0-9 and '-', as visit.")
_TOO_MUCH = noted("All of it together is too long for a terminal. Please shorten some texts.")
_ELLIPSIS = "…"


class Writing(Struct, frozen=True):
    """One answer as far as it is written."""

    id: str
    pictogram: str
    text: dict[str, str]


class Page(Struct, frozen=True):
    """What one side is asked after the face, as far as it is written."""

    question: dict[str, str]
    options: tuple[Writing, ...]


class Draft(Struct, frozen=True):
    """All that a place is to show. A text that is not written in a language is not in it.

    `opening` None leaves each terminal the hours of its own settings; no hours at all is always open.
    """

    name: str
    question: dict[str, str]
    satisfied: Page
    unsatisfied: Page
    messages: tuple[dict[str, str], ...] = ()
    opening: tuple[OpenTime, ...] | None = None

    @classmethod
    def of(
        cls,
        survey: Survey,
        languages: Sequence[str],
        messages: Sequence[Text] = (),
        opening: Sequence[OpenTime] | None = None,
    ) -> Self:
        """A survey to begin from; of its texts those that the terminals show."""

        def known(text: Mapping[str, str]) -> dict[str, str]:
            return {language: text[language] for language in languages if language in text}

        def page(side: FollowUp) -> Page:
            options = [Writing(one.id, one.pictogram, known(one.text)) for one in side.options]
            return Page(known(side.question), tuple(options))

        return cls(
            survey.id.partition("@")[0],
            known(survey.question),
            page(survey.satisfied),
            page(survey.unsatisfied),
            tuple(known(message) for message in messages if known(message)),
            None if opening is None else tuple(opening),
        )

    @classmethod
    def read(cls, raw: str) -> Self:
        return msgspec.json.decode(raw, type=cls)

    def written(self) -> str:
        """As it lies in the file; the inverse of `read`."""
        return msgspec.json.encode(self).decode()

    def page(self, side: Side) -> Page:
        return self.satisfied if side is Side.SATISFIED else self.unsatisfied

    def missing(self, languages: Sequence[str]) -> dict[str, int]:
        """How many texts each language lacks."""
        return {language: sum(language not in text for text in self._texts()) for language in languages}

    def survey(self, languages: Sequence[str]) -> Survey:
        """The whole survey; its version is still to be given. Raises RefusedChangeError that says what it lacks."""
        if any(self.missing(languages).values()):
            raise RefusedChangeError(_LACKS)
        if any(len(text) > LONGEST for texts in (*self._texts(), *self.messages) for text in texts.values()):
            raise RefusedChangeError(_LONG)
        ids = [option.id for side in Side for option in self.page(side).options]
        if NONE in ids or len(set(ids)) < len(ids) or not all(re.fullmatch(OPTION, one) for one in ids):
            raise RefusedChangeError(_NAMES)
        if any(option.pictogram not in list(Pictogram) for side in Side for option in self.page(side).options):
            raise RefusedChangeError(_SIGNS)
        try:
            survey = self._convert(languages)
            encode(SurveyMessage(v=1, survey=survey, since=date.max, messages=self.messages, opening=self.opening))
        except msgspec.ValidationError as error:
            raise RefusedChangeError(_NOT_NAMED) from error
        except RefusedError as error:
            raise RefusedChangeError(_TOO_MUCH) from error
        return survey

    def shown(self, languages: Sequence[str]) -> Survey:
        """A survey to look at, whatever it lacks: in place of a text stands the first language's, or dots."""

        def whole(text: Mapping[str, str]) -> dict[str, str]:
            instead = next(iter(text.values()), _ELLIPSIS)[:LONGEST]
            return {language: text.get(language, instead)[:LONGEST] for language in languages}

        def page(side: Side) -> Page:
            signs = list(Pictogram)
            options = [
                Writing(
                    f"{side}_{number}",
                    one.pictogram if one.pictogram in signs else signs[number],
                    whole(one.text),
                )
                for number, one in enumerate(self.page(side).options)
            ]
            return Page(whole(self.page(side).question), tuple(options))

        filled = replace(
            self,
            name="preview",
            question=whole(self.question),
            satisfied=page(Side.SATISFIED),
            unsatisfied=page(Side.UNSATISFIED),
        )
        return filled._convert(languages)

    def _convert(self, languages: Sequence[str]) -> Survey:
        """Raises ValidationError."""

        def chosen(text: Mapping[str, str]) -> dict[str, str]:
            return {language: text[language] for language in languages}

        def page(side: Side) -> FollowUp:
            written = self.page(side)
            options = [Option(one.id, Pictogram(one.pictogram), chosen(one.text)) for one in written.options]
            return FollowUp(chosen(written.question), tuple(options))

        survey = Survey(
            f"{self.name}@1",
            tuple(languages),
            chosen(self.question),
            page(Side.SATISFIED),
            page(Side.UNSATISFIED),
        )
        return msgspec.convert(msgspec.to_builtins(survey), Survey)

    def _texts(self) -> Iterator[Mapping[str, str]]:
        yield self.question
        for side in Side:
            yield self.page(side).question
            for option in self.page(side).options:
                yield option.text
