"""A recorder that answers at once and keeps what it was told."""

from collections.abc import Callable

from kiosk.session import Change


class FakeRecorder:
    """`answer` gets the outcome, as Session.recorded does, through whatever the test lets time pass with."""

    def __init__(self, answer: Callable[[bool], None], *, works: bool = True) -> None:
        self.changes: list[Change] = []
        self.sessions = 0
        self._answer = answer
        self._works = works

    def record(self, change: Change) -> None:
        self.changes.append(change)
        self._answer(self._works)

    def session_ended(self) -> None:
        self.sessions += 1
