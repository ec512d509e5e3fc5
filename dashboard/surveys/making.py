"""The pages about surveys themselves: who may see which, and what stands on them."""

from urllib.parse import urlencode

from litestar import MediaType, Response
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.pages import AnyRequest, language_of
from dashboard.people.roles import Role
from dashboard.places import UnknownPlaceError
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.surveys import view
from dashboard.surveys.desk import SIZES, Desk, Editing, Size

SURVEYS, EDIT, LOOK = "/surveys", "/surveys/edit", "/surveys/publish"


def list_page(request: AnyRequest, pages: Renderer, reader: Reader, desk: Desk, *, problem: str = "") -> Response[str]:
    address = Address(language=language_of(request), path=SURVEYS)
    words = pages.words(address.language)
    mine = [place for place in desk.places_with_around() if reader.access.may(Role.MANAGER, place)]
    told = desk.showing(view.worth_showing(mine, reader, desk.told_of()))
    text = pages.page(
        "surveys.html",
        address,
        reader,
        showings=[(one, view.question_of(one, words), view.hours_told(one.opening or (), words)) for one in told],
        mine=mine,
        today=desk.today(),
        problem=words.say(problem) if problem else "",
    )
    return Response(text, status_code=422 if problem else 200, media_type=MediaType.HTML)


def form_page(
    request: AnyRequest,
    pages: Renderer,
    reader: Reader,
    desk: Desk,
    editing: Editing,
    beside: str | None,
    *,
    problem: str = "",
) -> Response[str]:
    address = Address(place=editing.place or None, language=language_of(request), path=EDIT)
    words = pages.words(address.language)
    text = pages.page(
        "survey_edit.html",
        address,
        reader,
        problem=words.say(problem) if problem else "",
        **view.editor(editing, desk.given.languages, beside, words),
    )
    return Response(text, status_code=422 if problem else 200, media_type=MediaType.HTML)


def look_over(
    request: AnyRequest,
    pages: Renderer,
    reader: Reader,
    desk: Desk,
    place: str,
    beside: str | None,
    size: str | None,
    *,
    problem: str = "",
) -> Response[str]:
    address = Address(place=place or None, language=language_of(request), path=LOOK)
    words, editing = pages.words(address.language), desk.editing(place)
    languages = desk.given.languages
    text = pages.page(
        "survey_look.html",
        address,
        reader,
        editing=editing,
        draws=desk.given.draw is not None,
        screens=view.screens(editing.draft, words),
        tabs=view.tabs(editing.draft, languages, words),
        lacks=sum(editing.draft.missing(languages).values()),
        beside=beside if beside in languages else languages[0],
        size=size_of(desk, size),
        sizes=dict.fromkeys((desk.given.size, *SIZES)),
        version=desk.version(editing.draft),
        today=desk.today(),
        problem=words.say(problem) if problem else "",
    )
    return Response(text, status_code=422 if problem else 200, media_type=MediaType.HTML)


def own_place(reader: Reader, desk: Desk, place: str | None) -> str:
    """A place that the reader is a manager of; any other is as if it were not there."""
    place = (place or "").strip("/ ")
    if not reader.access.may(Role.MANAGER, place) or place not in desk.places_with_around():
        raise UnknownPlaceError(f"place {place!r} is not known; no terminal stands there")
    return place


def size_of(desk: Desk, text: str | None) -> Size:
    """One of the sizes that are offered; a stranger's could take all memory."""
    named = {f"{width}x{height}": (width, height) for width, height in (desk.given.size, *SIZES)}
    return named.get(text or "", desk.given.size)


def go_to(request: AnyRequest, path: str, place: str = "", beside: str | None = None) -> Redirect:
    href = Address(place=place or None, language=language_of(request), path=path).href()
    if beside:
        href += f"{'&' if '?' in href else '?'}{urlencode({'beside': beside})}"
    return Redirect(href, status_code=303)
