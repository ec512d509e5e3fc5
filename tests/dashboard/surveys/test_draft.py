"""A survey while it is written: what it lacks, what comes in a form, and when it is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from contract.opening import OpenTime
from contract.survey import Side
from dashboard.people.errors import RefusedChangeError
from dashboard.surveys.draft import Draft
from dashboard.surveys.form import changed, hours_rows
from locales.catalogue import default_survey

SURVEY = default_survey()
LANGUAGES = ("nb", "en", "th")
TEA = {"nb": "Te!", "en": "Tea!"}
HOURS = (OpenTime("mon,tue", "09:00", "16:00"), OpenTime("sun", "18:00", "24:00"))
DRAFT = Draft.of(SURVEY, LANGUAGES, [TEA], HOURS)


def test_a_survey_that_is_begun_from_is_whole_in_the_terminals_languages() -> None:
    assert DRAFT.missing(LANGUAGES) == {"nb": 0, "en": 0, "th": 0}
    survey = DRAFT.survey(LANGUAGES)
    assert survey.languages == LANGUAGES
    assert survey.question == {language: SURVEY.question[language] for language in LANGUAGES}
    assert survey.option_ids(Side.UNSATISFIED) == SURVEY.option_ids(Side.UNSATISFIED)
    assert (DRAFT.messages, DRAFT.opening) == ((TEA,), HOURS)


def test_what_is_written_is_read() -> None:
    assert Draft.read(DRAFT.written()) == DRAFT


def test_a_language_that_the_terminals_have_now_lacks_everything() -> None:
    assert DRAFT.missing(("nb", "pl")) == {"nb": 0, "pl": 13}
    with pytest.raises(RefusedChangeError, match="still missing"):
        DRAFT.survey(("nb", "pl"))


def test_a_form_changes_what_it_has_fields_for_and_nothing_else() -> None:
    fields = {
        "name": "food",
        "question.en": "  How was\r\n the food? ",
        "satisfied.th": "",
        "satisfied-2-id": "taste",
        "satisfied-2-sign": "house",
        "unsatisfied-4.nb": "Kaldt",
        "message-0.en": "",
        "message-2.th": "ชา",
        "question.xx": "not a language of the terminals",
        "satisfied-9.nb": "there is no tenth answer",
    }
    draft = changed(DRAFT, fields, LANGUAGES)
    assert draft.name == "food"
    assert draft.question == {**DRAFT.question, "en": "How was the food?"}
    assert list(draft.question) == list(LANGUAGES)
    assert draft.missing(LANGUAGES) == {"nb": 0, "en": 0, "th": 1}
    answer = draft.satisfied.options[2]
    assert (answer.id, answer.pictogram, answer.text) == ("taste", "house", DRAFT.satisfied.options[2].text)
    assert draft.unsatisfied.options[4].text["nb"] == "Kaldt"
    assert draft.messages == ({"nb": "Te!"}, {"th": "ชา"})
    assert draft.opening == HOURS


def test_hours_come_and_go_by_the_form() -> None:
    rows = hours_rows(HOURS)
    assert rows[:2] == [(frozenset({"mon", "tue"}), "09:00", "16:00"), (frozenset({"sun"}), "18:00", "00:00")]
    fields = {"hours": "these"}
    for number, (days, begin, end) in enumerate(rows):
        fields |= {f"hours-{number}-{day}": "on" for day in days}
        fields |= {f"hours-{number}-open": begin, f"hours-{number}-close": end}
    assert changed(DRAFT, fields, LANGUAGES) == DRAFT
    assert changed(DRAFT, {"hours": "own"}, LANGUAGES).opening is None
    assert changed(DRAFT, {"hours": "these"}, LANGUAGES).opening == ()


@pytest.mark.parametrize(
    "row", [{"mon": "on"}, {"open": "09:00", "close": "16:00"}, {"mon": "on", "open": "9", "close": "16:00"}]
)
def test_hours_that_make_no_sense_are_told(row: dict[str, str]) -> None:
    fields = {"hours": "these", "hours-0-open": "", **{f"hours-0-{name}": value for name, value in row.items()}}
    with pytest.raises(RefusedChangeError, match="Opening hours need days"):
        changed(DRAFT, fields, LANGUAGES)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"question.nb": ""}, "still missing"),
        ({"question.nb": "a" * 201}, "at most 200"),
        ({"message-0.nb": "a" * 201}, "at most 200"),
        ({"satisfied-0-id": "help"}, "a name of its own"),
        ({"satisfied-0-id": "none"}, "a name of its own"),
        ({"satisfied-0-id": "New Rooms"}, "a name of its own"),
        ({"satisfied-0-id": "rooms\n"}, ""),
        ({"satisfied-0-sign": "unicorn"}, "needs a sign"),
        ({"name": "Visit 2"}, "short name"),
        ({"name": ""}, "short name"),
    ],
)
def test_what_cannot_be_published_is_told(fields: dict[str, str], words: str) -> None:
    draft = changed(DRAFT, fields, LANGUAGES)
    if not words:
        assert draft.survey(LANGUAGES)
        return
    with pytest.raises(RefusedChangeError, match=words):
        draft.survey(LANGUAGES)


def test_more_than_a_terminal_can_be_sent_is_told() -> None:
    many = [f"a{chr(97 + n)}" for n in range(26)]
    text = dict.fromkeys(many, "字" * 200)
    options = tuple(replace(one, text=text) for one in DRAFT.satisfied.options)
    side = replace(DRAFT.satisfied, question=text, options=options)
    other = replace(side, options=tuple(replace(o, id=f"x{n}") for n, o in enumerate(side.options)))
    with pytest.raises(RefusedChangeError, match="too long for a terminal"):
        replace(DRAFT, question=text, satisfied=side, unsatisfied=other).survey(many)


keys = st.sampled_from(
    ["name", "question.nb", "satisfied.en", "unsatisfied-3.th", "satisfied-1-id", "satisfied-1-sign", "message-1.nb"]
)


@given(st.dictionaries(keys, st.text(max_size=300)))
def test_whatever_is_written_can_be_kept_and_looked_at(fields: dict[str, str]) -> None:
    draft = changed(DRAFT, fields, LANGUAGES)
    assert Draft.read(draft.written()) == draft
    assert draft.shown(LANGUAGES).languages == LANGUAGES
