"""Surveys: a question, four faces, and answers to follow up with, in several languages."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from contract.errors import RefusedError, describe
from contract.ids import NONE, Language, OptionId, SurveyId

SCORES = (4, 3, 2, 1)
"""The four faces, happiest first."""
SATISFIED = (4, 3)

Text = dict[Language, Annotated[str, Meta(min_length=1, max_length=200)]]
MESSAGES = 3
"""What managers may tell visitors at a time: "You said, we did"."""


class Side(StrEnum):
    """Which answers follow a face."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"


def side_of(score: int) -> Side:
    return Side.SATISFIED if score in SATISFIED else Side.UNSATISFIED


class Pictogram(StrEnum):
    """The pictograms a terminal can draw beside an answer."""

    PEOPLE = "people"
    HEART = "heart"
    HEALTH = "health"
    TALK = "talk"
    HOUSE = "house"
    CLOCK = "clock"
    PERSON = "person"
    CLOSED = "closed"
    LANGUAGE = "language"
    SHIELD = "shield"


class Option(Struct, frozen=True):
    """One answer to choose."""

    id: OptionId
    pictogram: Pictogram
    text: Text


class FollowUp(Struct, frozen=True):
    """What one side is asked after the face."""

    question: Text
    options: Annotated[tuple[Option, ...], Meta(min_length=5, max_length=5)]


class Survey(Struct, frozen=True):
    """What is asked. Immutable once published: other words are another version."""

    id: SurveyId
    languages: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=32)]
    question: Text
    satisfied: FollowUp
    unsatisfied: FollowUp

    def __post_init__(self) -> None:
        """Raises ValueError when a text lacks a language or an answer's id is used twice."""
        if len(set(self.languages)) != len(self.languages):
            raise ValueError("a language is listed twice")
        for name, text in self._texts():
            if missing := [language for language in self.languages if language not in text]:
                raise ValueError(f"{name} has no text in {', '.join(missing)}")
        ids = [option.id for side in Side for option in self.follow_up(side).options]
        if NONE in ids:
            raise ValueError(f"an answer cannot have the id {NONE!r}")
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"the answer {twice[0]!r} is there twice")

    def _texts(self) -> Iterator[tuple[str, Text]]:
        yield "question", self.question
        for side in Side:
            yield f"{side}.question", self.follow_up(side).question
            for option in self.follow_up(side).options:
                yield f"{side}.{option.id}", option.text

    def follow_up(self, side: Side) -> FollowUp:
        return self.satisfied if side is Side.SATISFIED else self.unsatisfied

    def option_ids(self, side: Side) -> tuple[str, ...]:
        """The ids of one side's answers, in the order they are shown."""
        return tuple(option.id for option in self.follow_up(side).options)

    def require_languages(self, languages: Sequence[str]) -> None:
        """Raises RefusedError when the survey lacks one of `languages`."""
        if missing := [language for language in languages if language not in self.languages]:
            raise RefusedError(
                f"survey {self.id} is not written in {', '.join(missing)}; it has {', '.join(self.languages)}"
            )


def parse_survey(raw: bytes) -> Survey:
    """The survey of a survey file. Raises RefusedError; unlike on the wire, an unknown key is refused."""
    try:
        raw.decode()
        survey = msgspec.json.decode(raw, type=Survey)
        _refuse_unknown_keys(msgspec.json.decode(raw), msgspec.to_builtins(survey), "$")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(describe(raw, error)) from error
    return survey


def _refuse_unknown_keys(given: Any, known: Any, path: str) -> None:  # noqa: ANN401
    if isinstance(given, Mapping):
        for key, value in given.items():
            if key not in known:
                raise RefusedError(f"unknown key {key!r} at {path}; expected one of {', '.join(known)}")
            _refuse_unknown_keys(value, known[key], f"{path}.{key}")
    elif isinstance(given, Sequence) and not isinstance(given, str):
        for index, (value, twin) in enumerate(zip(given, known, strict=True)):
            _refuse_unknown_keys(value, twin, f"{path}[{index}]")
