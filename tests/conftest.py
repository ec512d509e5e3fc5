"""Fixtures that all rooms' tests may ask for, and which tests run side by side."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.broker import Broker
from tests.locales.room import Room, forget

settings.register_profile("house", settings(), deadline=None)  # a test asserts no times
settings.load_profile("house")

TIMED = (
    "tests/e2e/test_monkey.py",
    "tests/e2e/test_play.py",
    "tests/e2e/test_eyes_closed.py",
    "tests/e2e/test_staff_corner.py",
    "tests/kiosk/ui/test_same_from_behind.py",
    "tests/kiosk/ui/test_window.py",
    "tests/kiosk/ui/test_waiting.py",
)
"""What looks at how long something takes, or how often it comes: one after another and first, beside other tests."""
BACK = 10
"""How far the other tests step back for those (`nice`)."""


class OneAfterAnother(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Each file to one worker, as its tests share what they have started; all that is timed to the same one.

    xdist's own groups need names in pytest's ids, which pytest 9.2 does not take any more (xdist 3.8).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "timed" if file in TIMED else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneAfterAnother:
    return OneAfterAnother(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that no worker is left with it at the end."""
    items.sort(key=lambda item: (not is_timed(item), not item.get_closest_marker("e2e")))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker that has nothing timed, or nothing more of it, leaves the machine to the one that has."""
    if os.environ.get("PYTEST_XDIST_WORKER") and not is_timed(item) and not os.nice(0):
        os.nice(BACK)


def is_timed(item: pytest.Item) -> bool:
    return item.nodeid.partition("::")[0] in TIMED


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
