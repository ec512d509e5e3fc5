"""One look round: what somebody should know of now, what of it is new and what is over, and who is told."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from msgspec.structs import replace

from collector.store.protocol import ReadStore
from collector.store.publications import Publication, due
from collector.store.published import PublishedFile
from contract.messages import Presence
from contract.opening import OpenTime
from contract.periods import Period
from dashboard.alerts.history import history_of
from dashboard.alerts.post import Post
from dashboard.alerts.rules import happenings_of
from dashboard.alerts.terminals import Terminals
from dashboard.figures import figures_of
from dashboard.look import Site
from dashboard.people.alerts import COLLECTOR, SUSPECTS, Alert, Happening, Kind
from dashboard.people.book import People
from dashboard.people.roles import EVERYTHING
from dashboard.places import Places

NIGHT = timedelta(hours=6)
"""After midnight, before a day is over for certain: by then terminals have told what they held back."""
SELDOM = timedelta(hours=1)
"""How often what changes by the day is looked at, as votes may come late."""
_log = structlog.get_logger("dashboard")


@dataclass(frozen=True)
class Watching:
    """What the settings of a site give to its watch."""

    opening: Sequence[OpenTime] = ()
    """Where a place has no hours of its own; none is always open."""
    collects: Callable[[], bool] = lambda: True
    """Whether a collector runs and hears the broker, else nobody hears of a terminal. Raises nothing."""
    troubles: Callable[[], Sequence[Happening]] = tuple
    """What is wrong with the server itself. Raises nothing."""
    post: Post | None = None


class Watch:
    """Looks round when it is told to. Of days that are not over it looks at no vote."""

    def __init__(
        self, site: Site, people: People, watching: Watching, open_published: Callable[[], PublishedFile] | None
    ) -> None:
        self._site = site
        self._people = people
        self._watching = watching
        self._open_published = open_published
        self._terminals = Terminals()
        self._slow: Sequence[Happening] = ()
        self._looked: datetime | None = None

    def look(self) -> None:
        """Raises StoreError and PeopleError; then nothing has changed, and looking again later finds the rest."""
        now, lasting = self._site.now(), self._people.alerts.lasting()
        with closing(self._site.open_store()) as store:
            places = Places.of(store)
            found = [*self._of_terminals(store, places, lasting, now), *self._of_places(store, places, now)]
            self._keep(store, found, lasting, now)
        if self._watching.post:
            self._watching.post.send(self._people.alerts, self._site.clock(), now)
        else:
            self._people.alerts.note_told(self._people.alerts.untold())

    def _of_terminals(
        self, store: ReadStore, places: Places, lasting: Sequence[Alert], now: datetime
    ) -> list[Happening]:
        published = self._published()

        def is_open(place: str) -> bool:
            if place == EVERYTHING:
                return True
            own = due(published, place, now.date())
            hours = self._watching.opening if own is None or own.opening is None else own.opening
            minute = 60 * now.hour + now.minute
            return not hours or any(one.hours.hold(now.weekday(), minute) for one in hours)

        def place_of(terminal: str) -> str:
            return EVERYTHING if terminal == COLLECTOR else places.at(terminal, now.date())

        told = {**store.presences(), COLLECTOR: Presence(v=1, online=self._watching.collects())}
        return self._terminals.look(told, place_of, is_open, lasting, self._site.clock())

    def _published(self) -> Sequence[Publication]:
        if self._open_published is None:
            return ()
        with closing(self._open_published()) as file:
            return file.publications()

    def _of_places(self, store: ReadStore, places: Places, now: datetime) -> Sequence[Happening]:
        """Once an hour, and at the first look of a day that is begun."""
        today = (now - NIGHT).date()
        if self._looked and now - self._looked < SELDOM and (self._looked - NIGHT).date() == today:
            return self._slow
        presences = store.presences()
        found: list[Happening] = []
        for place in sorted({places.at(terminal, now.date()) for terminal in store.terminals()}):
            told = [presences[one].online for one in _at(store, places, place, now.date()) if one in presences]
            found += happenings_of(history_of(store, places, place, today), awake=any(told) or not told)
        self._slow, self._looked = [*found, *self._watching.troubles()], now
        return self._slow

    def _keep(self, store: ReadStore, found: Iterable[Happening], lasting: Sequence[Alert], now: datetime) -> None:
        holds = {one.key: one for one in found}
        had = {alert.happening.key for alert in lasting}
        over = [alert for alert in lasting if alert.happening.key not in holds]
        new = [one for key, one in holds.items() if key not in had and not self._is_known(one)]
        new = [one for one in (self._with_numbers(store, one, now) for one in new) if one is not None]
        if over:
            self._people.alerts.end(over)
        if new:
            self._people.alerts.begin(new)
            _log.info("alerts", count=len(new))

    def _is_known(self, happening: Happening) -> bool:
        """Whether the same was an alert already, of this period, of one around it or of a part of it."""
        if not happening.period:
            return False
        period = Period.parse(happening.period)
        known = self._people.alerts.known_periods(happening.kind, happening.place, happening.subject)
        return any(period.covers(other) or other.covers(period) for other in map(Period.parse, known))

    def _with_numbers(self, store: ReadStore, happening: Happening, now: datetime) -> Happening | None:
        """With what the page shows of the period; None where the page would say nothing of it."""
        if not happening.period:
            return happening
        period = Period.parse(happening.period)
        shown = self._site.guard.shown(store, figures_of(store, period, happening.place, now), now.date())
        said: dict[str, float | None] = {"votes": shown.votes}
        if happening.subject == SUSPECTS:
            said = {"suspects": shown.suspects}
        elif happening.kind in (Kind.UNSATISFIED, Kind.BEST):
            said["satisfied"] = shown.satisfied.value if shown.satisfied else None
        numbers = {name: float(number) for name, number in said.items() if number is not None}
        return replace(happening, said=numbers) if len(numbers) == len(said) else None


def _at(store: ReadStore, places: Places, place: str, day: date) -> list[str]:
    return [terminal for terminal in places.standing(place, day) if places.at(terminal, day) == place]
