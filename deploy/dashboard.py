"""`fjes dashboard`: builds the page from the settings and serves it until it is told to stop."""

import errno
from functools import partial

import structlog

from collector.store.reading import SqliteReadStore
from dashboard.app import create_app
from dashboard.server import serve
from deploy.configuration import Configuration
from deploy.errors import Problem

log = structlog.get_logger()


def run_dashboard(configuration: Configuration) -> None:
    """Returns when SIGTERM or SIGINT came. Raises Problem."""
    settings = configuration.settings
    host, port = settings.dashboard.host, settings.dashboard.port
    app = create_app(
        partial(SqliteReadStore.open, configuration.path(settings.collector.store)),
        timezone=configuration.timezone,
        languages=settings.site.languages,
        profile=settings.privacy.profile,
        k=settings.privacy.smallest,
    )
    log.info("page", address=f"http://{host}:{port}")
    try:
        serve(app, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"dashboard.port = {port}: the port is in use; stop what uses it, or choose another in the settings"
            ) from error
        raise Problem(f"dashboard.host = {host!r}, dashboard.port = {port}: {error.strerror}") from error
