"""The page on which people make tokens for their programs and links for screens on a wall, and end them."""

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.forms import RevokeForm, Sent, TokenForm
from dashboard.gate import OWN, Entrance
from dashboard.noted import noted
from dashboard.pages import AnyRequest, Query, language_of
from dashboard.people.errors import RefusedChangeError
from dashboard.people.roles import Role
from dashboard.people.tokens import LASTS, Kind
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.wall import link_with

TOKENS = f"{OWN}/tokens"
_NOT_YOURS = noted("You can only choose a place that you see yourself.")
_NO_KIND = noted("Please choose what it is for.")


def _page(
    request: AnyRequest,
    pages: Renderer,
    reader: Reader,
    entrance: Entrance,
    status: int = 200,
    *,
    problem: str = "",
    typed: TokenForm | None = None,
    given: tuple[str, str] | None = None,
) -> Response[str]:
    """`given` is the kind and what to hand over, shown this once; `problem` is about what was typed."""
    address = Address(language=language_of(request), path=TOKENS)
    text = pages.page(
        "tokens.html",
        address,
        reader,
        tokens=entrance.people.tokens.of(reader.somebody),
        home=reader.access.homes()[0],
        typed=typed or TokenForm(),
        given=given,
        problem=pages.words(address.language).say(problem) if problem else "",
        days=LASTS.days,
    )
    return Response(text, status_code=status, media_type=MediaType.HTML)


@get(TOKENS, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 503))
def tokens_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    language: Query = None,
) -> Response[str]:
    return _page(request, pages, reader, entrance)


@post(
    TOKENS,
    media_type=MediaType.HTML,
    status_code=200,
    sync_to_thread=True,
    responses=answers(400, 401, 403, 413, 422, 503),
)
def make_token(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    public: NamedDependency[str],
    data: Sent[TokenForm],
    language: Query = None,
) -> Response[str]:
    """Shows it once. It is in the audit log, and good for what a viewer sees at the place."""
    place = data.place.strip("/ ")
    try:
        if data.kind not in list(Kind):
            raise RefusedChangeError(_NO_KIND)
        kind = Kind(data.kind)
        if (place or kind is Kind.WALL) and not reader.access.may(Role.VIEWER, place):
            raise RefusedChangeError(_NOT_YOURS)
        secret = entrance.people.tokens.make(reader.somebody, kind, data.name, place)
    except RefusedChangeError as error:
        return _page(request, pages, reader, entrance, 422, problem=str(error), typed=data)
    if kind is Kind.WALL:
        secret = f"{public or str(request.base_url).rstrip('/')}{link_with(secret, pages.words(language).language)}"
    return _page(request, pages, reader, entrance, given=(kind, secret))


@post(f"{TOKENS}/end", status_code=303, sync_to_thread=True, responses=answers(400, 401, 403, 413, 503))
def end_token(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    data: Sent[RevokeForm],
    language: Query = None,
) -> Redirect:
    """At once, wherever it is used."""
    entrance.people.tokens.revoke(reader.somebody, data.token)
    return Redirect(Address(language=language_of(request), path=TOKENS).href(), status_code=303)


HANDLERS = [tokens_page, make_token, end_token]
