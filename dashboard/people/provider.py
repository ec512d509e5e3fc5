"""Somebody else who says who a person is: what the pages ask of it, whatever it is."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class ProviderAwayError(Exception):
    """The provider cannot be reached, or does not answer as one. The text is for the log."""


class ProviderRefusedError(Exception):
    """What came back is not the answer to what was asked, or the person was not let in. The text is for the log."""


class OnTheWay(Struct, frozen=True):
    """What the browser carries, in a sealed cookie, from the sign-in page to the provider and back."""

    state: str
    nonce: str
    verifier: str
    then: str
    language: str | None
    until: float


class Identity(Struct, frozen=True):
    """Who the provider says it is."""

    subject: str
    email: str | None
    """Only where the provider has verified it."""


class Provider(Protocol):
    """Where people may sign in besides."""

    issuer: str

    async def begin(self, then: str, language: str | None) -> tuple[str, OnTheWay]:
        """The address to send the browser to, and what it carries. Raises ProviderAwayError."""
        ...

    async def finish(self, answer: Mapping[str, str], way: OnTheWay) -> Identity:
        """Who came back. Raises ProviderRefusedError and ProviderAwayError."""
        ...
