"""What every answer says about how it may be used, and whom the page answers at all."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.exceptions import ClientException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, BeforeMessageSendHookHandler, Message, Receive, Scope, Send

from dashboard.pages import FRAGMENT_HEADER

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_TWO_YEARS = "max-age=63072000"


def security_headers(*, https: bool) -> BeforeMessageSendHookHandler:
    """Adds them to every answer, errors too; what an answer says itself stands."""
    wanted: Mapping[str, str] = {**_SECURITY_HEADERS, **({"Strict-Transport-Security": _TWO_YEARS} if https else {})}

    async def add(message: Message, _: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in wanted.items():
                headers.setdefault(name, value)
            headers.extend_header_value("Vary", FRAGMENT_HEADER)

    return add


class KnownHosts(ASGIMiddleware):
    """Answers only requests to names that are this page's: another name is an attack by way of the name service.

    The ports do not matter, as a proxy or a tunnel may have others.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if host_name(Headers.from_scope(scope).get("host", "")) not in self._names:
            raise ClientException
        await next_app(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a Host header, without its port; empty for what is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
