"""A thread that does something again and again, beside the pages and never in their way."""

from collections.abc import Callable
from threading import Event, Thread
from traceback import format_exception

import structlog

_log = structlog.get_logger("dashboard")


class Rounds:
    """From `start` on, until it is told to stop. What goes wrong is logged, and tried again at the next round.

    Of the errors in `expected` the text is logged, and not again while it stays the same; of others where they came
    from.
    """

    def __init__(
        self, name: str, act: Callable[[], object], every_seconds: float, expected: tuple[type[Exception], ...]
    ) -> None:
        self._name = name
        self._act = act
        self._every_seconds = every_seconds
        self._expected = expected
        self._reason = ""
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for a round that has begun."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._act()
                self._reason = ""
            except self._expected as error:
                self._tell(str(error))
            except Exception as error:  # noqa: BLE001 - the thread's top: it goes on, and says why
                _log.error(f"{self._name}: a round failed", traceback="".join(format_exception(error)))
            self._stopped.wait(self._every_seconds)

    def _tell(self, reason: str) -> None:
        if reason != self._reason:
            _log.warning(f"{self._name}: a round failed", reason=reason)
        self._reason = reason
