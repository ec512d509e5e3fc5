"""Programs of a site: started, killed, frozen and thawed, each by its own process id."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.brokers import find_mosquitto, wait_for_port
from tests.ports import free_port

PATIENCE = 60.0
"""Seconds that a program may take to end when it is told to."""

_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
user root
persistence true
persistence_location {directory}/
autosave_on_changes true
autosave_interval 200
max_queued_messages 0
max_inflight_messages 0
"""


class Program:
    """One process at a time, started again and again. What it has to say of itself goes to `log`."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts it where it does not run."""
        raise NotImplementedError

    def launch(self, command: Sequence[str], *, talks: bool = False) -> subprocess.Popen[bytes]:
        """`talks` is whether it is told things and answers."""
        pipe = subprocess.PIPE if talks else None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=pipe or subprocess.DEVNULL, stdout=pipe or log, stderr=log, env=environment()
            )
        return self._process

    def kill(self) -> None:
        """As a power cut ends it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As it is ended when the machine is shut down; whatever cannot hear that is killed."""
        self.thaw()
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._signal(number)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"{self._process.args!r} does not end when it is told to") from None
        finally:
            self._process = None


class Broker(Program):
    """A mosquitto that keeps on its disk what it is told, if not always the newest of it."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / "broker.log")
        self.port = free_port()
        self._data = directory / "broker"
        self._data.mkdir()
        self._settings = directory / "mosquitto.conf"
        self._settings.write_text(_MOSQUITTO.format(port=self.port, directory=self._data))

    def start(self) -> None:
        if not self.running:
            self.launch([find_mosquitto() or "mosquitto", "-c", str(self._settings)])
            wait_for_port(self.port, "mosquitto")

    def forget(self) -> None:
        """Loses its whole state: sessions, what waits for somebody, what is retained."""
        self.kill()
        for file in self._data.iterdir():
            file.unlink()


class Collector(Program):
    """A collector, on the store that it shares with others."""

    def __init__(self, name: str, log: Path, store: Path, port: int, inbox: int, room: int) -> None:
        super().__init__(log)
        self._words = [str(store), str(port), name, str(inbox), str(room)]

    def start(self) -> None:
        if not self.running:
            self.launch([sys.executable, "-m", "tests.faults.collector_program", *self._words])


def environment() -> Mapping[str, str]:
    """Without the measuring of coverage, which would slow down every start."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
