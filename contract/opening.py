"""When a place is open, as people write it and as the wire carries it."""

import re
from typing import Annotated

from msgspec import Meta, Struct

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_HOURS = 50
"""Of one place: more times of day than any week has."""
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MIDNIGHT = 24 * 60


class Hours(Struct, frozen=True):
    """From `opens` to `closes`, on some days of the week (0 is Monday).

    Minutes since local midnight, by the clock on the wall, whatever a change to summer time does between them. After
    24:00 it is the next day.
    """

    days: frozenset[int]
    opens: int
    closes: int

    @classmethod
    def parse(cls, days: str, opens: str, closes: str) -> "Hours":
        """Of "mon-fri", "09:00", "16:00"; a `closes` before `opens` is the next day's. Raises ValueError."""
        begin, end = _minutes("open", opens), _MIDNIGHT if closes == "24:00" else _minutes("close", closes)
        if begin == end:
            raise ValueError(f"open and close are both {opens}; expected two times, or 00:00 and 24:00 for a whole day")
        return cls(frozenset(_days(days)), begin, end if end > begin else end + _MIDNIGHT)

    def hold(self, weekday: int, minute: int) -> bool:
        """Whether it is open at that minute of that day, also since the day before."""
        today = weekday in self.days and self.opens <= minute < self.closes
        return today or ((weekday - 1) % len(DAYS) in self.days and minute + _MIDNIGHT < self.closes)


class OpenTime(Struct, frozen=True):
    """One time of day at which a place is open, on some days of the week."""

    days: Annotated[str, Meta(max_length=64, description="Days of the week, as `mon-fri` or `mon,wed,sat-sun`.")]
    open: Annotated[str, Meta(max_length=5, description="Local time, as `09:00`.")]
    close: Annotated[
        str, Meta(max_length=5, description="Local time, at most `24:00`; before `open` it is the next day's.")
    ]

    def __post_init__(self) -> None:
        """Raises ValueError."""
        _ = self.hours

    @property
    def hours(self) -> Hours:
        return Hours.parse(self.days, self.open, self.close)


def _minutes(name: str, text: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{name} {text!r} is no time of day; expected one as 09:00")
    return int(match[1]) * 60 + int(match[2])


def _days(text: str) -> set[int]:
    """Of days and stretches of days, with commas between; a stretch may go over the week's end."""
    found: set[int] = set()
    for part in text.split(","):
        names = [name.strip() for name in part.split("-")]
        if len(names) > 2 or not set(names) <= set(DAYS):
            raise ValueError(f"days {text!r} has no meaning; expected days as mon-fri or mon,wed,sat-sun")
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        found.update((first + step) % len(DAYS) for step in range((last - first) % len(DAYS) + 1))
    return found
