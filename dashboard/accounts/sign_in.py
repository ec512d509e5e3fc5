"""Signing in, by password or at an OpenID Connect provider, and signing out."""

import asyncio
import secrets
from collections.abc import Mapping
from math import ceil
from typing import Annotated

import msgspec
import structlog
from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.forms import Form, Sent, SignInForm, in_language, local_path
from dashboard.gate import ANY_PASSWORD, SIGN_IN, Entrance
from dashboard.noted import noted
from dashboard.pages import PUBLIC, AnyRequest, Query, language_of
from dashboard.people.errors import BusyError, TooSoonError
from dashboard.people.person import Person, email_of, key_of, subject_of
from dashboard.people.provider import Identity, OnTheWay, ProviderAwayError, ProviderRefusedError
from dashboard.render import Renderer
from dashboard.sparing import Sparing

_WRONG = noted("That name and password do not belong together. Please try again.")
_TOO_SOON = noted("There were several wrong tries. Please wait {seconds} s and try again.")
_BUSY = noted("Many are signing in just now. Please try again in a moment.")
_AWAY = noted("The other sign-in cannot be reached just now. With name and password you can sign in here.")
_NOT_LET_IN = noted("The other sign-in did not let you in. Please try again.")
_STRANGER = noted("You are not among the people here yet. Ask who looks after this page to add you as {subject}")
_FORM_SECONDS = 3600
_WAY_SECONDS = 600

_log = structlog.get_logger("dashboard")


class SignInPage:
    """Makes the page, with what went wrong before."""

    def __init__(self, pages: Renderer, entrance: Entrance) -> None:
        self._pages = pages
        self._entrance = entrance
        self._sparing = Sparing()

    def warn(self, what: str, reason: Exception) -> None:
        """In the log, once for many: anybody may come back with nothing. Call it on the event loop."""
        if count := self._sparing.count(what):
            _log.warning(what, reason=str(reason), count=count)

    def answer(
        self,
        request: AnyRequest,
        then: str,
        status: int = 200,
        *,
        problem: str = "",
        name: str = "",
        language: str | None = None,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response[str]:
        """The form is bound to this browser by a cookie, the first that it gets."""
        chosen, asked = language or language_of(request), local_path(then)
        address = Address(language=chosen, path=SIGN_IN, then=asked)
        bound = self._entrance.held(request, "form") or secrets.token_urlsafe(32)
        text = self._pages.page(
            "sign_in.html",
            address,
            anyone=self._entrance.people.anyone(),
            openid=self._entrance.provider is not None,
            problem=self._pages.words(address.language).say(problem, **values) if problem else "",
            name=name,
            then=in_language(asked, chosen),
            form_token=self._entrance.people.signer.form_token(bound),
        )
        cookies = [self._entrance.cookie("form", bound, _FORM_SECONDS)]
        return Response(text, status_code=status, media_type=MediaType.HTML, headers=headers, cookies=cookies)


@get(SIGN_IN, media_type=MediaType.HTML, sync_to_thread=True, opt={PUBLIC: True}, responses=answers(400, 503))
def sign_in_page(
    request: AnyRequest, sign_in: NamedDependency[SignInPage], language: Query = None, then: Query = None
) -> Response[str]:
    return sign_in.answer(request, then or "/")


@post(
    SIGN_IN,
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    opt={PUBLIC: True},
    responses=answers(400, 401, 403, 413, 429, 503),
)
def sign_in_here(
    request: AnyRequest,
    entrance: NamedDependency[Entrance],
    sign_in: NamedDependency[SignInPage],
    data: Sent[SignInForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """With name and password."""
    people, then = entrance.people, data.then
    browser = entrance.known_browser(request, people.named(data.name))
    try:
        entered = people.throttle.enter(key_of(data.name), browser)
        person = people.check_try(entered, data.name, data.password)
    except TooSoonError as error:
        seconds = ceil(error.seconds)
        wait = {"Retry-After": str(seconds)}
        return sign_in.answer(request, then, 429, problem=_TOO_SOON, name=data.name, headers=wait, seconds=seconds)
    except BusyError:
        return sign_in.answer(request, then, 503, problem=_BUSY, name=data.name, headers={"Retry-After": "2"})
    if person is None:
        return sign_in.answer(request, then, 401, problem=_WRONG, name=data.name)
    return _let_in(request, entrance, person, then)


@post("/sign-out", status_code=303, opt={ANY_PASSWORD: True}, responses=answers(400, 401, 403, 413, 503))
async def sign_out(
    request: AnyRequest, entrance: NamedDependency[Entrance], data: Sent[Form], language: Query = None
) -> Redirect:
    """Here; other browsers stay signed in."""
    entrance.sessions.end(entrance.held(request, "session"))
    page = Address(language=language_of(request), path=SIGN_IN).href()
    return Redirect(page, status_code=303, cookies=[entrance.gone("session")])


@get(
    f"{SIGN_IN}/openid",
    media_type=MediaType.HTML,
    status_code=303,
    opt={PUBLIC: True},
    responses=answers(400, 404, 503),
)
async def openid(
    request: AnyRequest,
    entrance: NamedDependency[Entrance],
    sign_in: NamedDependency[SignInPage],
    language: Query = None,
    then: Query = None,
) -> Response[str] | Redirect:
    """To the provider. What the browser carries there and back is in a cookie, so that nothing is kept here."""
    if entrance.provider is None:
        raise NotFoundException
    try:
        address, way = await entrance.provider.begin(local_path(then or "/"), language_of(request))
    except ProviderAwayError as error:
        sign_in.warn("the OpenID provider is away", error)
        return sign_in.answer(request, then or "/", 503, problem=_AWAY)
    carried = entrance.people.signer.seal("openid", msgspec.json.encode(way))
    return Redirect(address, status_code=303, cookies=[entrance.cookie("openid", carried, _WAY_SECONDS)])


@get(
    f"{SIGN_IN}/openid/back",
    media_type=MediaType.HTML,
    status_code=303,
    opt={PUBLIC: True},
    responses=answers(400, 401, 403, 404, 503),
)
async def openid_back(
    request: AnyRequest,
    entrance: NamedDependency[Entrance],
    sign_in: NamedDependency[SignInPage],
    of: Annotated[str, QueryParameter(name="state")] = "",
    code: FromQuery[str | None] = None,
    iss: FromQuery[str | None] = None,
    error: FromQuery[str | None] = None,
) -> Response[str] | Redirect:
    """From the provider, with a code for this browser alone, once."""
    if entrance.provider is None:
        raise NotFoundException
    carried = entrance.people.signer.unseal("openid", entrance.held(request, "openid"))
    if carried is None:
        return sign_in.answer(request, "/", 401, problem=_NOT_LET_IN)
    way = msgspec.json.decode(carried, type=OnTheWay)
    given = {"state": of, "code": code, "iss": iss, "error": error}
    try:
        identity = await entrance.provider.finish({name: value for name, value in given.items() if value}, way)
    except ProviderAwayError as away:
        sign_in.warn("the OpenID provider is away", away)
        answer = sign_in.answer(request, way.then, 503, problem=_AWAY, language=way.language)
    except ProviderRefusedError as refused:
        sign_in.warn("a sign-in with OpenID was refused", refused)
        answer = sign_in.answer(request, way.then, 401, problem=_NOT_LET_IN, language=way.language)
    else:
        if person := await asyncio.to_thread(_known, entrance, identity):
            return _let_in(request, entrance, person, way.then)
        answer = sign_in.answer(
            request, way.then, 403, problem=_STRANGER, language=way.language, subject=identity.subject
        )
    answer.cookies.append(entrance.gone("openid"))
    return answer


def _known(entrance: Entrance, identity: Identity) -> Person | None:
    """Whom the provider means: by subject; by a verified e-mail address only until the subject is known."""
    if entrance.provider is None:
        return None
    people, subject = entrance.people, subject_of(entrance.provider.issuer, identity.subject)
    if person := people.known_as(subject):
        return person
    person = people.known_as(email_of(identity.email)) if identity.email else None
    if person:
        people.pin_openid(person, subject)
    return person


def _let_in(request: AnyRequest, entrance: Entrance, person: Person, then: str) -> Redirect:
    cookies = [*entrance.let_in(request, person), entrance.gone("openid")]
    return Redirect(local_path(then), status_code=303, cookies=cookies)


HANDLERS = [sign_in_page, sign_in_here, sign_out, openid, openid_back]
