"""The pages of admins: who may sign in and what they may do, and the audit log."""

from typing import Annotated

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from dashboard.address import Address
from dashboard.answers import answers
from dashboard.forms import LARGEST_NUMBER, Form, PersonForm, RoleForm, Sent
from dashboard.gate import Entrance
from dashboard.noted import noted
from dashboard.pages import AnyRequest, Query, language_of
from dashboard.people.book import ONE_TIME_SECONDS
from dashboard.people.errors import RefusedChangeError
from dashboard.people.passwords import one_time_password
from dashboard.people.person import Person, email_of, subject_of
from dashboard.people.roles import Grant, Role
from dashboard.reader import Reader
from dashboard.render import Renderer

PEOPLE, AUDIT = "/people", "/audit"
_LINES = 100
_Line = Annotated[int | None, QueryParameter(ge=0, le=LARGEST_NUMBER)]
_NOT_YOURS = noted("You can only give roles at places that you look after.")
_NOT_SELF = noted("You cannot do that to yourself; ask another admin.")
_NO_ROLE = noted("Please choose a role.")
_NO_PROVIDER = noted("There is no other sign-in here; the settings name none.")
_SEEN_BY_ADMINS = (400, 401, 403, 404, 413, 422, 503)


def _page(
    request: AnyRequest,
    pages: Renderer,
    reader: Reader,
    entrance: Entrance,
    status: int = 200,
    *,
    problem: str = "",
    typed: PersonForm | None = None,
    given: tuple[str, str] | None = None,
    at: int = 0,
) -> Response[str]:
    """`given` is the name and the password to hand over, shown this once; `at` the person that `problem` is about."""
    address = Address(language=language_of(request), path=PEOPLE)
    mine = [person for person in entrance.people.all() if reader.access.looks_after(person.grants)]
    said = pages.words(address.language).say(problem) if problem else ""
    homes = [grant.place for grant in reader.access.grants if grant.role is Role.ADMIN]
    text = pages.page(
        "people.html",
        address,
        reader,
        people=mine,
        roles=list(Role),
        openid=entrance.provider is not None,
        problem=said,
        typed=typed or PersonForm(role=Role.VIEWER, place=homes[0]),
        given=given,
        at=at,
        days=ONE_TIME_SECONDS // 86400,
    )
    return Response(text, status_code=status, media_type=MediaType.HTML)


@get(PEOPLE, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 403, 503))
def people_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    language: Query = None,
) -> Response[str]:
    return _page(request, pages, reader, entrance)


@post(PEOPLE, media_type=MediaType.HTML, status_code=200, sync_to_thread=True, responses=answers(303, *_SEEN_BY_ADMINS))
def add_person(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    data: Sent[PersonForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """With a one-time password, or for those who sign in elsewhere without one."""
    try:
        grant = _grant(reader, data.role, data.place)
        if data.openid.strip():
            entrance.people.add(data.name, grant, by=reader.name, openid=_elsewhere(entrance, data.openid.strip()))
            return Redirect(Address(language=language_of(request)).to(PEOPLE), status_code=303)
        password = one_time_password()
        person = entrance.people.add(data.name, grant, by=reader.name, password=password, one_time=True)
    except RefusedChangeError as error:
        return _page(request, pages, reader, entrance, 422, problem=str(error), typed=data)
    return _page(request, pages, reader, entrance, given=(person.name, password))


@post(
    f"{PEOPLE}/{{person:int}}/role",
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    responses=answers(*_SEEN_BY_ADMINS),
)
def change_role(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    person: FromPath[int],
    data: Sent[RoleForm],
    language: Query = None,
) -> Response[str] | Redirect:
    """At a place, another role or none. Ends the person's sessions."""
    found = _looked_after(reader, entrance, person)
    try:
        _not_self(reader, found)
        if data.role == "none":
            entrance.people.take_role(found, data.place.strip("/ "), by=reader.name)
        else:
            entrance.people.set_role(found, _grant(reader, data.role, data.place), by=reader.name)
    except RefusedChangeError as error:
        return _page(request, pages, reader, entrance, 422, problem=str(error), at=person)
    return Redirect(Address(language=language_of(request)).to(PEOPLE), status_code=303)


@post(
    f"{PEOPLE}/{{person:int}}/password",
    media_type=MediaType.HTML,
    status_code=200,
    sync_to_thread=True,
    responses=answers(303, *_SEEN_BY_ADMINS),
)
def new_password(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    person: FromPath[int],
    data: Sent[Form],
    language: Query = None,
) -> Response[str]:
    """For one time. Ends the person's sessions."""
    found, password = _looked_after(reader, entrance, person), one_time_password()
    try:
        _not_self(reader, found)
        entrance.people.set_password(found, password, by=reader.name, one_time=True)
    except RefusedChangeError as error:
        return _page(request, pages, reader, entrance, 422, problem=str(error), at=person)
    return _page(request, pages, reader, entrance, given=(found.name, password))


@post(
    f"{PEOPLE}/{{person:int}}/remove",
    media_type=MediaType.HTML,
    status_code=303,
    sync_to_thread=True,
    responses=answers(*_SEEN_BY_ADMINS),
)
def remove_person(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    person: FromPath[int],
    data: Sent[Form],
    language: Query = None,
) -> Response[str] | Redirect:
    found = _looked_after(reader, entrance, person)
    try:
        _not_self(reader, found)
        entrance.people.remove(found, by=reader.name)
    except RefusedChangeError as error:
        return _page(request, pages, reader, entrance, 422, problem=str(error), at=person)
    return Redirect(Address(language=language_of(request)).to(PEOPLE), status_code=303)


@get(AUDIT, media_type=MediaType.HTML, sync_to_thread=True, responses=answers(303, 400, 403, 503))
def audit_page(
    request: AnyRequest,
    pages: NamedDependency[Renderer],
    reader: NamedDependency[Reader],
    entrance: NamedDependency[Entrance],
    before: _Line = None,
    language: Query = None,
) -> Response[str]:
    """A hundred lines, the newest first; `before` is the line to go on from."""
    entries = entrance.people.audit.entries(reader.access, _LINES + 1, before)
    address = Address(language=language_of(request), path=AUDIT)
    older = entries[_LINES - 1].id if len(entries) > _LINES else None
    text = pages.page("audit.html", address, reader, entries=entries[:_LINES], older=older)
    return Response(text, media_type=MediaType.HTML)


def _looked_after(reader: Reader, entrance: Entrance, number: int) -> Person:
    """Raises NotFoundException for nobody as for somebody who is not this admin's."""
    person = entrance.people.find(number) if number <= LARGEST_NUMBER else None
    if person is None or not reader.access.looks_after(person.grants):
        raise NotFoundException
    return person


def _not_self(reader: Reader, person: Person) -> None:
    """So that there is always an admin left, and nobody undoes their own one-time password."""
    if reader.person and reader.person.id == person.id:
        raise RefusedChangeError(_NOT_SELF)


def _grant(reader: Reader, role: str, place: str) -> Grant:
    if role not in list(Role):
        raise RefusedChangeError(_NO_ROLE)
    place = place.strip("/ ")
    if not reader.access.may(Role.ADMIN, place):
        raise RefusedChangeError(_NOT_YOURS)
    return Grant(place, Role(role))


def _elsewhere(entrance: Entrance, given: str) -> str:
    if entrance.provider is None:
        raise RefusedChangeError(_NO_PROVIDER)
    return email_of(given) if "@" in given else subject_of(entrance.provider.issuer, given)


HANDLERS = [people_page, add_person, change_role, new_password, remove_person, audit_page]
