"""How many visits a place had over a period, as far as it is known for the whole of it; else nothing is said.

A number that was given for a place and period counts as it is. Without one, it is the sum of the period's days or
months there, or else of the places within; a sum of which one part is not known is not known either.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from contract.periods import Granularity, Period
from dashboard.people.roles import EVERYTHING
from dashboard.people.visits import Numbers, Visits
from dashboard.places import Places, steps_to

_PARTS = {
    Granularity.YEAR: Granularity.MONTH,
    Granularity.QUARTER: Granularity.MONTH,
    Granularity.WEEK: Granularity.DAY,
}
_BY_DAY = (Granularity.DAY, Granularity.WEEK)


class Visited:
    """The visits that people have told of."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def over(self, places: Places, place: str | None, period: Period) -> int | None:
        """The visits to a place, and None where they are not known. Raises PeopleError."""
        at, year = place or EVERYTHING, period.start.year
        if period.granularity in _BY_DAY:
            given = self._visits.of_days(at, period)
        else:
            given = {**self._visits.of_whole_months(at, year), **self._visits.of_year(at, year)}
        return Sums(places, given).over(at, period) if given else None


class Sums:
    """What follows from the numbers that were given."""

    def __init__(self, places: Places, given: Numbers) -> None:
        self._places = places
        self._given = given
        self._below = cache(self._find_below)

    def over(self, place: str, period: Period) -> int | None:
        """What is known of the place itself; else the sum of the places within, over the period or part by part."""
        own = self._own(place, period)
        if own is None:
            own = _sum(self.over(within, period) for within in self._below(period).get(place, ()))
        return _sum(self.over(place, part) for part in parts(period)) if own is None else own

    def _own(self, place: str, period: Period) -> int | None:
        given = self._given.get((place, str(period)))
        return _sum(self._own(place, part) for part in parts(period)) if given is None else given

    def _find_below(self, period: Period) -> dict[str, Sequence[str]]:
        """The places one step below each, where terminals stood in the period.

        Where one stood at a place itself, its visitors are at none of those below: then there is no sum of them.
        """
        stood = self._places.stood(period.start.date(), period.end.date())
        below: dict[str, set[str]] = {}
        for place in stood:
            for around, within in pairwise(steps_to(place)):
                below.setdefault(around, set()).add(within)
        return {around: sorted(within) for around, within in below.items() if around not in stood}


def parts(period: Period) -> list[Period]:
    """The months of a quarter or year, the days of a week. A month's days are added up as they are read."""
    length = _PARTS.get(period.granularity)
    found: list[Period] = []
    while length and (not found or found[-1].end < period.end):
        found.append(found[-1].next() if found else Period.of(length, period.start))
    return found


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None where one is not known, or where there are none."""
    total: int | None = None
    for number in numbers:
        if number is None:
            return None
        total = (total or 0) + number
    return total
