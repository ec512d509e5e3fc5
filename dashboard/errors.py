"""Turns errors into pages with one clear sentence, in the reader's language."""

from collections.abc import Callable
from http import HTTPStatus
from traceback import format_exception
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.response import Redirect

from collector.store.protocol import StoreError
from contract.errors import RefusedError
from dashboard.address import Address
from dashboard.answers import Wrong
from dashboard.forms import local_path
from dashboard.gate import OWN, SIGN_IN, MustChangeError, is_automatic, is_program
from dashboard.noted import noted
from dashboard.pages import AnyRequest, is_fragment, language_of
from dashboard.people.errors import PeopleError, RefusedChangeError
from dashboard.places import UnknownPlaceError
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.surveys.desk import PublishedError
from dashboard.wall import NoWallError, is_on_wall

_log = structlog.get_logger("dashboard")

_BAD_PERIOD = (
    noted("No such period"),
    noted("The address asks for a period that does not exist. Choose a day, a week, a month, a quarter or a year."),
)
_NO_PLACE = (noted("No such place"), noted("No terminal has stood at this place. Choose one from the first page."))
_NO_PAGE = (noted("No such page"), noted("There is nothing at this address. Go to the first page."))
_NO_STORE = (
    noted("The numbers cannot be read just now"),
    noted("The store of votes is not there or cannot be opened. This page comes back by itself when it is."),
)
_NO_PUBLISHED = (
    noted("What terminals ask cannot be read just now"),
    noted("The file of what was published cannot be opened. The reason is in the program's log."),
)
_NO_PEOPLE = (
    noted("Nobody can be let in just now"),
    noted("The file of people is not there or cannot be opened. The reason is in the program's log."),
)
_TOO_OFTEN = (noted("That was too often"), noted("Wait as many seconds as Retry-After says, and then ask again."))
_NO_WALL = (
    noted("This link opens no wall screen any more"),
    noted("It was ended, or what its maker may see has changed. Whoever made it can make another one."),
)
_NOT_SIGNED_IN = (noted("You are not signed in"), noted("Sign in to see this page."))
_NO_TOKEN = "Send a token that is good now: Authorization: Bearer fjes_api_…"  # noqa: S105
_NOT_ALLOWED = (
    noted("That is not yours to do"),
    noted("It needs another role, or the form was open for too long. Go back, load the page again and try once more."),
)
_NOT_CHANGED = noted("Nothing was changed")
_NOT_UNDERSTOOD = (
    noted("That was not understood"),
    noted("The request does not have the form that this page asks for."),
)
_FAULT = (noted("Something went wrong"), noted("The page could not be made. The reason is in the program's log."))
_TRY_AGAIN_SECONDS = "60"
"""After which a wall screen looks again whether it is better now: nobody is there to do it."""
_BY_STATUS = {
    HTTPStatus.BAD_REQUEST: _NOT_UNDERSTOOD,
    HTTPStatus.UNAUTHORIZED: _NOT_SIGNED_IN,
    HTTPStatus.FORBIDDEN: _NOT_ALLOWED,
    HTTPStatus.METHOD_NOT_ALLOWED: _NOT_UNDERSTOOD,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _NOT_UNDERSTOOD,
    HTTPStatus.TOO_MANY_REQUESTS: _TOO_OFTEN,
}

AnyAnswer = Response[Any] | Redirect
Handler = Callable[[AnyRequest, Any], AnyAnswer]


def error_handlers(pages: Renderer, nobody: Reader | None) -> dict[int | type[Exception], Handler]:
    """What to answer to each error; `nobody` is who asks where no one is signed in.

    Nothing that is logged names a reader, so no variables are.
    """

    def answer(
        request: AnyRequest,
        status: int,
        words: tuple[str, str],
        headers: Any = None,  # noqa: ANN401
        sentence: str = "",
    ) -> Response[Any]:
        """A page; for a program in JSON, with `sentence` where it tells more than a page says."""
        if is_program(request):
            return Response(Wrong(words[0], sentence or words[1]), status_code=status, headers=headers)
        if is_on_wall(request):
            headers = {**(headers or {}), "Refresh": _TRY_AGAIN_SECONDS}
        reader = request.scope.get("user") or nobody
        asked = request.method == "GET"
        text = pages.message(*words, language_of(request), is_fragment(request), reader, may_pass=asked)
        return Response(text, status_code=status, media_type="text/html", headers=headers)

    def store_error(request: AnyRequest, error: StoreError) -> AnyAnswer:
        _log.warning("store cannot be read", reason=str(error))
        return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _NO_STORE)

    def people_error(request: AnyRequest, error: PeopleError) -> AnyAnswer:
        _log.error("people cannot be read", reason=str(error))
        return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _NO_PEOPLE)

    def published_error(request: AnyRequest, error: PublishedError) -> AnyAnswer:
        _log.error("what was published cannot be read", reason=str(error))
        return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _NO_PUBLISHED)

    def refused_change(request: AnyRequest, error: RefusedChangeError) -> AnyAnswer:
        return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, (_NOT_CHANGED, str(error)))

    def bad_period(request: AnyRequest, error: RefusedError) -> AnyAnswer:
        return answer(request, HTTPStatus.BAD_REQUEST, _BAD_PERIOD, sentence=str(error))

    def unknown_place(request: AnyRequest, error: UnknownPlaceError) -> AnyAnswer:
        return answer(request, HTTPStatus.NOT_FOUND, _NO_PLACE, sentence=str(error))

    def no_wall(request: AnyRequest, _: NoWallError) -> AnyAnswer:
        return answer(request, HTTPStatus.FORBIDDEN, _NO_WALL)

    def not_signed_in(request: AnyRequest, _: NotAuthorizedException) -> AnyAnswer:
        if is_program(request):
            words, asks = (_NOT_SIGNED_IN[0], _NO_TOKEN), {"WWW-Authenticate": "Bearer"}
            return answer(request, HTTPStatus.UNAUTHORIZED, words, asks)
        if request.method != "GET" or is_automatic(request):
            return answer(request, HTTPStatus.UNAUTHORIZED, _NOT_SIGNED_IN)
        return Redirect(_sign_in_and_come_back(request), status_code=303)

    def must_change(request: AnyRequest, error: MustChangeError) -> AnyAnswer:
        if request.method != "GET" or is_automatic(request):
            return http_error(request, error)
        return Redirect(Address(language=language_of(request), path=OWN).href(), status_code=303)

    def http_error(request: AnyRequest, error: HTTPException) -> AnyAnswer:
        words = _BY_STATUS.get(HTTPStatus(error.status_code), _NO_PAGE)
        return answer(request, error.status_code, words, error.headers)

    def fault(request: AnyRequest, error: Exception) -> AnyAnswer:
        _log.error("page failed", traceback="".join(format_exception(error)))
        return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _FAULT)

    return {
        StoreError: store_error,
        PeopleError: people_error,
        PublishedError: published_error,
        RefusedChangeError: refused_change,
        RefusedError: bad_period,
        UnknownPlaceError: unknown_place,
        NotAuthorizedException: not_signed_in,
        MustChangeError: must_change,
        NoWallError: no_wall,
        HTTPException: http_error,
        Exception: fault,
    }


def _sign_in_and_come_back(request: AnyRequest) -> str:
    """To the sign-in page, in the same language, and from there to what was asked for."""
    query = request.scope["query_string"].decode("latin-1")
    then = local_path(quote(request.scope["path"]) + (f"?{query}" if query else ""))
    return Address(language=language_of(request), path=SIGN_IN, then=then).href()
