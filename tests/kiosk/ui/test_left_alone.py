"""A device that is left alone: whatever is pressed, clicked or done to the window, faces are what is seen, full screen.

The real window on a virtual screen; what a window manager could do to it is done to it directly.
"""

from collections.abc import Iterator

import pytest

from tests.screen import Screen
from tests.stage import BOXES, LIGHT
from tests.stage_program import StageProgram

pytestmark = pytest.mark.e2e

SIZE = (800, 600)
WAYS_OUT = (
    ("Escape", "F1", "F4", "F5", "F10", "F11", "F12", "Print", "Pause", "Menu", "Super_L", "Delete", "BackSpace"),
    ("alt+F4", "alt+Tab", "alt+Return", "alt+space", "ctrl+alt+Delete", "ctrl+alt+BackSpace", "ctrl+Escape"),
    ("ctrl+c", "ctrl+q", "ctrl+w", "ctrl+e", "ctrl+m", "ctrl+alt+F2", "super+l", "shift+F12", "ctrl+shift+Escape"),
    ("a", "Tab", "Return", "space", "eacute", "Home", "XF86AudioRaiseVolume", "XF86PowerOff", "XF86Back"),
)
"""What closes, minimises, photographs or configures a program somewhere, and what is only typed."""
TAB, SHIFTS = 9, (303, 304)
"""Kivy's numbers for them."""


@pytest.fixture
def stage() -> Iterator[StageProgram]:
    with Screen(SIZE) as screen:
        stage = StageProgram(screen, "SCREEN")
        stage.wait_for("ready")
        stage.settle()
        yield stage
        stage.stop()
        assert stage.process.returncode == 0
        assert stage.said("end")


@pytest.mark.parametrize("keys", WAYS_OUT)
def test_no_key_leads_out(stage: StageProgram, keys: tuple[str, ...]) -> None:
    before = stage.screen.image()
    stage.screen.keys(*keys)
    stage.screen.keys("Tab")
    plain = [key for key in keys if not key.startswith(("alt+", "ctrl+", "super+"))]
    assert_alive(stage)
    counted = [said for said in stage.said("key") if said["code"] not in SHIFTS]
    assert counted[-1]["code"] == TAB
    assert len(counted) <= len(plain) + 1  # with Control, Alt or the logo key it is no key at all
    assert stage.screen.image() == before


@pytest.mark.parametrize("button", [2, 3, 4, 5, 6, 7, 8, 9])
def test_other_buttons_and_the_wheel_are_no_touch(stage: StageProgram, button: int) -> None:
    before = stage.screen.image()
    stage.screen.click(BOXES[0].centre, button)
    assert_alive(stage)
    assert len(stage.said("touched")) == 1  # assert_alive's own
    assert stage.screen.image() == before


@pytest.mark.parametrize("done", ["windowunmap", "windowmove 300 200", "windowsize 300 200"])
def test_the_window_comes_back(stage: StageProgram, done: str) -> None:
    before = stage.screen.image()
    drawn = len(stage.said("frame"))
    stage.screen.window(stage.process.pid, *done.split())
    stage.wait_for("frame", drawn + 2)  # it has heard of it, and is shown again
    stage.until_image(before)
    stage.settle()  # SDL takes the first click on a window that has no focus yet for what gives it the focus
    assert_alive(stage)


def test_a_request_to_close_is_refused(stage: StageProgram) -> None:
    stage.screen.ask_to_close(stage.process.pid)
    assert_alive(stage)


def test_it_comes_back_over_another_window(stage: StageProgram) -> None:
    before = stage.screen.image()
    other = StageProgram(stage.screen, "640x480")
    try:
        other.wait_for("ready")
        stage.until_image(before)
        assert_alive(stage)
    finally:
        other.stop()


def test_no_cursor_is_seen(stage: StageProgram) -> None:
    before = stage.screen.image()
    stage.screen.press((400, 550))
    stage.screen.lift()
    stage.wait_for("lifted")
    assert stage.screen.image() == before


def assert_alive(stage: StageProgram) -> None:
    """It is still the same process, fills the screen, and hears a finger in its far corner."""
    touched = len(stage.said("touched"))
    stage.screen.touch((SIZE[0] - 1, SIZE[1] - 1))
    stage.wait_for("touched", touched + 1)
    stage.wait_for("lifted")
    assert stage.process.poll() is None
    assert stage.colour((SIZE[0] - 1, SIZE[1] - 1)) == LIGHT
