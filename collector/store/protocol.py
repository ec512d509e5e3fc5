"""What every store can do, whichever database it is: the port that collector and dashboard are written against."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from contract.messages import Presence, Revisions
from contract.periods import Granularity, Period
from contract.sheets import Counts, Sheet, Table
from contract.survey import Survey


class Received(Struct, frozen=True):
    """One sheet as it came in, with where it came from."""

    terminal: str
    installation: str
    sheet: Sheet


class Refusal(Struct, frozen=True):
    """One message, or one sheet of it, that was not counted, and why."""

    topic: str
    reason: str
    payload: bytes
    times: int = 1
    """How many refusals it stands for, where they are too many to be kept one by one."""


class Saved(Struct, frozen=True):
    """What became of sheets: the revisions now stored of all of them, by terminal and installation, and the refused."""

    revisions: dict[tuple[str, str], Revisions]
    refusals: list[Refusal]


class Refusals(Struct, frozen=True):
    """What the quarantine holds: refusals ever, by reason kept, newest first."""

    total: int
    newest: tuple[Refusal, ...]


class Placement(Struct, frozen=True):
    """A terminal stands at a place since a local day."""

    terminal: str
    place: str
    since: date


class Stay(Struct, frozen=True):
    """A terminal from a local day until before another; without days, always."""

    terminal: str
    since: date = date.min
    until: date = date.max


class Sum(Struct, frozen=True):
    """The counts of some sheets of one survey and table together."""

    survey: str
    table: Table
    period: str
    """What the sheets are of: the unit asked for, or a longer period where the sheets themselves are longer."""
    counts: Counts


class MonthCounts(Struct, frozen=True):
    """What one terminal counted in one table and survey over one whole month, all its installations together."""

    terminal: str
    month: str
    """As `2026-11`."""
    survey: str
    table: Table
    counts: Counts
    """As in sheets: `4:help`; the score alone where a terminal has told no more."""


class Standing(StrEnum):
    """What the register says of a terminal."""

    ALLOWED = "allowed"
    REVOKED = "revoked"


class StoreError(Exception):
    """The store cannot be used; the text names the file and says what to do."""


class ReadStore(Protocol):
    """What the dashboard sees of a store. Never writes."""

    def sheets(self, terminals: Iterable[str], tables: Iterable[Table], start: date, end: date) -> Iterator[Received]:
        """The newest copy of every sheet of these terminals and tables whose period starts in [start, end)."""
        ...

    def sums(self, stays: Iterable[Stay], tables: Iterable[Table], unit: Granularity) -> list[Sum]:
        """What the sheets sum to whose period starts during the stays: by survey, table, and hour, day or month.

        The stays do not overlap. Sorted by table, survey and period. Sheets are not joined into less than they are: a
        month that is kept whole is a month also where days are asked for.
        """
        ...

    def sums_of_each(
        self, groups: Mapping[str, Iterable[Stay]], tables: Iterable[Table], unit: Granularity
    ) -> dict[str, list[Sum]]:
        """The sums of each of several groups of stays, asked for at once; a stay may be in several groups."""
        ...

    def crossings(self, year: int, before: date) -> list[MonthCounts]:
        """Faces, pattern, answers and languages of every terminal, of the months of a year that ended by `before`.

        `before` is the first day that is not over. Sorted by terminal, month, table and survey.
        """
        ...

    def edition(self, year: int, before: date) -> int:
        """Another number whenever `crossings` of the same may have become another. Cheap: for every page.

        Sheets of months that are not over change nothing. Placements are not part of either.
        """
        ...

    def wrong_totals(self) -> int:
        """How many of the totals that sums are made of disagree with the sheets; reads all there is. For the doctor."""
        ...

    def terminals(self) -> list[str]:
        """Every terminal that has a sheet, a presence or a placement, or is registered, sorted."""
        ...

    def placements(self) -> list[Placement]:
        """Sorted by terminal and day. A terminal without one is at the place of its own name."""
        ...

    def registered(self) -> dict[str, Standing]:
        """The register, by terminal; empty where no terminal was ever added, and everybody is heard."""
        ...

    def presences(self) -> dict[str, Presence]:
        """The newest presence of each terminal."""
        ...

    def surveys(self) -> dict[str, Survey]:
        """Every survey ever published here, by id."""
        ...

    def span(self, stays: Iterable[Stay]) -> tuple[Period, Period] | None:
        """The earliest and the latest `faces` period that starts during these stays, or None when there is none."""
        ...

    def refusals(self, most: int = -1) -> Refusals:
        """How many were ever refused, and the newest, at most so many; -1 is all that are kept."""
        ...

    def version(self) -> int:
        """A number that changes whenever another process has committed to the store. Cheap: may be asked often."""
        ...

    def close(self) -> None: ...


class Store(ReadStore, Protocol):
    """What the collector sees of a store."""

    def save(self, received: Sequence[Received]) -> Saved:
        """Keeps the higher revision of each sheet, all in one transaction that is on disk on return.

        A sheet is not kept but returned as refused when it has the revision of the stored one but other counts; when
        there is a register and its installation was first stored under another terminal; and when its terminal takes
        more room than one terminal may.
        """
        ...

    def revisions(self, terminal: str, installation: str, since: date) -> Revisions:
        """The stored revisions of one installation, of sheets whose period starts on `since` or later."""
        ...

    def quarantine(self, refusals: Sequence[Refusal]) -> None:
        """Keeps what was refused, bounded in number and bytes; the oldest go first, the total stays."""
        ...

    def set_presences(self, presences: Mapping[str, Presence | None]) -> None:
        """Keeps the newest presence of these terminals; None forgets it. What is no news is not written."""
        ...

    def place(self, placement: Placement) -> None:
        """Keeps where a terminal stands since a day, in place of what was kept of that terminal and day."""
        ...

    def register(self, terminal: str) -> None:
        """Adds a terminal to the register, or allows it again."""
        ...

    def revoke(self, terminal: str) -> None:
        """Lets a terminal of the register in no more, and forgets its presence. Its sheets stay.

        Raises StoreError when it was never registered.
        """
        ...

    def forget(self, terminal: str | None, before: date | None) -> int:
        """Deletes the sheets of a terminal, of all periods that start before a day, or of both: how many there were.

        A terminal that is forgotten without a day also loses its presence, its placements and its registration, and
        what the quarantine kept of its messages. The last terminal of a register stays in it, revoked: an empty
        register would let everybody in. Raises ValueError when neither is given.
        """
        ...

    def add_up(self, before: date, most: int) -> int:
        """Makes totals that are to be made, of days before `before` and of months before its month: how many it made.

        At most so many, the days first; in one transaction. Changes nothing that can be read, only how fast.
        """
        ...

    def publish_survey(self, survey: Survey) -> None:
        """Keeps a survey. Raises StoreError when the id is taken by a survey with other content."""
        ...
