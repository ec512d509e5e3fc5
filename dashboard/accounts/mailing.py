"""The page on which managers ask for reports by mail, and stop them."""

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from contract.periods import Granularity
from dashboard.address import Address
from dashboard.answers import answers
from dashboard.forms import MailingForm, Sent, StopForm
from dashboard.gate import Entrance
from dashboard.noted import noted
from dashboard.pages import AnyRequest, Query, language_of
from dashboard.people.errors import RefusedChangeError
from dashboard.people.roles import Role
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.reports.mail import MAILINGS, Mail
from dashboard.reports.report import LENGTHS

_NOT_YOURS = noted("You can only have reports of places whose numbers you may take with you.")
_NO_LENGTH = noted("Please choose how often.")


def _page(
    request: AnyRequest, pages: Renderer, reader: Reader, mail: Mail, typed: MailingForm, problem: str = ""
) -> Response[str]:
    address = Address(language=language_of(request), path=MAILINGS)
    said = pages.words(address.language).say(problem) if problem else ""
    person = reader.somebody
    homes = [grant.place for grant in person.grants if grant.role.includes(Role.MANAGER)]
    text = pages.page(
        "mailing.html",
        address,
        reader,
        mailings=mail.of(person),
        lengths=LENGTHS,
        typed=typed,
        place_of=homes[0],
        problem=said,
    )
    return Response(text, status_code=422 if problem else 200, media_type=MediaType.HTML)


@get(MAILINGS, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 403, 503))
def mailing_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    mail: NamedDependency[Mail],
    language: Query = None,
) -> Response[str]:
    return _page(request, pages, reader, mail, MailingForm())


@post(
    MAILINGS,
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    responses=answers(400, 401, 403, 413, 422, 503),
)
def ask(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    mail: NamedDependency[Mail],
    data: Sent[MailingForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """Of the periods that are over from now on."""
    place = data.place.strip().strip("/")
    if data.length not in LENGTHS:
        return _page(request, pages, reader, mail, data, _NO_LENGTH)
    if not reader.may_export(place):
        return _page(request, pages, reader, mail, data, _NOT_YOURS)
    words = pages.words(language_of(request))
    try:
        mail.begin(reader.somebody, place, Granularity(data.length), words.language, data.email.strip())
    except RefusedChangeError as error:
        return _page(request, pages, reader, mail, data, str(error))
    return Redirect(Address(language=language_of(request), path=MAILINGS).href(), status_code=303)


@post(
    f"{MAILINGS}/stop",
    status_code=303,
    sync_to_thread=True,
    responses=answers(400, 401, 403, 413, 503),
)
def stop(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    data: Sent[StopForm],
    language: Query = None,
) -> Redirect:
    entrance.people.mailings.stop(reader.somebody.id, data.mailing)
    return Redirect(Address(language=language_of(request), path=MAILINGS).href(), status_code=303)


HANDLERS = [mailing_page, ask, stop]
