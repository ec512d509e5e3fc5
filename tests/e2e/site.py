"""A whole site for tests: real broker, collector, page and terminal, each a process that can be killed and started."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from contract.sheets import Table
from deploy.brokers import free_port
from tests.broker import Broker
from tests.e2e.finger import Finger
from tests.polling import PATIENCE, eventually
from tests.screen import Screen

TERMINAL = "stua-1"

_SETTINGS = """\
[site]
timezone = "Europe/Oslo"
languages = ["nb", "en", "es", "ro", "bg", "th"]
[broker]
port = {broker}
[privacy]
profile = "{profile}"
[terminal]
id = "{terminal}"
data = "terminal"
clock = "trusted"
[collector]
store = "fjes.db"
[dashboard]
port = {page}
"""


class Site(Finger):
    """The processes of one site, by role, and a finger at its terminal."""

    def __init__(self, directory: Path, screen: Screen, profile: str) -> None:
        super().__init__(screen)
        self.directory = directory
        self.broker = Broker(directory)
        self.page = free_port()
        self.file = directory / "fjes.toml"
        self.file.write_text(
            _SETTINGS.format(broker=self.broker.port, profile=profile, terminal=TERMINAL, page=self.page)
        )
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.page}/"

    def start(self, role: str) -> None:
        """Starts `broker`, `collector`, `dashboard` or `kiosk`; the terminal is waited for until it shows faces."""
        if role == "broker":
            self.broker.start()
            return
        with (self.directory / f"{role}.log").open("ab") as log:
            command = [sys.executable, "-m", "deploy", "--config", str(self.file), role]
            environment = {**os.environ, **self.screen.environment}
            self._running[role] = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        if role == "kiosk":
            eventually(self.asks, "the terminal shows no faces")

    def kill(self, role: str) -> None:
        """As a power cut ends it."""
        if role == "broker":
            self.broker.kill()
            return
        process = self._running.pop(role)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Ends all that runs."""
        for process in reversed(self._running.values()):
            process.terminate()
        for process in self._running.values():
            process.wait(PATIENCE)
        self.broker.stop()

    def stored(self, table: Table = Table.FACES) -> dict[str, int]:
        """The counts of a table in the store, over all time."""
        found: dict[str, int] = {}
        try:
            store = SqliteReadStore.open(self.directory / "fjes.db")
        except StoreError:
            return found
        try:
            for one in store.sheets([TERMINAL], [table], date.min, date.max):
                for cell, count in one.sheet.counts.items():
                    found[cell] = found.get(cell, 0) + count
        finally:
            store.close()
        return found

    def figures(self, period: str) -> dict[str, Any]:
        """What `fjes figures` prints."""
        words = ("figures", "--period", period, "--json")
        command = [sys.executable, "-m", "deploy", "--config", str(self.file), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures
