"""Catalogues: every language says all that every other says, and names itself."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import locales
from locales.catalogue import catalogue, default_survey, languages, own_name

ROOM = Path(locales.__path__[0])
DOMAINS = ("kiosk", "dashboard")
FILES = [(domain, language) for domain in DOMAINS for language in languages(domain)]


def read(domain: str, language: str) -> Catalog:
    with (ROOM / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


def texts(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """The messages by context and id; the header is none."""
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalog
        if message.id
    }


def every_form(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|%[sd]|{\w*}", text))


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_language_has_the_same_texts(domain: str) -> None:
    found = {language: set(texts(read(domain, language))) for language in languages(domain)}
    everything = set().union(*found.values())
    assert everything
    assert {language: everything - own for language, own in found.items() if own != everything} == {}


@pytest.mark.parametrize(("domain", "language"), FILES)
def test_no_text_is_missing_doubtful_or_left_over(domain: str, language: str) -> None:
    catalog = read(domain, language)
    messages = texts(catalog).values()
    assert [message.id for message in messages if not all(form.strip() for form in every_form(message))] == []
    assert [message.id for message in messages if message.fuzzy] == []
    assert not catalog.obsolete
    assert not catalog.fuzzy


@pytest.mark.parametrize(("domain", "language"), FILES)
def test_placeholders_are_those_of_the_original(domain: str, language: str) -> None:
    for message in texts(read(domain, language)).values():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = placeholders(ids[-1])
        assert [form for form in every_form(message) if placeholders(form) != wanted] == []


@pytest.mark.parametrize(("domain", "language"), FILES)
def test_the_header_names_the_language(domain: str, language: str) -> None:
    catalog = read(domain, language)
    assert str(catalog.locale) == language
    assert dict(catalog.mime_headers)["Language"] == language


def test_every_language_of_the_default_survey_has_a_catalogue() -> None:
    assert set(default_survey().languages) <= set(languages("kiosk"))


def test_a_catalogue_is_read_without_being_compiled_first() -> None:
    assert catalogue("nb", "kiosk").gettext("Skip") == "Hopp over"
    assert catalogue("th", "kiosk").gettext("Skip") == "ข้าม"
    assert not list(ROOM.rglob("*.mo"))


def test_an_unknown_language_has_none() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue("tlh", "kiosk")


def test_languages_name_themselves_and_no_two_alike() -> None:
    names = {language: own_name(language) for language in languages("kiosk")}
    assert len(set(names.values())) == len(names)
    assert names["nb"] == "Norsk"
    assert names["th"] == "ไทย"
    assert names["bg"] == "Български"
    assert all(name[0] == name[0].upper() for name in names.values())
