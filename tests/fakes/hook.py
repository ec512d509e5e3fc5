"""A web service on a port of this machine that takes messages as JSON, or refuses them, and keeps what it took."""

import json
from http.server import BaseHTTPRequestHandler

from tests.fakes.local_server import LocalServer


class Hook(LocalServer):
    """Answers with `status`."""

    def __init__(self) -> None:
        super().__init__(_Talk)
        self.taken: list[tuple[str, str]] = []
        self.asked = 0
        self.status = 200


class _Talk(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        if self.server.status == 200:
            self.server.taken.append((body["title"], body["message"]))
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.port}/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Says nothing."""
