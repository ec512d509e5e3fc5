"""Which reports people have asked to be mailed to them: of a place, for each month, quarter or year."""

import re
import sqlite3

from msgspec import Struct

from dashboard.noted import noted
from dashboard.people.errors import RefusedChangeError
from dashboard.people.file import PeopleFile

MOST = 20
"""Mailings of one person."""
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_LONGEST = 254


class Mailing(Struct, frozen=True):
    """One line of the file; `sent` is the newest period that needs no mail any more."""

    id: int
    person: int
    place: str
    length: str
    language: str
    email: str
    sent: str


class Mailings:
    """The mailings in the file of people."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def all(self) -> list[Mailing]:
        """Raises PeopleError."""
        return self._found("1 = 1")

    def of(self, person: int) -> list[Mailing]:
        """Raises PeopleError."""
        return self._found("person = ?", person)

    def ask(self, mailing: Mailing) -> None:
        """Adds a mailing, whose id does not matter, or changes the one of this person, place and length.

        Raises RefusedChangeError and PeopleError.
        """
        if len(mailing.email) > _LONGEST or not (mailing.email.isascii() and _EMAIL.fullmatch(mailing.email)):
            raise RefusedChangeError(noted("That is no e-mail address."))
        with self._file.writing() as cursor:
            (had,) = cursor.execute("SELECT count(*) FROM mailings WHERE person = ?", (mailing.person,)).fetchone()
            if had >= MOST:
                raise RefusedChangeError(noted("These are enough; stop another one first."))
            try:
                cursor.execute(
                    "INSERT INTO mailings (person, place, length, language, email, sent) VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET language = excluded.language, email = excluded.email",
                    (mailing.person, mailing.place, mailing.length, mailing.language, mailing.email, mailing.sent),
                )
            except sqlite3.IntegrityError as error:  # another process removed the person meanwhile
                raise RefusedChangeError(noted("There is nobody of that name.")) from error

    def stop(self, person: int, mailing: int) -> None:
        """Forgets a mailing of this person; one that is not there is no error. Raises PeopleError."""
        with self._file.writing() as cursor:
            cursor.execute("DELETE FROM mailings WHERE id = ? AND person = ?", (mailing, person))

    def note_sent(self, mailing: Mailing, period: str) -> None:
        """Raises PeopleError."""
        with self._file.writing() as cursor:
            cursor.execute("UPDATE mailings SET sent = ? WHERE id = ?", (period, mailing.id))

    def _found(self, condition: str, *values: object) -> list[Mailing]:
        rows = self._file.rows(
            f"SELECT id, person, place, length, language, email, sent FROM mailings WHERE {condition} ORDER BY id",  # noqa: S608
            values,
        )
        return [Mailing(*row) for row in rows]
