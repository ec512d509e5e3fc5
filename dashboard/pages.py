"""The pages' addresses: the overview, its files, the stream of changes, and what the overview loads."""

from collections.abc import Callable
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import ServerSentEvent

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.assets import Assets
from dashboard.forms import ExportForm, Sent
from dashboard.live import Live
from dashboard.people.tokens import Kind
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.reports.making import MEDIA_TYPES, Form, Reports

FRAGMENT_HEADER = "X-Fragment"
"""Sent by an open page that wants its main part only."""
PUBLIC = "public"
"""Option of handlers that answer whoever asks."""
CHANGES = "/changes"
TOKEN = "token"  # noqa: S105
"""Option of handlers that a token lets in too, and of which kind."""
AS_IT_IS = "as_it_is"
"""Option of handlers whose answer is not compressed on its way: it is a file, or never ends."""
FOREVER = "public, max-age=31536000, immutable"
Exported = Callable[[str, str | None, str], None]
"""Notes in the audit log that the reader takes a file away: which, and of which place and period."""
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
    reader: NamedDependency[Reader],
    period: Query = None,
    place: Query = None,
    answer: Query = None,
    language: Query = None,
) -> str:
    """The figures of a place over a period; for one who may not see that place, as if it were not there.

    With an `answer` it also tells when and where that one was chosen.
    """
    return pages.overview(Address.parse(period, place, language, answer), reader, is_fragment(request))


def _file_to_take(path: str, form: Form) -> HTTPRouteHandler:
    @post(
        path,
        media_type=MEDIA_TYPES[form],
        status_code=200,
        sync_to_thread=True,
        name=path,
        opt={AS_IT_IS: True},
        responses=answers(303, 400, 401, 403, 404, 413, 503),
    )
    def take(
        reports: NamedDependency[Reports],
        reader: NamedDependency[Reader],
        exported: NamedDependency[Exported],
        data: Sent[ExportForm],
    ) -> Response[bytes]:
        """What the overview shows, as a file for managers. It is in the audit log before it leaves."""
        address = reader.see_one(Address.parse(data.period, data.place, data.language))
        if not reader.may_export(address.place):
            raise PermissionDeniedException
        made = reports.make(address, form)
        exported(path.removeprefix("/"), made.place, made.period)
        headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        return Response(made.content, media_type=MEDIA_TYPES[form], headers=headers)

    return take


@get(CHANGES, media_type="text/event-stream", opt={TOKEN: Kind.WALL, AS_IT_IS: True}, responses=answers(401))
async def changes(
    live: NamedDependency[Live], reader: NamedDependency[Reader], still: NamedDependency[Callable[[], bool]]
) -> ServerSentEvent:
    """Tells that something has changed, and nothing else."""
    stream = live.stream(live.pulse(everything=reader.sees_everything), still)
    return ServerSentEvent(stream, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@get(
    "/assets/{edition:str}/{name:str}",
    media_type="application/octet-stream",
    sync_to_thread=True,
    opt={PUBLIC: True, AS_IT_IS: True},
    responses=answers(404),
)
def asset(assets: NamedDependency[Assets], edition: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    found = assets.find(edition, name)
    if found is None:
        raise NotFoundException
    headers = {"Cache-Control": FOREVER, "Content-Encoding": "gzip"}
    return Response(found.compressed(), media_type=found.media_type, headers=headers)


FILES = {"/figures.csv": Form.CSV, "/report.pdf": Form.PDF, "/report.xlsx": Form.XLSX}
HANDLERS = [overview, *(_file_to_take(path, form) for path, form in FILES.items()), changes, asset]
