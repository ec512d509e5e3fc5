"""The surveys that the collector sent, kept on the terminal's disk so that a start without network shows the same."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from contract.errors import RefusedError
from contract.messages import SurveyMessage, decode
from contract.opening import OpenTime
from contract.survey import Survey, Text
from kiosk.errors import DiskError

log = structlog.get_logger()


class Shown(Struct, frozen=True):
    """What the terminal shows to visitors: a survey, what the managers tell them while nobody is there, and when."""

    survey: Survey
    messages: tuple[Text, ...] = ()
    opening: tuple[OpenTime, ...] = ()
    """None of them is always."""


class SurveyShelf:
    """What is shown and what comes next. `languages` are those the terminal offers.

    `default` is shown until the collector has sent something; its messages and hours as long as the collector says
    nothing of such. What comes next is kept twice where the collector says at once what has been asked meanwhile, for
    a terminal that was away, and what is to be asked from a later day on.
    """

    def __init__(self, directory: Path, default: Shown, languages: Sequence[str]) -> None:
        self._shown_file = directory / "survey.json"
        self._next_file = directory / "survey-next.json"
        self._later_file = directory / "survey-later.json"
        self._default = default
        self._languages = languages

    def shown(self) -> Shown:
        """The newest that the collector sent and whose day has come, else the default."""
        message = self._load(self._shown_file)
        return self._of(message) if message else self._default

    def receive(self, message: SurveyMessage) -> None:
        """Keeps a survey and its messages until their day; the newest counts, also where it calls a change off.

        Only what is kept for an earlier day stays beside it. Raises RefusedError when the survey lacks a language that
        the terminal offers, DiskError when it is not kept.
        """
        message.survey.require_languages(self._languages)
        kept = self._load(self._next_file)
        with _told_as_disk_error():
            if kept is not None and kept.since < message.since:
                self._save(self._later_file, message)
                return
            self._later_file.unlink(missing_ok=True)
            if self._of(message) != self.shown():
                self._save(self._next_file, message)
            else:
                self._next_file.unlink(missing_ok=True)

    def turn(self, today: date) -> Shown | None:
        """What to show from today on, if it changes. Raises DiskError when the disk does not take it."""
        message = self._load(self._next_file)
        if message is None and self._later_file.exists():
            with _told_as_disk_error():
                self._later_file.replace(self._next_file)
            message = self._load(self._next_file)
        if message is None or message.since > today:
            return None
        with _told_as_disk_error():
            self._next_file.replace(self._shown_file)
        return self._of(message)

    def _of(self, message: SurveyMessage) -> Shown:
        own = self._default
        return Shown(
            message.survey,
            own.messages if message.messages is None else message.messages,
            own.opening if message.opening is None else message.opening,
        )

    def _load(self, file: Path) -> SurveyMessage | None:
        try:
            message = decode(file.read_bytes(), SurveyMessage)
            message.survey.require_languages(self._languages)
        except FileNotFoundError:
            return None
        except (OSError, RefusedError) as error:
            log.warning("survey-unreadable", file=str(file), reason=str(error))
            return None
        return message

    def _save(self, file: Path, message: SurveyMessage) -> None:
        draft = file.with_suffix(".draft")
        with draft.open("wb") as out:
            out.write(msgspec.json.encode(message))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)


@contextmanager
def _told_as_disk_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskError(f"cannot write {error.filename2 or error.filename}: {error.strerror}") from error
