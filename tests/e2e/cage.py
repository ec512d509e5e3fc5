"""Where the monkey is let loose: a site with the probed terminal, and everything around it within reach."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from PIL import ImageColor

from collector.store.reading import SqliteReadStore
from contract.sheets import Table
from deploy.configuration import Configuration, read_settings
from kiosk.ui.foreground import LOOK
from kiosk.ui.layout import Panel
from kiosk.ui.look import LOOKS
from kiosk.ui.scene import Scenes
from kiosk.view import Appearance, Screen, View
from tests.broker import Broker
from tests.e2e.loudspeaker import Loudspeaker
from tests.e2e.monkey import FARTHEST, Action, Kind, Point
from tests.e2e.replay import MOUSE, Touch
from tests.e2e.x11 import X11, Place
from tests.polling import PATIENCE, eventually
from tests.screen import Screen as VirtualScreen

TERMINAL = "stua-1"
RETURNS = LOOK + 15.0
"""Seconds after which the window must be the whole screen again, whatever was done to it or to the screen."""
LOOKS_EVERY = 0.1
"""Seconds between two looks at the window."""
SETTINGS = """\
[site]
timezone = "Europe/Oslo"
languages = ["nb", "en", "es", "ro", "th", "ar"]
[[site.messages]]
en = "You said that the waiting is long. Now there are two of us on Tuesdays."
th = "ขอบคุณ"
[[site.messages]]
nb = "Dere sa at kaffen er kald. Nå er den varm."
[broker]
port = {broker}
[privacy]
profile = "busy"
release = 5
[terminal]
id = "stua-1"
data = "terminal"
clock = "trusted"
keep_days = {keep_days}
[terminal.play]
rest = 0.1
pause = 0.1
hammering = 1.5
changes = 5
in_a_row = 1
[collector]
store = "fjes.db"
"""
PAPERS = {ImageColor.getrgb(look.paper) for look in LOOKS.values()}
"""The colours that may be behind everything."""
SETTLED = 1.0
"""Seconds after which the window has drawn what it shows, once it is whole; and from one picture to the next."""

Counts = dict[tuple[str, str], dict[str, int]]
"""By table and period."""


class Cage:
    """One screen, broker, collector, loudspeaker and terminal, and what was sent to the window."""

    def __init__(self, directory: Path, screen: VirtualScreen, keep_days: int = 3650) -> None:
        self.broker = Broker(directory)
        self.speaker = Loudspeaker(directory)
        self.tale = directory / "tale"
        self.sent: list[Touch] = []
        self.away = 0.0
        """Seconds for which the window was longest not what it should be."""
        self.looks = 0
        self.pictures = 0
        """How often the window was looked at, and what is on it."""
        self._directory = directory
        self._screen = screen
        self._file = directory / "fjes.toml"
        self._file.write_text(SETTINGS.format(broker=self.broker.port, keep_days=keep_days))
        self._x11 = X11(screen.environment)
        self._size = screen.size
        self._broker_is_up = False
        self._left_since: float | None = None
        self._look_at = self._picture_at = 0.0
        self._window = 0
        self._processes: list[subprocess.Popen[str]] = []

    @property
    def configuration(self) -> Configuration:
        return read_settings(self._file)

    def start(self) -> None:
        """Returns when the terminal shows faces."""
        self.speaker.start()
        self._do_broker("start")
        self._run("collector", [sys.executable, "-m", "deploy", "--config", str(self._file), "collector"])
        self._run("kiosk", [sys.executable, "-m", "tests.e2e.probed", str(self._file), str(self.tale)])
        eventually(lambda: '"ready"' in self._told(), "the terminal shows no faces")
        self._window = max(self._x11.windows(), key=lambda one: self._x11.place(one).width)

    def stop(self) -> None:
        for process in reversed(self._processes):
            _end(process)
        self.speaker.stop()
        self.broker.stop()
        self._x11.close()

    def do(self, action: Action) -> None:
        """Does one thing and looks at the window."""
        points = [self._pixels(point) for point in action.path]
        match action.kind:
            case Kind.TOUCH | Kind.AGAIN:
                for _ in range(2 if action.kind is Kind.AGAIN else 1):
                    self._drag(points)
            case Kind.DRAG:
                self._drag(points)
            case Kind.FINGERS:
                self._fingers(action.what, action.path)
            case Kind.BUTTON:
                self._x11.move(*points[0])
                self._click(int(action.number))
            case Kind.KEYS:
                self._keys(action.what.split())
            case Kind.WINDOW:
                self._strike(action.what, points[0])
            case Kind.SCREEN:
                width, height = map(int, action.what.split("x"))
                self._resize((width, height) if self._size == self._screen.size else self._screen.size)
            case Kind.SOUND:
                self.speaker.be(action.what)
            case Kind.CLOCK:
                self._say(f"clock {action.number}")
            case Kind.BROKER:
                self._do_broker(action.what)
        self._x11.flush()
        if action.rest:
            sleep(action.rest)
        self._look()

    def calm(self) -> None:
        """Everything is as it should be again, and everybody has gone; then the day is over."""
        self._x11.button(1, down=False)
        self._resize(self._screen.size)
        self.speaker.be("there")
        self._do_broker("start")
        eventually(self._is_full, "the window is not the whole screen")
        eventually(self._is_idle, "somebody is still there")
        handled = -1
        while handled != (handled := self._told().count('"handled"')):  # the last touches may still be on their way
            sleep(1.0)
        self._say(f"clock {(2 * FARTHEST).total_seconds()}")

    def stored(self) -> Counts:
        """What the collector has."""
        store = SqliteReadStore.open(self._directory / "fjes.db")
        try:
            sheets = [one.sheet for one in store.sheets([TERMINAL], list(Table), date.min, date.max)]
        finally:
            store.close()
        return _counts((sheet.table.value, sheet.period, sheet.counts) for sheet in sheets)

    def tallied(self) -> Counts:
        """What is on the terminal's disk, released or not."""
        with sqlite3.connect(f"file:{self._directory}/terminal/{TERMINAL}.db?mode=ro", uri=True) as db:
            rows = db.execute("SELECT tbl, period, counts FROM sheets").fetchall()
        db.close()
        return _counts((table, period, json.loads(counts)) for table, period, counts in rows)

    def end(self) -> int:
        """Tells the terminal to end, and returns how it did."""
        return _end(self._processes.pop())

    def log(self, role: str) -> str:
        return (self._directory / f"{role}.log").read_text()

    def _run(self, role: str, command: list[str]) -> None:
        environment = {**self._screen.environment, **self.speaker.environment}
        with (self._directory / f"{role}.log").open("w") as log:
            self._processes.append(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, text=True)
            )

    def _told(self) -> str:
        return self.tale.read_text() if self.tale.exists() else ""

    def _is_idle(self) -> bool:
        calls = [line for line in self._told().splitlines() if '"call"' in line and line.endswith("}")]
        last: dict[str, Any] = json.loads(calls[-1])
        return bool(last["idle"])

    def _say(self, line: str) -> None:
        stdin = self._processes[-1].stdin
        assert stdin is not None
        stdin.write(f"{line}\n")
        stdin.flush()

    def _pixels(self, point: Point) -> tuple[int, int]:
        return int(point[0] * (self._size[0] - 1)), int(point[1] * (self._size[1] - 1))

    def _drag(self, points: list[tuple[int, int]]) -> None:
        """The finger that X knows: down at the first point, up at the last."""
        self._x11.move(*points[0])
        self._x11.button(1, down=True)
        self.sent.append(Touch(MOUSE, *points[0]))
        for point in points[1:]:
            self._x11.move(*point)
        self._x11.button(1, down=False)

    def _fingers(self, what: str, path: tuple[Point, ...]) -> None:
        """As many fingers as there are points, all down before the first goes up, if it does at all."""
        for number, (x, y) in enumerate(path):
            self._say(f"finger down {number} {x} {y}")
            self.sent.append(Touch(number, x, y))
        if what == "move":
            for number, (x, y) in enumerate(reversed(path)):
                self._say(f"finger move {number} {x} {y}")
        if what != "leave":
            for number, (x, y) in enumerate(path):
                self._say(f"finger up {number} {x} {y}")

    def _click(self, button: int) -> None:
        self._x11.button(button, down=True)
        self._x11.button(button, down=False)

    def _keys(self, names: list[str]) -> None:
        for name in names:
            self._x11.key(name, down=True)
        for name in reversed(names):
            self._x11.key(name, down=False)

    def _strike(self, what: str, at: tuple[int, int]) -> None:
        match what:
            case "close":
                self._x11.ask_to_close(self._window)
            case "unmap":
                self._x11.unmap(self._window)
            case "lower":
                self._x11.lower(self._window)
            case "move":
                self._x11.put(self._window, Place(*at, *self._size, seen=True))
            case "shrink":
                self._x11.put(self._window, Place(*at, 300, 200, seen=True))
            case "keys":
                self._x11.take_keys()

    def _resize(self, size: tuple[int, int]) -> None:
        if size != self._size:
            self._size = size
            self._x11.resize(size)

    def _do_broker(self, what: str) -> None:
        if what == "start" and not self._broker_is_up:
            self.broker.start()
        elif what == "kill":
            self.broker.kill()
        self._broker_is_up = what == "start"

    def _look(self) -> None:
        """Raises AssertionError when the terminal has ended, or its window has left the full screen for too long."""
        now = monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOKS_EVERY
        self.looks += 1
        assert self._processes[-1].poll() is None, f"the terminal has ended:\n{self.log('kiosk')}"
        if self._is_full():
            self._left_since = None
            if now >= self._picture_at:
                self._look_closely(now)
            return
        self._picture_at = now + SETTLED
        self._left_since = self._left_since or now
        self.away = max(self.away, now - self._left_since)
        assert self.away < RETURNS, f"the window is {self._x11.place(self._window)}, the screen {self._x11.place()}"

    def _look_closely(self, now: float) -> None:
        """Raises AssertionError when for too long none of the terminal's screens is to be seen."""
        self.pictures += 1
        image = self._screen.image().crop((0, 0, *self._size))
        edge = {image.getpixel((x, y)) for x in (1, self._size[0] - 2) for y in (1, self._size[1] - 2)}
        if len(edge) == 1 and edge < PAPERS and len(image.getcolors(1 << 24) or ()) > 2:
            self._picture_at = now + SETTLED
        else:  # for a moment there is nothing but paper, while one screen fades into the next
            assert now < self._picture_at + RETURNS, f"the screen is empty, or its corners are {edge}"

    def _is_full(self) -> bool:
        """Whether the window is all that is seen, and has the keys."""
        place, screen = self._x11.place(self._window), self._x11.place()
        whole = (place.x, place.y, place.width, place.height) == (0, 0, screen.width, screen.height)
        return whole and place.seen and self._x11.windows()[-1] == self._window and self._x11.has_keys(self._window)


def _end(process: subprocess.Popen[str]) -> int:
    """Tells it to end; one that does not is killed, which its code then tells."""
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode


def places(configuration: Configuration, size: tuple[int, int]) -> dict[str, list[Point]]:
    """The middles of all that can be touched on some screen of the terminal, by what it does."""
    survey, languages = configuration.survey(), configuration.settings.site.languages
    scenes = Scenes(survey, languages, Panel.of(size), speaks=languages)
    shown = ((Screen.QUESTION, None), (Screen.WHY, 4), (Screen.WHY, 1), (Screen.LANGUAGES, None), (Screen.THANKS, None))
    views = [
        View(screen, language, score, appearance=appearance, speech=speech)
        for screen, score in shown
        for language in (languages[0], languages[-1])
        for appearance in Appearance
        for speech in (False, True)
    ]
    found: dict[str, set[tuple[int, int]]] = {}
    for view in views:
        for target in scenes.of(view).targets:
            found.setdefault(target.deed, set()).add(target.box.centre)
    return {deed: [(x / size[0], y / size[1]) for x, y in sorted(middles)] for deed, middles in found.items()}


def _counts(rows: Iterator[tuple[str, str, dict[str, int]]]) -> Counts:
    found: Counts = {}
    for table, period, counts in rows:
        kept = {cell: count for cell, count in counts.items() if count}
        if kept:
            found[table, period] = kept
    return found
