"""Tokens that people make for what has no hands to sign in with: programs that read the API, and screens on a wall.

A token sees what a viewer at its person's places sees, and is known here by its hash only. It ends when it is revoked,
and with all sessions of its person: when a password or a role changes, when they sign out everywhere or are removed.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from msgspec import Struct

from dashboard.noted import noted
from dashboard.people.audit import Act, Audit
from dashboard.people.errors import RefusedChangeError
from dashboard.people.file import PeopleFile
from dashboard.people.person import Person

LONGEST_NAME = 64
MOST = 20
"""Tokens of one person."""
LASTS = timedelta(days=400)
"""How long a program's token lasts: a year, and a month to notice. A wall's, which tells only of today, lasts on."""
_MARK = "fjes"
_COLUMNS = "t.id, t.person, t.kind, t.name, t.place, t.until"


class Kind(StrEnum):
    """What a token is good for, and for nothing else."""

    API = "api"
    WALL = "wall"


class Token(Struct, frozen=True):
    """As the file has it; `place` is "" for all places of the person, and `until` the last day, if there is one."""

    id: int
    person: int
    kind: Kind
    name: str
    place: str
    until: date | None


class Tokens:
    """The tokens in the file of people."""

    def __init__(self, file: PeopleFile, audit: Audit, clock: Callable[[], float]) -> None:
        self._file = file
        self._audit = audit
        self._clock = clock

    def of(self, person: Person) -> Sequence[Token]:
        """Those that are good now, oldest first. Raises PeopleError."""
        return self._good("t.person = ?", person.id)

    def find(self, secret: str, kind: Kind) -> Token | None:
        """The token whose secret this is, while it is good. Raises PeopleError."""
        if not secret.startswith(f"{_MARK}_{kind}_"):
            return None
        return next(iter(self._good("t.hash = ? AND t.kind = ?", _hash(secret), kind)), None)

    def make(self, person: Person, kind: Kind, name: str, place: str) -> str:
        """Returns the secret, which is told this once. Raises RefusedChangeError and PeopleError."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise RefusedChangeError(noted("Please give it a name, of at most 64 characters."))
        if len(self.of(person)) >= MOST:
            raise RefusedChangeError(noted("These are enough; end another one first."))
        secret = f"{_MARK}_{kind}_{token_urlsafe(32)}"
        until = (self._today() + LASTS).isoformat() if kind is Kind.API else ""
        with self._file.writing() as cursor:
            cursor.execute(
                "DELETE FROM tokens WHERE until <> '' AND until < ?"
                " OR generation <> (SELECT generation FROM persons WHERE id = person)",
                (self._today().isoformat(),),
            )
            cursor.execute(
                "INSERT INTO tokens (person, generation, kind, name, place, until, hash)"
                " SELECT id, generation, ?, ?, ?, ?, ? FROM persons WHERE id = ? AND generation = ?",
                (kind, name, place, until, _hash(secret), person.id, person.generation),
            )
            if not cursor.rowcount:  # another process changed or removed the person meanwhile
                raise RefusedChangeError(noted("There is nobody of that name."))
            for where in [place] if place else person.access.homes():
                self._audit.note(cursor, person.name, Act.TOKEN_MADE, place=where, detail=f"{kind} {name}")
        return secret

    def revoke(self, person: Person, token: int) -> None:
        """Ends a token of this person; one that is not there is no error. Raises PeopleError."""
        with self._file.writing() as cursor:
            rows = cursor.execute(
                "DELETE FROM tokens WHERE id = ? AND person = ? RETURNING kind, name, place", (token, person.id)
            ).fetchall()
            for kind, name, place in rows:
                for where in [place] if place else person.access.homes():
                    self._audit.note(cursor, person.name, Act.TOKEN_REVOKED, place=where, detail=f"{kind} {name}")

    def _good(self, condition: str, *values: object) -> list[Token]:
        rows = self._file.rows(
            f"SELECT {_COLUMNS} FROM tokens AS t"  # noqa: S608
            " JOIN persons AS p ON p.id = t.person AND p.generation = t.generation"
            f" WHERE {condition} AND (t.until = '' OR t.until >= ?) ORDER BY t.id",
            (*values, self._today().isoformat()),
        )
        return [
            Token(number, person, Kind(kind), name, place, date.fromisoformat(until) if until else None)
            for number, person, kind, name, place, until in rows
        ]

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()


def _hash(secret: str) -> str:
    """Of 256 random bits, which need no slow hash: nobody can try them all."""
    return sha256(secret.encode()).hexdigest()
