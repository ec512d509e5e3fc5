"""A whole collector with a real store, on a wire that forgets, for messages that nobody honest sends."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from collector.fleet import Fleet
from collector.service import Service
from collector.store.sqlite import SqliteStore
from collector.wire import Message
from contract.messages import MAX_BYTES, Acks, SurveyMessage
from locales.catalogue import default_survey
from tests.fakes.wire import FakeWire
from tests.fuzz.mutation import ALLOWED, REVOKED


class _Wire(FakeWire):
    """Counts what is published, and sees that it is what the contract says."""

    def __init__(self, *, checks: bool, registered: bool) -> None:
        super().__init__()
        self.count = 0
        self._checks = checks
        self._registered = registered

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        self.count += 1
        if self._checks:
            assert len(payload) <= MAX_BYTES
            assert not self._registered or topic.split("/")[2] in ALLOWED
            msgspec.json.decode(payload, type=SurveyMessage if topic.endswith("/survey") else Acks)
        return True


class Site:
    """One with a register, or one that hears whoever comes. `checks` looks at each answer too."""

    def __init__(self, directory: Path, *, registered: bool, checks: bool = True) -> None:
        self.store = SqliteStore.open(directory / "fjes.db")
        if registered:
            for terminal in (*ALLOWED, REVOKED):
                self.store.register(terminal)
            self.store.revoke(REVOKED)
        self.wire = _Wire(checks=checks, registered=registered)
        survey = default_survey()
        fleet = Fleet(self.store, self.wire, [survey], survey, today=lambda: date(2026, 11, 21))
        fleet.start()
        self.service = Service(self.store, self.wire, fleet, pauses=(0.0,))

    def work(self, messages: Sequence[Message]) -> None:
        """Raises whatever the collector raises, which is to be nothing."""
        self.service.work(messages)

    def close(self) -> None:
        self.store.close()
