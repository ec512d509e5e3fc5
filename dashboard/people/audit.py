"""The audit log: who changed or exported what, and when. It is only ever added to, and the file itself sees to that."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

from msgspec import Struct

from dashboard.people.file import PeopleFile
from dashboard.people.roles import Access, Role

COMMAND_LINE = ""
"""Who it was where nobody signed in: an operator of the machine."""


_OLDER = "SELECT id, time, who, act, whom, place, detail FROM audit WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?"


class Act(StrEnum):
    """What can have been done."""

    ADDED = "added"
    REMOVED = "removed"
    ROLE_SET = "role-set"
    ROLE_TAKEN = "role-taken"
    PASSWORD_RESET = "password-reset"  # noqa: S105
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    EXPORTED = "exported"
    PUBLISHED = "published"
    CALLED_OFF = "called-off"
    ACKNOWLEDGED = "acknowledged"
    TOKEN_MADE = "token-made"  # noqa: S105
    TOKEN_REVOKED = "token-revoked"  # noqa: S105
    VISITS = "visits"


class Entry(Struct, frozen=True):
    """One line; `place` is where it concerns, "" for everything."""

    id: int
    time: datetime
    who: str
    act: Act
    whom: str
    place: str
    detail: str


class Audit:
    """The log in the file of people."""

    def __init__(self, file: PeopleFile, clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock

    def exported(self, who: str, what: str, place: str | None, period: str) -> None:
        """To be called before anything leaves as a file. Raises PeopleError, and then nothing may leave."""
        with self._file.writing() as cursor:
            self.note(cursor, who, Act.EXPORTED, place=place or "", detail=f"{what} {period}")

    def published(self, who: str, place: str, what: str, since: date) -> None:
        """To be called before terminals are given something else to show. Raises PeopleError; then they must not be."""
        with self._file.writing() as cursor:
            self.note(cursor, who, Act.PUBLISHED, place=place, detail=f"{what} {since}")

    def called_off(self, who: str, place: str, since: date) -> None:
        """To be called before what was planned for a day is taken back. Raises PeopleError."""
        with self._file.writing() as cursor:
            self.note(cursor, who, Act.CALLED_OFF, place=place, detail=since.isoformat())

    def note(
        self, cursor: sqlite3.Cursor, who: str, act: Act, *, whom: str = "", place: str = "", detail: str = ""
    ) -> None:
        """Adds a line within a transaction that does what it tells."""
        time = datetime.fromtimestamp(int(self._clock()), UTC).isoformat()
        cursor.execute(
            "INSERT INTO audit (time, who, act, whom, place, detail) VALUES (?, ?, ?, ?, ?, ?)",
            (time, who, act, whom, place, detail),
        )

    def entries(self, access: Access, most: int, before: int | None = None) -> Sequence[Entry]:
        """The newest lines that somebody may see as an admin, those older than line `before` where it is given."""
        found: list[Entry] = []
        while len(found) < most:
            rows = self._file.rows(_OLDER, (before, before, most))
            found += [_entry(row) for row in rows if access.may(Role.ADMIN, row[5])]
            if len(rows) < most:
                break
            before = rows[-1][0]
        return found[:most]


def _entry(row: tuple[int, str, str, str, str, str, str]) -> Entry:
    number, time, who, act, *rest = row
    return Entry(number, datetime.fromisoformat(time), who, Act(act), *rest)
