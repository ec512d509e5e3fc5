"""What every store can do, whichever database it is: the port that collector and dashboard are written against."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from contract.messages import Presence, Revisions
from contract.periods import Period
from contract.sheets import Sheet, Table
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


class StoreError(Exception):
    """The store cannot be used; the text names the file and says what to do."""


class ReadStore(Protocol):
    """What the dashboard sees of a store. Never writes."""

    def sheets(self, terminals: Iterable[str], tables: Iterable[Table], start: date, end: date) -> Iterator[Received]:
        """The newest copy of every sheet of these terminals and tables whose period starts in [start, end)."""
        ...

    def terminals(self) -> list[str]:
        """Every terminal that has a sheet, a presence or a placement, sorted."""
        ...

    def placements(self) -> list[Placement]:
        """Sorted by terminal and day. A terminal without one is at the place of its own name."""
        ...

    def presences(self) -> dict[str, Presence]:
        """The newest presence of each terminal."""
        ...

    def surveys(self) -> dict[str, Survey]:
        """Every survey ever published here, by id."""
        ...

    def span(self, terminals: Iterable[str]) -> tuple[Period, Period] | None:
        """The earliest and the latest `faces` period of these terminals, or None when they have none."""
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

        A sheet of the same revision as the stored one but with other counts is not kept but returned as refused.
        """
        ...

    def revisions(self, terminal: str, installation: str, since: date) -> Revisions:
        """The stored revisions of one installation, of sheets whose period starts on `since` or later."""
        ...

    def quarantine(self, refusals: Sequence[Refusal]) -> None:
        """Keeps what was refused, bounded in number and bytes; the oldest go first, the total stays."""
        ...

    def set_presences(self, presences: Mapping[str, Presence | None]) -> None:
        """Keeps the newest presence of these terminals; None forgets it."""
        ...

    def set_placements(self, placements: Sequence[Placement]) -> None:
        """Makes these the placements."""
        ...

    def publish_survey(self, survey: Survey) -> None:
        """Keeps a survey. Raises StoreError when the id is taken by a survey with other content."""
        ...
