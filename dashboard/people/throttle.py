"""How long the next try at a password has to wait: growing pauses for each name and for all names, kept in the file.

Without keeping anybody's address, an attacker and the person whose name they try look alike. So no name is ever shut,
tries only wait, at most five minutes each; but while somebody keeps trying, a browser that is not known yet may have
to wait again and again, as the attacker's next try may come before its own. A browser in which the person has signed in
before is known again by a cookie of its own and waits only for its own mistakes (OWASP, "Slow Down Online Guessing
Attacks with Device Cookies"). Names are kept as one of 4,096 numbers, so that those which exist wait as those which do
not.

A try counts as wrong before it is looked at, and is forgiven when it was right: tries at the same moment win nothing.
"""

import hmac
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.people.errors import TooSoonError
from dashboard.people.file import PeopleFile

FREE = 4
"""Wrong tries in a row that cost nothing: people slip."""
FIRST_REST, LONGEST_REST = 2.0, 300.0
"""Seconds of rest after the next one, doubled by each further one."""
FORGOTTEN_AFTER = 24 * 3600.0
OVERALL_FREE, OVERALL_PER_SECOND = 30.0, 0.5
"""Wrong tries from unknown browsers, for all names together: so many at once, and so many a second after that."""
_OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Try:
    """One try that was let in."""

    keys: tuple[str, ...]
    at: float
    before: tuple[tuple[float, float], ...]
    """Of each key, the wrong tries before this one, and when the last of them was."""


def rest_after(wrong: float) -> float:
    """Seconds of rest after so many wrong tries in a row."""
    return 0.0 if wrong <= FREE else min(LONGEST_REST, FIRST_REST * 2 ** min(wrong - FREE - 1, 20))


class Throttle:
    """The wrong tries in the file of people."""

    def __init__(self, file: PeopleFile, secret: bytes, clock: Callable[[], float]) -> None:
        self._file = file
        self._secret = secret
        self._clock = clock

    def enter(self, name: str, browser: str | None = None) -> Try:
        """Lets a try at a name in; `browser` is the mark of one that the person is known by. Raises TooSoonError."""
        keys = (self._key(f"browser:{browser}"),) if browser else (self._key(f"name:{name}", 3), _OVERALL)
        now = self._clock()
        with self._file.writing() as cursor:
            cursor.execute("DELETE FROM tries WHERE last < ? OR last > ?", (now - FORGOTTEN_AFTER, now + LONGEST_REST))
            counts = {key: self._wrong(cursor, key, now) for key in keys}
            before = tuple(self._kept(cursor, key, now) for key in keys)
            if (wait := max(wait for _, wait in counts.values())) > 0:
                raise TooSoonError(wait)
            for key, (wrong, _) in counts.items():
                cursor.execute("INSERT OR REPLACE INTO tries VALUES (?, ?, ?)", (key, wrong + 1, now))
        return Try(keys, now, before)

    def forgive(self, entered: Try) -> None:
        """The try was right after all: its name begins anew, and it does not count for all names either."""
        with self._file.writing() as cursor:
            cursor.executemany(
                "DELETE FROM tries WHERE key = ? AND key != ?", [(key, _OVERALL) for key in entered.keys]
            )
            self._undo(cursor, entered)
        self._file.forget_history()

    def take_back(self, entered: Try) -> None:
        """The try was not looked at: as if it had not been made."""
        with self._file.writing() as cursor:
            self._undo(cursor, entered)
        self._file.forget_history()

    def _undo(self, cursor: sqlite3.Cursor, entered: Try) -> None:
        for key, (wrong, last) in zip(entered.keys, entered.before, strict=True):
            cursor.execute("DELETE FROM tries WHERE key = ? AND wrong <= 1", (key,))
            cursor.execute(
                "UPDATE tries SET wrong = iif(last = ?, ?, wrong - 1), last = iif(last = ?, ?, last) WHERE key = ?",
                (entered.at, wrong, entered.at, last, key),
            )

    def _wrong(self, cursor: sqlite3.Cursor, key: str, now: float) -> tuple[float, float]:
        """Wrong tries until now, and seconds until another may be made; no longer when the clock was set back."""
        wrong, last = self._kept(cursor, key, now)
        passed = max(0.0, now - last)
        if key == _OVERALL:
            left = max(0.0, wrong - passed * OVERALL_PER_SECOND)
            return left, max(0.0, (left + 1 - OVERALL_FREE) / OVERALL_PER_SECOND)
        return wrong, max(0.0, rest_after(wrong) - passed)

    def _kept(self, cursor: sqlite3.Cursor, key: str, now: float) -> tuple[float, float]:
        return cursor.execute("SELECT wrong, last FROM tries WHERE key = ?", (key,)).fetchone() or (0.0, now)

    def _key(self, what: str, digits: int = 32) -> str:
        return hmac.new(self._secret, f"try:{what}".encode(), "sha256").hexdigest()[:digits]
