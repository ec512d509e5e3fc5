"""The page's floor: numbers from a broker, passed on as server-sent events by next to nothing."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

_PAGE = b"""<!doctype html><p data-figure="votes"></p><script>
const number = document.querySelector("p");
new EventSource("/events").onmessage = event => number.dataset.value = number.textContent = event.data;
</script>"""


class Echo:
    """For one page. What is published on `topic` appears on it."""

    topic = "bench/number"

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers: SimpleQueue[str | None] = SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._numbers))
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._client.on_subscribe = lambda *_: self._numbers.put("ready")
        self._client.on_message = lambda _client, _data, message: self._numbers.put(message.payload.decode())
        self._client.connect("127.0.0.1", self._port)
        self._client.subscribe(self.topic, qos=1)
        self._client.loop_start()
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._numbers.put(None)
        self._server.shutdown()
        self._server.server_close()


def _handler(numbers: "SimpleQueue[str | None]") -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            events = self.path == "/events"
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if events else "text/html")
            self.end_headers()
            if not events:
                self.wfile.write(_PAGE)
                return
            while (number := numbers.get()) is not None:
                self.wfile.write(f"data: {number}\n\n".encode())

        def log_message(self, *_: object) -> None:
            """Nothing on the bench's screen."""

    return Handler
