"""Turns errors into pages with one clear sentence, in the reader's language."""

from collections.abc import Callable
from http import HTTPStatus
from traceback import format_exception
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from collector.store.protocol import StoreError
from contract.errors import RefusedError
from dashboard.noted import noted
from dashboard.pages import is_fragment, language_of
from dashboard.places import UnknownPlaceError
from dashboard.render import Renderer

_log = structlog.get_logger("dashboard")

_BAD_PERIOD = (
    noted("No such period"),
    noted("The address asks for a period that does not exist. Choose a day, a week, a month or a year."),
)
_NO_PLACE = (noted("No such place"), noted("No terminal has stood at this place. Choose one from the first page."))
_NO_PAGE = (noted("No such page"), noted("There is nothing at this address. Go to the first page."))
_NO_STORE = (
    noted("The numbers cannot be read just now"),
    noted("The store of votes is not there or cannot be opened. This page comes back by itself when it is."),
)
_FAULT = (noted("Something went wrong"), noted("The page could not be made. The reason is in the program's log."))

Handler = Callable[[Request[Any, Any, Any], Any], Response[str]]


def error_handlers(pages: Renderer) -> dict[int | type[Exception], Handler]:
    """What to answer to each error. Nothing that is logged names a reader, so no variables are."""

    def answer(request: Request[Any, Any, Any], status: HTTPStatus, words: tuple[str, str]) -> Response[str]:
        text = pages.message(*words, language_of(request), is_fragment(request))
        return Response(text, status_code=status, media_type="text/html")

    def store_error(request: Request[Any, Any, Any], error: StoreError) -> Response[str]:
        _log.warning("store cannot be read", reason=str(error))
        return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _NO_STORE)

    def bad_period(request: Request[Any, Any, Any], _: RefusedError) -> Response[str]:
        return answer(request, HTTPStatus.BAD_REQUEST, _BAD_PERIOD)

    def unknown_place(request: Request[Any, Any, Any], _: UnknownPlaceError) -> Response[str]:
        return answer(request, HTTPStatus.NOT_FOUND, _NO_PLACE)

    def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
        return answer(request, HTTPStatus(error.status_code), _NO_PAGE)

    def fault(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
        _log.error("page failed", traceback="".join(format_exception(error)))
        return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _FAULT)

    return {
        StoreError: store_error,
        RefusedError: bad_period,
        UnknownPlaceError: unknown_place,
        HTTPException: http_error,
        Exception: fault,
    }
