"""The pages where managers see what their terminals ask, write something else, and look at it beforehand."""

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from contract.survey import Survey
from dashboard.answers import answers
from dashboard.pages import AnyRequest, Query
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.surveys import acts, view
from dashboard.surveys.desk import Desk
from dashboard.surveys.making import EDIT, LOOK, SURVEYS, form_page, list_page, look_over, own_place, size_of
from dashboard.wording import Words

_PAGES = (303, 400, 403, 404, 503)


@get(SURVEYS, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(*_PAGES))
def surveys_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    desk: NamedDependency[Desk],
    language: Query = None,
) -> Response[str]:
    """What terminals ask, place by place."""
    return list_page(request, pages, reader, desk)


@get(EDIT, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(*_PAGES))
def edit_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    desk: NamedDependency[Desk],
    place: Query = None,
    beside: Query = None,
    language: Query = None,
) -> Response[str]:
    """The form, in two languages side by side."""
    return form_page(request, pages, reader, desk, desk.editing(own_place(reader, desk, place)), beside)


@get(LOOK, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(*_PAGES))
def look_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    desk: NamedDependency[Desk],
    place: Query = None,
    beside: Query = None,
    size: Query = None,
    language: Query = None,
) -> Response[str]:
    """How a terminal would show it, and the button that publishes it."""
    return look_over(request, pages, reader, desk, own_place(reader, desk, place), beside, size)


@get(f"{SURVEYS}/preview.png", media_type="image/png", sync_to_thread=True, responses=answers(*_PAGES))
def preview(
    reader: NamedDependency[Reader],
    desk: NamedDependency[Desk],
    place: Query = None,
    beside: Query = None,
    screen: Query = None,
    size: Query = None,
) -> Response[bytes]:
    """One screen of the draft, drawn as the terminal draws it."""
    draft = desk.editing(own_place(reader, desk, place)).draft
    languages, draw = desk.given.languages, desk.given.draw
    if draw is None or screen is None or screen not in dict(view.screens(draft, Words(languages[0]))):
        raise NotFoundException
    language = beside if beside and beside in languages else languages[0]
    survey = draft.shown(languages)
    picture = draw(survey, draft.messages, language, screen, size_of(desk, size))
    return Response(picture, media_type="image/png")


@get(f"{SURVEYS}/survey.json", media_type=MediaType.JSON, sync_to_thread=True, responses=answers(*_PAGES))
def export(
    reader: NamedDependency[Reader], desk: NamedDependency[Desk], place: Query = None, language: Query = None
) -> Response[Survey]:
    """What a place asks now, as the file that `fjes survey` and the settings take."""
    survey = desk.exported(own_place(reader, desk, place))
    headers = {"Content-Disposition": f'attachment; filename="{survey.id.replace("@", "-")}.json"'}
    return Response(survey, media_type=MediaType.JSON, headers=headers)


HANDLERS = [surveys_page, edit_page, look_page, preview, export, *acts.HANDLERS]
