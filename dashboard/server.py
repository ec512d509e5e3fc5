"""Serves the dashboard, and stops at once when told to, however many pages are open."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from litestar import Litestar

from dashboard.connection import Connection, notice_the_lost
from dashboard.sparing import log_sparingly

_LAST_ANSWERS_SECONDS = 2
_LONGEST_HEAD = 16 * 1024
"""Bytes of a request before its body; a browser's are under 2,000."""


class _Server(uvicorn.Server):
    """Ends the streams before waiting for open connections; uvicorn itself would wait for the readers."""

    def __init__(self, config: uvicorn.Config, app: Litestar) -> None:
        super().__init__(config)
        self._app = app

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: uvicorn begins to listen for signals too late, and raises them again at the end. See `serve`."""
        yield

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
        http=Connection,
        ws="none",
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )
    return _Server(config, app)


def serve(app: Litestar, host: str, port: int) -> None:
    """Serves until SIGTERM or SIGINT. Main thread only. Raises OSError when the port cannot be had."""
    server = make_server(app)

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log_sparingly()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=128) as listener:
        notice_the_lost(listener)
        server.run(sockets=[listener])
