"""Looks again and again whether a report is to be mailed, beside the pages and never in their way."""

import structlog

from collector.store.protocol import StoreError
from dashboard.people.errors import PeopleError
from dashboard.reports.mail import Mail
from dashboard.reports.postbox import PostboxError
from dashboard.rounds import Rounds

EVERY_SECONDS = 600.0
_log = structlog.get_logger("dashboard")


class Mailman(Rounds):
    """Sends what is due. At a stop it does not wait for a mail server: what that took and this did not hear of is sent
    once more.
    """

    def __init__(self, mail: Mail, every_seconds: float = EVERY_SECONDS) -> None:
        super().__init__("mailman", self._send, every_seconds, (PostboxError, StoreError, PeopleError))
        self._mail = mail

    def _send(self) -> None:
        if sent := self._mail.send_due():
            _log.info("reports mailed", count=sent)
