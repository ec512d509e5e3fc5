"""`fjes dashboard`: builds the page from the settings and serves it until it is told to stop."""

import asyncio
import errno
import gc
from contextlib import nullcontext
from functools import partial
from urllib.parse import urlsplit

import structlog
from litestar import Litestar

from collector.store.reading import SqliteReadStore
from dashboard.app import create_app
from dashboard.people.book import People
from dashboard.server import serve
from dashboard.visited import Visited
from deploy.alerts import watching_of
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.mail import make_postbox
from deploy.notify import Notifier
from deploy.people.opening import LOOPBACK_NAMES, make_provider, open_people, public_address, visits_of
from deploy.surveys.publishing import publishing_of

log = structlog.get_logger()


def run_dashboard(configuration: Configuration) -> None:
    """Returns when SIGTERM or SIGINT came. Raises Problem."""
    people = open_people(configuration)
    with nullcontext() if people else visits_of(configuration) as visited:
        _run(configuration, people, visited)


def _run(configuration: Configuration, people: People | None, visited: Visited | None) -> None:
    settings = configuration.settings
    host, port = settings.dashboard.host, settings.dashboard.port
    public = public_address(settings.dashboard)
    app = create_app(
        partial(SqliteReadStore.open, configuration.path(settings.collector.store)),
        timezone=configuration.timezone,
        languages=settings.site.languages,
        k=settings.privacy.smallest,
        people=people,
        provider=make_provider(configuration, public) if people else None,
        postbox=make_postbox(configuration),
        watching=watching_of(configuration, public) if people else None,
        visited=visited,
        page=public,
        publishing=publishing_of(configuration) if people else None,
        https=public.startswith("https:"),
        hosts={*LOOPBACK_NAMES, urlsplit(public).hostname or ""},
    )
    app.on_startup.append(_answer_systemd)
    log.info("page", address=public)
    if people and not people.anyone():
        log.warning("nobody can sign in yet", mend="fjes person add NAME --role admin")
    gc.collect()
    gc.freeze()  # what there is by now stays; looking through it for garbage took every eighth page 100 ms longer
    try:
        serve(app, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"dashboard.port = {port}: the port is in use; stop what uses it, or choose another in the settings"
            ) from error
        raise Problem(f"dashboard.host = {host!r}, dashboard.port = {port}: {error.strerror}") from error


async def _answer_systemd(app: Litestar) -> None:
    """From the event loop itself: while that is stuck, nothing is said."""
    app.state.systemd = asyncio.create_task(Notifier().keep_saying())  # kept, or it would be collected as garbage
