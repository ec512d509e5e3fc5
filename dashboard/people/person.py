"""One who may sign in, and what a name and a role must be like."""

import re
from unicodedata import normalize

import msgspec
from msgspec import Struct

from contract.ids import Place
from dashboard.noted import noted
from dashboard.people.errors import RefusedChangeError
from dashboard.people.roles import Access, Grant

_NAME = re.compile(r"[\w@.'’-]+( [\w@.'’-]+)*")
LONGEST_NAME = 64


class Person(Struct, frozen=True):
    """As the file has it."""

    id: int
    name: str
    key: str
    password: str | None
    """The argon2 hash; None where the person signs in with OpenID Connect only."""
    one_time_until: int | None
    openid: str | None
    generation: int
    grants: tuple[Grant, ...]

    @property
    def access(self) -> Access:
        return Access(self.grants)

    @property
    def must_change(self) -> bool:
        """Whether the password was made by somebody else."""
        return self.one_time_until is not None


def subject_of(issuer: str, subject: str) -> str:
    """What a person is known by elsewhere: what this provider calls them."""
    return f"{issuer}#{subject}"


def email_of(email: str) -> str:
    """What a person is known by elsewhere until it is known what the provider calls them.

    However it is typed, where it is ASCII; else as it is written, as what looks alike may be another's mailbox.
    """
    email = email.strip()
    return f"email:{email.lower() if email.isascii() else email}"


def key_of(name: str) -> str:
    """A name as it is compared: however it is typed, it is the same person."""
    return normalize("NFKC", normalize("NFKC", name).strip().casefold())


def check_name(name: str) -> None:
    """Raises RefusedChangeError."""
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(normalize("NFKC", name).strip()):
        raise RefusedChangeError(noted("A name has letters and digits, and at most 64 characters."))


def check_grant(grant: Grant) -> None:
    """Raises RefusedChangeError where its place cannot be one."""
    try:
        msgspec.convert(grant.place or "any", Place)
    except msgspec.ValidationError:
        raise RefusedChangeError(
            noted("A place is written as oslo/pro/stua: a-z, 0-9 and '-', with '/' between.")
        ) from None
