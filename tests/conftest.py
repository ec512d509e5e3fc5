"""Fixtures that all rooms' tests may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.broker import Broker
from tests.locales.room import Room, forget

settings.register_profile("house", settings(), deadline=None)  # a test asserts no times
settings.load_profile("house")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A started mosquitto; the test may stop, kill and start it again on its port."""
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A copy of the catalogues, to add a language to."""
    yield Room(tmp_path / "room", monkeypatch)
    monkeypatch.undo()
    forget()
