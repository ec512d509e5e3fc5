"""The surveys that the collector sent, kept on the terminal's disk so that a start without network shows the same."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import structlog

from contract.errors import RefusedError
from contract.messages import SurveyMessage, decode
from contract.survey import Survey

log = structlog.get_logger()


class SurveyShelf:
    """The survey shown and the one that comes next. `languages` are those the terminal offers."""

    def __init__(self, directory: Path, default: Survey, languages: Sequence[str]) -> None:
        self._shown_file = directory / "survey.json"
        self._next_file = directory / "survey-next.json"
        self._default = default
        self._languages = languages

    def shown(self) -> Survey:
        """What to show: the newest survey that the collector sent and that has begun, else the default."""
        message = self._load(self._shown_file)
        return message.survey if message else self._default

    def receive(self, message: SurveyMessage) -> None:
        """Keeps a survey until its day; the newest message counts, also where it calls an announced change off.

        Raises RefusedError when the survey lacks a language that the terminal offers.
        """
        message.survey.require_languages(self._languages)
        if message.survey != self.shown():
            self._save(self._next_file, message)
        else:
            self._next_file.unlink(missing_ok=True)

    def turn(self, today: date) -> Survey | None:
        """The survey to show from today on, if it changes."""
        message = self._load(self._next_file)
        if message is None or message.since > today:
            return None
        self._next_file.replace(self._shown_file)
        return message.survey

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
