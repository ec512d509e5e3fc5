"""The people who may sign in: one file, in which every change and its line in the audit log are one transaction."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec

from dashboard.noted import noted
from dashboard.people.alerts import Alerts
from dashboard.people.audit import Act, Audit
from dashboard.people.drafts import Drafts
from dashboard.people.errors import BusyError, RefusedChangeError
from dashboard.people.file import PeopleFile
from dashboard.people.mailings import Mailings
from dashboard.people.passwords import Passwords, check_new_password
from dashboard.people.person import Person, check_grant, check_name, key_of
from dashboard.people.roles import Grant
from dashboard.people.signing import Signer
from dashboard.people.throttle import Throttle, Try
from dashboard.people.tokens import Tokens
from dashboard.people.visits import Visits

ONE_TIME_SECONDS = 7 * 24 * 3600
"""How long a password that somebody else made may be used."""
_NOBODY = noted("There is nobody of that name.")
_GRANTS = (
    "(SELECT json_group_array(json_object('place', place, 'role', role)) FROM"
    " (SELECT place, role FROM grants WHERE person = id ORDER BY place))"
)
_decode_grants = msgspec.json.Decoder(tuple[Grant, ...]).decode
_COLUMNS = "id, name, key, password, one_time_until, openid, generation"


class People:
    """The file of people. May be used from several threads; other processes' changes are seen at once."""

    def __init__(self, file: PeopleFile, passwords: Passwords, clock: Callable[[], float]) -> None:
        ((secret,),) = file.rows("SELECT secret FROM secrets WHERE name = 'forms'")
        self._file = file
        self._passwords = passwords
        self._clock = clock
        self.audit = Audit(file, clock)
        self.alerts = Alerts(file, self.audit, clock)
        self.drafts = Drafts(file)
        self.mailings = Mailings(file)
        self.visits = Visits(file, self.audit)
        self.tokens = Tokens(file, self.audit, clock)
        self.throttle = Throttle(file, secret, clock)
        self.signer = Signer(secret)

    @classmethod
    def open(cls, path: Path, *, passwords: Passwords | None = None, clock: Callable[[], float] = time.time) -> Self:
        """Opens the file, or makes it. Raises PeopleError."""
        return cls(PeopleFile.open(path), passwords or Passwords(), clock)

    def close(self) -> None:
        self._file.close()

    def anyone(self) -> bool:
        return bool(self._file.rows("SELECT 1 FROM persons LIMIT 1"))

    def all(self) -> Sequence[Person]:
        """Everybody, by name."""
        return self._persons("1 = 1 ORDER BY key", ())

    def find(self, person: int) -> Person | None:
        return self._one("id = ?", person)

    def named(self, name: str) -> Person | None:
        return self._one("key = ?", key_of(name))

    def known_as(self, openid: str) -> Person | None:
        """Who signs in elsewhere under this subject or e-mail address."""
        return self._one("openid = ?", openid)

    def add(
        self,
        name: str,
        grant: Grant,
        *,
        by: str,
        password: str | None = None,
        openid: str | None = None,
        one_time: bool = False,
    ) -> Person:
        """Adds a person with a role. Raises RefusedChangeError and PeopleError.

        That a name or a work account is taken is said to every admin, also to one who may not see whose it is.
        """
        check_name(name)
        check_grant(grant)
        hashed = self._new_hash(password, name, one_time=one_time) if password is not None else None
        until = self._until(one_time=one_time)
        with self._file.writing() as cursor:
            taken = "SELECT 1 FROM persons WHERE key = ? OR openid = ?"
            if cursor.execute(taken, (key_of(name), openid)).fetchone():
                raise RefusedChangeError(noted("Somebody here is called that already, or signs in that way."))
            cursor.execute(
                "INSERT INTO persons (name, key, password, one_time_until, openid) VALUES (?, ?, ?, ?, ?)",
                (name.strip(), key_of(name), hashed, until, openid),
            )
            person = cursor.lastrowid
            cursor.execute("INSERT INTO grants VALUES (?, ?, ?)", (person, grant.place, grant.role))
            self.audit.note(cursor, by, Act.ADDED, whom=name.strip(), place=grant.place, detail=grant.role)
        return self._must_find(person or 0)

    def set_password(self, person: Person, password: str, *, by: str, one_time: bool) -> Person:
        """Gives a password, and ends all sessions of the person. Raises RefusedChangeError and PeopleError.

        One for one time is refused to a work account: that one would have to be changed at every way in.
        """
        if one_time and person.openid is not None:
            raise RefusedChangeError(noted("Whoever signs in with a work account needs no password here."))
        hashed = self._new_hash(password, person.name, one_time=one_time)
        with self._changing(person) as cursor:
            cursor.execute(
                "UPDATE persons SET password = ?, one_time_until = ?, generation = generation + 1 WHERE id = ?",
                (hashed, self._until(one_time=one_time), person.id),
            )
            act = Act.PASSWORD_CHANGED if by == person.name else Act.PASSWORD_RESET
            self._note_of(cursor, by, act, person)
        return self._must_find(person.id)

    def set_role(self, person: Person, grant: Grant, *, by: str) -> None:
        """Gives a role at a place, in place of the one had there, and ends all sessions of the person.

        Raises RefusedChangeError and PeopleError.
        """
        check_grant(grant)
        with self._changing(person) as cursor:
            cursor.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?)", (person.id, grant.place, grant.role))
            self._end_sessions(cursor, person)
            self.audit.note(cursor, by, Act.ROLE_SET, whom=person.name, place=grant.place, detail=grant.role)

    def take_role(self, person: Person, place: str, *, by: str) -> None:
        """Takes the role at a place away; the last one goes only with the person. Raises RefusedChangeError."""
        with self._changing(person) as cursor:
            cursor.execute("DELETE FROM grants WHERE person = ? AND place = ?", (person.id, place))
            if not cursor.rowcount:
                raise RefusedChangeError(noted("There is no role at that place to take away."))
            if not cursor.execute("SELECT 1 FROM grants WHERE person = ?", (person.id,)).fetchone():
                raise RefusedChangeError(noted("That is the only role; remove the person instead."))
            self._end_sessions(cursor, person)
            self.audit.note(cursor, by, Act.ROLE_TAKEN, whom=person.name, place=place)

    def remove(self, person: Person, *, by: str) -> None:
        """Raises RefusedChangeError and PeopleError."""
        with self._changing(person) as cursor:
            self._note_of(cursor, by, Act.REMOVED, person)
            cursor.execute("DELETE FROM grants WHERE person = ?", (person.id,))
            cursor.execute("DELETE FROM persons WHERE id = ?", (person.id,))

    def end_sessions(self, person: Person) -> Person:
        """Everywhere: whoever signs in after this begins anew. Raises RefusedChangeError and PeopleError."""
        with self._changing(person) as cursor:
            self._end_sessions(cursor, person)
        return self._must_find(person.id)

    def pin_openid(self, person: Person, subject: str) -> None:
        """From now on the provider's own name for the person counts, and no e-mail address that may change hands."""
        with self._file.writing() as cursor:
            cursor.execute("UPDATE persons SET openid = ? WHERE id = ?", (subject, person.id))

    def check_try(self, entered: Try, name: str, password: str) -> Person | None:
        """As `check`, of a try that the throttle let in, and that was no wrong one where nobody looked at it."""
        try:
            person = self.check(name, password)
        except BusyError:
            self.throttle.take_back(entered)
            raise
        if person:
            self.throttle.forgive(entered)
        return person

    def check(self, name: str, password: str) -> Person | None:
        """The person whose name and password these are. Takes as long where it is nobody. Raises BusyError."""
        person = self.named(name)
        known = person.password if person else None
        if not self._passwords.matches(known, password) or person is None or known is None:
            return None
        if person.one_time_until is not None and self._clock() > person.one_time_until:
            return None
        if self._passwords.is_outdated(known):
            fresh = self._passwords.hash(password)
            with self._file.writing() as cursor:
                cursor.execute(
                    "UPDATE persons SET password = ? WHERE id = ? AND password = ?", (fresh, person.id, known)
                )
        return person

    @contextmanager
    def _changing(self, person: Person) -> Iterator[sqlite3.Cursor]:
        """A transaction about a person. Raises RefusedChangeError where another process removed them meanwhile."""
        with self._file.writing() as cursor:
            if not cursor.execute("SELECT 1 FROM persons WHERE id = ?", (person.id,)).fetchone():
                raise RefusedChangeError(_NOBODY)
            yield cursor

    def _one(self, condition: str, value: object) -> Person | None:
        return next(iter(self._persons(condition, (value,))), None)

    def _must_find(self, person: int) -> Person:
        """Raises RefusedChangeError where another process removed the person meanwhile."""
        if found := self.find(person):
            return found
        raise RefusedChangeError(_NOBODY)

    def _persons(self, condition: str, values: Sequence[object]) -> list[Person]:
        rows = self._file.rows(f"SELECT {_COLUMNS}, {_GRANTS} FROM persons WHERE {condition}", values)  # noqa: S608
        return [
            Person(number, name, key, password, until, openid, generation, _decode_grants(grants))
            for number, name, key, password, until, openid, generation, grants in rows
        ]

    def _new_hash(self, password: str, name: str, *, one_time: bool) -> str:
        if not one_time:
            check_new_password(password, name)
        return self._passwords.hash(password)

    def _until(self, *, one_time: bool) -> int | None:
        return int(self._clock()) + ONE_TIME_SECONDS if one_time else None

    def _note_of(self, cursor: sqlite3.Cursor, by: str, act: Act, person: Person) -> None:
        """At each place where the person has a role, so that its admins see it."""
        for place in person.access.homes():
            self.audit.note(cursor, by, act, whom=person.name, place=place)

    def _end_sessions(self, cursor: sqlite3.Cursor, person: Person) -> None:
        cursor.execute("UPDATE persons SET generation = generation + 1 WHERE id = ?", (person.id,))
