"""The ledger of visits: what was told of a place's year, and what is told now, in fields or in a file."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from contract.periods import Granularity, Period
from dashboard.look import Site
from dashboard.people.book import People
from dashboard.people.roles import EVERYTHING
from dashboard.people.visits import Entry
from dashboard.places import Places
from dashboard.visited import Sums, parts
from dashboard.visits.reading import number_of, read_visits


@dataclass(frozen=True, slots=True)
class Line:
    """A month or a year, the number that was given for it, and what is known without one."""

    period: Period
    given: int | None
    otherwise: int | None


class WrongNumbersError(ValueError):
    """Fields with something else than a number in them."""

    def __init__(self, periods: set[str]) -> None:
        super().__init__(f"no numbers: {', '.join(sorted(periods))}")
        self.periods = periods


class Ledger:
    """The visits of one site. Everything raises StoreError and PeopleError."""

    def __init__(self, site: Site, people: People) -> None:
        self.site = site
        self._people = people

    def this_year(self) -> Period:
        return Period.of(Granularity.YEAR, self.site.now())

    def only_place(self, place: str) -> str:
        """Where there is but one place in this one, the innermost of them: its numbers are also those around it."""
        with closing(self.site.open_store()) as store:
            return Places.of(store).parting(place or None) or EVERYTHING

    def lines(self, place: str, year: Period) -> list[Line]:
        """The months of a year that have begun, and the year itself."""
        visits = self._people.visits
        days = visits.of_whole_months(place, year.start.year)
        given = visits.of_year(place, year.start.year)
        with closing(self.site.open_store()) as store:
            places = Places.of(store)
        found = []
        for period in self._open(year):
            own = (place, str(period))
            others = {key: number for key, number in given.items() if key != own}
            otherwise = Sums(places, {**days, **others}).over(place, period)
            found.append(Line(period, given.get(own), otherwise))
        return found

    def keep(self, place: str, year: Period, typed: Mapping[str, str], before: Mapping[str, str], *, by: str) -> None:
        """What was typed, by period; an empty field takes its number away.

        A field that still says what it said `before` was not typed in: somebody else's number since then stays.
        Raises WrongNumbersError and UnknownPlaceError.
        """
        with closing(self.site.open_store()) as store:
            Places.of(store).require(place or None)
        given = self._people.visits.of_year(place, year.start.year)
        entries, wrong = [], set()
        for name in map(str, self._open(year)):
            if name not in typed or typed[name] == before.get(name):
                continue
            try:
                number = number_of(typed[name])
            except ValueError:
                wrong.add(name)
                continue
            if number != given.get((place, name)):
                entries.append(Entry(place, name, number))
        if wrong:
            raise WrongNumbersError(wrong)
        self._people.visits.keep(entries, by=by)

    def bring(self, raw: bytes, may_tell: Callable[[str], bool], *, by: str) -> int:
        """Takes a file with places that `may_tell` allows. Returns how many numbers it has. Raises WrongFileError."""
        with closing(self.site.open_store()) as store:
            known = set(Places.of(store).with_around())
        entries = read_visits(raw, lambda place: place in known and may_tell(place), self.site.now())
        self._people.visits.keep(entries, by=by)
        return len(entries)

    def _open(self, year: Period) -> list[Period]:
        now = self.site.now()
        return [period for period in (*parts(year), year) if period.start <= now]
