"""The main loop sleeps until there is something to do, with a driver that can wait and with one that cannot.

What it does while it waits is counted in the switches that the kernel saw, so nothing here depends on how fast it is.
"""

from collections.abc import Callable, Iterator

import pytest

from kiosk.ui.waiting import LONGEST, LOOK
from tests.polling import eventually
from tests.screen import Screen
from tests.stage_program import StageProgram

pytestmark = pytest.mark.e2e

SIZE = (640, 480)


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen(SIZE) as screen:
        yield screen


@pytest.fixture
def launch(screen: Screen) -> Iterator[Callable[[str], StageProgram]]:
    launched: list[StageProgram] = []

    def launch(driver: str) -> StageProgram:
        launched.append(StageProgram(screen, "640x480", SDL_VIDEODRIVER=driver))
        launched[-1].wait_for("ready")
        launched[-1].settle()
        return launched[-1]

    yield launch
    for program in launched:
        program.stop()
        assert program.process.returncode == 0
        assert program.said("end")


@pytest.mark.parametrize(("driver", "wakes"), [("x11", 6 / LONGEST), ("offscreen", 6 / LOOK)])
def test_it_sleeps_while_nothing_happens(launch: Callable[[str], StageProgram], driver: str, wakes: float) -> None:
    stage = launch(driver)

    def sleeps() -> bool:
        """In two seconds; `wakes` is three times what is expected in them."""
        drawn = len(stage.said("frame"))
        return stage.wakes_in(2.0) < wakes and len(stage.said("frame")) == drawn

    eventually(sleeps, "something wakes it all the time")


@pytest.mark.parametrize("driver", ["x11", "offscreen"])
def test_work_from_another_thread_is_done_and_drawn(launch: Callable[[str], StageProgram], driver: str) -> None:
    stage = launch(driver)
    for name in ("dark", "first") * 20:
        drawn = len(stage.said("frame"))
        stage.do(f"show {name}")
        stage.wait_for("frame", drawn + 1)


@pytest.mark.parametrize("driver", ["x11", "offscreen"])
def test_a_touch_is_heard_and_drawn(launch: Callable[[str], StageProgram], driver: str) -> None:
    stage = launch(driver)
    drawn = len(stage.said("frame"))
    stage.finger("down", 3, (150, 150))
    stage.wait_for("frame", drawn + 1)
    assert stage.said("touched")[0]["target"] == "0"


@pytest.mark.parametrize("driver", ["x11", "offscreen"])
def test_a_timer_of_every_frame_runs_while_it_is_wanted(launch: Callable[[str], StageProgram], driver: str) -> None:
    stage = launch(driver)
    stage.do("tick 30")
    stage.wait_for("ticked")


def test_a_flood_of_mouse_motion_costs_no_frames(launch: Callable[[str], StageProgram], screen: Screen) -> None:
    stage = launch("x11")
    drawn = len(stage.said("frame"))
    for x in range(50, 250):
        screen.drag((x, 400))
    stage.settle()
    assert len(stage.said("frame")) == drawn
