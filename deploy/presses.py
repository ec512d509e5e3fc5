"""Files of presses (`time,language,score,answer`) for `fjes replay`: all of a file is right, or none counts."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from contract.ids import NONE
from contract.periods import FIRST_YEAR, LAST_YEAR
from contract.survey import SCORES, Survey, side_of
from deploy.errors import Problem, short
from locales.files import read_file

COLUMNS = ("time", "language", "score", "answer")
LARGEST = 64 * 1024 * 1024
"""Bytes of a file: more than a million and a half presses, which are in memory all at once."""


class Press(Struct, frozen=True):
    """One line: a moment (aware, local), a language, a score and an answer (`none` when there is no reason)."""

    time: datetime
    language: str
    score: int
    answer: str


def read_presses(file: Path, timezone: ZoneInfo, languages: Sequence[str], survey: Survey) -> list[Press]:
    """The presses of a file by time. Raises Problem that names the file and the first bad line's number."""
    try:
        text = read_file(file, LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Problem(f"{file}, line {line}: not UTF-8; nothing of the file was counted") from error
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}") from error
    presses = []
    for number, row in _rows(file, text):
        try:
            presses.append(_press(row, timezone, languages, survey))
        except ValueError as error:
            raise Problem(f"{file}, line {number}: {short(str(error))}; nothing of the file was counted") from error
    return sorted(presses, key=lambda press: press.time.astimezone(UTC))


def _rows(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            found = short(",".join(header))
            raise Problem(f"{file}, line 1: expected the columns {','.join(COLUMNS)}; found {found!r}")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise Problem(f"{file}, line {reader.line_num}: {error}; nothing of the file was counted") from error


def _press(row: Sequence[str], timezone: ZoneInfo, languages: Sequence[str], survey: Survey) -> Press:
    if len(row) != len(COLUMNS):
        raise ValueError(f"expected {len(COLUMNS)} fields; found {len(row)}")
    time, language, score, answer = row
    if language not in languages:
        raise ValueError(f"language {language!r} is not one of {', '.join(languages)}")
    if score not in {str(known) for known in SCORES}:
        raise ValueError(f"score {score!r} is not 1, 2, 3 or 4")
    options = survey.option_ids(side_of(int(score)))
    if answer and answer not in options:
        raise ValueError(f"answer {answer!r} is not one of {', '.join(options)} for score {score}, nor empty")
    return Press(_local_time(time, timezone), language, int(score), answer or NONE)


def _local_time(text: str, timezone: ZoneInfo) -> datetime:
    """A local time; the hour that comes twice in autumn is the first one, unless a UTC offset says otherwise."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"time {text!r} is not a local time as 2026-11-21T16:05:00") from None
    if "T" not in text and " " not in text:
        raise ValueError(f"time {text!r} has no time of day; expected as 2026-11-21T16:05:00")
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise ValueError(f"time {text!r} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    local = given.astimezone(timezone) if given.tzinfo else given.replace(tzinfo=timezone)
    if given.tzinfo and local.utcoffset() != given.utcoffset():
        raise ValueError(f"time {text!r} has a UTC offset that {timezone} does not have then")
    if local.astimezone(UTC).astimezone(timezone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"time {text!r} does not exist in {timezone}: the clock is put forward then")
    return local
