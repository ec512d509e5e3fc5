"""Fixtures of the terminal's tests on a real broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker import Broker
from tests.kiosk.wire import Ear, Terminal


@pytest.fixture
def ear(broker: Broker) -> Iterator[Ear]:
    ear = Ear(broker)
    yield ear
    ear.end()


@pytest.fixture
def terminal(broker: Broker, tmp_path: Path) -> Iterator[Terminal]:
    """Started by the test."""
    terminal = Terminal(broker, tmp_path / "tally.db")
    yield terminal
    terminal.end()
