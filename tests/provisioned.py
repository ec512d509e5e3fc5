"""A site whose broker lets in only who is known, made by the commands that an operator says."""

import contextlib
import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest import mock

from deploy.brokers import find_mosquitto
from deploy.command import main
from deploy.site.layout import BrokerFiles
from tests.polling import PATIENCE, eventually
from tests.ports import free_port, listens

HOST = "localhost"

_SETTINGS = """\
[broker]
host = "localhost"
port = {port}
ca = "broker/ca.crt"
user = "_collector"
password = "broker/collector.password"
[collector]
store = "fjes.db"
[dashboard]
sign_in = false
{more}
"""


class Said(str):
    """What a command printed on both of its ways, and the status it ended with."""

    status: int


class Provisioned:
    """In a directory that every user may look into: mosquitto becomes one of its own when root starts it."""

    def __init__(self, name: str = HOST, more: str = "") -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="fjes-site-"))
        self.directory.chmod(0o755)
        self.host = name
        self.port = free_port()
        self.file = self.directory / "fjes.toml"
        self.files = BrokerFiles(self.directory / "broker")
        self._broker: subprocess.Popen[bytes] | None = None
        self.file.write_text(_SETTINGS.format(port=self.port, more=more))
        assert self.fjes("broker", "init", "--name", name, "--port", str(self.port)).status == 0

    def fjes(self, *words: str) -> Said:
        """Says a command to this site."""
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(out),
            mock.patch("deploy.given.set_up_logs"),  # a process says one command; the test's own log is to stay
        ):
            status = main(["--config", str(self.file), *words])
        said = Said(out.getvalue())
        said.status = status
        return said

    def add(self, terminal: str, *words: str) -> Path:
        """Lets a terminal in, and unpacks its bundle; the directory."""
        return self.unpack(
            terminal, self.fjes("terminal", "add", terminal, "--bundle", str(self.bundle(terminal)), *words)
        )

    def rotate(self, terminal: str) -> Path:
        said = self.fjes("terminal", "rotate", terminal, "--bundle", str(self.bundle(terminal)))
        return self.unpack(terminal, said)

    def bundle(self, terminal: str) -> Path:
        return self.directory / f"{terminal}.tar.gz"

    def unpack(self, terminal: str, said: Said) -> Path:
        """Beside what is there of an older bundle, as an operator does it on the terminal."""
        assert said.status == 0, said
        directory = self.directory / terminal
        directory.mkdir(exist_ok=True)
        subprocess.run(["tar", "-xzf", self.bundle(terminal), "-C", directory], check=True)
        return directory

    def start(self) -> None:
        """The broker; returns when it answers."""
        command = [find_mosquitto() or "mosquitto", "-c", str(self.files.configuration)]
        with (self.directory / "broker.log").open("ab") as log:
            self._broker = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(self._answers, "mosquitto did not start")

    def _answers(self) -> bool:
        assert self._broker is not None
        assert self._broker.poll() is None, self.log
        return listens(self.port) and self.files.pid.exists()

    def stop(self) -> None:
        if self._broker is not None:
            self._broker.terminate()
            self._broker.wait(PATIENCE)
            self._broker = None

    def end(self) -> None:
        self.stop()
        shutil.rmtree(self.directory)

    @property
    def log(self) -> str:
        """What the broker has said so far."""
        return (self.directory / "broker.log").read_text()


def is_root() -> bool:
    return os.geteuid() == 0
