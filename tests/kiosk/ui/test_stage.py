"""The real window and stage on a virtual screen: what is seen, what sinks, what wakes the loop and what does not."""

from collections.abc import Callable, Iterator

import pytest

from kiosk.ui.layout import Box
from tests.screen import Screen
from tests.stage import BOXES, DARK, LIGHT, OTHER, PLATE, SIGN, SIGN_BOX
from tests.stage_program import StageProgram

pytestmark = pytest.mark.e2e

SIZE = (800, 600)
LEFT, RIGHT = BOXES


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen(SIZE) as screen:
        yield screen


@pytest.fixture
def launch(screen: Screen) -> Iterator[Callable[..., StageProgram]]:
    launched: list[StageProgram] = []

    def launch(size: str = "SCREEN") -> StageProgram:
        launched.append(StageProgram(screen, size))
        launched[-1].wait_for("ready")
        launched[-1].settle()
        return launched[-1]

    yield launch
    for program in launched:
        program.stop()


@pytest.fixture
def stage(launch: Callable[..., StageProgram]) -> StageProgram:
    return launch()


def corner(box: Box) -> tuple[int, int]:
    """A pixel at the corner of a plate, which is bare when the plate has sunk."""
    return box.x + 1, box.y + 1


def test_what_is_touched_sinks_while_the_finger_is_on_it(stage: StageProgram) -> None:
    stage.finger("down", 1, LEFT.centre)
    stage.until_colour(corner(LEFT), LIGHT)
    stage.finger("down", 2, RIGHT.centre)
    stage.until_colour(corner(RIGHT), LIGHT)
    stage.finger("up", 1, LEFT.centre)
    stage.until_colour(corner(LEFT), PLATE)
    assert stage.colour(corner(RIGHT)) == LIGHT
    stage.finger("up", 2, RIGHT.centre)
    stage.until_colour(corner(RIGHT), PLATE)
    assert [said["target"] for said in stage.said("touched")] == ["0", "1"]


def test_a_second_finger_counts_while_a_hand_rests_on_the_glass(stage: StageProgram) -> None:
    stage.finger("down", 1, (400, 500))
    stage.finger("down", 2, RIGHT.centre)
    assert [said["target"] for said in stage.said("touched")] == [None, "1"]


def test_a_finger_that_strays_onto_a_target_does_not_touch_it(stage: StageProgram) -> None:
    stage.screen.press((400, 500))
    stage.wait_for("touched")
    stage.screen.drag(LEFT.centre)
    stage.screen.lift()
    stage.wait_for("lifted")
    assert [said["target"] for said in stage.said("touched")] == [None]
    assert stage.said("moved")
    assert stage.colour(corner(LEFT)) == PLATE


@pytest.mark.parametrize("way", ["show", "fade"])
def test_a_scene_brings_its_own_paper(stage: StageProgram, way: str) -> None:
    stage.do(f"{way} dark")
    stage.until_colour((10, 10), DARK)
    stage.until_colour(LEFT.centre, OTHER)
    stage.do(f"{way} first")
    stage.until_colour((10, 10), LIGHT)
    stage.until_colour(LEFT.centre, PLATE)


def test_a_fade_leaves_alone_what_does_not_change(stage: StageProgram) -> None:
    corners = (SIGN_BOX.x, SIGN_BOX.y, SIGN_BOX.right, SIGN_BOX.bottom)
    before = stage.screen.image()
    stage.do("fade sign")
    seen = stage.images_until_colour(SIGN_BOX.centre, OTHER)
    stage.do("fade first")
    seen += stage.images_until_colour(SIGN_BOX.centre, SIGN)
    for image in seen:
        image.paste(before.crop(corners), corners)
        assert image == before


def test_the_light_is_around_its_target_until_the_scene_goes(stage: StageProgram) -> None:
    beside = (LEFT.x - 6, LEFT.centre[1])
    stage.do("light 0")
    stage.until_colour(beside, DARK)
    assert stage.colour((LEFT.x - 2, LEFT.centre[1])) == LIGHT
    assert stage.colour((RIGHT.x - 6, RIGHT.centre[1])) == LIGHT
    stage.do("show dark")
    stage.until_colour(beside, DARK)
    stage.do("light 1")
    stage.until_colour((RIGHT.x - 6, RIGHT.centre[1]), LIGHT)
    stage.do("light -1")
    stage.until_colour((RIGHT.x - 6, RIGHT.centre[1]), DARK)


def test_a_moved_picture_is_touched_where_it_is_seen(stage: StageProgram) -> None:
    stage.do("shift 4 -3")
    stage.until_colour((LEFT.x + LEFT.width + 2, LEFT.y - 2), PLATE)
    assert stage.colour((LEFT.x + 2, LEFT.y - 2)) == LIGHT
    stage.screen.touch((LEFT.x + LEFT.width + 2, LEFT.y - 2))
    stage.screen.touch((LEFT.x + 2, LEFT.y + 2))
    stage.wait_for("lifted", 2)
    assert [said["target"] for said in stage.said("touched")] == ["0", None]


def test_asleep_it_is_black_and_nothing_can_be_hit(stage: StageProgram) -> None:
    before = stage.screen.image()
    stage.do("sleep")
    stage.until_colour((10, 10), "#000000")
    stage.settle()
    assert not any(stage.screen.image().tobytes())
    drawn = len(stage.said("frame"))
    stage.do("fade dark")
    stage.do("show first")
    stage.screen.touch(LEFT.centre)
    stage.wait_for("lifted")
    assert stage.said("touched")[0]["target"] is None
    assert len(stage.said("frame")) == drawn
    stage.do("wake")
    stage.until_colour(LEFT.centre, PLATE)
    stage.until_image(before)


def test_a_timer_of_every_frame_runs_and_then_all_is_still(stage: StageProgram) -> None:
    stage.do("tick 30")
    stage.wait_for("ticked")
    stage.settle()
    drawn = len(stage.said("frame"))
    assert stage.wakes_in(1.0) < 20
    assert len(stage.said("frame")) == drawn


def test_a_size_that_changes_is_told(launch: Callable[..., StageProgram]) -> None:
    stage = launch("700x500")
    stage.screen.window(stage.process.pid, "windowsize", "640", "400")
    stage.wait_for("resized")
    assert [said["size"] for said in stage.said("resized")] == [[640, 400]]
    stage.screen.touch(LEFT.centre)
    stage.wait_for("lifted")
    assert stage.said("touched")[0]["target"] == "0"
