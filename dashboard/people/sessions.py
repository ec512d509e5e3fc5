"""Who is signed in where, in memory only: no disk tells when somebody looked at the page, and a restart signs all out.

Litestar's own sessions are not used: they write, and send a cookie, with every answer, take over an id that a browser
brings along, and an answer that ends after the sign-out brings the session back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock

from dashboard.people.person import Person

LONGEST_SECONDS = 12 * 3600
IDLE_SECONDS = 60 * 60
MOST = 20
"""Sessions of one person; the oldest ends when there would be more."""


@dataclass(slots=True)
class Session:
    """One browser in which a person is signed in, as the person was when they signed in."""

    person: int
    generation: int
    began: float
    seen: float


class Sessions:
    """All sessions, by the token that only the browser has. May be used from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._sessions: dict[str, Session] = {}

    def begin(self, person: Person) -> str:
        """Always under a new token."""
        now, token = self._clock(), token_urlsafe(32)
        with self._lock:
            self._forget(now)
            mine = [key for key, session in self._sessions.items() if session.person == person.id]
            for key in mine[: max(0, len(mine) + 1 - MOST)]:
                del self._sessions[key]
            self._sessions[token] = Session(person.id, person.generation, now, now)
        return token

    def find(self, token: str, *, active: bool) -> Session | None:
        """The session that goes on; `active` when the person does something, which a page that refreshes is not."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(token)
            if session is None:
                return None
            if _is_over(session, now):
                del self._sessions[token]
                return None
            if active:
                session.seen = now
            return session

    def end(self, token: str) -> None:
        with self._lock:
            self._sessions.pop(token, None)

    def _forget(self, now: float) -> None:
        self._sessions = {token: session for token, session in self._sessions.items() if not _is_over(session, now)}


def _is_over(session: Session, now: float) -> bool:
    return now - session.began >= LONGEST_SECONDS or now - session.seen >= IDLE_SECONDS
