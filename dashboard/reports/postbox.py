"""Where mails are handed in: a mail server that speaks SMTP, as nearly every organisation has one."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Protocol

_PATIENCE_SECONDS = 30.0
HandIn = Callable[[EmailMessage], bool]
"""Hands in one mail: whether it was taken; refused for good when not. Raises PostboxError when later it may be."""


class PostboxError(Exception):
    """No mail can be handed in just now; the text says why, and names nobody."""


class Postbox(Protocol):
    """Where mails are handed in."""

    def open(self) -> AbstractContextManager[HandIn]:
        """Raises PostboxError."""
        ...


class Security(StrEnum):
    """How what is sent is kept from other eyes."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class SmtpPostbox:
    """A mail server. `sender` is the address that the mails come from."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""
    now: Callable[[], datetime] = datetime.now

    @contextmanager
    def open(self) -> Iterator[HandIn]:
        """One connection for all mails."""
        with self._speaking(), self._connected() as line:
            yield lambda message: self._hand_in(line, message)

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.security is Security.TLS:
            line: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_PATIENCE_SECONDS, context=trusted)
        else:
            line = smtplib.SMTP(self.host, self.port, timeout=_PATIENCE_SECONDS)
        try:
            if self.security is Security.STARTTLS:
                line.starttls(context=trusted)
            if self.user:
                line.login(self.user, self.password)
        except BaseException:
            line.close()
            raise
        return line

    def _hand_in(self, line: smtplib.SMTP, message: EmailMessage) -> bool:
        message["From"] = self.sender
        message["Date"] = format_datetime(self.now().astimezone())
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        try:
            line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                return False
            raise PostboxError(f"mail server {self.host}: not now ({codes[0]})") from error
        return True

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turns what the server and the network say into a PostboxError. A refusal may name who it is about."""
        try:
            yield
        except smtplib.SMTPResponseException as error:
            raise PostboxError(f"mail server {self.host}: it answers {error.smtp_code}") from error
        except smtplib.SMTPException as error:
            raise PostboxError(f"mail server {self.host}: {type(error).__name__}") from error
        except OSError as error:
            raise PostboxError(f"mail server {self.host}:{self.port}: {error.strerror or error}") from error
