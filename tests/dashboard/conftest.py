"""A year of votes with the first user's totals, and the app over it."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import ReadStore
from contract.sheets import Vote
from dashboard.app import create_app
from tests.fakes.read_store import FakeReadStore

OSLO = ZoneInfo("Europe/Oslo")
NEW_YEAR = datetime(2024, 1, 1, 12, tzinfo=UTC)


def year_store() -> FakeReadStore:
    """2023 as in FACTS.md: 1063, 43, 4 and 2 votes; 257, 213, 120, 98 and 45 answers, and one unsatisfied one."""
    store = FakeReadStore()
    spring, autumn = datetime(2023, 3, 7, 14), datetime(2023, 9, 12, 11)
    for option, times in {"social": 257, "help": 213, "health": 120, "talk": 98, "place": 45}.items():
        store.vote(spring, Vote(4, "nb", option), times=times)
    store.vote(autumn, Vote(4, "en", "none"), times=330)
    store.vote(autumn, Vote(3, "th", "none"), times=43)
    store.vote(autumn, Vote(2, "ro", "none"), times=3)
    store.vote(autumn, Vote(2, "ro", "wait"))
    store.vote(autumn, Vote(1, "ro", "none"), times=2)
    return store


def app_over(
    store: FakeReadStore, clock: datetime = NEW_YEAR, since_start: Callable[[], float] = time.monotonic
) -> Litestar:
    def open_store() -> ReadStore:
        store.version()
        return store

    return create_app(
        open_store, timezone=OSLO, languages=["nb", "en", "th"], clock=lambda: clock, since_start=since_start
    )


@pytest.fixture(scope="module")
def store() -> FakeReadStore:
    return year_store()


@pytest.fixture(scope="module")
def client(store: FakeReadStore) -> Iterator[TestClient[Litestar]]:
    with TestClient(app_over(store)) as client:
        yield client
