"""The pages' addresses: the overview, the stream of changes, and what the overview loads."""

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import ServerSentEvent

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.assets import Assets
from dashboard.live import Live
from dashboard.render import Renderer

FRAGMENT_HEADER = "X-Fragment"
"""Sent by an open page that wants its main part only."""
FOREVER = "public, max-age=31536000, immutable"
AnyRequest = Request[Any, Any, Any]
Query = FromQuery[str | None]


def is_fragment(request: AnyRequest) -> bool:
    return FRAGMENT_HEADER in request.headers


def language_of(request: AnyRequest) -> str | None:
    language = request.query_params.get("language")
    return language if isinstance(language, str) else None


@get("/", media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 401, 404, 503))
def overview(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    period: Query = None,
    place: Query = None,
    language: Query = None,
) -> str:
    return pages.overview(Address.parse(period, place, language), is_fragment(request))


@get("/live", media_type="text/event-stream", responses=answers(401))
async def changes(live: NamedDependency[Live]) -> ServerSentEvent:
    return ServerSentEvent(live.stream(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@get(
    "/assets/{edition:str}/{name:str}",
    media_type="application/octet-stream",
    sync_to_thread=True,
    responses=answers(404),
)
def asset(assets: NamedDependency[Assets], edition: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    found = assets.find(edition, name)
    if found is None:
        raise NotFoundException
    headers = {"Cache-Control": FOREVER, "Content-Encoding": "gzip"}
    return Response(found.compressed(), media_type=found.media_type, headers=headers)


HANDLERS = [overview, changes, asset]
