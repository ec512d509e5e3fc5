"""From a touch on the real window to the first changed frame, and to the vote on the terminal's disk."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from time import monotonic, sleep

from kiosk.ui import layout
from kiosk.ui.layout import Box
from tests.bench.finger import ECHO, Finger
from tests.bench.programs import Program, running
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
    frames: list[float] = []
    disks: list[float] = []
    with running(
        "tests.bench.kiosk_probe", f"{settings}", log=directory / "kiosk.log", environment=screen.environment
    ) as kiosk:
        kiosk.wait_for("ready")
        sleep(SETTLES)
        while len(frames) < TOUCHES:
            for box in _VISIT:
                frame, disk = _touch(kiosk, finger, box, "touched", "disk")
                frames.append(frame)
                disks.append(disk)
                sleep(ECHO)
            _touch(kiosk, finger, _THANKS.text, "touched")
            sleep(ECHO)
    return frames, disks


def _floor(screen: Screen, finger: Finger, directory: Path) -> list[float]:
    """Milliseconds to the changed frame, of each touch."""
    with running("tests.bench.kivy_floor", log=directory / "floor.log", environment=screen.environment) as window:
        window.wait_for("frame")
        sleep(1)
        return [_touch(window, finger, box, "touched")[0] for box in islice(cycle(_VISIT), TOUCHES)]


def _touch(program: Program, finger: Finger, box: Box, *effects: str) -> list[float]:
    """Milliseconds from the finger on the screen to the first frame after `touched`, then to the other effects.

    Raises RuntimeError when the touch has none: the next one's must not be taken for it.
    """
    down = finger.touch(box)
    seen: dict[str, float] = {}
    while not seen.keys() >= {*effects, "frame"}:
        event = program.next()
        if event["at"] < down or event["event"] in seen:
            continue
        if event["event"] != "frame" or "touched" in seen:
            seen[event["event"]] = event["at"]
    return [(seen[name] - down) * 1e3 for name in ("frame", *effects[1:])]


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
