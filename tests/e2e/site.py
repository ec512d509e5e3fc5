"""A whole site for tests: real broker, collector, page and terminal, each a process that can be killed and started."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from contract.faces import FACES
from contract.sheets import Table
from kiosk.ui import layout
from kiosk.ui.scene import INK
from tests.broker import Broker, free_port
from tests.screen import Screen

PATIENCE = 30.0
SIZE = (1280, 800)
LANGUAGES = ("nb", "en", "es", "ro", "bg", "th")
TERMINAL = "stua-1"
ECHO = 0.35
"""Seconds after which a touch is no echo of the last one."""

QUESTION, WHY, THANKS = layout.question(SIZE, LANGUAGES), layout.why(SIZE), layout.thanks(SIZE)

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


def eventually(true: Callable[[], bool], what: str) -> None:
    """Waits until something holds. Raises AssertionError with `what` when it never does."""
    until = monotonic() + PATIENCE
    while not true():
        assert monotonic() < until, what
        sleep(0.02)


class Site:
    """The processes of one site, by role, and a finger at its terminal."""

    def __init__(self, directory: Path, screen: Screen, profile: str) -> None:
        self.directory = directory
        self.screen = screen
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

    # the finger

    def touch(self, box: layout.Box) -> None:
        sleep(ECHO)
        self.screen.touch(box.centre)

    def asks(self) -> bool:
        """Whether the four faces are on the screen."""
        return all(self._colour(box, 0.5, 0.12) == FACES[score].colour for score, box in QUESTION.faces.items())

    def chosen(self) -> list[int]:
        """The scores of the faces that are marked on the second screen; none on another screen."""
        return [score for score, box in WHY.faces.items() if self._colour(box, 0.02, 0.5) == INK]

    def choose(self, score: int, faces: dict[int, layout.Box]) -> None:
        """Touches a face; the terminal then asks why, which says that the vote is on its disk."""
        self.touch(faces[score])
        eventually(lambda: self.chosen() == [score], f"the terminal does not ask why face {score}")

    def visit(self, score: int, answer: int | None = None, language: str | None = None) -> None:
        """A whole visit: perhaps a language, a face, an answer's card or skip, and gone."""
        if language:
            self.touch(QUESTION.languages[language])
        self.choose(score, QUESTION.faces)
        self.touch(WHY.skip if answer is None else WHY.answers[answer].card)
        eventually(lambda: self.chosen() == [], "the terminal does not thank")
        self.leave()

    def leave(self) -> None:
        self.touch(THANKS.text)
        eventually(self.asks, "the terminal does not ask the next visitor")

    def _colour(self, box: layout.Box, across: float, down: float) -> str:
        x, y = box.x + round(box.width * across), box.y + round(box.height * down)
        return "#" + self.screen.image().crop((x, y, x + 1, y + 1)).tobytes().hex().upper()

    # what came of it

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
