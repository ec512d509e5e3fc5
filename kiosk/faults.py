"""What is wrong with the terminal itself, for operators: gathered from all its parts, told in the presence."""

from collections.abc import Callable
from enum import StrEnum
from threading import Lock

import structlog

from contract.messages import MAX_FAULTS

log = structlog.get_logger()


class Fault(StrEnum):
    """What a terminal can find out about itself. None of it may come or go with a visitor."""

    SOUND = "sound"
    """There is no device to speak through."""
    VOICES = "voices"
    """A language that is to be spoken lacks recordings."""
    SCREEN = "screen"
    """The screen is drawn without a graphics card."""
    DISK = "disk"
    """Votes cannot be put on disk."""
    DAMAGED = "damaged"
    """The tally was found damaged at this start, or since; it was begun anew, and the old file moved aside."""


class Faults:
    """The faults there are now. From any thread. `changed` is called on the thread that brings the news."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._lock = Lock()
        self._current: frozenset[Fault] = frozenset()

    @property
    def current(self) -> tuple[str, ...]:
        """In an order that is always the same, as many as a presence takes."""
        return tuple(sorted(self._current))[:MAX_FAULTS]

    def report(self, fault: Fault, **facts: str) -> None:
        """Something is wrong; logged once, until it is cleared."""
        with self._lock:
            is_news = fault not in self._current
            self._current |= {fault}
        if is_news:
            log.warning("fault", fault=fault.value, **facts)
            self._changed()

    def clear(self, fault: Fault) -> None:
        """It is right again."""
        with self._lock:
            is_news = fault in self._current
            self._current -= {fault}
        if is_news:
            log.info("fault-gone", fault=fault.value)
            self._changed()
