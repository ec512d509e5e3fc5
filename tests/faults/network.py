"""The network between each program and the broker, where packets are lost, doubled, held up and overtaken.

One thread for a whole site; a link for each program, on a port of its own.
"""

import asyncio
import random
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from msgspec import Struct

from tests.faults.packets import PUBACK, Packet, read_packet

_OVERTAKEN = 0.05
"""Seconds after which a packet comes that others have overtaken."""
T = TypeVar("T")


class Weather(Struct, frozen=True):
    """How likely each packet meets with what, and how slow the network is."""

    lost: float = 0.0
    """A PUBLISH is acknowledged, and dropped."""
    acks_lost: float = 0.0
    """A PUBACK is dropped."""
    doubled: float = 0.0
    overtaken: float = 0.0
    slow: float = 0.0
    """Seconds, at most, that a packet and all behind it take longer."""


CALM = Weather()


class Network:
    """The thread that all links live on. Its methods, and those of its links, are called from another one."""

    def __init__(self, broker: int) -> None:
        self._broker = broker
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._links: list[Link] = []

    def start(self) -> None:
        self._thread.start()

    def link(self, chance: random.Random) -> "Link":
        """A new link, open to connections."""
        link = Link(self._loop, self._broker, chance)
        asyncio.run_coroutine_threadsafe(link.open(), self._loop).result()
        self._links.append(link)
        return link

    def stop(self) -> None:
        for link in self._links:
            asyncio.run_coroutine_threadsafe(link.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Connection:
    """One program's connection, and its continuation to the broker."""

    def __init__(self, near: StreamWriter, far: StreamWriter, *, deaf: bool) -> None:
        self.near, self.far, self.deaf = near, far, deaf

    def close(self) -> None:
        self.near.close()
        self.far.close()


class Link:
    """The way between one program and the broker. A connection that went deaf swallows all, and stays so."""

    def __init__(self, loop: AbstractEventLoop, broker: int, chance: random.Random) -> None:
        self.port = 0
        self.weather = CALM
        self._loop = loop
        self._broker = broker
        self._chance = chance
        self._deaf = False
        self._flows = asyncio.Event()
        self._flows.set()
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """For good; returns when nothing of it is left."""
        assert self._server is not None
        self._server.close()
        self._flows.set()
        while self._connections:
            self._cut()
            await asyncio.sleep(0)

    def cut(self) -> None:
        """Closes all connections; new ones are possible at once."""
        self._in_loop(self._cut)

    def deafen(self) -> None:
        """Half-open: nothing comes through any more, and nobody is told. New connections are deaf too."""
        self._in_loop(lambda: self._set_deaf(True))

    def freeze(self) -> None:
        """Nothing moves, and nothing is lost."""
        self._in_loop(self._flows.clear)

    def heal(self) -> None:
        """Fine weather, and new connections work. Those that are deaf stay so until someone gives them up."""
        self.weather = CALM
        self._in_loop(lambda: self._set_deaf(False))
        self._in_loop(self._flows.set)

    def _in_loop(self, work: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(work)

    def _cut(self) -> None:
        for connection in self._connections:
            connection.close()

    def _set_deaf(self, deaf: bool) -> None:
        self._deaf = deaf
        for connection in self._connections:
            connection.deaf = connection.deaf or deaf

    async def _accept(self, reader: StreamReader, near: StreamWriter) -> None:
        await self._flows.wait()
        try:
            back, far = await asyncio.open_connection("127.0.0.1", self._broker, limit=2**20)
        except OSError:
            near.close()
            return
        connection = _Connection(near, far, deaf=self._deaf)
        self._connections.add(connection)
        ways = [self._carry(connection, reader, far, near), self._carry(connection, back, near, far)]
        await asyncio.gather(*ways, return_exceptions=True)
        connection.close()
        self._connections.discard(connection)

    async def _carry(
        self, connection: _Connection, reader: StreamReader, writer: StreamWriter, back: StreamWriter
    ) -> None:
        """Packets of one direction, until its sender closes."""
        while packet := await read_packet(reader):
            await self._flows.wait()
            if self.weather.slow:
                await asyncio.sleep(self._chance.random() * self.weather.slow)
            if not connection.deaf:
                self._pass_on(packet, writer, back)
                with suppress(OSError):
                    await writer.drain()
        if not connection.deaf:
            writer.close()

    def _pass_on(self, packet: Packet, writer: StreamWriter, back: StreamWriter) -> None:
        weather = self.weather
        if packet.kind == PUBACK and self._happens(weather.acks_lost):
            return
        if packet.wants_ack and self._happens(weather.lost):
            _write(back, packet.ack())
            return
        if packet.wants_ack and self._happens(weather.overtaken):
            self._loop.call_later(_OVERTAKEN, _write, writer, packet.raw)
        else:
            _write(writer, packet.raw)
        if packet.wants_ack and self._happens(weather.doubled):
            _write(writer, packet.again())

    def _happens(self, likely: float) -> bool:
        return likely > 0 and self._chance.random() < likely


def _write(writer: StreamWriter, raw: bytes) -> None:
    if not writer.is_closing():
        writer.write(raw)
