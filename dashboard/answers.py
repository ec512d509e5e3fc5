"""What a handler may answer, for the OpenAPI document: every page's errors are pages too."""

from http import HTTPStatus

from litestar import MediaType
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

_MEANS = {
    303: "Go to another page",
    400: "The request does not have the form that is asked for",
    401: "Nobody is signed in",
    403: "Not for this person, or the form is not of this page",
    404: "Nothing is there, or it is not for this person",
    413: "The request is too long",
    422: "What was typed cannot be taken; the page says why",
    429: "Too many tries; `Retry-After` says how many seconds to wait",
    503: "The store, the file of people or the provider cannot be reached just now",
}


class Wrong(Struct, frozen=True):
    """What a program is told instead of an answer, in English."""

    error: str
    detail: str


def answers(*statuses: int) -> dict[int, ResponseSpec]:
    """The answers besides the usual one, each a page."""
    return {status: _answer(status) for status in statuses}


def answers_to_programs(*statuses: int) -> dict[int, ResponseSpec]:
    """The same where a program asks."""
    return {status: ResponseSpec(Wrong, generate_examples=False, description=_MEANS[status]) for status in statuses}


def _answer(status: int) -> ResponseSpec:
    body = None if status == HTTPStatus.SEE_OTHER else str
    return ResponseSpec(body, generate_examples=False, description=_MEANS[status], media_type=MediaType.HTML)
