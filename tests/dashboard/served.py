"""The dashboard on a real port of this machine, in a thread, and raw bytes to it."""

import socket
import threading
from contextlib import closing, suppress

from litestar import Litestar

from dashboard.server import make_server
from tests.polling import PATIENCE


class Served:
    """An app on a free port, in a thread. After `rest` seconds without a further request it hangs up."""

    def __init__(self, app: Litestar, rest: float = 5) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self._server = make_server(app)
        self._server.config.timeout_keep_alive = rest  # type: ignore[assignment]  # any number
        self._server.config.timeout_graceful_shutdown = None  # so that a stop waits for whatever is still open
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self.listener]}, daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether an answer is being made, be it for one who has gone."""
        return bool(self._server.server_state.tasks)

    def stop(self) -> None:
        """Raises AssertionError when something that is open keeps it from stopping."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self.listener.close()
        assert not self._thread.is_alive()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def answer_to(port: int, raw: bytes) -> bytes:
    """All that comes back for these bytes until the other side ends it; nothing where the door is shut."""
    with closing(connect(port)) as line:
        with suppress(ConnectionError):
            line.sendall(raw)
        return rest_of(line)


def read_until(line: socket.socket, end: bytes) -> None:
    """Raises AssertionError when the other side ends it before that."""
    heard = b""
    while end not in heard:
        part = line.recv(65536)
        assert part, heard
        heard += part


def rest_of(line: socket.socket) -> bytes:
    """What is still to come until the other side ends it. Raises TimeoutError when it does not."""
    parts = []
    with suppress(ConnectionError):
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)
