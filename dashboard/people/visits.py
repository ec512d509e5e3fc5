"""How many visits there were, as people wrote them down or brought them in a file: of a place and a day, month or year.

They are counted by the house, at a door or at a desk, and never by a terminal.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from contract.periods import Period
from dashboard.people.audit import Act, Audit
from dashboard.people.file import PeopleFile

Numbers = Mapping[tuple[str, str], int]
"""Visits by place ("" is everything) and period."""

_IN_PLACE = "(:place = '' OR place = :place OR substr(place, 1, length(:place) + 1) = :place || '/')"
_DAYS = (
    "SELECT place, period, visits FROM visits"  # noqa: S608
    f" WHERE period >= :first AND period < :last AND length(period) = 10 AND {_IN_PLACE}"
)
_MONTHS = (
    "SELECT place, period, visits FROM {table}"  # noqa: S608
    f" WHERE period IN (SELECT value FROM json_each(:year)) AND {_IN_PLACE}"
)
_ADD_UP = (
    "INSERT INTO whole_months SELECT :month, :place, sum(visits) FROM visits"
    " WHERE period > :month AND period < :month || '-99' AND place = :place"
    " HAVING count(*) = CAST(strftime('%d', :month || '-01', '+1 month', '-1 day') AS INTEGER)"
)
_MONTH, _DAY = len("2026-11"), len("2026-11-21")


class Entry(Struct, frozen=True):
    """One number as it was given; None takes away the one that is there."""

    place: str
    period: str
    visits: int | None


class Visits:
    """The visits in the file of people."""

    def __init__(self, file: PeopleFile, audit: Audit) -> None:
        self._file = file
        self._audit = audit

    def of_days(self, place: str, period: Period) -> Numbers:
        """Of each day of a period, at a place and in all that lies in it. Raises PeopleError."""
        given = {"place": place, "first": f"{period.start:%Y-%m-%d}", "last": f"{period.end:%Y-%m-%d}"}
        return self._numbers(_DAYS, given)

    def of_whole_months(self, place: str, year: int) -> Numbers:
        """Of the months of a year of which every day is known, the sum of the days. Raises PeopleError."""
        return self._numbers(_MONTHS.format(table="whole_months"), {"place": place, "year": _year(year)})

    def of_year(self, place: str, year: int) -> Numbers:
        """Of a year and its months, as they were given. Raises PeopleError."""
        return self._numbers(_MONTHS.format(table="visits"), {"place": place, "year": _year(year)})

    def all(self) -> Sequence[Entry]:
        """Every number as it was given, by place and period. Raises PeopleError."""
        rows = self._file.rows("SELECT place, period, visits FROM visits ORDER BY place, period")
        return [Entry(*row) for row in rows]

    def keep(self, entries: Iterable[Entry], *, by: str) -> None:
        """All of them or none, each in place of the one that was there, with a line for each place in the audit log.

        Raises PeopleError.
        """
        years: dict[str, set[str]] = {}
        months: set[tuple[str, str]] = set()
        with self._file.writing() as cursor:
            for entry in entries:
                years.setdefault(entry.place, set()).add(entry.period[:4])
                if len(entry.period) == _DAY:
                    months.add((entry.period[:_MONTH], entry.place))
                if entry.visits is None:
                    cursor.execute("DELETE FROM visits WHERE period = ? AND place = ?", (entry.period, entry.place))
                else:
                    line = (entry.period, entry.place, entry.visits)
                    cursor.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?)", line)
            for month, place in sorted(months):
                cursor.execute("DELETE FROM whole_months WHERE period = ? AND place = ?", (month, place))
                cursor.execute(_ADD_UP, {"month": month, "place": place})
            for place, found in sorted(years.items()):
                self._audit.note(cursor, by, Act.VISITS, place=place, detail=_span(found))

    def forget(self, before: int) -> int:
        """Deletes the years before this one, from the file and its log. Returns how many numbers those were.

        Raises PeopleError.
        """
        with self._file.writing() as cursor:
            deleted = cursor.execute("DELETE FROM visits WHERE period < ?", (str(before),)).rowcount
            cursor.execute("DELETE FROM whole_months WHERE period < ?", (str(before),))
        if deleted:
            self._file.forget_history()
        return int(deleted)

    def _numbers(self, statement: str, given: Mapping[str, object]) -> Numbers:
        return {(place, period): visits for place, period, visits in self._file.rows(statement, given)}


def _year(year: int) -> str:
    """A year and its months, as a list in JSON: looked up one by one, so that no day in between is read."""
    return json.dumps([f"{year}", *(f"{year}-{month:02}" for month in range(1, 13))])


def _span(years: Iterable[str]) -> str:
    """As 2026, or 2024–2026."""
    found = sorted(years)
    return found[0] if len(found) == 1 else f"{found[0]}–{found[-1]}"
