"""What the staff corner tells about a terminal. Nothing in here changes with a single vote."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from contract.survey import Survey, Text
from locales.catalogue import reviewed
from locales.prompts import Prompts
from locales.voices import Voices


class Voice(StrEnum):
    """Who speaks a language's prompts."""

    PEOPLE = "people"
    PLACEHOLDER = "placeholder"
    NONE = "none"


class LanguageFacts(Struct, frozen=True):
    """One language of the site. `reviewed` says by whom and when; empty when nobody who reads it has."""

    language: str
    reviewed: str
    voice: Voice


class Versions(Struct, frozen=True):
    """What runs here. `renderer` is OpenGL's; a software one on a device is a fault."""

    software: str
    survey: str
    python: str
    kivy: str
    sdl: str
    renderer: str


class Facts(Struct, frozen=True, kw_only=True):
    """The state of a terminal.

    `acknowledged` is the last local day on which the collector acknowledged a sheet, and no time of it; `owed` are
    released sheets only, as in the presence; `now` is the local time that the terminal believes in; `faults` are in
    the presence's words.
    """

    terminal: str
    connected: bool
    acknowledged: date | None
    owed: int
    clock_trusted: bool
    now: datetime
    versions: Versions
    languages: tuple[LanguageFacts, ...]
    faults: tuple[str, ...] = ()


class FactSource(Protocol):
    """The port to the rest of the terminal."""

    def __call__(self) -> Facts:
        """The facts of this moment. Called on the corner's own thread; may take as long as the disk does."""
        ...


def language_facts(
    survey: Survey, languages: Sequence[str], voices: Voices, messages: Sequence[Text] = ()
) -> tuple[LanguageFacts, ...]:
    """How far each language is: read through by somebody, and spoken by whom."""
    return tuple(
        LanguageFacts(language, reviewed(language), _voice(Prompts(survey, language, messages), voices))
        for language in languages
    )


def _voice(prompts: Prompts, voices: Voices) -> Voice:
    found = [voices.find(prompt) for prompt in prompts.needed()]
    if None in found:
        return Voice.NONE
    return Voice.PLACEHOLDER if any(one and one.placeholder for one in found) else Voice.PEOPLE
