"""Who asks for a page, and which places they may see; whatever else there is must not be told apart from nothing."""

from dataclasses import dataclass, replace

from dashboard.address import Address
from dashboard.people.person import Person
from dashboard.people.roles import EVERYTHING, FREE, Access, Role
from dashboard.places import UnknownPlaceError, lies_in


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is signed in, or anybody where there is no sign-in."""

    access: Access = FREE
    person: Person | None = None
    form_token: str = ""
    """To stand in every form that is shown to them."""
    token: int = 0
    """The number of the token that a program or a wall screen came in with; 0 for people."""

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @property
    def somebody(self) -> Person:
        """Who it is, on a page that is only where people sign in."""
        if self.person is None:
            raise RuntimeError("the gate let nobody in")
        return self.person

    @property
    def sees_everything(self) -> bool:
        return self.access.may(Role.VIEWER, EVERYTHING)

    @property
    def is_admin(self) -> bool:
        """Whether there are people to look after, and it is this one's to do somewhere."""
        return self.person is not None and self.access.somewhere(Role.ADMIN)

    @property
    def is_manager(self) -> bool:
        """Whether there are terminals whose questions are this one's to write."""
        return self.person is not None and self.access.somewhere(Role.MANAGER)

    def may_export(self, place: str | None) -> bool:
        return self.access.may(Role.MANAGER, place)

    def see(self, address: Address) -> Address | None:
        """The address of what is shown to this reader: their own place instead of all, or of one around it.

        None where they have to choose among several places. Raises UnknownPlaceError, as for a place that is not.
        """
        if self.access.may(Role.VIEWER, address.place):
            return address
        homes = [home for home in self.access.homes() if not address.place or lies_in(home, address.place)]
        if not homes:
            raise UnknownPlaceError(f"place {address.place!r} is not known; no terminal stands there")
        return replace(address, place=homes[0]) if len(homes) == 1 else None

    def see_one(self, address: Address) -> Address:
        """As `see`, where there is no page to choose on. Raises UnknownPlaceError also where they have to choose."""
        own = self.see(address)
        if own is None:
            raise UnknownPlaceError("there are several places; choose one")
        return own

    def home_of(self, place: str | None) -> str:
        """The topmost place around `place` that may be seen."""
        return next((home for home in self.access.homes() if lies_in(place or "", home or None)), EVERYTHING)
