"""From a touch on the real window to the first changed frame, and to the vote on the terminal's disk."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep

from kiosk.ui import layout
from tests.bench.finger import Finger
from tests.bench.programs import Event, running
from tests.bench.report import Figure, at_most, percentile
from tests.screen import Screen

SIZE = (1280, 800)
TOUCHES = 300
LANGUAGES = ("nb", "en", "es", "ro", "bg", "th")
SETTLES = 3.0
"""Seconds after the first face until all pictures are drawn ahead."""

_QUESTION, _WHY, _THANKS = layout.question(SIZE, LANGUAGES), layout.why(SIZE), layout.thanks(SIZE)
_VISIT = (
    _QUESTION.faces[4],
    _WHY.faces[1],
    _WHY.faces[3],
    _WHY.faces[2],
    _WHY.answers[1].card,
)
"""A vote, three changes of mind and an answer: each is drawn at once, and changes the tally."""
_SETTINGS = """\
[terminal]
data = "terminal"
window = "{0}x{1}"
clock = "trusted"
[broker]
port = 1
"""


def measure(directory: Path) -> Iterator[Figure]:
    with Screen(SIZE) as screen, Finger(screen) as finger:
        floor = _floor(screen, finger, directory)
        frames, disks = _terminal(screen, finger, directory)
    commits = _commits(directory / "bare.db")
    for name, percent, goal in (("median", 50, 30), ("99th percentile", 99, 60)):
        value, baseline = percentile(frames, percent), percentile(floor, percent)
        yield Figure(f"touch to changed frame, {name}", value, "ms", at_most(goal), baseline, "bare Kivy window")
    value, baseline = percentile(disks, 99), percentile(commits, 99)
    yield Figure("touch to vote on disk, 99th percentile", value, "ms", at_most(100), baseline, "bare SQLite commit")


def write_settings(directory: Path) -> Path:
    """A terminal with a window, a new disk and no broker."""
    file = directory / "fjes.toml"
    file.write_text(_SETTINGS.format(*SIZE))
    return file


def _terminal(screen: Screen, finger: Finger, directory: Path) -> tuple[list[float], list[float]]:
    """Milliseconds to the changed frame and to the disk, of each touch."""
    settings = write_settings(directory)
    touches: list[float] = []
    with running(
        "tests.bench.kiosk_probe", f"{settings}", log=directory / "kiosk.log", environment=screen.environment
    ) as kiosk:
        kiosk.wait_for("ready")
        sleep(SETTLES)
        kiosk.events()
        while len(touches) < TOUCHES:
            touches += [finger.touch(box) for box in _VISIT]
            finger.touch(_THANKS.text)
        sleep(1)
        events = kiosk.events()
    refused = [event for event in events if event["event"] == "disk" and not event["ok"]]
    if refused:
        raise RuntimeError(f"{len(refused)} votes were not put on disk")
    return _until_frame(touches, events), _until(touches, events, "disk")


def _floor(screen: Screen, finger: Finger, directory: Path) -> list[float]:
    with running("tests.bench.kivy_floor", log=directory / "floor.log", environment=screen.environment) as window:
        window.wait_for("frame")
        sleep(1)
        window.events()
        boxes = cycle(_VISIT)
        touches = [finger.touch(next(boxes), rest=0.1) for _ in range(TOUCHES)]
        sleep(1)
        return _until_frame(touches, window.events())


def _until_frame(touches: list[float], events: list[Event]) -> list[float]:
    """Milliseconds from each touch to the first frame after it had its effect."""
    handled = _times(events, "touched")
    frames = _times(events, "frame")
    effects = [_first_after(touch, handled) for touch in touches]
    return [(_first_after(effect, frames) - touch) * 1e3 for touch, effect in zip(touches, effects, strict=True)]


def _until(touches: list[float], events: list[Event], name: str) -> list[float]:
    times = _times(events, name)
    return [(_first_after(touch, times) - touch) * 1e3 for touch in touches]


def _times(events: list[Event], name: str) -> list[float]:
    return [event["at"] for event in events if event["event"] == name]


def _first_after(moment: float, times: list[float]) -> float:
    return min(time for time in times if time > moment)


def _commits(file: Path) -> list[float]:
    """Milliseconds of a row's insert and commit, as durable as the tally's."""
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE votes (score INT)")
    took = []
    for _ in range(TOUCHES):
        began = monotonic()
        db.execute("INSERT INTO votes VALUES (4)")
        took.append((monotonic() - began) * 1e3)
        sleep(random.uniform(0.0, 0.01))
    db.close()
    return took
