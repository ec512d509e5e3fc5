"""The page of visits itself: whose it is, and what stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from litestar import MediaType, Response
from litestar.di import NamedDependency

from contract.periods import Granularity, Period
from dashboard.address import Address
from dashboard.look import look
from dashboard.noted import noted
from dashboard.overview import view
from dashboard.pages import AnyRequest, language_of
from dashboard.people.roles import EVERYTHING, Role
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.reports.naming import capital
from dashboard.visits.ledger import Ledger
from dashboard.visits.reading import WrongFileError
from dashboard.wording import Words

VISITS = "/visits"
BEFORE = "before-"
"""Begins the name of what a field said when the page was made."""
_NO_NUMBER = noted("Write a whole number, or nothing.")


@dataclass(frozen=True, slots=True)
class Field:
    """One number to write, as it stands on the page."""

    name: str
    label: str
    value: str
    before: str
    """What it said when the page was made."""
    otherwise: int | None
    """What counts while it is empty."""
    problem: str


@dataclass(frozen=True, slots=True)
class VisitPages:
    """The page as the one who asks may see it."""

    request: AnyRequest
    renderer: Renderer
    reader: Reader
    ledger: Ledger

    @property
    def teller(self) -> Reader:
        """The same reader, who sees no other places than those whose visits are theirs to tell."""
        return replace(self.reader, access=self.reader.access.where(Role.MANAGER))

    def may_tell(self, place: str) -> bool:
        """Whether the visits of a place are the reader's to tell."""
        return self.reader.access.may(Role.MANAGER, place.strip("/ "))

    def address(self, period: str | None, place: str | None) -> Address | None:
        """What is asked for, no later than this year, and the one place where there is but one. None where they choose.

        Raises UnknownPlaceError for a place whose visits are not theirs to tell, and RefusedError for no period.
        """
        given = Address.parse(period, place, language_of(self.request))
        year = self.ledger.this_year()
        if given.period and given.period.start < year.start:
            year = Period.of(Granularity.YEAR, given.period.start)
        seen = self.teller.see(replace(given, period=year, path=VISITS))
        if seen is None or given.place:
            return seen
        return replace(seen, place=self.ledger.only_place(seen.place or EVERYTHING) or None)

    def page(
        self,
        address: Address | None,
        *,
        typed: Mapping[str, str] | None = None,
        wrong: frozenset[str] = frozenset(),
        problem: WrongFileError | None = None,
        taken: int = 0,
    ) -> Response[str]:
        """The form of a year; `typed` is what was, `wrong` the periods of it that are no numbers."""
        if address is None:
            choice = Address(language=language_of(self.request), path=VISITS)
            text = self.renderer.page("places.html", choice, self.reader, homes=self.teller.access.homes())
            return Response(text, media_type=MediaType.HTML)
        words, seen = self.renderer.words(address.language), look(self.ledger.site, address)
        *months, year = self._fields(address, words, typed or {}, wrong)
        earlier, later = view.steps(address, seen, words)
        text = self.renderer.page(
            "visits.html",
            address,
            self.reader,
            votes=seen.shown.votes,
            visited=view.visited(seen.shown, words),
            crumbs=view.breadcrumbs(address, self.teller, words),
            below=view.below(address, seen),
            earlier=earlier,
            later=later,
            months=months,
            year=year,
            problem=words.say(problem.text, **problem.values) if problem else "",
            taken=taken,
            overview=replace(address, path="/").href(),
        )
        return Response(text, status_code=422 if problem or wrong else 200, media_type=MediaType.HTML)

    def _fields(self, address: Address, words: Words, typed: Mapping[str, str], wrong: frozenset[str]) -> list[Field]:
        """Of each month that has begun, and of the year."""
        found = []
        for line in self.ledger.lines(address.place or EVERYTHING, address.period or self.ledger.this_year()):
            name = str(line.period)
            value = "" if line.given is None else str(line.given)
            problem = words.say(_NO_NUMBER) if name in wrong else ""
            label = capital(words.period(line.period))
            before = typed.get(f"{BEFORE}{name}", value)
            found.append(Field(name, label, typed.get(name, value), before, line.otherwise, problem))
        return found


def visit_pages(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    ledger: NamedDependency[Ledger],
) -> VisitPages:
    """What the handlers ask for as `visits`."""
    return VisitPages(request, pages, reader, ledger)
