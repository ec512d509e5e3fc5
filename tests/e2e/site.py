"""A whole site for tests: real broker, collector, page and terminal, each a process that can be killed and started."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from contract.sheets import Table
from tests.broker import Broker
from tests.e2e.finger import LANGUAGES, Finger
from tests.polling import PATIENCE, eventually
from tests.ports import free_port, listens
from tests.screen import Screen

TERMINAL = "stua-1"

_SETTINGS = """\
[site]
timezone = "Europe/Oslo"
languages = {languages}
{of_site}
[broker]
port = {broker}
[privacy]
profile = "{profile}"
[terminal]
id = "{terminal}"
data = "terminal"
clock = "trusted"
{of_terminal}
[terminal.play]  # a test's finger is quicker than people are
rest = 0.1
pause = 0.1
changes = 100
[collector]
store = "fjes.db"
[dashboard]
port = {page}
sign_in = false
"""


class Site(Finger):
    """The processes of one site, by role, and a finger at its terminal. They get `environment` besides their own.

    What they say goes into a file for each, or into `log`, if that is set, for what starts after; `program` is the
    module that is the command `fjes` for the terminal.
    """

    def __init__(self, directory: Path, screen: Screen, profile: str, languages: Sequence[str] = LANGUAGES) -> None:
        super().__init__(screen, languages)
        self.directory = directory
        self.environment = {"SDL_AUDIODRIVER": "dummy"}
        self.log: int | None = None
        self.program = "deploy"
        self.broker = Broker(directory)
        self.page = free_port()
        self.file = directory / "fjes.toml"
        self._profile = profile
        self._languages = languages
        self.set()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.page}/"

    def set(self, of_site: str = "", of_terminal: str = "", terminal: str = TERMINAL) -> None:
        """Writes the settings, with these lines among those of the site and the terminal; for what starts after."""
        self.file.write_text(
            _SETTINGS.format(
                languages=json.dumps(self._languages),
                of_site=of_site,
                broker=self.broker.port,
                profile=self._profile,
                terminal=terminal,
                of_terminal=of_terminal,
                page=self.page,
            )
        )

    def start(self, role: str) -> None:
        """Starts `broker`, `collector`, `dashboard` or `kiosk`; returns when there is a page, or faces are shown."""
        if role == "broker":
            self.broker.start()
            return
        with (self.directory / f"{role}.log").open("ab") as log:
            program = self.program if role == "kiosk" else "deploy"
            command = [sys.executable, "-m", program, "--config", str(self.file), role]
            environment = {**os.environ, **self.screen.environment, **self.environment}
            said = self.log or log
            self._running[role] = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
        if role == "dashboard":
            eventually(lambda: listens(self.page), "there is no page")
        if role == "kiosk":
            eventually(self.asks, "the terminal shows no faces")

    def kill(self, role: str) -> None:
        """As a power cut ends it."""
        if role == "broker":
            self.broker.kill()
            return
        terminal = self.terminal() if role == "kiosk" else 0
        process = self._running.pop(role)
        process.kill()
        process.wait()
        if terminal:
            self._wait_until_gone(terminal)

    def crash(self) -> None:
        """Ends the terminal as a crash does; what keeps it goes on."""
        eventually(self.terminal, "there is no terminal that could crash")
        terminal = self.terminal()
        os.kill(terminal, signal.SIGKILL)
        self._wait_until_gone(terminal)

    def _wait_until_gone(self, terminal: int) -> None:
        """Until nothing of it is on the screen, which would else be taken for the next one."""
        eventually(lambda: not self.screen.has_window(terminal), "what was killed is still on the screen")

    def terminal(self) -> int:
        """The process that shows the terminal, which its keeper has started; 0 between two."""
        keeper = self._running["kiosk"].pid
        found = subprocess.run(["pgrep", "--parent", str(keeper)], capture_output=True, text=True)
        return int(found.stdout or 0)

    def wait(self, role: str) -> int:
        """Until a process has ended by itself, and its exit status."""
        return self._running.pop(role).wait(PATIENCE)

    def stop(self) -> None:
        """Ends all that runs."""
        try:
            for process in reversed(self._running.values()):
                process.terminate()
            for process in self._running.values():
                process.wait(PATIENCE)
        finally:
            self.broker.stop()

    def stored(self, table: Table = Table.FACES, terminal: str = TERMINAL) -> dict[str, int]:
        """The counts of a table in the store, over all time."""
        found: dict[str, int] = {}
        try:
            store = SqliteReadStore.open(self.directory / "fjes.db")
        except StoreError:
            return found
        try:
            for one in store.sheets([terminal], [table], date.min, date.max):
                for cell, count in one.sheet.counts.items():
                    found[cell] = found.get(cell, 0) + count
        finally:
            store.close()
        return found

    def tallied(self, table: Table = Table.FACES) -> int:
        """The votes that a table has on the terminal's own disk, released or not."""
        file = self.directory / "terminal" / f"{TERMINAL}.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT counts FROM sheets WHERE tbl = ?", (table.value,)).fetchall()
        return sum(sum(json.loads(counts).values()) for (counts,) in rows)

    def faults(self) -> tuple[str, ...]:
        """What the terminal has told the collector that is wrong with it."""
        try:
            store = SqliteReadStore.open(self.directory / "fjes.db")
        except StoreError:
            return ()
        try:
            presence = store.presences().get(TERMINAL)
        finally:
            store.close()
        return presence.faults if presence else ()

    def figures(self, period: str) -> dict[str, Any]:
        """What `fjes figures` prints."""
        words = ("figures", "--period", period, "--json")
        command = [sys.executable, "-m", "deploy", "--config", str(self.file), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures
