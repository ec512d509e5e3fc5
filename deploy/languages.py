"""`fjes languages`: how far each language is, so that an operator sees what a visitor would miss."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from contract.errors import RefusedError
from contract.survey import Side, Survey, Text
from deploy.configuration import Configuration
from locales.catalogue import default_survey, languages, own_name, reviewed, right_to_left, untranslated
from locales.prompts import Prompt, Prompts
from locales.voices import Voices


class Heard(Struct, frozen=True):
    """How many of the prompts can be heard: said by a person, by a machine for want of one, or not at all."""

    recorded: int
    placeholders: int
    missing: int


class Language(Struct, frozen=True, kw_only=True):
    """How far one language is. `undrawn` and `heard` are None where they could not be looked at."""

    code: str
    name: str
    right_to_left: bool = False
    on_terminal: bool
    untranslated: tuple[str, ...] = ()
    reviewed: str = ""
    survey_lacks: tuple[str, ...]
    undrawn: str | None = None
    heard: Heard | None = None
    problem: str = ""


def run_languages(configuration: Configuration, *, as_json: bool) -> None:
    """Prints how far each language is: as JSON, or a few lines each. Raises Problem when the survey cannot be read."""
    name = configuration.settings.site.survey
    survey = configuration.read_survey(name) if name else default_survey()
    found = list(_look(configuration, survey))
    if as_json:
        document = {"survey": survey.id, "languages": found}
        print(msgspec.json.format(msgspec.json.encode(document)).decode())
        return
    print(f"Survey: {survey.id}, {configuration.path(name) if name else 'which comes with fjes'}")
    for language in found:
        print("", *_lines(language), sep="\n")


def _look(configuration: Configuration, survey: Survey) -> Iterator[Language]:
    """The terminal's languages in their order, then the others that have a catalogue or survey texts."""
    site = configuration.settings.site
    own = configuration.path(site.voices)
    voices = Voices(own if site.voices and own.is_dir() else None)
    others = {*languages("kiosk"), *survey.languages} - {*site.languages}
    for code in (*site.languages, *sorted(others)):
        lacks = tuple(_lacks(survey, code))
        try:
            prompts = () if lacks else tuple(Prompts(survey, code, site.messages).all())
            yield Language(
                code=code,
                name=own_name(code),
                right_to_left=right_to_left(code),
                on_terminal=code in site.languages,
                untranslated=untranslated(code),
                reviewed=reviewed(code),
                survey_lacks=lacks,
                undrawn=_undrawn(code, [own_name(code), *(prompt.text for prompt in prompts)]),
                heard=None if lacks else _heard(voices, prompts),
            )
        except (FileNotFoundError, RefusedError) as error:
            problem = str(error) if isinstance(error, RefusedError) else f"there is no catalogue {error.filename}"
            yield Language(
                code=code, name=code, on_terminal=code in site.languages, survey_lacks=lacks, problem=problem
            )


def _lacks(survey: Survey, language: str) -> Iterator[str]:
    """The places of the survey file where the language is missing."""
    for name, text in _texts(survey):
        if language not in text:
            yield name
    if language not in survey.languages:
        yield "languages"


def _texts(survey: Survey) -> Iterator[tuple[str, Text]]:
    yield "question", survey.question
    for side in Side:
        yield f"{side}.question", survey.follow_up(side).question
        for option in survey.follow_up(side).options:
            yield f"{side}.{option.id}", option.text


def _heard(voices: Voices, prompts: Iterable[Prompt]) -> Heard:
    found = [voices.find(prompt) for prompt in prompts]
    placeholders = sum(recording is not None and recording.placeholder for recording in found)
    missing = found.count(None)
    return Heard(len(found) - placeholders - missing, placeholders, missing)


def _undrawn(language: str, texts: Iterable[str]) -> str | None:
    """The first letter that no font here has; "" for none; None where the terminal's packages are not installed."""
    try:
        from kiosk.ui.drawing import LEAST_SIZE, Label
        from kiosk.ui.typesetter import Typesetter
    except ImportError:
        return None
    label = Label("\n".join(texts), language, 1000, 1000, LEAST_SIZE, LEAST_SIZE, "#000000")
    return Typesetter().lacking(label)


def _lines(language: Language) -> Iterator[str]:
    name = f"{language.code}  {language.name}"
    notes = ["right to left"] * language.right_to_left + ["on the terminal"] * language.on_terminal
    yield f"{name}  ({', '.join(notes)})" if notes else name
    if language.problem:
        yield f"    problem:   {language.problem}"
    else:
        yield f"    catalogue: {_or_not('complete', language.untranslated)}"
        yield f"    reviewed:  {language.reviewed or 'nobody yet'}"
    yield f"    survey:    {_or_not('complete', language.survey_lacks)}"
    if language.undrawn is not None:
        letters = f"no installed font has {language.undrawn!r}" if language.undrawn else "all can be drawn"
        yield f"    letters:   {letters}"
    if heard := language.heard:
        yield f"    voices:    {heard.recorded} recorded, {heard.placeholders} placeholders, {heard.missing} missing"


def _or_not(well: str, missing: tuple[str, ...]) -> str:
    return f"{len(missing)} missing: {'; '.join(missing)}" if missing else well
