"""Reads `fjes.toml`, and the files that it names, into what the roles are built from."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from contract.errors import RefusedError
from contract.messages import SurveyMessage, encode
from contract.opening import OpenTime
from contract.survey import Survey, Text, parse_survey
from deploy.errors import Problem, short
from deploy.settings import Settings
from deploy.settings_table import settings_table
from deploy.site.tls import SignOn, sign_on
from locales.catalogue import default_survey
from locales.files import read_file

_LARGEST = 256 * 1024
"""Bytes of settings or of a survey, which has to fit into a message of 64 KiB without its spaces."""
_MOST_DOTS = 500
"""In a line of settings. Reading the key `a.a.a` takes time with the square of its length."""


class Configuration(Struct, frozen=True):
    """The settings, and the directory that their relative paths begin at: the file's own."""

    settings: Settings
    directory: Path

    def path(self, given: str) -> Path:
        return (self.directory / given).absolute()

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.site.timezone)

    @property
    def open_times(self) -> tuple[OpenTime, ...]:
        return tuple(OpenTime(one.days, one.open, one.close) for one in self.settings.site.opening)

    def voices(self) -> Path | None:
        """The directory of the site's own recordings. Raises Problem when it is none."""
        given = self.settings.site.voices
        directory = self.path(given)
        if given and not directory.is_dir():
            raise Problem(f"site.voices = {given!r}: there is no directory {directory}")
        return directory if given else None

    def staff_pin(self) -> Path | None:
        """The file with the hash of the staff's PIN. Raises Problem when it is not there."""
        given = self.settings.terminal.staff_pin
        file = self.path(given)
        if given and not file.is_file():
            raise Problem(f"terminal.staff_pin = {given!r}: there is no file {file}; make it with: fjes pin")
        return file if given else None

    def check_terminal(self) -> None:
        """Raises Problem when a file that the terminal needs is not right."""
        self.survey()
        self.voices()
        self.staff_pin()
        user, terminal = self.sign_on().user, self.settings.terminal.id
        if user not in ("", terminal):
            raise Problem(
                f"broker.user = {user!r} and terminal.id = {terminal!r}: a terminal signs on with its own name, else "
                "what it sends goes nowhere"
            )

    def sign_on(self) -> SignOn:
        """What the connection to the broker takes. Raises Problem when a file of `[broker]` is not right."""
        return sign_on(self.settings.broker, self.path)

    def survey(self) -> Survey:
        """The survey to show. Raises Problem when its file is not right, lacks a language or is too long to send."""
        survey = self.read_survey(self.settings.site.survey) if self.settings.site.survey else default_survey()
        try:
            survey.require_languages(self.settings.site.languages)
        except RefusedError as error:
            raise Problem(f"site.languages: {error}") from error
        try:
            encode(SurveyMessage(v=1, survey=survey, since=date.min, messages=self.settings.site.messages))
        except RefusedError as error:
            raise Problem(f"site.survey and site.messages together: {error}") from error
        return survey

    def surveys(self) -> list[Survey]:
        """Every survey whose sheets are accepted."""
        known = {
            survey.id: survey for survey in (default_survey(), *map(self.read_survey, self.settings.collector.surveys))
        }
        shown = self.survey()
        return [*(survey for survey in known.values() if survey.id != shown.id), shown]

    def read_survey(self, name: str) -> Survey:
        """Raises Problem that names the file and what is wrong in it."""
        file = self.path(name)
        try:
            return parse_survey(read_file(file, _LARGEST))
        except OSError as error:
            raise Problem(f"survey {file}: {error.strerror}") from error
        except RefusedError as error:
            raise Problem(f"survey {file}: {error}") from error


_WORDS = {
    "`object`": "a section",
    "`array`": "a list",
    "`str`": "text",
    "`int`": "a whole number",
    "`bool`": "true or false",
    "`float`": "a number",
}
"""What msgspec calls by the names of types."""


_GONE = {
    "collector.places": "unknown key 'collector.places': where terminals stand is in the store now, as it was; "
    "remove it, and say where one moves with: fjes terminal move ID PLACE --since DATE"
}
"""Keys that were, and what to do instead."""


def read_settings(file: Path | None) -> Configuration:
    """The settings in `file`, or all defaults when there is none. Raises Problem with key and value."""
    if file is None:
        return Configuration(Settings(), Path.cwd())
    try:
        text = read_file(file, _LARGEST).decode()
        if max(line.count(".") for line in text.split("\n")) > _MOST_DOTS:
            raise Problem(f"settings {file}: is nested too deep")
        given = tomllib.loads(text)
    except OSError as error:
        raise Problem(f"settings {file}: {error.strerror}") from error
    except RecursionError as error:
        raise Problem(f"settings {file}: is nested too deep") from error
    except UnicodeDecodeError as error:
        raise Problem(f"settings {file}: is not UTF-8 at byte {error.start}") from error
    except ValueError as error:  # no TOML, or a number without end
        raise Problem(f"settings {file}: {short(str(error))}") from error
    try:
        return Configuration(msgspec.convert(given, Settings), file.absolute().parent)
    except msgspec.ValidationError as error:
        raise Problem(f"settings {file}: {_explain(str(error), given)}") from error


def _explain(error: str, given: Mapping[str, Any]) -> str:
    """msgspec's words for a bad value, with the key and the value as they stand in the file."""
    what, _, path = error.partition(" - at `$")
    key = path.rstrip("`").lstrip(".")
    setting = re.sub(r"\[[0-9]+\]", "[]", key)
    rows = {row.key: row for row in settings_table()}
    if gone := _GONE.get(f"{setting}.{what.split('`')[1]}" if "`" in what else ""):
        return gone
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        within = f"{setting}." if setting else ""
        known = [name.removeprefix(within) for name in rows if name.startswith(within)]
        known = sorted({name.split(".")[0].removesuffix("[]") for name in known})
        near = difflib.get_close_matches(unknown[1], known, 1)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        return f"unknown key {f'{key}.{unknown[1]}'.lstrip('.')!r}; expected one of {', '.join(known)}{guess}"
    value = _at(given, key)
    if key.endswith("[...]"):  # msgspec does not say which language
        key, texts = key.removesuffix("[...]"), _at(given, key.removesuffix("[...]"))
        key, value = next((f"{key}.{name}", text) for name, text in texts.items() if not _is_text(name, text))
    if row := rows.get(setting):
        if what.startswith("Invalid"):
            what = f"expected {row.type}"
        elif "matching regex" in what:
            what = f"expected: {row.help}"
    what = what.replace(" | null`", "`")
    for name, word in _WORDS.items():
        what = what.replace(name, word)
    shown = f"{key} = {short(repr(value))}: " if key and not isinstance(value, dict) else f"{key}: " if key else ""
    return f"{shown}{what[:1].lower()}{what[1:]}"


def _at(given: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401
    """The value at a path as `site.messages[0].en`; None when there is none."""
    value: Any = given
    for step in re.findall(r"[^.\[\]]+", key):
        value = value[int(step)] if isinstance(value, list) else value.get(step) if isinstance(value, dict) else None
    return value


def _is_text(language: str, text: object) -> bool:
    try:
        msgspec.convert({language: text}, Text)
    except msgspec.ValidationError:
        return False
    return True
