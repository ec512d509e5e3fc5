"""Who may do what where: three roles, each given at a place and holding for all that lies in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from dashboard.places import lies_in

EVERYTHING = ""
"""The place that all others lie in."""


class Role(StrEnum):
    """A viewer sees; a manager also exports, and writes what terminals ask; an admin also sees to people and log."""

    VIEWER = "viewer"
    MANAGER = "manager"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class Grant(Struct, frozen=True):
    """A role at a place and in all that lies in it."""

    place: str
    role: Role


@dataclass(frozen=True, slots=True)
class Access:
    """All that somebody may do."""

    grants: tuple[Grant, ...]

    def may(self, role: Role, place: str | None) -> bool:
        """Whether the role is had at a place; no place is everything."""
        return any(
            grant.role.includes(role) and lies_in(place or EVERYTHING, grant.place or None) for grant in self.grants
        )

    def where(self, role: Role) -> "Access":
        """What is left where places without this role are left out."""
        return Access(tuple(grant for grant in self.grants if grant.role.includes(role)))

    def somewhere(self, role: Role) -> bool:
        """Whether the role is had at any place."""
        return any(grant.role.includes(role) for grant in self.grants)

    def homes(self) -> Sequence[str]:
        """The topmost places that may be seen, sorted; `[""]` is everything."""
        places = {grant.place for grant in self.grants}
        return sorted(p for p in places if not any(p != other and lies_in(p, other or None) for other in places))

    def seen_within(self, place: str) -> "Access":
        """What a viewer may do who sees of the same places those that lie in this one; "" leaves them all."""
        inside = [home for home in self.homes() if lies_in(home, place or None)]
        if not inside and self.may(Role.VIEWER, place):
            inside = [place]
        return Access(tuple(Grant(home, Role.VIEWER) for home in inside))

    def looks_after(self, grants: Iterable[Grant]) -> bool:
        """Whether somebody with these grants is wholly within what this one is an admin of."""
        return all(self.may(Role.ADMIN, grant.place) for grant in grants)


FREE = Access((Grant(EVERYTHING, Role.ADMIN),))
"""Where there is no sign-in, whoever reaches the page may do everything."""
