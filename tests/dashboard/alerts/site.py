"""A site with one busy place, its people and its watch; time goes on when it is told to."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from collector.store.protocol import Placement
from collector.store.published import PublishedFile
from contract.messages import Presence
from contract.opening import OpenTime
from contract.sheets import Vote
from dashboard.alerts.watch import Watch, Watching
from dashboard.look import Site
from dashboard.people.alerts import Alert, Happening, Kind
from tests.dashboard.conftest import OSLO
from tests.dashboard.house import House, open_people
from tests.fakes.clock import FakeClock
from tests.fakes.read_store import FakeReadStore

HERE = Presence(v=1, online=True)
AWAY = Presence(v=1, online=False)
WEEKDAYS = OpenTime("mon-fri", "10:00", "16:00")
FRIDAY = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""Noon in Oslo."""


SILENT = Happening(Kind.SILENT, "oslo/pro", "stua-1")
ELSEWHERE = Happening(Kind.SILENT, "bergen", "gate")
FULL = Happening(Kind.DISK, "", "store", said={"megabytes": 900})
BEST = Happening(Kind.BEST, "oslo/pro", period="2023-03", said={"votes": 733, "satisfied": 0.998})


def alarmed(directory: Path, store: FakeReadStore) -> House:
    """A page of two places with three alerts that the watch finds to hold, and one that is over."""
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1)), Placement("gate", "bergen", date(2020, 1, 1))]
    store.online = {"stua-1": AWAY, "gate": AWAY}
    house = House(directory, store, watching=Watching(troubles=lambda: [FULL]))
    house.people.alerts.begin([BEST])
    house.people.alerts.end(house.people.alerts.lasting())
    house.people.alerts.begin([SILENT, ELSEWHERE, FULL])
    return house


class Watched:
    """Every day of a year had 19 happy votes and an unhappy one, up to yesterday."""

    def __init__(self, directory: Path, watching: Watching | None = None) -> None:
        self.clock = FakeClock(FRIDAY)
        self.store = FakeReadStore()
        self.store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1))]
        self.people = open_people(directory, self.clock)
        self.alerts = self.people.alerts
        self.directory = directory
        self.troubles: list[Happening] = []
        self.collects = True
        self._watching = watching or Watching((WEEKDAYS,), lambda: self.collects, lambda: self.troubles)
        self.begin()
        for ago in range(1, 366):
            self.vote(ago, 4, 19)
            self.vote(ago, 2, 1)

    def begin(self) -> None:
        """As after a restart of the page."""
        site = Site(lambda: self.store, OSLO, ["nb", "en"], 5, lambda: self.clock.now)
        self._watch = Watch(site, self.people, self._watching, self.published)

    def published(self) -> PublishedFile:
        return PublishedFile.open(self.directory / "published.db")

    def vote(self, ago: int, score: int, times: int, terminal: str = "stua-1") -> None:
        day = self.clock.now.astimezone(OSLO).replace(tzinfo=None) - timedelta(days=ago)
        self.store.vote(day, Vote(score, "nb", "none"), times=times, terminal=terminal)

    def look(self, minutes: float = 0) -> list[Alert]:
        """Looks every minute for so long; what lasts then."""
        for _ in range(int(minutes)):
            self.clock.advance(60)
            self._watch.look()
        if not minutes:
            self._watch.look()
        return self.alerts.lasting()

    def until(self, moment: datetime) -> list[Alert]:
        """Passes over the time between, in which nobody looked."""
        self.clock.advance((moment.replace(tzinfo=OSLO) - self.clock.now).total_seconds())
        return self.look()
