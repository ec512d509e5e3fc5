"""The page of whoever is signed in: what they may do, a new password, and the end of their sessions everywhere."""

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.forms import Form, PasswordForm, Sent
from dashboard.gate import ANY_PASSWORD, OWN, SIGN_IN, Entrance
from dashboard.noted import noted
from dashboard.pages import AnyRequest, Query, language_of
from dashboard.people.errors import BusyError, RefusedChangeError, TooSoonError
from dashboard.reader import Reader
from dashboard.render import Renderer

_NOT_THE_OLD = noted("That is not the password you have now.")
_NOT_TWICE = noted("The two new ones are not the same.")
_NOT_NEW = noted("That is the password you have now; please choose a new one.")
_LATER = noted("Please wait a moment and try again.")


def _page(
    request: AnyRequest, pages: Renderer, reader: Reader, status: int = 200, *, field: str = "", problem: str = ""
) -> Response[str]:
    address = Address(language=language_of(request), path=OWN)
    said = pages.words(address.language).say(problem) if problem else ""
    text = pages.page("own.html", address, reader, at=field, problem=said)
    return Response(text, status_code=status, media_type=MediaType.HTML)


@get(OWN, media_type=MediaType.HTML, sync_to_thread=True, opt={ANY_PASSWORD: True}, responses=answers(303, 400, 503))
def own_page(
    request: AnyRequest, pages: NamedDependency[Renderer], reader: NamedDependency[Reader], language: Query = None
) -> Response[str]:
    return _page(request, pages, reader)


@post(
    f"{OWN}/password",
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    opt={ANY_PASSWORD: True},
    responses=answers(400, 401, 403, 413, 422, 429, 503),
)
def change_password(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    data: Sent[PasswordForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """Ends all sessions of the person but this browser's."""
    person = reader.somebody
    mine = f"own:{person.id}"  # as that of a browser, so that tries at a name that looks so are nothing to it
    try:
        entered = entrance.people.throttle.enter(mine, entrance.known_browser(request, person) or mine)
        if entrance.people.check_try(entered, person.name, data.old) is None:
            return _page(request, pages, reader, 422, field="old", problem=_NOT_THE_OLD)
        if data.new != data.again:
            return _page(request, pages, reader, 422, field="again", problem=_NOT_TWICE)
        if data.new == data.old:
            return _page(request, pages, reader, 422, field="new", problem=_NOT_NEW)
        person = entrance.people.set_password(person, data.new, by=person.name, one_time=False)
    except RefusedChangeError as error:
        return _page(request, pages, reader, 422, field="new", problem=str(error))
    except (TooSoonError, BusyError):
        return _page(request, pages, reader, 429, field="old", problem=_LATER)
    home = Address(language=language_of(request)).href()
    return Redirect(home, status_code=303, cookies=entrance.let_in(request, person))


@post(
    f"{OWN}/sign-out-everywhere",
    status_code=303,
    sync_to_thread=True,
    opt={ANY_PASSWORD: True},
    responses=answers(400, 401, 403, 413, 422, 503),
)
def sign_out_everywhere(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    data: Sent[Form],
    language: Query = None,
) -> Redirect:
    entrance.people.end_sessions(reader.somebody)
    page = Address(language=language_of(request), path=SIGN_IN).href()
    return Redirect(page, status_code=303, cookies=[entrance.gone("session")])


HANDLERS = [own_page, change_password, sign_out_everywhere]
