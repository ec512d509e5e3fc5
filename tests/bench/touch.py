"""From a touch on the real window to the first changed frame, and to the vote on the terminal's disk.

In every language, with speech on: the first touch on a target lights and names it, the second chooses it.
"""

import random
import sqlite3
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from time import monotonic, sleep

from msgspec import Struct
from msgspec.structs import replace

from contract.survey import side_of
from deploy.configuration import read_settings
from kiosk.ui.layout import Box
from kiosk.ui.narration import AT_ONCE
from kiosk.ui.target import Deed
from kiosk.view import Screen, View
from tests.bench.finger import ECHO, Finger
from tests.bench.programs import Program, running
from tests.bench.report import Figure, at_most, percentile
from tests.bench.terminal import LANGUAGES, SIZE, SOUND, Glass, until_drawn, write_settings
from tests.screen import Screen as VirtualScreen

TOUCHES = 100
"""In each language, at least."""
FLOOR = 300
"""Touches of the bare window, and commits of the bare disk."""
LISTENS = 0.15
"""Seconds from the touch that lights to the one that chooses, at least."""

_COUNTED = (Deed.FACE, Deed.ANSWER)
"""What changes the tally."""


class Touch(Struct, frozen=True):
    """Where a finger comes down, how long after the last time, and whether the tally changes."""

    box: Box
    rest: float = ECHO
    counts: bool = False


class Times(Struct):
    """Milliseconds to the changed frame and to the disk, of each touch."""

    frames: list[float]
    disks: list[float]


def measure(directory: Path) -> Iterator[Figure]:
    settings = write_settings(directory)
    glass = Glass(settings)
    visits = {language: tuple(_visit(glass, settings, language)) for language in LANGUAGES}
    with VirtualScreen(SIZE) as screen, Finger(screen) as finger:
        floor = _floor(screen, finger, directory, visits[LANGUAGES[0]])
        times = _terminal(screen, finger, directory, settings, visits)
    commits = _commits(directory / "bare.db")
    silent = ", ".join(sorted(set(LANGUAGES) - set(glass.speaks)))
    where = f"{len(LANGUAGES)} languages, speech on" + f" but in {silent}" * bool(silent)
    for name, percent, goal in (("median", 50, 25), ("99th percentile", 99, 50)):
        baseline = percentile(floor, percent)
        in_each = {language: percentile(time.frames, percent) for language, time in times.items()}
        worst = max(in_each, key=lambda language: in_each[language])
        for who, value in (
            (where, percentile([frame for time in times.values() for frame in time.frames], percent)),
            (f"worst language ({worst})", in_each[worst]),
        ):
            yield Figure(f"touch to frame, {name}, {who}", value, "ms", at_most(goal), baseline, "bare Kivy window")
    value, baseline = percentile([disk for time in times.values() for disk in time.disks], 99), percentile(commits, 99)
    yield Figure("touch to vote on disk, 99th percentile", value, "ms", at_most(100), baseline, "bare SQLite commit")


def _visit(glass: Glass, settings: Path, language: str) -> Iterator[Touch]:
    """A language, the ear, a vote, three changes of mind, an answer, and gone."""
    speech = language in glass.speaks
    first = read_settings(settings).survey().follow_up(side_of(3)).options[0].id
    view = View(Screen.QUESTION, LANGUAGES[0])
    yield Touch(glass.box(view, Deed.LANGUAGE, language))
    view = replace(view, language=language, chosen=True)
    if speech:
        yield Touch(glass.box(view, Deed.SPEECH))
    view = replace(view, speech=speech)
    for score in (4, 1, 2, 3):
        yield from _pressed(glass, view, Deed.FACE, str(score))
        view = replace(view, screen=Screen.WHY, score=score)
    yield from _pressed(glass, view, Deed.ANSWER, first)
    yield from _pressed(glass, replace(view, screen=Screen.THANKS), Deed.DISMISS)


def _pressed(glass: Glass, view: View, deed: Deed, value: str = "") -> Iterator[Touch]:
    """What it takes to choose something."""
    box, counts = glass.box(view, deed, value), deed in _COUNTED
    if view.speech and deed not in AT_ONCE:
        yield Touch(box)
        yield Touch(box, LISTENS, counts)
    else:
        yield Touch(box, counts=counts)


def _terminal(
    screen: VirtualScreen, finger: Finger, directory: Path, settings: Path, visits: dict[str, tuple[Touch, ...]]
) -> dict[str, Times]:
    """By language."""
    words = ("tests.bench.kiosk_probe", "--config", f"{settings}", "kiosk")
    environment = {**screen.environment, **SOUND}
    times = {language: Times([], []) for language in visits}
    with running(*words, log=directory / "kiosk.log", environment=environment) as kiosk:
        kiosk.wait_for("ready")
        until_drawn(kiosk.kept())
        while unfinished := [language for language in visits if len(times[language].frames) < TOUCHES]:
            for language in unfinished:
                for touch in visits[language]:
                    frame, *disk = _touch(kiosk, finger, touch, "touched", *["disk"] * touch.counts)
                    times[language].frames.append(frame)
                    times[language].disks += disk
    return times


def _floor(screen: VirtualScreen, finger: Finger, directory: Path, visit: tuple[Touch, ...]) -> list[float]:
    """Milliseconds to the changed frame, of each touch."""
    with running("tests.bench.kivy_floor", log=directory / "floor.log", environment=screen.environment) as window:
        window.wait_for("frame")
        sleep(1)
        boxes = islice(cycle(touch.box for touch in visit), FLOOR)
        return [_touch(window, finger, Touch(box, rest=0), "touched")[0] for box in boxes]


def _touch(program: Program, finger: Finger, touch: Touch, *effects: str) -> list[float]:
    """Milliseconds from the finger on the screen to the first frame after `touched`, then to the other effects.

    Raises RuntimeError when the touch has none: the next one's must not be taken for it.
    """
    down = finger.touch(touch.box, touch.rest)
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
    for _ in range(FLOOR):
        began = monotonic()
        db.execute("INSERT INTO votes VALUES (4)")
        took.append((monotonic() - began) * 1e3)
        sleep(random.uniform(0.0, 0.01))
    db.close()
    return took
