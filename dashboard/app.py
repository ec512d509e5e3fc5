"""Builds the web app: the one place where its parts are put together."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.middleware import DefineMiddleware

from collector.store.protocol import ReadStore
from dashboard import pages, wall
from dashboard.accounts import looking_after, mailing, own, sign_in, tokens
from dashboard.accounts.sign_in import SignInPage
from dashboard.alerts import pages as alerts
from dashboard.alerts.watch import Watch, Watching
from dashboard.alerts.watchman import Watchman
from dashboard.api import handlers as api
from dashboard.api.openapi import described
from dashboard.assets import load_assets
from dashboard.errors import error_handlers
from dashboard.forms import MOST_BYTES
from dashboard.gate import Entrance, Gate, admins_only, managers_only, own_forms
from dashboard.headers import KnownHosts, security_headers
from dashboard.live import Live
from dashboard.look import Site, system_clock
from dashboard.mailman import Mailman
from dashboard.openapi import openapi_config
from dashboard.pages import AnyRequest, Exported
from dashboard.people.book import People
from dashboard.people.errors import PeopleError
from dashboard.people.provider import Provider
from dashboard.people.sessions import Sessions
from dashboard.reader import Reader
from dashboard.render import Renderer
from dashboard.reports.mail import Mail
from dashboard.reports.making import Reports
from dashboard.reports.postbox import Postbox
from dashboard.surveys import pages as surveys
from dashboard.surveys.desk import Desk, Publishing
from dashboard.surveys.making import survey_pages
from dashboard.visited import Visited
from dashboard.visits import pages as visits
from dashboard.visits.ledger import Ledger
from dashboard.visits.making import visit_pages
from dashboard.warming import Warming
from dashboard.wording import written_in

_LEVEL = 6
"""Of compression; a higher one makes pages hardly smaller and twice as slow."""


def create_app(
    open_store: Callable[[], ReadStore],
    *,
    timezone: ZoneInfo,
    languages: Sequence[str],
    k: int = 5,
    clock: Callable[[], datetime] = system_clock,
    people: People | None = None,
    provider: Provider | None = None,
    publishing: Publishing | None = None,
    postbox: Postbox | None = None,
    watching: Watching | None = None,
    visited: Visited | None = None,
    page: str = "",
    https: bool = False,
    hosts: Collection[str] | None = None,
    since_start: Callable[[], float] = time.monotonic,
) -> Litestar:
    """The dashboard over the stores that `open_store` opens; it may raise StoreError at any time.

    `languages` are the site's; the pages are in those that have a catalogue, the first being the default.
    `clock` tells the time with a UTC offset. `app.state.live.end_streams()` lets a server stop at once.
    Without `people` there is no sign-in; `provider` is where they may sign in besides. What terminals show can be
    changed where people sign in and there is `publishing`; reports are mailed where they do and there is a `postbox`,
    with links that begin with `page`; there are alerts where they do and there is a `watching`. `https` is whether
    browsers come by it, `hosts` the names that they may call this page by, by default any. Sessions end by
    `since_start`. How many visits there were is told by `people`, and by `visited` where nobody signs in.
    """
    written = written_in(languages)
    site = Site(open_store, timezone, written, k, clock, Visited(people.visits) if people else visited, languages)
    live, assets = Live(open_store), load_assets()
    reports = Reports(site)
    desk = Desk(publishing, site, people) if publishing and people else None
    mail = Mail(reports, people, postbox, now=site.now, page=page) if postbox and people else None
    watch = Watch(site, people, watching, publishing.open_file if publishing else None) if watching and people else None
    unseen = partial(alerts.unseen, people.alerts) if watch and people else None
    renderer = Renderer(site, live, assets, has_surveys=desk is not None, has_mail=mail is not None, unseen=unseen)
    entrance = Entrance(people, Sessions(since_start), provider, https) if people else None

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncGenerator[None, None]:
        app.state.live = live
        live.start()
        warming = asyncio.create_task(asyncio.to_thread(assets.warm))
        beside = [Warming(site), *([Mailman(mail)] if mail else []), *([Watchman(watch)] if watch else [])]
        for rounds in beside:
            rounds.start()
        try:
            yield
        finally:
            for rounds in beside:
                rounds.stop()
            await live.stop()
            await warming

    given: dict[str, Any] = {"pages": renderer, "live": live, "assets": assets, "reports": reports, "site": site}
    return Litestar(
        [
            *pages.HANDLERS,
            *wall.HANDLERS,
            api.in_router([*api.HANDLERS, described], since_start),
            *(_with_sign_in() if entrance else []),
            *(_with_visits() if people else []),
            *(_with_surveys() if desk else []),
            *(_with_mail() if mail else []),
            *([Router("/", route_handlers=alerts.HANDLERS)] if watch else []),
        ],
        dependencies={
            **{name: _always(value) for name, value in given.items()},
            **(_of_the_signed_in(entrance, renderer) if entrance else _of_anybody()),
            **({"public": _always(page)} if entrance else {}),
            **({"desk": _always(desk), "surveys": Provide(survey_pages, sync_to_thread=False)} if desk else {}),
            **({"mail": _always(mail)} if mail else {}),
            **(_of_visits(Ledger(site, people)) if people else {}),
        },
        middleware=[
            *([KnownHosts(hosts)] if hosts is not None else []),
            *([DefineMiddleware(Gate, entrance=entrance)] if entrance else []),
        ],
        guards=[own_forms(entrance)],
        exception_handlers=error_handlers(renderer, None if entrance else Reader()),
        lifespan=[running],
        logging_config=None,
        openapi_config=openapi_config(),
        compression_config=CompressionConfig("gzip", gzip_compress_level=_LEVEL, exclude_opt_key=pages.AS_IT_IS),
        before_send=[security_headers(https=https)],
        request_max_body_size=MOST_BYTES,
    )


def _with_sign_in() -> list[Router]:
    """In routers: a form's GET and POST have one path, and when Litestar takes them one after the other, it wraps the
    first for its thread twice and awaits only one of the two (2.25, `HTTPRouteHandler.on_registration`).
    """
    return [
        Router("/", route_handlers=[*sign_in.HANDLERS, *own.HANDLERS, *wall.WITH_SIGN_IN, *tokens.HANDLERS]),
        Router("/", route_handlers=looking_after.HANDLERS, guards=[admins_only]),
    ]


def _with_surveys() -> list[Router]:
    return [Router("/", route_handlers=surveys.HANDLERS, guards=[managers_only])]


def _with_mail() -> list[Router]:
    return [Router("/", route_handlers=mailing.HANDLERS, guards=[managers_only])]


def _with_visits() -> list[Router]:
    return [Router("/", route_handlers=visits.HANDLERS, guards=[managers_only])]


def _of_visits(ledger: Ledger) -> dict[str, Provide]:
    return {"ledger": _always(ledger), "visits": Provide(visit_pages, sync_to_thread=False)}


def _of_the_signed_in(entrance: Entrance, renderer: Renderer) -> dict[str, Provide]:
    """What handlers ask for where people sign in. The gate has put the reader where `reader` finds it."""

    def reader(request: AnyRequest) -> Reader:
        found: Reader = request.user
        return found

    def still(request: AnyRequest) -> Callable[[], bool]:
        def signed_in() -> bool:
            try:
                return entrance.admitted(request) is not None
            except PeopleError:
                return False

        return signed_in

    def exported(request: AnyRequest) -> Exported:
        def note(what: str, place: str | None, period: str) -> None:
            entrance.people.audit.exported(request.user.name, what, place, period)

        return note

    return {
        "entrance": _always(entrance),
        "sign_in": _always(SignInPage(renderer, entrance)),
        **{f.__name__: Provide(f, sync_to_thread=False) for f in (reader, still, exported)},
    }


def _of_anybody() -> dict[str, Provide]:
    """The same where there is no sign-in: everybody may do all, for ever, and nobody has a name to note."""
    return {
        "reader": _always(Reader()),
        "still": _always(lambda: True),
        "exported": _always(lambda _what, _place, _period: None),
    }


def _always(value: Any) -> Provide:  # noqa: ANN401
    return Provide(lambda: value, sync_to_thread=False)
