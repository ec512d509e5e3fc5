"""The catalogues: what the terminal and the pages say, per language, read straight from the .po files."""

import io
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from contract.survey import Survey, parse_survey


@cache
def catalogue(language: str, domain: str) -> GNUTranslations:
    """The texts of one domain (`kiosk` or `dashboard`). Raises FileNotFoundError for an unknown language."""
    source = files(__package__).joinpath(language, "LC_MESSAGES", f"{domain}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=language, domain=domain))
    compiled.seek(0)
    return GNUTranslations(compiled)


def languages(domain: str) -> tuple[str, ...]:
    """The languages that have a catalogue of this domain, sorted by code."""
    found = (entry for entry in files(__package__).iterdir() if entry.is_dir())
    return tuple(sorted(entry.name for entry in found if entry.joinpath("LC_MESSAGES", f"{domain}.po").is_file()))


def own_name(language: str) -> str:
    """What the language calls itself, as a button: "Norsk", "ไทย"."""
    if language == "nb":  # CLDR says "norsk bokmål", which is more than a visitor needs
        return "Norsk"
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def default_survey() -> Survey:
    """The survey that comes with fjes."""
    return parse_survey(files(__package__).joinpath("visit.json").read_bytes())
