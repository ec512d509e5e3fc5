"""What visitors read and hear: clean, in the letters of its own script, and drawable with the fonts that come along."""

import re
import shutil
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fontpkg import families

import locales
from kiosk.ui.drawing import LEAST_SIZE, Label
from kiosk.ui.typesetter import Typesetter
from locales import fonts
from locales.catalogue import default_survey, own_name
from locales.prompts import Prompt, Prompts

SURVEY = default_survey()
SCRIPTS = {
    **dict.fromkeys(("nb", "en", "es", "pt", "ro"), "LATIN"),
    **dict.fromkeys(("bg", "ru", "uk"), "CYRILLIC"),
    "th": "THAI",
    "ar": "ARABIC",
}
FOREIGN = {
    "ro": "şţŞŢ",  # with cedilla; Romanian has a comma below
    "bg": "ыэёіїєґ",
    "ru": "іїєґўъ",
    "uk": "ыэёъў",
    "es": "ãõ",
    "pt": "ñ¿¡",
    "ar": "?,;یکە",  # the signs of Latin, and letters of Persian and Kurdish that look the same
}
"""What a slip of the keyboard or a copy from the wrong place would bring."""
LONGEST_ANSWER = 32
"""Letters on a card about 40 mm wide."""

languages = pytest.mark.parametrize("language", SURVEY.languages)


def prompts(language: str) -> Iterator[Prompt]:
    return Prompts(SURVEY, language).all()


def texts(language: str) -> list[str]:
    return [prompt.text for prompt in prompts(language)]


@cache
def typesetter() -> Typesetter:
    return Typesetter()


def lacking(text: str, language: str) -> str:
    return typesetter().lacking(Label(text, language, 900, 300, LEAST_SIZE, LEAST_SIZE, "#000000"))


@languages
def test_the_fonts_that_come_along_have_every_letter(language: str) -> None:
    assert [found for text in texts(language) if (found := lacking(text, language))] == []


def test_a_letter_that_no_font_has_is_told() -> None:
    assert lacking("ไทย العربية Norsk", "nb") == ""
    assert lacking("Norsk ትግርኛ", "ti") == "ት"


@languages
def test_no_text_is_written_carelessly(language: str) -> None:
    for text in texts(language):
        assert text == text.strip()
        assert text == unicodedata.normalize("NFC", text)
        assert not re.search(r"['\"`´\n\t]|  |\.\.| [.,!?:;]", text), text
        assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn") for letter in text), text


@languages
def test_every_letter_is_of_the_languages_own_script(language: str) -> None:
    """Also of none that only looks like it, as the Cyrillic о."""
    for text in texts(language):
        strange = {
            letter for letter in text if letter.isalpha() and not unicodedata.name(letter).startswith(SCRIPTS[language])
        }
        assert strange | {letter for letter in text if letter in FOREIGN.get(language, "")} == set(), text


@languages
def test_a_question_and_an_exclamation_have_the_marks_of_the_language(language: str) -> None:
    for text in texts(language):
        if language == "es":
            assert text.count("¿") == text.count("?"), text
            assert text.count("¡") == text.count("!"), text
    asked = [SURVEY.question, SURVEY.satisfied.question, SURVEY.unsatisfied.question]
    mark = {"ar": "؟", "th": ""}.get(language, "?")  # Thai asks without a mark
    assert all(text[language].endswith(mark) for text in asked)
    more_time = Prompts(SURVEY, language).more_time.text
    assert mark in more_time
    assert Prompts(SURVEY, language).thanks.text.endswith("!")


@languages
def test_buttons_have_no_full_stop_and_sentences_have_one(language: str) -> None:
    said = {prompt.name: prompt.text for prompt in prompts(language)}
    sentences = {"nobody-sees", "resting", "more-time", "how-to"}
    stop = () if language == "th" else (".",)  # Thai parts sentences with a space
    assert [name for name in sentences if stop and not said[name].endswith(stop)] == []
    assert [name for name in said if name not in sentences and said[name].endswith((".", "…", ":"))] == []


@languages
def test_no_two_prompts_of_a_language_are_alike(language: str) -> None:
    found = texts(language)
    assert len({text.casefold() for text in found}) == len(found)
    names = [prompt.name for prompt in prompts(language)]
    assert len(set(names)) == len(names)


@languages
def test_nothing_is_left_in_english(language: str) -> None:
    if language != "en":
        assert set(texts(language)) & set(texts("en")) == set()


@languages
def test_an_answer_is_short_enough_for_its_card(language: str) -> None:
    answers = [option.text[language] for option in (*SURVEY.satisfied.options, *SURVEY.unsatisfied.options)]
    assert [text for text in answers if len(text) > LONGEST_ANSWER] == []
    assert [text for text in answers if "-" in text] == []  # where a narrow card would break a word as m-au


def test_thai_is_polite_to_all_without_telling_who_speaks() -> None:
    assert [text for text in texts("th") if re.search("ครับ|ค่ะ|คะ|ผม|ดิฉัน|ฉัน", text)] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", r"satisfech[oa]|segur[oa]\b|content[oa]|bienvenid[oa]"),
        ("pt", r"satisfeit[oa]|segur[oa]\b|content[ea]|obrigad[oa]|recebid[oa]|tratad[oa]"),
        ("ro", r"mulțumit|fost (primit|tratat)|sigur[ăi]?\b"),
        ("bg", r"посрещнат|доволен|доволна|сигурен|сигурна"),
        ("ru", r"(?i)\b(доволен|довольна|чувствовала?|получила?)\b"),
        ("uk", r"(?i)\b(задоволений|задоволена|почува(в|ла)с[ья]|отрима(в|ла))\b"),
    ],
)
def test_no_word_tells_whether_a_man_or_a_woman_answers(language: str, told: str) -> None:
    assert [text for text in texts(language) if re.search(told, text)] == []


def test_every_language_has_its_script_here() -> None:
    assert set(SCRIPTS) == set(SURVEY.languages)
    assert all(unicodedata.name(own_name(language)[0]).startswith(SCRIPTS[language]) for language in SCRIPTS)


def test_a_font_beside_a_catalogue_draws_what_the_installed_ones_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = families()
    monkeypatch.setattr(fonts, "_families", lambda: (known["noto-sans"],))
    monkeypatch.setattr(locales, "__path__", [str(tmp_path)])
    thai = Label("ไทย", "th", 900, 300, LEAST_SIZE, LEAST_SIZE, "#000000")
    assert Typesetter().lacking(thai) == "ไ"
    (tmp_path / "th" / "fonts").mkdir(parents=True)
    shutil.copy(known["noto-sans-thai"].files[0].path, tmp_path / "th" / "fonts" / "own.ttf")
    assert Typesetter().lacking(thai) == ""
