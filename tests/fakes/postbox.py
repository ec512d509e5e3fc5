"""A postbox that keeps what is handed in, and can be shut or refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from dashboard.reports.postbox import HandIn, PostboxError


class FakePostbox:
    """Mails lie in `taken`, in the order in which they came."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.opened = 0
        self.shut = False
        self.refuses: set[str] = set()

    @contextmanager
    def open(self) -> Iterator[HandIn]:
        if self.shut:
            raise PostboxError("mail server mail.example.org: it answers 421")
        self.opened += 1
        yield self._hand_in

    def _hand_in(self, message: EmailMessage) -> bool:
        if message["To"] in self.refuses:
            return False
        self.taken.append(message)
        return True
