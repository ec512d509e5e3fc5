"""A real mosquitto for tests: on a port of its own, which it keeps over kills and restarts."""

import subprocess
from pathlib import Path
from time import monotonic, sleep

from deploy.brokers import find_mosquitto
from tests.polling import PATIENCE
from tests.ports import free_port, listens

_CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 0
"""


class Broker:
    """One mosquitto process. What it holds is in memory only: a restart forgets sessions and retained messages.

    With a configuration of its own, as `fjes broker` writes them, it is as that says; `port` is the one in there.
    """

    host = "127.0.0.1"

    def __init__(
        self, directory: Path, port: int | None = None, settings: str = "", configuration: Path | None = None
    ) -> None:
        self.port = free_port() if port is None else port
        self._directory = directory
        self._settings = settings
        self._configuration = configuration
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the port answers."""
        configuration = self._configuration or self._directory / f"mosquitto-{self.port}.conf"
        if not self._configuration:
            configuration.write_text(_CONFIGURATION.format(port=self.port) + self._settings)
        self._process = subprocess.Popen(
            [find_mosquitto() or "mosquitto", "-c", str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or monotonic() > deadline:
                raise RuntimeError(f"mosquitto did not start with {configuration}")
            sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def _answers(self) -> bool:
        return listens(self.port, self.host)
