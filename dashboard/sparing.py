"""Lines of the server's own log, one for many: anybody may send rubbish, and must not fill the disk with it."""

import logging
from collections.abc import Callable
from time import monotonic

import structlog

EVERY_SECONDS = 60.0

_log = structlog.get_logger("dashboard")


class SparingHandler(logging.Handler):
    """Passes on a line, its kind at most once in a while, with how many there were; never what a reader sent."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(logging.WARNING)
        self._clock = clock
        self._told: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        kind = str(record.msg).partition("\n")[0]
        self._counts[kind] = self._counts.get(kind, 0) + 1
        now = self._clock()
        if now - self._told.get(kind, float("-inf")) >= EVERY_SECONDS:
            self._told[kind] = now
            _log.warning("server", said=kind, count=self._counts.pop(kind), exc_info=record.exc_info)


def log_sparingly() -> None:
    """What the server and the event loop under it complain of goes to the program's log. Once in a process."""
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [SparingHandler()], False
