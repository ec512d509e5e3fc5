"""The staff corner as the app has it: from a held finger over the PIN to the end of the process, over a real door."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.faults import Fault
from kiosk.session import Screen, View
from kiosk.staff.door import Door
from kiosk.staff.pin import write_pin
from kiosk.staff.throttle import Throttle
from kiosk.staff.view import Outcome
from kiosk.ui.drawing import Label
from kiosk.ui.gesture import CORNER, HOLD, REST
from kiosk.ui.layout.box import Box, Size
from kiosk.ui.layout.panel import Panel
from kiosk.ui.scene import Scenes
from kiosk.ui.staff.screen import StaffScreen
from kiosk.ui.staff.versions import sdl_version, versions
from kiosk.ui.staff.words import FAULTS, staff_language
from kiosk.ui.target import Deed, Scene, Target
from tests.fakes.clock import FakeClock
from tests.fakes.executor import FakeExecutor
from tests.kiosk.staff import FACTS, PIN, SURVEY, FakeSounds
from tests.kiosk.ui.test_staff_fit import overlap

SIZE = (800, 480)
PANEL = Panel.of(SIZE)


class Staff:
    """A member of staff at a terminal that nobody else uses."""

    def __init__(self, directory: Path) -> None:
        self.clock = FakeClock()
        self.sounds = FakeSounds()
        write_pin(directory / "pin", PIN)
        self.door = Door(directory / "pin", Throttle(directory / "tries.json", "boot", self.clock.monotonic))
        self.corner = StaffScreen(
            self.door, lambda: FACTS, lambda _survey: self.sounds, ("nb", "th"), FakeExecutor(), self.clock.monotonic
        )
        self.corner.begin(SURVEY, PANEL)

    @property
    def scene(self) -> Scene:
        assert self.corner.scene is not None
        return self.corner.scene

    @property
    def words(self) -> set[str]:
        return {picture.drawing.text for picture in self.scene.all_pictures() if isinstance(picture.drawing, Label)}

    def hold(self, seconds: float = HOLD, target: Target | None = None, *, idle: bool = True) -> bool:
        """Holds a finger in the corner, lifts it, and tells whether the touch was the corner's."""
        taken = self.corner.finger_down("a", 20, 20, target=target, idle=idle)
        self.advance(seconds)
        self.corner.finger_up("a")
        return taken

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.corner.tick()

    def touch(self, *asked: str) -> None:
        for value in asked:
            target = self.scene.find(Deed.STAFF, value)
            assert self.corner.finger_down("a", *target.box.centre, target=target, idle=True)
            self.corner.finger_up("a")
            self.corner.tick()

    def enter(self, pin: str = PIN) -> None:
        self.touch(*(f"digit {digit}" for digit in pin), "enter")


@pytest.fixture
def staff(tmp_path: Path) -> Staff:
    return Staff(tmp_path)


def test_from_a_held_finger_to_a_restart(staff: Staff) -> None:
    assert staff.corner.scene is None
    assert not staff.hold()
    before = staff.corner.opened
    staff.enter()
    assert (before, staff.corner.opened) == (False, True)
    assert {"stua-1", "Tilkoblet", "I dag", "Riktig: 24. mars 2026, 14:05"} <= staff.words
    staff.touch("restart")
    assert staff.corner.outcome is Outcome.RESTART


def test_leaving_is_asked_about(staff: Staff) -> None:
    staff.hold()
    staff.enter()
    staff.touch("leaving")
    assert staff.corner.outcome is None
    staff.touch("leave")
    assert staff.corner.outcome is Outcome.LEAVE


def test_a_visitor_at_the_terminal_or_a_target_under_the_finger_opens_nothing(staff: Staff) -> None:
    staff.hold(idle=False)
    assert staff.corner.scene is None
    staff.hold(target=Target(Box(0, 0, 105, 105), Deed.SPEECH, "", ()))
    assert staff.corner.scene is None
    staff.corner.finger_down("a", 20, 20, target=None, idle=True)
    staff.corner.key()
    staff.advance(HOLD)
    assert staff.corner.scene is None
    staff.corner.finger_up("a")
    staff.corner.finger_down("a", 20, 20, target=None, idle=True)
    staff.corner.finger_move("a", 60, 60)
    staff.advance(HOLD)
    assert staff.corner.scene is None


def test_without_a_pin_nothing_opens(staff: Staff, tmp_path: Path) -> None:
    (tmp_path / "pin").unlink()
    staff.hold()
    assert staff.corner.scene is None


def test_after_a_pad_that_nobody_used_the_gesture_rests(staff: Staff) -> None:
    staff.hold()
    staff.advance(20)
    staff.hold()
    assert staff.corner.scene is None
    staff.advance(REST)
    staff.hold()
    assert staff.corner.scene is not None


def test_after_a_pad_that_was_used_it_does_not(staff: Staff) -> None:
    staff.hold()
    staff.touch("digit 7")
    staff.advance(20)
    assert staff.corner.scene is None
    staff.hold()
    staff.touch("close")
    staff.hold()
    assert staff.corner.scene is not None


def test_three_wrong_ones_are_told_and_waited_for(staff: Staff) -> None:
    staff.hold()
    with capture_logs():
        for _ in range(3):
            staff.enter("0815")
    assert "For mange feil PIN-koder. Vent et halvt minutt." in staff.words
    staff.enter()
    before = staff.corner.opened
    staff.advance(30)
    staff.hold()
    staff.enter()
    assert (before, staff.corner.opened) == (False, True)


def test_the_scene_is_the_same_object_until_something_changes(staff: Staff) -> None:
    staff.hold()
    scene = staff.scene
    staff.advance(1)
    assert staff.scene is scene
    staff.touch("digit 7")
    assert staff.scene is not scene


def test_what_to_draw_ahead_is_told_once(staff: Staff) -> None:
    """Not with every cell of the touch test."""
    staff.hold()
    told = [len(list(staff.corner.ahead())) for _ in range(2)]
    staff.enter()
    told += [len(list(staff.corner.ahead())) for _ in range(2)]
    staff.touch("touch")
    told.append(len(list(staff.corner.ahead())))
    assert [bool(number) for number in told] == [True, False, True, False, False]


def test_a_finger_drawn_over_the_touch_test_darkens_its_cells(staff: Staff) -> None:
    staff.hold()
    staff.enter()
    staff.touch("touch")
    before = staff.scene
    staff.corner.finger_down("a", 5, 5, target=None, idle=True)
    for x in range(5, SIZE[0], 20):
        staff.corner.finger_move("a", x, 5)
    changed = [new.box for old, new in zip(before.pictures, staff.scene.pictures, strict=True) if old != new]
    assert changed
    assert {box.y for box in changed} == {0}
    assert sum(box.width for box in changed) == SIZE[0]
    staff.touch("back", "touch")
    assert staff.scene == before


def test_a_language_says_itself_and_shows_its_question(staff: Staff) -> None:
    staff.hold()
    staff.enter()
    staff.touch("languages", "hear th", "louder")
    assert staff.sounds.said == [("th", 3), ("th", 4)]
    assert {SURVEY.question["th"], "Lest gjennom: 2026-11-21 Kari N. · innlest stemme"} <= staff.words
    staff.sounds.working = False
    staff.corner.tick()
    assert "Fant ingen lydenhet." in staff.words


def test_another_survey_or_panel_closes_it(staff: Staff) -> None:
    staff.hold()
    staff.enter()
    staff.corner.begin(SURVEY, Panel.of((1280, 800)))
    assert staff.corner.scene is None
    assert list(staff.corner.ahead()) == []


def test_it_speaks_the_sites_first_language_where_it_can() -> None:
    assert staff_language(("nb", "en")) == "nb"
    assert staff_language(("th", "nb")) == "en"


def test_there_are_words_for_every_fault() -> None:
    assert set(FAULTS) == set(Fault)


def test_sdl_tells_its_version() -> None:
    assert sdl_version().startswith("2.")
    assert versions("fjes 1", "visit@1", "V3D").kivy.startswith("2.")


SIZES = [(800, 480), (1024, 600), (1280, 720), (1280, 800), (1920, 1080), (800, 1280), (1080, 1920), (480, 800)]


@pytest.mark.parametrize("low", [False, True])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_on_every_screen_a_top_corner_is_free_while_nobody_is_there(size: Size, low: bool) -> None:
    panel = Panel.of(size, low=low)
    scenes = Scenes(SURVEY, SURVEY.languages, panel, speaks=SURVEY.languages)
    near = int(CORNER * panel.per_mm)
    for language in SURVEY.languages:
        targets = scenes.of(View(Screen.QUESTION, language)).targets
        for left in (0, size[0] - near):
            corner = Box(left, 0, near, near)
            assert not [target for target in targets if overlap(target.box, corner)]
