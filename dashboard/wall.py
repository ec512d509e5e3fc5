"""What screens on a wall show, at `/live` and `/live/<place>`, and the link that opens it where nobody signs in.

The link's key is exchanged for a cookie, so that it stands in no address that a passer-by could read.
"""

from typing import Annotated
from urllib.parse import urlencode

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.gate import WALL_COOKIE, Entrance
from dashboard.pages import PUBLIC, TOKEN, AnyRequest, Query, is_fragment
from dashboard.people.tokens import Kind
from dashboard.reader import Reader
from dashboard.render import Renderer

WALL, OPEN = "/live", "/wall"
_KEPT_SECONDS = 400 * 24 * 3600
"""As long as a browser keeps a cookie at most; opening the link again begins it anew."""
_PAGE = (303, 400, 401, 404, 503)
_Key = Annotated[str, QueryParameter(max_length=200)]


class NoWallError(PermissionDeniedException):
    """The key of a link opens nothing, or nothing any more."""


def wall_of(place: str) -> str:
    """The path of a place's wall screen; "" is everything."""
    return f"{WALL}/{place}" if place else WALL


def is_on_wall(request: AnyRequest) -> bool:
    """Whether it is a wall screen that is asked for."""
    return request.scope["path"] == WALL or request.scope["path"].startswith(f"{WALL}/")


def link_with(key: str, language: str) -> str:
    """What the browser of a wall screen is given to open."""
    return f"{OPEN}?{urlencode({'language': language, 'key': key})}"


@get(WALL, media_type=MediaType.HTML, sync_to_thread=True, opt={TOKEN: Kind.WALL}, responses=answers(*_PAGE))
def wall_of_all(
    request: AnyRequest, pages: NamedDependency[Renderer], reader: NamedDependency[Reader], language: Query = None
) -> str:
    """Today so far, of all that the reader may see, if that is one place."""
    return pages.wall(Address(language=language or None, path=WALL), reader, is_fragment(request))


@get(
    f"{WALL}/{{place:path}}",
    media_type=MediaType.HTML,
    sync_to_thread=True,
    opt={TOKEN: Kind.WALL},
    responses=answers(*_PAGE),
)
def wall(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    place: FromPath[str],
    language: Query = None,
) -> str:
    """Today so far at a place."""
    at = place.strip("/")
    return pages.wall(
        Address(place=at or None, language=language or None, path=wall_of(at)), reader, is_fragment(request)
    )


@get(OPEN, status_code=303, sync_to_thread=True, opt={PUBLIC: True}, responses=answers(400, 403, 503))
def open_wall(entrance: NamedDependency[Entrance], key: _Key = "", language: Query = None) -> Redirect:
    """From a link to its wall, of which this browser keeps the key."""
    token = entrance.people.tokens.find(key, Kind.WALL)
    if token is None or entrance.bearer(key, Kind.WALL) is None:
        raise NoWallError
    at = Address(language=language or None, path=wall_of(token.place)).href()
    return Redirect(at, status_code=303, cookies=[entrance.cookie(WALL_COOKIE, key, _KEPT_SECONDS)])


HANDLERS = [wall_of_all, wall]
WITH_SIGN_IN = [open_wall]
