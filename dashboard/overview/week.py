"""The hours of the week that anyone voted in, for whatever draws them: page, paper or sheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.privacy import Count

_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the week: ISO weekday, hour of the day, and its votes."""

    day: int
    hour: int
    votes: Count


def hours_of(pattern: Mapping[str, Count]) -> list[Hour]:
    """The pattern's cells (`2-14` is Tuesday, 14:00), cut to the days and hours in which anyone voted."""
    parts = [(key.partition("-"), votes) for key, votes in pattern.items()]
    cells = [Hour(int(day), int(hour), votes) for (day, _, hour), votes in parts]
    used = [cell for cell in cells if cell.votes]
    if not used:
        return []
    last_day = max(_WORKING_DAYS, *(cell.day for cell in used))
    first, last = min(cell.hour for cell in used), max(cell.hour for cell in used)
    return [cell for cell in cells if cell.day <= last_day and first <= cell.hour <= last]
