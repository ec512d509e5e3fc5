"""Serves the dashboard, and stops at once when told to, however many pages are open."""

import socket

import uvicorn
from litestar import Litestar

_LAST_ANSWERS_SECONDS = 2


class _Server(uvicorn.Server):
    """Ends the streams before waiting for open connections; uvicorn itself would wait for the readers."""

    def __init__(self, config: uvicorn.Config, app: Litestar) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.live.end_streams()
        await super().shutdown(sockets)


def make_server(app: Litestar) -> uvicorn.Server:
    """A server to `run(sockets=[…])`. It keeps no log of who asks for what."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )
    return _Server(config, app)


def serve(app: Litestar, host: str, port: int) -> None:
    """Serves until SIGTERM or SIGINT. Raises OSError when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listener:
        make_server(app).run(sockets=[listener])
