"""Looks for the times of visits in whatever bytes there are: text, numbers of any width and order, names, SQLite.

A trace is a time that lies within a visit. What is no finer than an hour, as a period's beginning, is none.
"""

import re
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.fakes.clock import OSLO

_CLOCK = re.compile(rb"(?<![\d:])([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d)(?![\d:])")
_MINUTE = re.compile(rb"(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_COMPACT = re.compile(rb"(?<!\d)20\d{6}[T_-]?(\d\d)(\d\d)(\d\d)(?!\d)")
_DIGITS = re.compile(rb"(?<![\d.])\d{4,19}(?:\.\d{1,9})?(?!\d)")
_HEX = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}(?![0-9a-fA-F])")
_SHORT_HEX = re.compile(rb"(?<![0-9a-fA-F])[0-9a-f]{8}(?![0-9a-fA-F])")
_SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
_GREGORIAN = 0x01B21DD213814000
"""Of RFC 9562: 100 ns from the calendar's beginning in 1582 to 1970."""
_JULIAN = 2440587.5
"""The Julian day of 1970 began half a day before."""
_TICK = 0.02
"""Seconds that the clock which files are stamped by may be behind: a tick of the kernel's."""
_MAGIC = b"SQLite format 3\0"
_LOG_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_LOG_HEAD, _FRAME_HEAD = 32, 24
"""Bytes before a write-ahead log's first frame and before each frame's page, of https://sqlite.org/fileformat2.html."""
_TEXT = np.zeros(256, bool)
_TEXT[[9, 10, 13, *range(32, 127), *range(0x80, 0x100)]] = True


class Instant(NamedTuple):
    """One moment by each clock that could be written down, in seconds."""

    wall: float
    monotonic: float
    since_boot: float

    @classmethod
    def now(cls) -> "Instant":
        return cls(time.time(), time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME))


class Visit(NamedTuple):
    """From the first touch to the last that the vote is of."""

    start: Instant
    end: Instant


class Trace(NamedTuple):
    where: str
    what: str


class Search:
    """What would tell of these visits."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self._walls = [(visit.start.wall, visit.end.wall) for visit in visits]
        self._others = [(visit.start.monotonic, visit.end.monotonic) for visit in visits]
        self._others += [(visit.start.since_boot, visit.end.since_boot) for visit in visits]

    def within(self, seconds: float, *, grain: float = 0.0) -> bool:
        """Whether some moment from `seconds` until `grain` later lies in a visit, by the time of day (since 1970)."""
        return any(seconds <= end and seconds + grain >= start for start, end in self._walls)

    def files(self, *directories: Path, but: Callable[[Path], bool] = lambda _: False) -> Iterator[Trace]:
        """In every file's bytes, rows and name; and in its times, but for those that `but` says.

        Where the site runs, a file may be gone by the time that it is its turn: then there is only its name.
        """
        for directory in directories:
            for file in sorted(directory.rglob("*")):
                where = str(file.relative_to(directory))
                yield from self.raw(where, file.name.encode())
                with suppress(FileNotFoundError):
                    yield from self._file(where, file, timed=not but(file))

    def _file(self, where: str, file: Path, *, timed: bool) -> Iterator[Trace]:
        state = file.lstat()
        for name, at in (("modified", state.st_mtime), ("changed", state.st_ctime)):
            if file.is_file() and timed and self.within(at, grain=_TICK):
                yield Trace(where, f"{name} during a visit")
        if file.is_file() and not file.is_symlink():
            yield from self.content(where, file)

    def content(self, where: str, file: Path) -> Iterator[Trace]:
        raw = file.read_bytes()
        for part in _parts(raw):
            yield from self.raw(where, part)
        if raw.startswith(_MAGIC):
            yield from self._rows(where, file)

    def raw(self, where: str, raw: bytes) -> Iterator[Trace]:
        """In any bytes."""
        for what in (*self._texts(raw), *self._binary(raw)):
            yield Trace(where, what)

    # text

    def _texts(self, raw: bytes) -> Iterator[str]:
        for form in (_CLOCK, _COMPACT):
            for match in form.finditer(raw):
                hour, minute, second = map(int, match.groups())
                if (minute or second) and self._by_the_clock(hour, minute, second, 1.0):
                    yield f"time of day {match[0].decode()}"
        for match in _MINUTE.finditer(raw):
            hour, minute = map(int, match.groups())
            if minute and self._by_the_clock(hour, minute, 0, 60.0):
                yield f"minute {match[0].decode()}"
        for match in _DIGITS.finditer(raw):
            if (what := self._number(match[0].decode())) is not None:
                yield what
        for match in _HEX.finditer(raw):
            if (at := _time_in(uuid.UUID(match[0].decode()))) is not None and self.within(at):
                yield f"name made of the time {match[0].decode()}"
        for match in _SHORT_HEX.finditer(raw):
            if self.within(int(match[0], 16), grain=1.0):
                yield f"seconds in hexadecimal {match[0].decode()}"

    def _by_the_clock(self, hour: int, minute: int, second: int, grain: float) -> bool:
        """Whether some visit was at that time of its day, of UTC or of the place."""
        for start, _ in self._walls:
            for zone in (UTC, OSLO):
                then = datetime.fromtimestamp(start, zone)
                at = then.replace(hour=hour, minute=minute, second=second, microsecond=0)
                if any(self.within((at + timedelta(days=days)).timestamp(), grain=grain) for days in (-1, 0, 1)):
                    return True
        return False

    def _number(self, text: str) -> str | None:
        value = float(text)
        for scale in _SCALES:
            if self.within(value / scale, grain=0.0 if "." in text else 1.0 / scale):
                return f"time since 1970 {text}"
            fine = "." in text and len(text.partition(".")[2]) > 2 if scale == 1 else len(text) > 6
            if fine and any(start <= value / scale <= end for start, end in self._others):
                return f"time since boot {text}"
        return None

    # numbers in binary

    def _binary(self, raw: bytes) -> Iterator[str]:
        data = np.frombuffer(raw, np.uint8)
        for width, order in ((4, ">"), (4, "<"), (6, ">"), (6, "<"), (8, ">"), (8, "<")):
            if len(data) < width:
                continue
            columns = [data[index : len(data) - width + 1 + index].astype(np.uint64) for index in range(width)]
            value = np.zeros(len(columns[0]), np.uint64)
            for column in columns if order == ">" else reversed(columns):
                value = (value << np.uint64(8)) | column
            yield from (f"{8 * width} bits {order}: {what}" for what in self._integers(value, width, data))
            if width == 8:
                yield from (f"float {order}: {what}" for what in self._floats(value.view(np.float64)))

    def _integers(self, value: np.ndarray, width: int, data: np.ndarray) -> Iterator[str]:
        scales = {4: _SCALES[:1], 6: _SCALES[1:2], 8: _SCALES[1:]}[width]
        for scale in scales:
            for start, end in self._walls:
                first, last = int(start) if scale == 1 else int(start * scale), int(end * scale)
                for at in np.flatnonzero((value >= first) & (value <= last)):
                    if width > 4 or not _is_text(data, int(at)):
                        yield f"{value[at]} since 1970"
        if width == 8:
            for start, end in self._others:
                for at in np.flatnonzero((value >= int(start * 1e9)) & (value <= int(end * 1e9))):
                    yield f"{value[at]} ns since boot"

    def _floats(self, value: np.ndarray) -> Iterator[str]:
        with np.errstate(invalid="ignore"):
            for scale, spans in ((1, self._walls), (1000, self._walls), (1, self._others)):
                for start, end in spans:
                    for at in np.flatnonzero((value >= start * scale) & (value <= end * scale)):
                        yield f"{value[at]}"

    # SQLite

    def _rows(self, where: str, file: Path) -> Iterator[Trace]:
        """Every cell of every table, of a copy that is whole also while others write."""
        with closing(sqlite3.connect(":memory:")) as db:
            try:
                with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
                    source.backup(db)
            except sqlite3.OperationalError:
                if file.exists():
                    raise
                return
            db.text_factory = bytes
            for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                for row in db.execute(f'SELECT * FROM "{table.decode()}"'):
                    for what in self._cells(row):
                        yield Trace(f"{where}, table {table.decode()}", what)

    def _cells(self, row: Iterable[object]) -> Iterator[str]:
        for cell in row:
            if isinstance(cell, bytes):
                yield from self._texts(cell)
            elif isinstance(cell, int) and abs(cell) > 999:
                if what := self._number(str(cell)):
                    yield what
            elif isinstance(cell, float):
                if what := self._number(f"{cell:.9f}"):
                    yield what
                if self.within((cell - _JULIAN) * 86400, grain=0.001):
                    yield f"Julian day {cell}"


def _parts(raw: bytes) -> Iterator[bytes]:
    """A database page by page, any other file whole.

    Between pages of a write-ahead log are SQLite's salts and checksums. They are as good as drawn, and with the zeros
    that follow them they were taken for a time once in a few thousand runs.
    """
    if raw.startswith(_MAGIC):
        size = int.from_bytes(raw[16:18], "big")
        size = 65536 if size == 1 else size
        starts = range(0, len(raw), size)
    elif raw.startswith(_LOG_MAGICS):
        size = int.from_bytes(raw[8:12], "big")
        starts = range(_LOG_HEAD + _FRAME_HEAD, len(raw), size + _FRAME_HEAD)
    else:
        size, starts = len(raw), range(1)
    return (raw[start : start + size] for start in starts)


def _is_text(data: np.ndarray, at: int) -> bool:
    """Whether four bytes are letters among letters: "i å" is as good a number as any."""
    return bool(_TEXT[data[max(0, at - 2) : at + 6]].all())


def _time_in(name: uuid.UUID) -> float | None:
    """Seconds since 1970, of names that are made of the time."""
    match name.version:
        case 1:
            return (name.time - _GREGORIAN) / 1e7
        case 6:
            digits = name.hex
            return (int(digits[:12] + digits[13:16], 16) - _GREGORIAN) / 1e7
        case 7:
            return (name.int >> 80) / 1000
        case _:
            return None
