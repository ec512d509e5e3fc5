"""What the terminal can say aloud: recordings by people, or marked placeholders, of exactly the texts on the screen."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta, Struct

from contract.errors import RefusedError, describe
from locales.files import read_file
from locales.prompts import Prompt

log = structlog.get_logger()

SHIPPED = Path(__file__).parent
"""Where the recordings that come with fjes are: `<language>/audio/` in here."""
LIST = "voices.json"
"""Says, beside the recordings of one language, what each of them says."""

_LARGEST = 256 * 1024
"""Bytes of such a list."""


class Spoken(Struct, frozen=True, omit_defaults=True):
    """What one recording says, and whether a machine says it for want of a person."""

    text: str
    placeholder: bool = False


class Recording(Struct, frozen=True):
    """A sound to play."""

    file: Path
    placeholder: bool


_Name = Annotated[str, Meta(pattern=r"^[a-z0-9_-]+$(?!\n)")]


def shipped(language: str, root: Path = SHIPPED) -> Path:
    """The directory of one language's recordings that come with fjes; it need not exist."""
    return root / language / "audio"


def recording_file(directory: Path, name: str) -> Path:
    """Where the recording of a prompt of this name is, within one language's directory."""
    return directory / f"{name}.ogg"


def read_voices(directory: Path) -> dict[str, Spoken]:
    """The list of one language's directory by prompt name; empty when there is none.

    Raises RefusedError that names the file when it cannot be read or is no such list.
    """
    file = directory / LIST
    raw = b""
    try:
        raw = read_file(file, _LARGEST)
        return msgspec.json.decode(raw, type=dict[_Name, Spoken])
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise RefusedError(f"{file}: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(f"{file}: {describe(raw, error)}") from error


class Voices:
    """The recordings of a site: its own `<directory>/<language>/`, and those that come with fjes.

    All are looked at when the first is asked for, so that no later warning tells which language is spoken just now.
    What is recorded afterwards is heard after the next start.
    """

    def __init__(self, directory: Path | None = None, root: Path = SHIPPED) -> None:
        self._directory = directory
        self._root = root
        self._known: dict[tuple[str, str, str], Recording] | None = None

    def find(self, prompt: Prompt) -> Recording | None:
        """The recording of exactly this text: a person's before a placeholder, the site's before that of fjes."""
        if self._known is None:
            self._known = dict(self._look())
        return self._known.get((prompt.language, prompt.name, prompt.text))

    def speaks(self, prompts: Iterable[Prompt]) -> bool:
        """Whether every one of them can be heard."""
        return all(self.find(prompt) is not None for prompt in prompts)

    def _look(self) -> Iterator[tuple[tuple[str, str, str], Recording]]:
        """Every recording that is there, by language, name and text; a later one takes the place of an earlier."""
        found = [
            ((language, name, spoken.text), Recording(file, spoken.placeholder))
            for language, directory in self._directories()
            for name, spoken in _listed(directory).items()
            if _is_there(file := recording_file(directory, name))
        ]
        return iter(sorted(found, key=lambda one: not one[1].placeholder))

    def _directories(self) -> Iterator[tuple[str, Path]]:
        for directory in _within(self._root):
            yield directory.name, shipped(directory.name, self._root)
        if self._directory is not None:
            for directory in _within(self._directory):
                yield directory.name, directory


def _within(parent: Path) -> list[Path]:
    """The directories in one; a parent that cannot be read has none, and that is said."""
    try:
        return sorted(entry for entry in parent.iterdir() if entry.is_dir())
    except OSError as error:
        log.warning("voices-unreadable", directory=str(parent), reason=error.strerror)
        return []


def _listed(directory: Path) -> dict[str, Spoken]:
    try:
        return read_voices(directory)
    except RefusedError as error:
        log.warning("voices-damaged", reason=str(error))
        return {}


def _is_there(file: Path) -> bool:
    try:
        if file.is_file() and file.stat().st_size > 0:
            return True
        reason = "empty" if file.exists() else "missing"
    except OSError as error:
        reason = str(error.strerror)
    log.warning("recording-missing", file=str(file), reason=reason)
    return False
