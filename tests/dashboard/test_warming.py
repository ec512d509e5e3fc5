"""The guard decides beside the pages, again when a terminal came late, and waits for a store that is away."""

from datetime import datetime

from collector.store.protocol import ReadStore
from contract.sheets import Vote
from dashboard.look import Site
from dashboard.warming import Warming
from tests.dashboard.conftest import NEW_YEAR, OSLO
from tests.dashboard.privacy.test_years import Watched
from tests.polling import eventually


def test_it_decides_when_there_is_something_to_decide() -> None:
    store = Watched()
    store.broken = True

    def open_store() -> ReadStore:
        store.version()
        return store

    warming = Warming(Site(open_store, OSLO, ["en"], 5, lambda: NEW_YEAR), every_seconds=0.01)
    warming.start()
    store.broken = False
    eventually(lambda: store.read == 1, "this year is not decided on")
    store.vote(datetime(2021, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    eventually(lambda: store.read >= 1 + 4, "not all years are decided on since what came late")
    warming.stop()
