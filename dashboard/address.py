"""The address holds the whole state of a page: period, place, answer, language; nothing is kept anywhere else."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from contract.errors import RefusedError
from contract.periods import Granularity, Period

CHOICES = (Granularity.DAY, Granularity.WEEK, Granularity.MONTH, Granularity.QUARTER, Granularity.YEAR)
Span = tuple[Period, Period]


@dataclass(frozen=True, slots=True)
class Address:
    """What a reader has chosen. None, and no language, is the site's own choice."""

    period: Period | None = None
    place: str | None = None
    language: str | None = None
    path: str = "/"
    answer: str | None = None
    then: str = "/"
    """Where the sign-in page leads to."""

    @classmethod
    def parse(cls, period: str | None, place: str | None, language: str | None, answer: str | None = None) -> "Address":
        """Raises RefusedError for a period that does not exist or is not one of the choices."""
        chosen = Period.parse(period) if period else None
        if chosen and chosen.granularity not in CHOICES:
            raise RefusedError(f"period {period!r} is too short; choose a day, a week, a month, a quarter or a year")
        return cls(chosen, place.strip("/") if place else None, language or None, answer=answer or None)

    def href(self) -> str:
        given = {
            "period": self.period,
            "place": self.place,
            "answer": self.answer,
            "language": self.language,
            "then": self.then if self.then != "/" else None,
        }
        query = urlencode({name: str(value) for name, value in given.items() if value}, safe="/")
        return f"{self.path}?{query}" if query else self.path

    def home(self) -> str:
        """The first page, in the same language."""
        return Address(language=self.language).href()

    def to(self, path: str) -> str:
        """Another page, in the same language."""
        return Address(language=self.language, path=path).href()

    def at(self, period: Period) -> str:
        return replace(self, period=period).href()

    def in_place(self, place: str | None) -> str:
        return replace(self, place=place).href()

    def about(self, answer: str | None) -> str:
        """One answer, or all of them again; where on the page they are told, too."""
        return f"{replace(self, answer=answer).href()}#{'answer' if answer else 'why'}"

    def in_language(self, language: str) -> str:
        return replace(self, language=language).href()


def default_period(span: Span | None, now: datetime) -> Period:
    """This month; where it has no vote yet, the latest month that has."""
    this = Period.of(Granularity.MONTH, now)
    if span is None or span[1].start >= this.start:
        return this
    return Period.of(Granularity.MONTH, span[1].start)


def of_length(length: Granularity, period: Period, span: Span | None, now: datetime) -> Period:
    """The period of another length to go to from `period`: the one with its latest votes, if there are any."""
    last = min(period.end - timedelta(seconds=1), max(now, period.start))
    if span and period.start <= span[1].start < last:
        last = span[1].start
    return Period.of(length, last)


def neighbours(period: Period, span: Span | None, now: datetime) -> tuple[Period | None, Period | None]:
    """The periods before and after, as far as there can be votes in them."""
    first = min(span[0].start, now) if span else now
    last = max(span[1].start, now) if span else now
    before = period.previous() if period.start > first else None
    return before, period.next() if period.end <= last else None
