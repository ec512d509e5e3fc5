"""How often one reader may ask: as often as a dashboard of theirs needs, and not so that others wait.

Kept in memory only, by the number of a person or token. No address is looked at.
"""

from collections.abc import Callable
from typing import Any

from litestar.exceptions import TooManyRequestsException
from litestar.handlers import BaseRouteHandler

from dashboard.gate import AnyConnection
from dashboard.reader import Reader

MOST, WITHIN_SECONDS = 120, 60.0
Who = tuple[int, int]


class Pace:
    """Counts each reader's requests of a minute. For the event loop's thread."""

    def __init__(self, since_start: Callable[[], float]) -> None:
        self._since_start = since_start
        self._began: dict[Who, float] = {}
        self._asked: dict[Who, int] = {}

    @property
    def known(self) -> set[Who]:
        """Whose requests are counted."""
        return set(self._asked)

    def count(self, who: Who) -> None:
        """One more request. Raises TooManyRequestsException, which tells when another is answered."""
        now = self._since_start()
        if now - self._began.get(who, float("-inf")) >= WITHIN_SECONDS:
            self._forget(now)
            self._began[who], self._asked[who] = now, 0
        if self._asked[who] >= MOST:
            rest = int(self._began[who] + WITHIN_SECONDS - now) + 1
            raise TooManyRequestsException(headers={"Retry-After": str(rest)})
        self._asked[who] += 1

    def _forget(self, now: float) -> None:
        over = [who for who, began in self._began.items() if now - began >= WITHIN_SECONDS]
        for who in over:
            del self._began[who], self._asked[who]


def paced(since_start: Callable[[], float]) -> Any:  # noqa: ANN401 - a guard
    """A guard that counts all that it guards together.

    A function, as Litestar makes a deep copy of a guard that is a method, for each handler, with what it belongs to.
    """
    pace = Pace(since_start)

    async def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        reader: Reader = connection.scope.get("user") or Reader()
        pace.count((reader.person.id if reader.person else 0, reader.token))

    return guard
