"""A broker for the demo, on loopback: mosquitto where it is installed, else amqtt in this process."""

import asyncio
import shutil
import socket
import threading
from pathlib import Path
from time import monotonic, sleep

from deploy.children import Children
from deploy.errors import Problem

_START = 60.0
"""Seconds in which a broker must answer."""

MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
"""


def find_mosquitto() -> str | None:
    """Debian puts it where ordinary users' paths do not lead."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_mosquitto(program: str, port: int, directory: Path, children: Children) -> None:
    """Returns when it answers. Raises Problem."""
    configuration = directory / "mosquitto.conf"
    configuration.write_text(MOSQUITTO.format(port=port))
    children.start("broker", [program, "-c", str(configuration)])
    wait_for_port(port, "mosquitto")


def wait_for_port(port: int, name: str) -> None:
    """Returns when something answers on the port. Raises Problem."""
    until = monotonic() + _START
    while monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.02)
    raise Problem(f"{name} did not start on port {port}")


class EmbeddedBroker:
    """amqtt on a thread of its own. For a demo only: it forgets what it holds when it ends."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="broker", daemon=True)

    def start(self) -> None:
        """Returns when it answers. Raises Problem."""
        from amqtt.broker import Broker
        from amqtt.errors import BrokerError

        configuration = {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{self._port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
        self._thread.start()

        async def begin() -> None:
            self._broker = Broker(configuration)
            await self._broker.start()

        try:
            asyncio.run_coroutine_threadsafe(begin(), self._loop).result(_START)
        except BrokerError as error:
            self._end_loop()
            raise Problem(f"amqtt did not start on port {self._port}: {error.__cause__ or error}") from error

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._broker.shutdown(), self._loop).result(_START)
        self._end_loop()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_START)
        self._loop.close()
