"""Builds the web app: the one place where its parts are put together."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.types import Message, Scope

from collector.store.protocol import ReadStore
from dashboard.assets import load_assets
from dashboard.errors import error_handlers
from dashboard.live import Live
from dashboard.look import Site, system_clock
from dashboard.openapi import openapi_config
from dashboard.pages import FRAGMENT_HEADER, HANDLERS
from dashboard.render import Renderer
from dashboard.wording import DOMAIN
from locales.catalogue import languages as catalogues

FALLBACK_LANGUAGE = "en"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Vary": FRAGMENT_HEADER,
}


async def _add_security_headers(message: Message, _: Scope) -> None:
    """To every answer, errors too; what an answer says itself stands."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)


def create_app(
    open_store: Callable[[], ReadStore],
    *,
    timezone: ZoneInfo,
    languages: Sequence[str],
    profile: str = "small",
    k: int = 5,
    clock: Callable[[], datetime] = system_clock,
) -> Litestar:
    """The dashboard over the stores that `open_store` opens; it may raise StoreError at any time.

    `languages` are the site's; the pages are in those that have a catalogue, the first being the default.
    `clock` tells the time with a UTC offset. `app.state.live.end_streams()` lets a server stop at once.
    """
    written = [language for language in languages if language in catalogues(DOMAIN)] or [FALLBACK_LANGUAGE]
    site = Site(open_store, timezone, written, profile, k, clock)
    live, assets = Live(open_store), load_assets()
    pages = Renderer(site, live, assets)

    @asynccontextmanager
    async def running(app: Litestar) -> AsyncGenerator[None, None]:
        app.state.live = live
        live.start()
        warming = asyncio.create_task(asyncio.to_thread(assets.warm))
        try:
            yield
        finally:
            await live.stop()
            await warming

    return Litestar(
        HANDLERS,
        dependencies={
            "pages": Provide(lambda: pages, sync_to_thread=False),
            "live": Provide(lambda: live, sync_to_thread=False),
            "assets": Provide(lambda: assets, sync_to_thread=False),
        },
        exception_handlers=error_handlers(pages),
        lifespan=[running],
        logging_config=None,
        openapi_config=openapi_config(),
        before_send=[_add_security_headers],
    )
