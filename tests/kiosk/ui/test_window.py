"""The real window under a real finger: Xvfb, xdotool, and a recorder that answers at once from another thread."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from PIL import Image

from contract.survey import SCORES
from kiosk.ui import layout
from kiosk.ui.display import NoScreenError, screen_of
from kiosk.ui.scene import CARD, INK
from tests.polling import PATIENCE
from tests.screen import Screen

pytestmark = pytest.mark.e2e

SIZE = (1280, 800)
LANGUAGES = ("nb", "en", "th")
PANEL = layout.Panel.of(SIZE)
QUESTION, WHY, THANKS = layout.question(PANEL, LANGUAGES), layout.why(PANEL), layout.thanks(PANEL)
SETTLED = 0.35
"""Seconds without a frame until a fade is surely over, and the next touch no echo of the last."""
CALM = 0.5
"""Seconds between two pictures that are the same when a screen is there to stay."""


class Terminal:
    """The window as a program, and what it says it did."""

    def __init__(self, screen: Screen, *flags: str, size: str = "1280x800") -> None:
        self.screen = screen
        self.changes: list[dict[str, Any]] = []
        self._seen: set[str] = set()
        self._last = 0.0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.window", size, ",".join(LANGUAGES), *flags],
            env=dict(screen.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                said = json.loads(line)
                if said["event"] == "change":
                    self.changes.append(said)
                self._seen.add(said["event"])
                self._last = monotonic()

    def wait_for(self, event: str) -> None:
        self.until(lambda: event in self._seen)

    def settle(self) -> None:
        """Waits until nothing has happened for a while."""
        self.until(lambda: monotonic() - self._last > SETTLED)

    def touch(self, box: layout.Box) -> None:
        """A short touch, and what follows it."""
        self.press(box)
        self.lift()

    def press(self, box: layout.Box) -> None:
        self._after(lambda: self.screen.press(box.centre))

    def lift(self) -> None:
        self.screen.lift()
        sleep(SETTLED)
        self.settle()

    def is_still(self, seconds: float) -> bool:
        """Whether it does nothing, not even draw, for so long."""
        begin = monotonic()
        sleep(seconds)
        return self._last < begin

    def colour(self, at: tuple[int, int]) -> str:
        return "#" + self.screen.image().crop((*at, at[0] + 1, at[1] + 1)).tobytes().hex().upper()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self._reader.join()

    def _after(self, act: Callable[[], None]) -> None:
        begin = monotonic()
        act()
        self.until(lambda: self._last > begin)
        self.settle()

    def until(self, true: Callable[[], bool]) -> None:
        """Waits for something, not without end."""
        patience = monotonic() + PATIENCE
        while not true():
            assert monotonic() < patience
            sleep(0.02)


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen(SIZE) as screen:
        yield screen


@pytest.fixture
def launch(screen: Screen) -> Iterator[Callable[..., Terminal]]:
    """Starts a terminal, with flags for tests.window, and waits for its first faces."""
    launched = []

    def launch(*flags: str) -> Terminal:
        launched.append(Terminal(screen, "slow", *flags))
        launched[-1].wait_for("ready")
        launched[-1].settle()
        launched[-1].until(lambda: is_dark(launched[-1], "nb"))
        return launched[-1]

    yield launch
    for terminal in launched:
        terminal.stop()


@pytest.fixture
def terminal(launch: Callable[..., Terminal]) -> Terminal:
    return launch()


def ringed(terminal: Terminal) -> list[int]:
    """The scores whose face has a ring on the second screen."""
    return [s for s, box in WHY.faces.items() if terminal.colour((box.x + 2, box.centre[1])) == INK]


def is_dark(terminal: Terminal, language: str) -> bool:
    """Whether a language's button is shown as the chosen one."""
    box = QUESTION.languages[language]
    return terminal.colour((box.x + 8, box.centre[1])) == INK


def unmarked(terminal: Terminal) -> Image.Image:
    """The picture of a screen on which no face is marked, once it does not change any more."""
    seen: list[Image.Image] = []

    def is_calm() -> bool:
        before = terminal.screen.image()
        sleep(CALM)
        seen[:] = [terminal.screen.image()]
        return seen[0] == before and ringed(terminal) == []

    terminal.until(is_calm)
    return seen[0]


def test_a_visit_with_a_change_of_mind(terminal: Terminal) -> None:
    terminal.touch(QUESTION.languages["th"])
    terminal.until(lambda: is_dark(terminal, "th"))

    terminal.touch(QUESTION.faces[4])
    terminal.until(lambda: ringed(terminal) == [4])
    terminal.touch(WHY.faces[2])
    terminal.until(lambda: ringed(terminal) == [2])
    terminal.touch(WHY.answers[2].card)
    thanked = unmarked(terminal)
    terminal.touch(THANKS.text)
    terminal.until(lambda: terminal.screen.image() != thanked and is_dark(terminal, "nb"))

    first, second, third = [4, "th", "none"], [2, "th", "none"], [2, "th", "nohelp"]
    assert [(c["before"], c["after"]) for c in terminal.changes] == [(None, first), (first, second), (second, third)]


def test_the_thanks_are_the_same_for_every_face(terminal: Terminal) -> None:
    seen = []
    for score in SCORES:
        terminal.touch(QUESTION.faces[score])
        terminal.until(lambda score=score: ringed(terminal) == [score])  # type: ignore[misc]
        terminal.touch(WHY.skip)
        seen.append(unmarked(terminal).tobytes())
        terminal.touch(THANKS.pictogram)
        terminal.until(lambda: is_dark(terminal, "nb"))
    assert len(set(seen)) == 1


def test_the_cards_are_white_on_both_sides(terminal: Terminal) -> None:
    terminal.touch(QUESTION.faces[1])
    terminal.until(lambda: ringed(terminal) == [1])
    for score in SCORES[:3]:
        terminal.touch(WHY.faces[score])
        terminal.until(lambda score=score: ringed(terminal) == [score])  # type: ignore[misc]
        plain = [(answer.card.x + 20, answer.card.centre[1]) for answer in WHY.answers]
        terminal.until(lambda plain=plain: {terminal.colour(at) for at in plain} == {CARD})  # type: ignore[misc]


def test_a_touched_face_sinks_and_comes_back(launch: Callable[..., Terminal]) -> None:
    terminal = launch("mute")
    face = QUESTION.faces[4]
    edge = (face.centre[0], face.y + 3)
    before = terminal.colour(edge)
    terminal.press(face)
    terminal.until(lambda: terminal.colour(edge) != before)
    terminal.lift()
    terminal.until(lambda: terminal.colour(edge) == before)


def test_a_disk_that_refuses_is_said_in_words(launch: Callable[..., Terminal]) -> None:
    terminal = launch("broken")
    terminal.touch(QUESTION.faces[3])
    sign = layout.unavailable(PANEL).pictogram
    left_stroke = (sign.x + round(sign.width * 9.5 / 24), sign.centre[1])
    terminal.until(lambda: terminal.colour(left_stroke) == INK)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told_to(terminal: Terminal, number: signal.Signals) -> None:
    terminal.process.send_signal(number)
    terminal.wait_for("end")
    assert terminal.process.wait(PATIENCE) == 0


def test_another_survey_waits_until_the_visitor_is_gone(launch: Callable[..., Terminal]) -> None:
    terminal = launch("other")
    before = unmarked(terminal)
    terminal.touch(QUESTION.faces[4])
    terminal.until(lambda: ringed(terminal) == [4])
    terminal.touch(WHY.skip)
    unmarked(terminal)
    terminal.touch(THANKS.text)
    asked = QUESTION.question
    corners = (asked.x, asked.y, asked.x + asked.width, asked.y + asked.height)

    def asks_something_else() -> bool:
        after = terminal.screen.image()
        is_other = after.crop(corners) != before.crop(corners)
        after.paste(before.crop(corners), corners)
        return is_other and after == before

    terminal.until(asks_something_else)


def test_in_full_screen_it_fills_the_screen(screen: Screen) -> None:
    terminal = Terminal(screen, "slow", size="SCREEN")
    try:
        terminal.wait_for("ready")
        terminal.touch(QUESTION.faces[3])
        terminal.until(lambda: ringed(terminal) == [3])
    finally:
        terminal.stop()


def test_nothing_is_drawn_while_nothing_changes(terminal: Terminal) -> None:
    terminal.until(lambda: terminal.is_still(4))


@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ":65432"}])
def test_no_screen_is_one_clear_sentence(environment: dict[str, str]) -> None:
    if not environment and any(Path("/dev/dri").glob("card*")):
        pytest.skip("this machine has a screen of its own")
    with pytest.raises(NoScreenError, match="DISPLAY"), screen_of(environment):
        pass


def test_a_program_without_a_screen_ends_with_that_sentence() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.window", "800x480", "nb"],
        env={"DISPLAY": ":65432"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("kiosk.ui.display.NoScreenError: no window can be opened on DISPLAY")
