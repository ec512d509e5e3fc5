"""Which terminal stood where, and when: the tree of places that figures are asked for."""

from collections.abc import Iterable, Sequence
from datetime import date

from collector.store.protocol import Placement, ReadStore, Stay
from contract.errors import RefusedError


class UnknownPlaceError(RefusedError):
    """No terminal has ever stood at this place or under it."""


class Places:
    """The placements of all terminals. A terminal without one is at the place of its own name."""

    def __init__(self, terminals: Iterable[str], placements: Iterable[Placement]) -> None:
        self._moves: dict[str, list[tuple[date, str]]] = {terminal: [] for terminal in terminals}
        for placement in placements:
            self._moves.setdefault(placement.terminal, []).append((placement.since, placement.place))
        for moves in self._moves.values():
            moves.sort(reverse=True)

    @classmethod
    def of(cls, store: ReadStore) -> "Places":
        return cls(store.terminals(), store.placements())

    def at(self, terminal: str, day: date) -> str:
        """Where the terminal stood on a local day."""
        return next((place for since, place in self._moves.get(terminal, ()) if since <= day), terminal)

    def all(self) -> Sequence[str]:
        """Every place that a terminal has stood at, sorted."""
        return sorted(
            {place for moves in self._moves.values() for _, place in moves}
            | {terminal for terminal, moves in self._moves.items() if not moves}
        )

    def with_around(self) -> Sequence[str]:
        """Those, and all that they lie in, from everything ("") down, sorted."""
        return sorted({"", *(step for place in self.all() for step in steps_to(place))})

    def require(self, place: str | None) -> None:
        """Raises UnknownPlaceError."""
        if place is not None and not any(lies_in(known, place) for known in [*self.all(), *self._moves]):
            raise UnknownPlaceError(f"place {place!r} is not known; no terminal stands there")

    def terminals(self, place: str | None) -> list[str]:
        """The terminals that have ever stood in `place`, sorted."""
        return sorted(
            terminal
            for terminal, moves in self._moves.items()
            if any(lies_in(at, place) for at in (terminal, *(at for _, at in moves)))
        )

    def standing(self, place: str | None, day: date) -> list[str]:
        """The terminals that stand in `place` on a local day, sorted."""
        return [terminal for terminal in self.terminals(place) if lies_in(self.at(terminal, day), place)]

    def stays(self, terminal: str, place: str | None) -> tuple[tuple[date, date], ...]:
        """When the terminal stood in `place`: from a local day until before another, newest first."""
        found, until = [], date.max
        for since, at in [*self._moves.get(terminal, ()), (date.min, terminal)]:
            if lies_in(at, place) and since < until:
                found.append((since, until))
            until = min(until, since)
        return tuple(found)

    def stays_in(self, place: str | None, since: date = date.min, until: date = date.max) -> list[Stay]:
        """When which terminals stood in `place`, as far as it is in the days from `since` until before `until`."""
        found: list[Stay] = []
        for terminal in self.terminals(place):
            for begun, ended in self.stays(terminal, place):
                first, end = max(begun, since), min(ended, until)
                if first < end and found and found[-1].terminal == terminal and found[-1].since == end:
                    found[-1] = Stay(terminal, first, found[-1].until)
                elif first < end:
                    found.append(Stay(terminal, first, end))
        return found

    def stood(self, since: date, until: date) -> set[str]:
        """The places themselves at which terminals stood in the days from `since` until before `until`.

        A terminal stood nowhere before it was given its first place.
        """
        found = set()
        for terminal, moves in self._moves.items():
            end = until
            for begun, at in moves or [(date.min, terminal)]:
                if max(begun, since) < end:
                    found.add(at)
                end = min(end, begun)
        return found

    def children(self, place: str | None) -> list[str]:
        """The places one step below, sorted."""
        below = (child_of(place, known) for known in self.all())
        return sorted({child for child in below if child})

    def parting(self, place: str | None) -> str | None:
        """Where the ways part: the place itself, or the one that its only way down leads to."""
        stood = set(self.all())
        while place not in stood and len(within := self.children(place)) == 1:
            place = within[0]
        return place

    def stays_below(self, place: str | None, since: date, until: date) -> dict[str, list[Stay]]:
        """As `stays_in`, for each of the places one step below, sorted."""
        found: dict[str, list[Stay]] = {child: [] for child in self.children(place)}
        for terminal, moves in sorted(self._moves.items()):
            end = until
            for begun, at in [*moves, (date.min, terminal)]:
                child = child_of(place, at)
                if child in found and max(begun, since) < end:
                    found[child].append(Stay(terminal, max(begun, since), end))
                end = min(end, begun)
        return found


def child_of(around: str | None, place: str) -> str | None:
    """The place one step below `around` that `place` is or lies in; None where it lies in none."""
    parts, depth = place.split("/"), around.count("/") + 2 if around else 1
    return "/".join(parts[:depth]) if len(parts) >= depth and lies_in(place, around) else None


def steps_to(place: str) -> list[str]:
    """All that a place lies in, from everything ("") down, and itself."""
    names = place.split("/")
    return ["/".join(names[:depth]) for depth in range(len(names) + 1)]


def lies_in(place: str, around: str | None) -> bool:
    """Whether `place` is `around` or under it; everything lies in None."""
    return around is None or place == around or place.startswith(f"{around}/")
