"""The pages where managers see what their terminals ask, write something else, and look at it beforehand."""

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from contract.survey import Survey
from dashboard.answers import answers
from dashboard.pages import Query
from dashboard.surveys import acts, view
from dashboard.surveys.making import EDIT, LOOK, SURVEYS, SurveyPages
from dashboard.wording import Words

_PAGES = (303, 400, 403, 404, 503)


@get(SURVEYS, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(*_PAGES))
def surveys_page(
    surveys: NamedDependency[SurveyPages],
    language: Query = None,
) -> Response[str]:
    """What terminals ask, place by place."""
    return surveys.list_page()


@get(EDIT, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(*_PAGES))
def edit_page(
    surveys: NamedDependency[SurveyPages],
    place: Query = None,
    beside: Query = None,
    language: Query = None,
) -> Response[str]:
    """The form, in two languages side by side."""
    return surveys.form_page(surveys.desk.editing(surveys.own_place(place)), beside)


@get(LOOK, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(*_PAGES))
def look_page(
    surveys: NamedDependency[SurveyPages],
    place: Query = None,
    beside: Query = None,
    size: Query = None,
    language: Query = None,
) -> Response[str]:
    """How a terminal would show it, and the button that publishes it."""
    return surveys.look_over(surveys.own_place(place), beside, size)


@get(f"{SURVEYS}/preview.png", media_type="image/png", sync_to_thread=True, responses=answers(*_PAGES))
def preview(
    surveys: NamedDependency[SurveyPages],
    place: Query = None,
    beside: Query = None,
    screen: Query = None,
    size: Query = None,
) -> Response[bytes]:
    """One screen of the draft, drawn as the terminal draws it."""
    draft = surveys.desk.editing(surveys.own_place(place)).draft
    languages, draw = surveys.desk.given.languages, surveys.desk.given.draw
    if draw is None or screen is None or screen not in dict(view.screens(draft, Words(languages[0]))):
        raise NotFoundException
    language = beside if beside and beside in languages else languages[0]
    survey = draft.shown(languages)
    picture = draw(survey, draft.messages, language, screen, surveys.size_of(size))
    return Response(picture, media_type="image/png")


@get(f"{SURVEYS}/survey.json", media_type=MediaType.JSON, sync_to_thread=True, responses=answers(*_PAGES))
def export(surveys: NamedDependency[SurveyPages], place: Query = None, language: Query = None) -> Response[Survey]:
    """What a place asks now, as the file that `fjes survey` and the settings take."""
    survey = surveys.desk.exported(surveys.own_place(place))
    headers = {"Content-Disposition": f'attachment; filename="{survey.id.replace("@", "-")}.json"'}
    return Response(survey, media_type=MediaType.JSON, headers=headers)


HANDLERS = [surveys_page, edit_page, look_page, preview, export, *acts.HANDLERS]
