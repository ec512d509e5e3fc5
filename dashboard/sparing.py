"""Lines of the log, one for many: anybody may send rubbish, and must not fill the disk with it."""

import logging
from collections.abc import Callable
from time import monotonic

import structlog

EVERY_SECONDS = 60.0

_log = structlog.get_logger("dashboard")


class Sparing:
    """Counts lines of a few kinds, each to be told at most once in a while. Not for several threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def count(self, kind: str) -> int:
        """How many there were since it was told last, this one included; 0 when it is too soon to tell."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        now = self._clock()
        if now - self._told.get(kind, float("-inf")) < EVERY_SECONDS:
            return 0
        self._told[kind] = now
        return self._counts.pop(kind)


class SparingHandler(logging.Handler):
    """Passes on a line, its kind at most once in a while, with how many there were; never what a reader sent."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(logging.WARNING)
        self._sparing = Sparing(clock)

    def emit(self, record: logging.LogRecord) -> None:
        kind = str(record.msg).partition("\n")[0]
        if count := self._sparing.count(kind):
            _log.warning("server", said=kind, count=count, exc_info=record.exc_info)


def log_sparingly() -> None:
    """What the server and the event loop under it complain of goes to the program's log. Once in a process."""
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [SparingHandler()], False
