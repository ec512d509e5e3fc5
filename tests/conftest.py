"""Fixtures that all rooms' tests may ask for, and which tests run side by side."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.broker import Broker
from tests.locales.room import Room, forget

settings.register_profile("house", settings(), deadline=None)  # a test asserts no times
settings.load_profile("house")

_KIND = 10
"""How far the tests that wait for programs, but for no time, step back (`nice`) for those that do."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one file run one after another, as they share what it has started; all `timed` ones do, first."""
    items.sort(key=lambda item: (not item.get_closest_marker("timed"), not item.get_closest_marker("e2e")))
    for item in items:
        item.add_marker(pytest.mark.xdist_group("timed" if item.get_closest_marker("timed") else item.path.as_posix()))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker that has no timed test leaves the machine to the one that has."""
    if os.environ.get("PYTEST_XDIST_WORKER") and not item.get_closest_marker("timed") and not os.nice(0):
        os.nice(_KIND)


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
