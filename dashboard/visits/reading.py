"""Files of visits (`place,period,visits`), as spreadsheets write them: all of a file is right, or none of it is taken.

Fields may be parted by commas or, as Norwegian spreadsheets do it, by semicolons.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime

from contract.errors import RefusedError
from contract.periods import Granularity, Period
from dashboard.noted import noted
from dashboard.people.errors import RefusedChangeError
from dashboard.people.visits import Entry

COLUMNS = ("place", "period", "visits")
MOST_BYTES = 2 * 1024 * 1024
"""Of a file: a hundred places, day by day, for a year."""
LENGTHS = (Granularity.DAY, Granularity.MONTH, Granularity.YEAR)
_MOST_DIGITS = 9
_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")
"""What stands between thousands, as in 4 611."""
_LONGEST = 40
_NOT_UTF8 = noted("That is no text in UTF-8; save the file as “CSV UTF-8”.")
_NO_HEAD = noted("The first line has to be place,period,visits, and not {found}.")
_NO_LINE = noted("There are no visits in that file.")
_NOT_CSV = noted("Line {line}: this is no line of a CSV file.")
_FIELDS = noted("Line {line}: there have to be three fields, a place, a period and a number.")
_PLACE = noted("Line {line}: no terminal stands at “{found}”, or its visits are not yours to tell.")
_PERIOD = noted("Line {line}: “{found}” is no day, month or year, as 2026-11-21, 2026-11 or 2026.")
_AHEAD = noted("Line {line}: “{found}” has not begun yet.")
_NUMBER = noted("Line {line}: “{found}” is no number of visits; write a whole number, or nothing to take one away.")
_TWICE = noted("Line {line}: “{found}” stands in line {first} already.")


class WrongFileError(RefusedChangeError):
    """What is wrong in a file; `text` is in the catalogues, and `values` stand in it."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values = values


def read_visits(raw: bytes, may_tell: Callable[[str], bool], now: datetime) -> list[Entry]:
    """The entries of a file, with places that `may_tell` knows and periods that have begun `now` (naive, local).

    Raises WrongFileError that names the first bad line's number.
    """
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise WrongFileError(_NOT_UTF8) from error
    found: dict[tuple[str, str], tuple[int, Entry]] = {}
    for line, row in _rows(lines):
        entry = _entry(line, row, may_tell, now)
        key = entry.place, entry.period
        if key in found:
            raise WrongFileError(_TWICE, line=line, found=f"{entry.place},{entry.period}", first=found[key][0])
        found[key] = line, entry
    if not found:
        raise WrongFileError(_NO_LINE)
    return [entry for _, entry in found.values()]


def number_of(text: str) -> int | None:
    """A number as people write it, "4 611" too; None for nothing. Raises ValueError."""
    digits = text.translate(_SPACES)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MOST_DIGITS:
        raise ValueError(f"{text!r} is no number of visits")
    return int(digits)


def _rows(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines after the first, with their numbers; empty ones are left out."""
    head = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=";" if ";" in head else ",", strict=True)
    try:
        if tuple(field.strip().lower() for field in next(reader, [])) != COLUMNS:
            raise WrongFileError(_NO_HEAD, found=_short(head))
        for row in reader:
            if any(field.strip() for field in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise WrongFileError(_NOT_CSV, line=reader.line_num) from error


def _entry(line: int, row: list[str], may_tell: Callable[[str], bool], now: datetime) -> Entry:
    if len(row) != len(COLUMNS):
        raise WrongFileError(_FIELDS, line=line)
    place, text, visits = (field.strip() for field in row)
    place = place.strip("/")
    if not may_tell(place):
        raise WrongFileError(_PLACE, line=line, found=_short(place))
    try:
        period = Period.parse(text)
    except RefusedError as error:
        raise WrongFileError(_PERIOD, line=line, found=_short(text)) from error
    if period.granularity not in LENGTHS:
        raise WrongFileError(_PERIOD, line=line, found=text)
    if period.start > now:
        raise WrongFileError(_AHEAD, line=line, found=text)
    try:
        return Entry(place, text, number_of(visits))
    except ValueError as error:
        raise WrongFileError(_NUMBER, line=line, found=_short(visits)) from error


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
