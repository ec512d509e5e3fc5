"""Passwords: which ones are refused, argon2 hashes of them, and passwords for one time."""

import re
from secrets import choice
from threading import BoundedSemaphore, Semaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.noted import noted
from dashboard.people.errors import BusyError, RefusedChangeError

SHORTEST, LONGEST = 12, 200
_DIFFERENT = 5
"""Letters, at least, that are not the same."""
_EASY = {
    "password",
    "passord",
    "passordet",
    "hemmelig",
    "secret",
    "welcome",
    "velkommen",
    "qwerty",
    "qwertyuiop",
    "fjes",
}
"""What is left of the first tries when their digits and marks are taken away."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is taken for something else when it is read out."""
_GROUPS, _GROUP = 4, 4
_AT_ONCE, _WAITING = 2, 6


def normal(password: str) -> str:
    """One form for a letter, however a keyboard makes it (NIST SP 800-63B, 5.1.1.2)."""
    return normalize("NFKC", password)


def check_new_password(password: str, name: str) -> None:
    """Raises RefusedChangeError. Long is what counts; which characters are in it is everybody's own choice."""
    password = normal(password)
    if len(password) < SHORTEST:
        raise RefusedChangeError(
            noted("Please take at least 12 characters; a few words in a row are easy to remember.")
        )
    if len(password) > LONGEST:
        raise RefusedChangeError(noted("That is too long; please take at most 200 characters."))
    plain = password.casefold()
    bare = re.sub(r"[\W\d_]", "", plain)
    if len(set(plain)) < _DIFFERENT or bare in _EASY or bare == re.sub(r"[\W\d_]", "", name.casefold()) != "":
        raise RefusedChangeError(noted("That one is among the first that anybody would try; please choose another."))


def one_time_password() -> str:
    """A password of 79 bits to be read out and changed at once, as `k7mp-4wxr-hq2d-9tbe`."""
    return "-".join("".join(choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


class Passwords:
    """Hashes passwords, a few at once: each takes 64 MiB (RFC 9106, section 4, the second choice). Takes 0.1 s or more,
    so never call it on the event loop.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash(one_time_password())
        self._hashing = BoundedSemaphore(_AT_ONCE)
        self._waiting = Semaphore(_AT_ONCE + _WAITING)

    def hash(self, password: str) -> str:
        with self._hashing:
            return self._hasher.hash(normal(password))

    def matches(self, known: str | None, password: str) -> bool:
        """Takes as long where nothing is known as where it does not match. Raises BusyError."""
        if not self._waiting.acquire(blocking=False):
            raise BusyError
        try:
            with self._hashing:
                return self._hasher.verify(known or self._nobodys, normal(password)) and known is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._waiting.release()

    def is_outdated(self, known: str) -> bool:
        """Whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(known)
