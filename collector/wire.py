"""The wire as the service sees it: the port that is written against, so that a test needs no broker."""

from collections.abc import Collection, Mapping
from typing import Protocol

from msgspec import Struct


class Message(Struct, frozen=True):
    """One message as the broker delivered it."""

    topic: str
    payload: bytes
    retained: bool = False
    """Was kept by the broker, and comes because the collector has just subscribed."""


class Wire(Protocol):
    """Messages in, messages out."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def take(self, timeout: float) -> list[Message]:
        """One batch of what waits, of each terminal in the order it came; after at most `timeout` seconds, nothing."""
        ...

    def charge(self, work: Mapping[str, int]) -> None:
        """Tells how much work the messages taken made, by topic, in sheets: who makes too much has to wait."""
        ...

    def take_too_much(self) -> Mapping[str, int]:
        """Of each terminal that sent more than it has room for, how many messages were dropped since this was asked."""
        ...

    def hear_only(self, terminals: Collection[str] | None, muted: Collection[str] = ()) -> None:
        """Hears sheets and hellos of these terminals only, and no presences; with None, everything of everybody.

        `muted` are those that are surely not to be heard.
        """
        ...

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        """Hands a message to the broker, what is retained surely; False, and dropped, when there is no connection."""
        ...

    def busy(self) -> bool:
        """Whether so much is on its way out that what can wait should."""
        ...

    def ask_again(self) -> None:
        """Has the broker deliver what it retains once more."""
        ...
