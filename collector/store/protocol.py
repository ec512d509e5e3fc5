"""What every store can do, whichever database it is: the port that collector and dashboard are written against."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
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

    def publish_survey(self, survey: Survey) -> None:
        """Keeps a survey. Raises StoreError when the id is taken by a survey with other content."""
        ...
