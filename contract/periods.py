"""Periods of local civil time: an hour with its UTC offset, a day, a week, a month, a quarter or a year.

Written as in ISO 8601: `2026-11-21T16+01:00`, `2026-11-21`, `2026-W47`, `2026-11`, `2026`; and a quarter `2026-Q4`.
Sheets use hours, days and months; weeks, quarters and years are for looking at figures.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from contract.errors import RefusedError


class Granularity(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


FORMS = {
    Granularity.HOUR: re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2})([+-])([0-9]{2}):([0-9]{2})"),
    Granularity.DAY: re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    Granularity.WEEK: re.compile(r"([0-9]{4})-W([0-9]{2})"),
    Granularity.MONTH: re.compile(r"([0-9]{4})-([0-9]{2})"),
    Granularity.QUARTER: re.compile(r"([0-9]{4})-Q([1-4])"),
    Granularity.YEAR: re.compile(r"([0-9]{4})"),
}
"""How each period is written; not every text of a form is a period that exists."""
_WIDEST_OFFSET = timedelta(hours=14)
FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years outside these are a broken clock, not a period."""


def possible(moment: datetime) -> bool:
    """Whether sheets can be of this moment, in whichever time zone."""
    return FIRST_YEAR < moment.year < LAST_YEAR


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of local civil time: `start` (naive, local) up to but not including `end`."""

    granularity: Granularity
    start: datetime
    offset: timedelta | None = None
    """UTC offset; only an hour has one, so that the hour that comes twice in autumn is two periods."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period written as `text`. Raises RefusedError when it is in no known form or does not exist."""
        for granularity, form in FORMS.items():
            if match := form.fullmatch(text):
                try:
                    return cls._from_groups(granularity, match.groups())
                except ValueError as error:
                    raise RefusedError(f"period {text!r} does not exist: {error}") from error
        raise RefusedError(
            f"period {text!r} has the wrong form; "
            "expected as 2026-11-21T16+01:00, 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026"
        )

    @classmethod
    def _from_groups(cls, granularity: Granularity, groups: tuple[str, ...]) -> Self:
        if not FIRST_YEAR <= int(groups[0]) <= LAST_YEAR:
            raise ValueError(f"year is not in {FIRST_YEAR} to {LAST_YEAR}")
        match granularity:
            case Granularity.HOUR:
                year, month, day, hour, sign, hours, minutes = groups
                offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
                if abs(offset) > _WIDEST_OFFSET or int(minutes) not in (0, 15, 30, 45):
                    raise ValueError("no place has this UTC offset")
                if sign == "-" and not offset:
                    raise ValueError("offset zero is written +00:00")
                return cls(granularity, datetime(int(year), int(month), int(day), int(hour)), offset)
            case Granularity.WEEK:
                first = date.fromisocalendar(int(groups[0]), int(groups[1]), 1)
                return cls(granularity, datetime(first.year, first.month, first.day))
            case Granularity.QUARTER:
                return cls(granularity, datetime(int(groups[0]), 3 * int(groups[1]) - 2, 1))
            case _:
                given = [*(int(group) for group in groups), 1, 1]
                return cls(granularity, datetime(given[0], given[1], given[2]))

    @classmethod
    def of(cls, granularity: Granularity, moment: datetime) -> Self:
        """The period of this granularity that holds `moment`; an hour needs a moment with a UTC offset."""
        local = moment.replace(tzinfo=None)
        midnight = datetime(local.year, local.month, local.day)
        match granularity:
            case Granularity.HOUR:
                offset = moment.utcoffset()
                if offset is None:
                    raise ValueError("an hour needs a moment with a UTC offset")
                return cls(granularity, midnight.replace(hour=local.hour), offset)
            case Granularity.DAY:
                return cls(granularity, midnight)
            case Granularity.WEEK:
                return cls(granularity, midnight - timedelta(days=local.weekday()))
            case Granularity.MONTH:
                return cls(granularity, midnight.replace(day=1))
            case Granularity.QUARTER:
                return cls(granularity, midnight.replace(month=local.month - (local.month - 1) % 3, day=1))
            case Granularity.YEAR:
                return cls(granularity, midnight.replace(month=1, day=1))

    @property
    def end(self) -> datetime:
        """The first local moment after the period (naive)."""
        match self.granularity:
            case Granularity.HOUR:
                return self.start + timedelta(hours=1)
            case Granularity.DAY:
                return self.start + timedelta(days=1)
            case Granularity.WEEK:
                return self.start + timedelta(days=7)
            case Granularity.MONTH:
                return (self.start + timedelta(days=31)).replace(day=1)
            case Granularity.QUARTER:
                return (self.start + timedelta(days=92)).replace(day=1)
            case Granularity.YEAR:
                return self.start.replace(year=self.start.year + 1)

    def next(self) -> Self:
        """The period of the same granularity that follows, with the same offset."""
        return type(self)(self.granularity, self.end, self.offset)

    def previous(self) -> Self:
        """The period of the same granularity that comes before, with the same offset."""
        if self.granularity is Granularity.HOUR:
            return type(self)(self.granularity, self.start - timedelta(hours=1), self.offset)
        return self.of(self.granularity, self.start - timedelta(days=1))

    def year_before(self) -> Self:
        """The month, quarter or year with the same name, a year earlier."""
        return self.of(self.granularity, self.start.replace(year=self.start.year - 1))

    def covers(self, other: "Period") -> bool:
        """Whether `other` lies wholly within this period."""
        return self.start <= other.start and other.end <= self.end

    def __str__(self) -> str:
        match self.granularity:
            case Granularity.HOUR:
                assert self.offset is not None
                minutes = int(self.offset.total_seconds()) // 60
                sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
                return f"{self.start:%Y-%m-%dT%H}{sign}{minutes // 60:02}:{minutes % 60:02}"
            case Granularity.DAY:
                return f"{self.start:%Y-%m-%d}"
            case Granularity.WEEK:
                return f"{self.start:%G-W%V}"
            case Granularity.MONTH:
                return f"{self.start:%Y-%m}"
            case Granularity.QUARTER:
                return f"{self.start:%Y}-Q{(self.start.month + 2) // 3}"
            case Granularity.YEAR:
                return f"{self.start:%Y}"


def hour_of_week(local: datetime) -> str:
    """ISO weekday and hour, as the `pattern` table counts them: `2-14` is Tuesday, 14:00 to 14:59."""
    return f"{local.isoweekday()}-{local.hour}"
