"""The catalogues: what the terminal and the pages say, per language, read straight from the .po files."""

import io
import re
import unicodedata
from datetime import date
from email import message_from_string
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, denormalize, read_po

from contract.errors import RefusedError
from contract.survey import Survey, parse_survey

_ORIGINAL = "en"
"""The language that the others are translated from."""
_LINE = re.compile(r'(?:#.*|(?:msg\w+(?:\[[0-9]+\])?\s+)?"(?:[^"\\]|\\.)*")?\s*')
"""What a line of a catalogue may be. Babel takes others too, and then drops their last letter."""
_HEADER = re.compile(r'^msgid ""\nmsgstr (".*"(?:\n".*")*)', re.MULTILINE)
_REVIEWED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) \S.*")


@cache
def catalogue(language: str, domain: str) -> GNUTranslations:
    """The texts of one domain (`kiosk` or `dashboard`).

    Raises FileNotFoundError for an unknown language, RefusedError that names the file when it is no catalogue.
    """
    compiled = io.BytesIO()
    write_mo(compiled, _read(language, domain))
    compiled.seek(0)
    return GNUTranslations(compiled)


def languages(domain: str) -> tuple[str, ...]:
    """The languages that have a catalogue of this domain, sorted by code."""
    found = (entry for entry in files(__package__).iterdir() if entry.is_dir())
    return tuple(sorted(entry.name for entry in found if _file(entry.name, domain).is_file()))


def untranslated(language: str, domain: str = "kiosk") -> tuple[str, ...]:
    """The English texts that a catalogue does not say, or says in words marked as doubtful. Raises as catalogue()."""
    own = _read(language, domain)
    said = {_key(message.id) for message in own if not message.fuzzy and _is_full(message.string)}
    return tuple(key for message in _read(_ORIGINAL, domain) if message.id and (key := _key(message.id)) not in said)


def reviewed(language: str, domain: str = "kiosk") -> str:
    """Who reads the language and has looked at its catalogue, and when: "2026-11-21 Kari N."; "" for nobody yet.

    It is the catalogue's header `X-Reviewed`, which no program sets. Raises RefusedError when its form is wrong, and as
    catalogue().
    """
    mark = _headers(language, domain).get("X-Reviewed", "")
    if mark and not _is_review(mark):
        raise RefusedError(
            f"{_file(language, domain)}: X-Reviewed is {mark!r}; "
            'expected nothing, or a day and a name or initials, as "2026-11-21 Kari N."'
        )
    return mark


@cache
def own_name(language: str) -> str:
    """What the language calls itself, as a button: "Norsk", "ไทย".

    It is the catalogue's header `X-Name`, else what CLDR says, whose data takes time and memory to load, else the code.
    """
    try:
        if name := _headers(language, "kiosk").get("X-Name"):
            return name
    except (FileNotFoundError, RefusedError):
        pass  # the page names languages of earlier surveys too
    try:
        name = Locale.parse(language).get_language_name(language) or language
    except UnknownLocaleError:
        return language
    return name[:1].upper() + name[1:]


@cache
def right_to_left(language: str) -> bool:
    """Whether the language is written from right to left: as its own name is, which holds for all that CLDR knows."""
    return unicodedata.bidirectional(own_name(language)[0]) in ("R", "AL")


def default_survey() -> Survey:
    """The survey that comes with fjes."""
    return parse_survey(files(__package__).joinpath("visit.json").read_bytes())


def _file(language: str, domain: str) -> Traversable:
    return files(__package__).joinpath(language, "LC_MESSAGES", f"{domain}.po")


@cache
def _text(language: str, domain: str) -> str:
    """The catalogue's file, no line with blanks at its end. Raises as catalogue()."""
    file = _file(language, domain)
    raw = file.read_bytes()
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise RefusedError(f"{file}: line {number}: is not UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not _LINE.fullmatch(line):
            raise RefusedError(f'{file}: line {number}: expected msgid "…", msgstr "…" or a comment; found {line!r}')
    return "\n".join(line.rstrip() for line in lines)


@cache
def _read(language: str, domain: str) -> Catalog:
    text = _text(language, domain)
    try:
        catalog = read_po(io.StringIO(text), locale=language, domain=domain, abort_invalid=True)
    except PoFileError as error:
        raise RefusedError(f"{_file(language, domain)}: near line {error.lineno + 1}: {error}") from error
    except ValueError as error:  # a date, plural form or language in the header that is none
        raise RefusedError(f"{_file(language, domain)}: header: {error}") from error
    catalog.charset = "utf-8"
    return catalog


@cache
def _headers(language: str, domain: str) -> dict[str, str]:
    """The catalogue's headers as they stand in the file; Babel forgets those that it does not know."""
    found = _HEADER.search(_text(language, domain))
    headers = message_from_string(denormalize(found[1]) if found else "")
    return {name: value.strip() for name, value in headers.items()}


def _key(message_id: str | list[str] | tuple[str, ...]) -> str:
    """What a text is known by: one with a plural, by its singular."""
    return message_id if isinstance(message_id, str) else message_id[0]


def _is_full(text: str | list[str] | tuple[str, ...] | None) -> bool:
    return bool(text) and all([text] if isinstance(text, str) else text or ())


def _is_review(mark: str) -> bool:
    found = _REVIEWED.fullmatch(mark)
    try:
        return bool(found and date.fromisoformat(found[1]))
    except ValueError:
        return False
