"""`fjes survey check`: everything that is wrong in a survey file at once, where it stands, and what it still lacks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from contract.errors import RefusedError
from contract.messages import SurveyMessage, encode
from contract.survey import Side, Survey, parse_survey
from deploy.configuration import Configuration
from deploy.surveys.files import read_survey_file
from locales.catalogue import languages as catalogues


def run_check(configuration: Configuration, files: Sequence[Path]) -> int:
    """Prints what is wrong in each file, a line for each thing. Returns 1 when anything is. Raises Problem."""
    wrong = False
    for file in files:
        found = list(faults(read_survey_file(file), configuration.settings.site.languages))
        wrong |= bool(found)
        for line in found:
            print(f"{file}: {line}")
        if not found:
            survey = parse_survey(read_survey_file(file))
            print(f"{file}: ok: {survey.id}, in {', '.join(survey.languages)}")
    return int(wrong)


def faults(raw: bytes, languages: Sequence[str]) -> Iterator[str]:
    """What is wrong in a survey file, for terminals in these languages."""
    try:
        given = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        given = None
    missing = list(_missing(given, languages)) if isinstance(given, Mapping) else []
    try:
        survey = parse_survey(raw)
    except RefusedError as error:
        if not missing or "has no text in" not in str(error):
            yield str(error)
        yield from missing
        return
    yield from missing
    yield from _for_terminals(survey, languages)


def _missing(given: Mapping[str, Any], languages: Sequence[str]) -> Iterator[str]:
    """Texts that a language lacks: the terminals' languages, and those that the file says it is written in."""
    own = given.get("languages")
    named = [one for one in own if isinstance(one, str)] if isinstance(own, list) else []
    for key, text in _texts(given):
        if lacks := [one for one in dict.fromkeys((*languages, *named)) if one not in text]:
            yield f"{key} has no text in {', '.join(lacks)}"


def _texts(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text that is there, and the key it stands under, as far as the file has the form of a survey."""
    if isinstance(question := given.get("question"), Mapping):
        yield "question", question
    for side in Side:
        page = given.get(side)
        if not isinstance(page, Mapping):
            continue
        if isinstance(question := page.get("question"), Mapping):
            yield f"{side}.question", question
        options = page.get("options")
        for number, option in enumerate(options if isinstance(options, list) else ()):
            if isinstance(option, Mapping) and isinstance(text := option.get("text"), Mapping):
                yield f"{side}.{option.get('id', f'options[{number}]')}", text


def _for_terminals(survey: Survey, languages: Sequence[str]) -> Iterator[str]:
    if unlisted := [language for language in languages if language not in survey.languages]:
        yield f"languages lacks {', '.join(unlisted)}, which the terminals offer"
    if unknown := [language for language in survey.languages if language not in catalogues("kiosk")]:
        yield f"languages has {', '.join(unknown)}, for which the terminal itself has no words"
    try:
        encode(SurveyMessage(v=1, survey=survey, since=date.max))
    except RefusedError as error:
        yield str(error)
