"""Signing in, by password or at an OpenID Connect provider, and signing out."""

from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.forms import Form, Sent, SignInForm, local_path
from dashboard.gate import ANY_PASSWORD, PUBLIC, Entrance
from dashboard.noted import noted
from dashboard.pages import AnyRequest, Query, language_of
from dashboard.people.errors import BusyError, TooSoonError
from dashboard.people.person import Person
from dashboard.people.provider import Identity, OnTheWay, Provider, ProviderAwayError, ProviderRefusedError
from dashboard.render import Renderer

PATH = "/sign-in"
WAY_BACK = f"{PATH}/openid/back"
_WRONG = noted("That name and password do not belong together. Please try again.")
_TOO_SOON = noted("There were several wrong tries. Please wait {seconds} seconds, and try again.")
_BUSY = noted("Many are signing in just now. Please try again in a moment.")
_AWAY = noted("The other sign-in cannot be reached just now. You can sign in here with name and password.")
_NOT_LET_IN = noted("The other sign-in did not let you in. Please try again.")
_STRANGER = noted("You are not among the people here yet. Ask who looks after this page to add you as: {subject}")
_FORM_SECONDS = 3600

_log = structlog.get_logger("dashboard")


class SignInPages:
    """Makes the sign-in page, with what went wrong before."""

    def __init__(self, pages: Renderer, entrance: Entrance, provider: Provider | None) -> None:
        self._pages = pages
        self._entrance = entrance
        self._provider = provider

    def page(
        self,
        request: AnyRequest,
        then: str,
        status: int = 200,
        *,
        problem: str = "",
        name: str = "",
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> Response[str]:
        """With a form that is bound to this browser by a cookie, and to none where it is not needed yet."""
        address = Address(language=language_of(request), path=PATH)
        words = self._pages.words(address.language)
        bound = self._entrance.held(request, "form") or msgspec.json.encode(then).hex()[:0] or _new_binding()
        text = self._pages.page(
            "sign_in.html",
            address,
            anyone=self._entrance.people.anyone(),
            openid=self._provider is not None,
            problem=words.say(problem, **values) if problem else "",
            name=name,
            then=local_path(then),
            form_token=self._entrance.people.signer.form_token(bound),
        )
        cookies = [self._entrance.cookie("form", bound, _FORM_SECONDS)]
        return Response(text, status_code=status, media_type=MediaType.HTML, headers=headers, cookies=cookies)
