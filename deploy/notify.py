"""Tells systemd that a role is ready and goes on answering (sd_notify(3)); silent where systemd did not start it.

Without a package for it: the whole protocol is a line in a datagram.
"""

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress

READY = b"READY=1"
ALIVE = b"WATCHDOG=1"
_TIMES = 3
"""Beats in the time after which systemd takes a role to hang, so that one may be late."""
_UNWATCHED = 60.0
"""Seconds between two beats that nobody waits for."""


class Notifier:
    """The way to systemd that the environment names, or none. Nothing here raises: a role runs without systemd too."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._watchdog = int(environment.get("WATCHDOG_USEC") or 0) / 1e6
        self._socket: socket.socket | None = None

    @property
    def seconds(self) -> float:
        """Between two beats."""
        return self._watchdog / _TIMES if self._watchdog else _UNWATCHED

    def ready(self) -> None:
        """The role can be used from now on."""
        self._tell(READY)

    def alive(self) -> None:
        """To be said every `seconds`, by whoever would be stuck if the role were, and only while all of it works."""
        self._tell(ALIVE)

    async def keep_saying(self) -> None:
        """For an event loop: ready, and then alive for as long as the loop comes round. Ends by being cancelled."""
        try:
            self.ready()
            while True:
                self.alive()
                await asyncio.sleep(self.seconds)
        finally:
            self.close()

    def descriptor(self) -> int | None:
        """The open connection, to be inherited by a program that has no room for `import socket`."""
        self._connect()
        if self._socket is None:
            return None
        connected, self._socket = self._socket, None
        connected.set_inheritable(True)
        return connected.detach()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _tell(self, line: bytes) -> None:
        self._connect()
        with suppress(OSError):  # systemd does not hear; what counts is that the role runs
            if self._socket:
                self._socket.send(line)

    def _connect(self) -> None:
        if self._socket is None and self._address:
            way = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            way.settimeout(1)  # a full queue must not stop the role
            address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
            try:
                way.connect(address)
            except OSError:
                way.close()
            else:
                self._socket = way
