"""Surveys: the one that comes with fjes is good, and a wrong one is told what is wrong and where."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from contract.errors import RefusedError
from contract.survey import SCORES, Side, Survey, parse_survey, side_of
from locales.catalogue import default_survey
from tests.contract.strategies import json_values, surveys

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> bytes:
    """The default survey's file after a change."""
    survey = msgspec.json.decode(msgspec.json.encode(default_survey()))
    change(survey)
    return msgspec.json.encode(survey)


def options(survey: dict[str, Any], side: Side = Side.SATISFIED) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = survey[side]["options"]
    return found


def test_the_default_survey_is_the_one_of_the_design() -> None:
    survey = default_survey()
    assert survey.id == "visit@1"
    assert survey.languages == ("nb", "en", "es", "pt", "ro", "bg", "th", "ru", "uk", "ar")
    assert survey.option_ids(Side.SATISFIED) == ("social", "help", "health", "talk", "place")
    assert survey.option_ids(Side.UNSATISFIED) == ("wait", "staff", "nohelp", "language", "unsafe")
    pictograms = [option.pictogram for side in Side for option in survey.follow_up(side).options]
    assert len(set(pictograms)) == len(pictograms)


def test_sides() -> None:
    assert [side_of(score) for score in SCORES] == [Side.SATISFIED] * 2 + [Side.UNSATISFIED] * 2


@settings(max_examples=25)
@given(surveys())
def test_what_is_written_is_read(survey: Survey) -> None:
    assert parse_survey(msgspec.json.encode(survey)) == survey


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.update(quesiton={}), "unknown key 'quesiton' at $; expected one of id, languages, question"),
        (lambda s: options(s)[2].update(icon="x"), "unknown key 'icon' at $.satisfied.options[2]"),
        (lambda s: s["question"].pop("th"), "question has no text in th"),
        (lambda s: options(s)[1]["text"].pop("bg"), "satisfied.help has no text in bg"),
        (lambda s: s["unsatisfied"]["question"].pop("nb"), "unsatisfied.question has no text in nb"),
        (lambda s: options(s)[1].update(id="social"), "the answer 'social' is there twice"),
        (lambda s: options(s, Side.UNSATISFIED)[0].update(id="social"), "the answer 'social' is there twice"),
        (lambda s: options(s)[0].update(id="none"), "an answer cannot have the id 'none'"),
        (lambda s: options(s)[0].update(id="Social"), "$.satisfied.options[0].id"),
        (lambda s: options(s)[0].update(pictogram="unicorn"), "Invalid enum value 'unicorn'"),
        (lambda s: options(s).pop(), "of length >= 5 - at `$.satisfied.options`"),
        (lambda s: options(s).append(options(s)[0] | {"id": "sixth"}), "of length <= 5 - at `$.satisfied.options`"),
        (lambda s: s["languages"].append("nb"), "a language is listed twice"),
        (lambda s: s["languages"].append("Norsk"), "$.languages[10]"),
        (lambda s: s.update(languages=[]), "of length >= 1 - at `$.languages`"),
        (lambda s: s.update(id="visit"), "$.id"),
        (lambda s: s.update(id="visit@0"), "$.id"),
        (lambda s: s.update(id="visit@1\n"), "$.id"),
        (lambda s: s.pop("question"), "missing required field `question`"),
        (lambda s: s["question"].update(nb=""), "of length >= 1 - at `$.question[...]`"),
        (lambda s: s["question"].update(nb="a" * 201), "of length <= 200 - at `$.question[...]`"),
        (lambda s: s["question"].update(nb=None), "Expected `str`, got `null`"),
    ],
)
def test_a_wrong_survey_is_told_what_is_wrong(change: Change, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_survey(changed(change))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{\n  "id": "visit@1",\n  "languages": [nb]\n}', "line 3, column 17: JSON is malformed"),
        (b"{'id'}", "line 1, column 2: JSON is malformed"),
        ('{"name": "å", id}'.encode(), "line 1, column 15: JSON is malformed"),
        (b'{\n"id": ', "line 2, column 7: Input data was truncated"),
        (b"", "line 1, column 1: Input data was truncated"),
        (b'{"id": "\xff"}', "is not UTF-8 at byte 8"),
        (b'{"note": "\xff"}', "is not UTF-8 at byte 10"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"x":' * 20_000, "is nested too deep"),
    ],
)
def test_a_broken_file_is_told_where(raw: bytes, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_survey(raw)
    assert words in str(refused.value)


@given(json_values)
def test_any_json_is_a_survey_or_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        parse_survey(msgspec.json.encode(value))


def test_a_survey_lacks_a_language_of_the_site() -> None:
    survey = default_survey()
    survey.require_languages(["nb", "th"])
    with pytest.raises(RefusedError, match="survey visit@1 is not written in so, fr; it has nb, en, es, pt, ro, bg"):
        survey.require_languages(["nb", "so", "ar", "fr"])
