"""Every text that the pages use is in both catalogues, and nothing else is."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import dashboard
import locales

ROOM = Path(str(dashboard.__file__)).parent
KEYWORDS = {"say": None, "say_many": (1, 2), "noted": None}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
Texts = dict[tuple[str, ...], tuple[str, ...]]


def in_use() -> set[tuple[str, ...]]:
    found = set()
    for file in ROOM.rglob("*"):
        if method := METHODS.get(file.suffix):
            for _, message, _, _ in extract_from_file(method, str(file), keywords=KEYWORDS):
                found.add((message,) if isinstance(message, str) else tuple(message))
    return found


def catalogue(language: str) -> Texts:
    path = Path(str(locales.__file__)).parent / language / "LC_MESSAGES" / "dashboard.po"
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id]
    return {
        (entry.id,) if isinstance(entry.id, str) else tuple(entry.id): (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        )
        for entry in entries
    }


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_catalogue_has_every_text_with_its_placeholders(language: str) -> None:
    texts = catalogue(language)
    assert set(texts) == in_use()
    for key, translated in texts.items():
        assert len(translated) == len(key)
        for one, other in zip(key, translated, strict=True):
            assert other.strip(), key
            assert placeholders(one) == placeholders(other), key
