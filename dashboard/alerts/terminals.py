"""What terminals tell of themselves: how long each has been away while its place was open, and what it lacks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from contract.messages import Presence
from dashboard.people.alerts import Alert, Happening, Key, Kind

AWAY_SECONDS = 30 * 60.0
"""Of opening hours. A terminal that restarts, or a network that stumbles, is nobody's worry."""
GRAVE = ("disk", "damaged")
"""Faults that cost votes."""
_LONGEST_STEP = 180.0
"""Seconds between two looks that count: what was before, while nobody looked, is not known."""


class Terminals:
    """Looks again and again, and remembers for how long. Begun anew, it only waits half an hour longer."""

    def __init__(self) -> None:
        self._away: dict[str, float] = {}
        self._last: datetime | None = None

    def look(
        self,
        presences: Mapping[str, Presence],
        place_of: Callable[[str], str],
        is_open: Callable[[str], bool],
        lasting: Iterable[Alert],
        now: datetime,
    ) -> list[Happening]:
        """What holds now (aware). `lasting` is what held before: it goes on until a terminal tells that it is over."""
        passed = max(0.0, min((now - self._last).total_seconds(), _LONGEST_STEP)) if self._last else 0.0
        self._last = now
        away = {name: place_of(name) for name, presence in presences.items() if not presence.online}
        self._away = {
            name: self._away[name] + (passed if is_open(place) else 0.0) if name in self._away else 0.0
            for name, place in away.items()
        }
        known = {alert.happening.key for alert in lasting}
        return [*self._silent(away, known), *_faults(presences, place_of, known)]

    def _silent(self, away: Mapping[str, str], known: set[Key]) -> Iterator[Happening]:
        for name, place in away.items():
            found = Happening(Kind.SILENT, place, name)
            if self._away[name] >= AWAY_SECONDS or found.key in known:
                yield found


def _faults(presences: Mapping[str, Presence], place_of: Callable[[str], str], known: set[Key]) -> Iterator[Happening]:
    """One that was there when the terminal went away is taken to be there still."""
    for name, presence in presences.items():
        for fault in GRAVE:
            found = Happening(Kind.FAULT, place_of(name), f"{name} {fault}")
            if fault in presence.faults or (not presence.online and found.key in known):
                yield found
