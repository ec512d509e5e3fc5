"""The gate before every page: who is there, by the session's cookie, and whether a form came from this page."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import Cookie
from litestar.exceptions import ClientException, NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware
from litestar.middleware.authentication import AuthenticationResult
from litestar.types import ASGIApp

from dashboard.pages import CHANGES, PUBLIC, TOKEN
from dashboard.people.book import People
from dashboard.people.person import Person
from dashboard.people.provider import Provider
from dashboard.people.sessions import LONGEST_SECONDS, Sessions
from dashboard.people.tokens import Kind
from dashboard.reader import Reader

ANY_PASSWORD = "any_password"  # noqa: S105
"""Option of handlers that answer also a person who still has to change the password."""
WALL_COOKIE = "wall"
"""Holds a wall screen's token once its link was opened."""
FORM_FIELD = "form"
SIGN_IN, OWN, API = "/sign-in", "/me", "/api"
_KNOWN_SECONDS = 180 * 24 * 3600
_SAFE = ("GET", "HEAD", "OPTIONS")
AnyConnection = ASGIConnection[Any, Any, Any, Any]


class MustChangeError(PermissionDeniedException):
    """The person signed in with a password that somebody else made, and has to change it first."""


@dataclass(frozen=True)
class Entrance:
    """What signing in needs: the people, who of them is signed in, and how cookies are made."""

    people: People
    sessions: Sessions
    provider: Provider | None
    """Where people may sign in besides."""
    https: bool
    """Whether browsers reach the page by https, so that a cookie may be kept to that and to this very host."""

    def cookie(self, name: str, value: str, seconds: int) -> Cookie:
        """For this page only, never read by a script. Lax: a way back from an OpenID provider must find it."""
        return Cookie(self._name(name), "/", value, max_age=seconds, secure=self.https, httponly=True, samesite="lax")

    def gone(self, name: str) -> Cookie:
        return self.cookie(name, "", 0)

    def held(self, connection: AnyConnection, name: str) -> str:
        """The value of a cookie; empty when there is none."""
        return connection.cookies.get(self._name(name), "")

    def _name(self, name: str) -> str:
        """Over plain http, on this machine alone, some browsers refuse a cookie that asks for https."""
        return f"__Host-fjes-{name}" if self.https else f"fjes-{name}"

    def reader(self, connection: AnyConnection) -> Reader | None:
        """Who is signed in. None also when the session has ended, here or by a change to the person."""
        token = self.held(connection, "session")
        session = self.sessions.find(token, active=not is_automatic(connection)) if token else None
        if session is None:
            return None
        person = self.people.find(session.person)
        if person is None or person.generation != session.generation:
            self.sessions.end(token)
            return None
        return Reader(person.access, person, self.people.signer.form_token(token))

    def admitted(self, connection: AnyConnection) -> Reader | None:
        """Who may have what this handler answers: whoever is signed in, or who brings the kind of token it takes."""
        taken = connection.route_handler.opt.get(TOKEN)
        if taken is Kind.API and (given := connection.headers.get("authorization")) is not None:
            scheme, _, secret = given.partition(" ")
            return self.bearer(secret.strip(), Kind.API) if scheme.lower() == "bearer" else None
        reader = self.reader(connection)
        if reader is None and taken is Kind.WALL:
            return self.bearer(self.held(connection, WALL_COOKIE), Kind.WALL)
        return reader

    def bearer(self, secret: str, kind: Kind) -> Reader | None:
        """Whoever brings this token: a viewer, without a name, at the places that it is for."""
        token = self.people.tokens.find(secret, kind)
        person = self.people.find(token.person) if token else None
        if token is None or person is None:
            return None
        access = person.access.seen_within(token.place)
        return Reader(access, token=token.id) if access.grants else None

    def let_in(self, connection: AnyConnection, person: Person) -> list[Cookie]:
        """Begins a session, under a new name, and knows the browser again. Returns the cookies for it."""
        self.sessions.end(self.held(connection, "session"))
        mark = self.known_browser(connection, person) or secrets.token_urlsafe(16)
        known = self.people.signer.seal("known", json.dumps([person.id, mark]).encode())
        return [
            self.cookie("session", self.sessions.begin(person), LONGEST_SECONDS),
            self.cookie("known", known, _KNOWN_SECONDS),
            self.gone("form"),
        ]

    def known_browser(self, connection: AnyConnection, person: Person | None) -> str | None:
        """The mark of a browser in which this person has signed in before; else None."""
        sealed = self.people.signer.unseal("known", self.held(connection, "known"))
        number, mark = json.loads(sealed) if sealed else (None, None)
        return str(mark) if person and person.id == number else None


class Gate(AbstractAuthenticationMiddleware):
    """Lets nobody but who is signed in to handlers that are not public."""

    def __init__(self, app: ASGIApp, entrance: Entrance) -> None:
        super().__init__(app, exclude_from_auth_key=PUBLIC, exclude_http_methods=())
        self._entrance = entrance

    async def authenticate_request(self, connection: AnyConnection) -> AuthenticationResult:
        reader = self._entrance.admitted(connection)
        if reader is None:
            raise NotAuthorizedException
        if reader.person and reader.person.must_change and not connection.route_handler.opt.get(ANY_PASSWORD):
            raise MustChangeError
        return AuthenticationResult(user=reader, auth=None)


def own_forms(entrance: Entrance | None) -> Any:  # noqa: ANN401 - a guard
    """Guards every request that changes something: it must come from a form of this page.

    Where nobody signs in there is nothing that another site could use, but its requests are refused all the same.
    """

    async def guard(connection: AnyConnection, handler: BaseRouteHandler) -> None:
        if connection.scope.get("method") in _SAFE:
            return
        if _is_elsewhere(connection):
            raise PermissionDeniedException
        if entrance is None:
            return
        token = (await _form_of(connection)).get(FORM_FIELD, "")
        bound = entrance.held(connection, "form" if handler.opt.get(PUBLIC) else "session")
        if not isinstance(token, str) or not entrance.people.signer.is_form_token(token, bound):
            raise PermissionDeniedException

    return guard


async def _form_of(connection: AnyConnection) -> Mapping[str, Any]:
    """Raises ClientException for a field that is no text, of which Litestar (2.25) makes a fault of ours."""
    if not isinstance(connection, Request):
        return {}
    try:
        return await connection.form()
    except (UnicodeError, LookupError) as error:  # LookupError: it names an encoding that there is none of
        raise ClientException from error


async def managers_only(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Guards pages on which managers change something, at any place of theirs."""
    if not connection.user.is_manager:
        raise PermissionDeniedException


async def admins_only(connection: AnyConnection, _: BaseRouteHandler) -> None:
    if not connection.user.is_admin:
        raise PermissionDeniedException


def _is_elsewhere(connection: AnyConnection) -> bool:
    """Whether the browser says that another site asks. It says "null" where it was told to keep that to itself."""
    origin = connection.headers.get("origin", "null")
    foreign = origin != "null" and _netloc(origin) != connection.headers.get("host", "")
    return foreign or connection.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def is_automatic(connection: AnyConnection) -> bool:
    """Whether a page or a program asks by itself; the page may be open with nobody before it."""
    return "x-fragment" in connection.headers or connection.scope["path"] == CHANGES or is_program(connection)


def is_program(connection: AnyConnection) -> bool:
    """Whether it is the API that is asked, which answers in JSON and leads to no page."""
    return connection.scope["path"].startswith(f"{API}/")
