"""Looks again and again whether a report is to be mailed, beside the pages and never in their way."""

from threading import Event, Thread
from traceback import format_exception

import structlog

from collector.store.protocol import StoreError
from dashboard.people.errors import PeopleError
from dashboard.reports.mail import Mail
from dashboard.reports.postbox import PostboxError

EVERY_SECONDS = 600.0
_log = structlog.get_logger("dashboard")


class Mailman:
    """A thread that sends what is due until it is told to stop. What goes wrong is logged, and tried again."""

    def __init__(self, mail: Mail, every_seconds: float = EVERY_SECONDS) -> None:
        self._mail = mail
        self._every_seconds = every_seconds
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="mailman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for a mail server: what it took and this did not hear of is sent once more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if sent := self._mail.send_due():
                    _log.info("reports mailed", count=sent)
            except (PostboxError, StoreError, PeopleError) as error:
                _log.warning("reports could not be mailed", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the thread's top: it goes on, and says why
                _log.error("reports could not be mailed", traceback="".join(format_exception(error)))
            self._stopped.wait(self._every_seconds)
