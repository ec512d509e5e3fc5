"""The page where managers tell how many visits there were, month by month or with a file."""

from typing import Annotated

from litestar import MediaType, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from dashboard.answers import answers
from dashboard.forms import Form, Line, Sent, content_of
from dashboard.pages import Query
from dashboard.people.roles import EVERYTHING
from dashboard.places import UnknownPlaceError
from dashboard.visits.ledger import WrongNumbersError
from dashboard.visits.making import BEFORE, VISITS, VisitPages
from dashboard.visits.reading import MOST_BYTES, WrongFileError

_ANSWERS = (400, 401, 403, 404, 413, 422, 503)


class FileForm(Form, frozen=True):
    """A file of visits, and the year and place that the page was of."""

    period: Line = ""
    place: Line = ""
    file: UploadFile | None = None


@get(VISITS, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 403, 404, 503))
def visits_page(
    visits: NamedDependency[VisitPages], period: Query = None, place: Query = None, language: Query = None
) -> Response[str]:
    """The months of a year at a place."""
    return visits.page(visits.address(period, place))


@post(VISITS, media_type=MediaType.HTML, status_code=303, sync_to_thread=True, responses=answers(*_ANSWERS))
def keep_visits(
    visits: NamedDependency[VisitPages], data: Sent[dict[str, str]], language: Query = None
) -> Response[str] | Redirect:
    """All the fields of a year at once. It is in the audit log."""
    address, place = visits.address(data.get("period"), data.get("place")), data.get("place", "")
    if address is None or address.period is None or not visits.may_tell(place):
        raise UnknownPlaceError(f"place {place!r} is not known; no terminal stands there")
    try:
        before = {name.removeprefix(BEFORE): text for name, text in data.items() if name.startswith(BEFORE)}
        visits.ledger.keep(address.place or EVERYTHING, address.period, data, before, by=visits.reader.name)
    except WrongNumbersError as error:
        return visits.page(address, typed=data, wrong=frozenset(error.periods))
    return Redirect(address.href(), status_code=303)


@post(
    f"{VISITS}/import",
    media_type=MediaType.HTML,
    status_code=200,
    sync_to_thread=True,
    request_max_body_size=MOST_BYTES,
    responses=answers(303, *_ANSWERS),
)
def bring_visits(
    visits: NamedDependency[VisitPages],
    data: Annotated[FileForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    language: Query = None,
) -> Response[str]:
    """All numbers of a file, or none. It is in the audit log."""
    address = visits.address(data.period, data.place)
    try:
        taken = visits.ledger.bring(content_of(data.file), visits.may_tell, by=visits.reader.name)
    except WrongFileError as error:
        return visits.page(address, problem=error)
    return visits.page(address, taken=taken)


HANDLERS = [visits_page, keep_visits, bring_visits]
