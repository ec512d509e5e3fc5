"""A reader's connection, with an end to everything: how long a request may take to come, and an answer to be taken.

uvicorn waits for ever for a request that comes a byte at a time, and for a reader who does not read: whoever opens
enough of those shuts all others out, also by the files that a process may have open.
"""

import asyncio
import socket
import struct

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""From a connection, or the first byte of a further request, until the request is there whole."""
ANSWER_SECONDS = 120.0
"""In which a reader must take what is written; long enough for a slow telephone and the largest file."""
LOST_SECONDS = 60.0
"""After which a reader who confirms nothing of what was sent is gone."""
MOST_CONNECTIONS = 800
"""At a time. Each is an open file, of which a process may have 1,024; those that look into the store need some too."""
_NO_LINGERING = struct.pack("ii", 1, 0)


class Connection(H11Protocol):
    """uvicorn's, that is broken off when the other side is too slow; a stream of changes may last."""

    _timers: dict[str, asyncio.TimerHandle]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timers = {}
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        transport.set_write_buffer_limits(0)  # so that `pause_writing` tells of anything that is not taken
        self._end_after("request", REQUEST_SECONDS)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._end_after("request", REQUEST_SECONDS)
        else:
            self._go_on("request")

    def send_400_response(self, msg: str) -> None:
        """To bytes that are no request. When they come on the heels of one, its answer goes nowhere any more.

        uvicorn would send both, over which h11 raises an error in the midst of the page.
        """
        if self.cycle and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self._break_off()

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever asks for a websocket gets the page; uvicorn would advise the operator to install one."""

    def pause_writing(self) -> None:
        super().pause_writing()
        self._end_after("answer", ANSWER_SECONDS)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._go_on("answer")

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for what in list(self._timers):
            self._go_on(what)

    def _end_after(self, what: str, seconds: float) -> None:
        """The time runs from the first byte on: more bytes do not make it longer."""
        if what not in self._timers:
            self._timers[what] = self.loop.call_later(seconds, self._break_off)

    def _break_off(self) -> None:
        """With a reset, so that the kernel does not keep for the other side what it does not take."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self.transport.abort()

    def _go_on(self, what: str) -> None:
        if timer := self._timers.pop(what, None):
            timer.cancel()


def notice_the_lost(listener: socket.socket) -> None:
    """Ends what `listener` accepts when nothing that is sent is confirmed, be it because the reader's window is shut.

    Linux only: see TCP_USER_TIMEOUT in tcp(7).
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(LOST_SECONDS * 1000))
