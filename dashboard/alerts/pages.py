"""The page of alerts: those that last, what was before, and a manager's word that somebody has seen one."""

from typing import Annotated

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from contract.periods import Period
from dashboard.address import Address
from dashboard.alerts.told import ALERTS, name, sentence
from dashboard.answers import answers
from dashboard.forms import LARGEST_NUMBER, CommentForm, Sent
from dashboard.gate import Entrance
from dashboard.pages import AnyRequest, Query, language_of
from dashboard.people.alerts import Alert, Alerts
from dashboard.people.errors import PeopleError, RefusedChangeError
from dashboard.people.roles import Access, Role
from dashboard.reader import Reader
from dashboard.render import Renderer

_PAST = 50
_Line = Annotated[int | None, QueryParameter(ge=0, le=LARGEST_NUMBER)]


def _page(
    request: AnyRequest,
    pages: Renderer,
    reader: Reader,
    entrance: Entrance,
    before: int | None = None,
    *,
    problem: str = "",
) -> Response[str]:
    address = Address(language=language_of(request), path=ALERTS)
    words, alerts = pages.words(address.language), entrance.people.alerts
    past = alerts.over(reader.access, _PAST + 1, before)

    def told(alert: Alert) -> tuple[Alert, str, str, bool]:
        may = reader.access.may(Role.MANAGER, alert.happening.place)
        return alert, name(alert.happening, words), sentence(alert.happening, words), may

    text = pages.page(
        "alerts.html",
        address,
        reader,
        lasting=[told(alert) for alert in alerts.lasting_for(reader.access)] if before is None else [],
        past=[told(alert) for alert in past[:_PAST]],
        older=past[_PAST - 1].id if len(past) > _PAST else None,
        before=before,
        numbers=lambda alert: _numbers(alert, address),
        problem=words.say(problem) if problem else "",
    )
    return Response(text, status_code=422 if problem else 200, media_type=MediaType.HTML)


def _numbers(alert: Alert, address: Address) -> str:
    """Where the overview tells the numbers of what it is about."""
    happening = alert.happening
    return Address(Period.parse(happening.period), happening.place or None, address.language).href()


@get(ALERTS, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 503))
def alerts_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    before: _Line = None,
    language: Query = None,
) -> Response[str]:
    """Of the reader's places; `before` is the line to go on from."""
    return _page(request, pages, reader, entrance, before)


@post(
    f"{ALERTS}/{{alert:int}}",
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    responses=answers(400, 401, 403, 404, 413, 422, 503),
)
def acknowledge(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    alert: FromPath[int],
    data: Sent[CommentForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """A manager of its place has seen it."""
    number = min(max(alert, 0), LARGEST_NUMBER)
    try:
        entrance.people.alerts.acknowledge(reader.access, number, data.comment.strip(), by=reader.name)
    except RefusedChangeError as error:
        return _page(request, pages, reader, entrance, problem=str(error))
    return Redirect(Address(language=language_of(request), path=ALERTS).href(), status_code=303)


def unseen(alerts: Alerts, access: Access) -> int:
    """How many last that somebody may see, and nobody has taken note of; none where that cannot be read."""
    try:
        return sum(alert.acknowledged is None for alert in alerts.lasting_for(access))
    except PeopleError:
        return 0


HANDLERS = [alerts_page, acknowledge]
