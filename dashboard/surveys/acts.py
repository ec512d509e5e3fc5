"""What managers do on the pages about surveys: keep a draft, publish it, call off a plan. Each comes from a form."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from litestar import MediaType, Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect
from msgspec import Meta, Struct

from dashboard.answers import answers
from dashboard.forms import Line, Sent, content_of
from dashboard.noted import noted
from dashboard.pages import Query
from dashboard.people.errors import RefusedChangeError
from dashboard.surveys.form import changed
from dashboard.surveys.making import EDIT, LOOK, SURVEYS, SurveyPages

MOST_BYTES = 256 * 1024
"""Of a form with all texts in two languages, each letter of which may take nine bytes on its way."""
_MOST = 2**62
_NO_DAY = noted("Choose a day from today on, and within a year.")
_ANSWERS = (400, 401, 403, 404, 413, 422, 503)


class PlaceForm(Struct, frozen=True):
    """What is asked for one place."""

    form: Line = ""
    place: Line = ""
    since: Line = ""
    edition: Annotated[int, Meta(ge=0, le=_MOST)] = 0
    publication: Annotated[int, Meta(ge=0, le=_MOST)] = 0


class FileForm(Struct, frozen=True):
    """A survey file for one place."""

    form: Line = ""
    place: Line = ""
    edition: Annotated[int, Meta(ge=0, le=_MOST)] = 0
    file: UploadFile | None = None


@post(
    EDIT,
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    request_max_body_size=MOST_BYTES,
    responses=answers(*_ANSWERS),
)
def keep_draft(
    surveys: NamedDependency[SurveyPages],
    data: Sent[dict[str, str]],
    language: Query = None,
) -> Response[str] | Redirect:
    """Keeps what was written, and goes on to another language or to the look, as the button says."""
    place = surveys.own_place(data.get("place"))
    go, beside = data.get("go", ""), data.get("beside")
    editing, languages = surveys.desk.editing(place), surveys.desk.given.languages
    draft = changed(editing.draft, {**data, "hours": ""}, languages)
    try:
        draft = changed(draft, data, languages)
        surveys.desk.keep(place, draft, _number(data.get("edition", "")), by=surveys.reader.name)
    except RefusedChangeError as error:
        return surveys.form_page(replace(editing, draft=draft), beside, problem=str(error))
    path = LOOK if go == "look" else EDIT
    return surveys.go_to(path, place, go if go in languages else beside)


@post(
    f"{SURVEYS}/import",
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    request_max_body_size=MOST_BYTES,
    responses=answers(*_ANSWERS),
)
def bring_file(
    surveys: NamedDependency[SurveyPages],
    data: Annotated[FileForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    language: Query = None,
) -> Response[str] | Redirect:
    """Makes a survey file the draft of a place."""
    place = surveys.own_place(data.place)
    try:
        surveys.desk.bring(place, content_of(data.file), data.edition, by=surveys.reader.name)
    except RefusedChangeError as error:
        return surveys.form_page(surveys.desk.editing(place), None, problem=str(error))
    return surveys.go_to(EDIT, place)


@post(LOOK, media_type=MediaType.HTML, status_code=303, sync_to_thread=True, responses=answers(*_ANSWERS))
def publish(
    surveys: NamedDependency[SurveyPages],
    data: Sent[PlaceForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """Gives it to the terminals, from a day on. It is in the audit log before it leaves."""
    place = surveys.own_place(data.place)
    try:
        surveys.desk.publish(place, _day(data.since), data.edition, by=surveys.reader.name)
    except RefusedChangeError as error:
        return surveys.look_over(place, None, None, problem=str(error))
    return surveys.go_to(SURVEYS)


@post(
    f"{SURVEYS}/follow", media_type=MediaType.HTML, status_code=303, sync_to_thread=True, responses=answers(*_ANSWERS)
)
def follow(
    surveys: NamedDependency[SurveyPages],
    data: Sent[PlaceForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """From today on, the place shows again what the one around it does."""
    place = surveys.own_place(data.place)
    surveys.desk.follow(place, surveys.desk.today(), by=surveys.reader.name)
    return surveys.go_to(SURVEYS)


@post(
    f"{SURVEYS}/call-off", media_type=MediaType.HTML, status_code=303, sync_to_thread=True, responses=answers(*_ANSWERS)
)
def call_off(
    surveys: NamedDependency[SurveyPages],
    data: Sent[PlaceForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """Takes back what was planned for a later day."""
    place = surveys.own_place(data.place)
    try:
        surveys.desk.call_off(place, data.publication, by=surveys.reader.name)
    except RefusedChangeError as error:
        return surveys.list_page(problem=str(error))
    return surveys.go_to(SURVEYS)


@post(f"{SURVEYS}/drop", media_type=MediaType.HTML, status_code=303, sync_to_thread=True, responses=answers(*_ANSWERS))
def drop_draft(
    surveys: NamedDependency[SurveyPages],
    data: Sent[PlaceForm],
    language: Query = None,
) -> Redirect:
    """Throws away what was written and not published."""
    surveys.desk.drop(surveys.own_place(data.place))
    return surveys.go_to(SURVEYS)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(_MOST)) else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RefusedChangeError(_NO_DAY) from error


HANDLERS = [keep_draft, bring_file, publish, follow, call_off, drop_draft]
