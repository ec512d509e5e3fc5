"""From the settings to what the page needs for signing in: its public address, the people, and the OpenID provider."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from dashboard.people.book import People
from dashboard.people.errors import PeopleError
from dashboard.visited import Visited
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.people.person import as_whom_it_belongs_to
from deploy.settings import Dashboard, is_loopback
from deploy.site.tls import read_secret

if TYPE_CHECKING:
    from dashboard.people.provider import Provider

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_WAY_BACK = "/sign-in/openid/back"


def public_address(dashboard: Dashboard) -> str:
    """What browsers reach the page by, without a slash at the end. Raises Problem where it is not said but must be."""
    if dashboard.address:
        return dashboard.address.rstrip("/")
    if not is_loopback(dashboard.host):
        raise Problem(
            f"dashboard.host = {dashboard.host!r} can be reached by others, who would send their passwords for all to "
            'read; let a web server in front of it speak https, and say what people type: address = "https://…"'
        )
    name = f"[{dashboard.host}]" if ":" in dashboard.host else dashboard.host
    return f"http://{name}:{dashboard.port}"


def open_people(configuration: Configuration) -> People | None:
    """None where nobody has to sign in. Raises Problem."""
    dashboard = configuration.settings.dashboard
    if not dashboard.sign_in:
        return None
    try:
        return People.open(configuration.path(dashboard.people))
    except PeopleError as error:
        raise Problem(f"dashboard.people = {dashboard.people!r}: {error}") from error


@contextmanager
def people_of(configuration: Configuration) -> Iterator[People]:
    """The people for as long as a command takes, also where nobody signs in; their file is made where there is none.

    Raises PeopleError and OSError.
    """
    path = configuration.path(configuration.settings.dashboard.people)
    with as_whom_it_belongs_to(path.parent), closing(People.open(path)) as people:
        yield people


@contextmanager
def visits_of(configuration: Configuration) -> Iterator[Visited | None]:
    """The visits that people have told of; None where there are no people, or their file is not for who asks."""
    if not configuration.path(configuration.settings.dashboard.people).exists():
        yield None
        return
    with ExitStack() as stack:
        try:
            people = stack.enter_context(people_of(configuration))
        except (PeopleError, OSError) as error:
            print(f"fjes: visits are left out: {error}", file=sys.stderr)
            people = None
        yield Visited(people.visits) if people else None


def make_provider(configuration: Configuration, public: str) -> "Provider | None":
    """Where people may sign in besides; None where the settings name nothing. Raises Problem."""
    openid = configuration.settings.dashboard.openid
    if not openid.issuer:
        return None
    from dashboard.people.openid import OpenIdProvider

    file, key = openid.client_secret, "dashboard.openid.client_secret"
    secret = read_secret(configuration.path(file), key).strip() if file else ""
    return OpenIdProvider(openid.issuer, openid.client_id, secret, public + _WAY_BACK)
