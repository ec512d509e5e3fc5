"""The staff corner's state machine: the pad lets nobody by without the PIN, and everything closes by itself."""

import string

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kiosk.staff import pin
from kiosk.staff.corner import CORNER_STAYS, PAD_STAYS, Corner
from kiosk.staff.door import Door
from kiosk.staff.facts import Facts
from kiosk.staff.throttle import Throttle
from kiosk.staff.view import ACTS, Act, Outcome, Page, View
from tests.fakes.clock import FakeClock
from tests.fakes.executor import FakeExecutor
from tests.kiosk.staff import FACTS, PIN, FakeLock, FakeSounds


class Desk:
    """A corner, and all that it is connected to."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.lock = FakeLock()
        self.sounds = FakeSounds()
        self.executor = FakeExecutor()
        self.facts: Facts | Exception = FACTS
        self.corner = Corner(
            self.lock, self._facts, self.sounds, ("nb", "th"), self.executor, self.clock.monotonic, volume=3
        )

    def _facts(self) -> Facts:
        if isinstance(self.facts, Exception):
            raise self.facts
        return self.facts

    @property
    def view(self) -> View:
        assert self.corner.view is not None
        return self.corner.view

    def do(self, *asked: str) -> None:
        for one in asked:
            self.corner.do(one)
        self.corner.tick()

    def type(self, digits: str) -> None:
        self.do(*(f"digit {digit}" for digit in digits))

    def enter(self, digits: str = PIN) -> None:
        self.type(digits)
        self.do("enter")

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.corner.tick()


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.corner.open()
    return desk


@pytest.fixture
def home(desk: Desk) -> Desk:
    desk.enter()
    assert desk.view.page is Page.HOME
    return desk


class TestPad:
    def test_the_gesture_opens_nothing_but_a_pad(self, desk: Desk) -> None:
        assert desk.view == View(Page.PAD)
        assert not desk.corner.used

    def test_without_a_pin_it_does_not_exist(self) -> None:
        desk = Desk()
        desk.lock.there = False
        desk.corner.open()
        assert desk.corner.view is None

    def test_the_right_pin_leads_to_the_facts(self, desk: Desk) -> None:
        desk.type("72")
        assert (desk.view.digits, desk.corner.used) == (2, True)
        desk.type("94")
        desk.do("enter")
        assert desk.view == View(Page.HOME, facts=FACTS)
        assert desk.lock.tried == [PIN]

    def test_a_wrong_one_is_said_and_forgotten(self, desk: Desk) -> None:
        desk.enter("7295")
        assert desk.view == View(Page.PAD, wrong=True)
        desk.type("7")
        assert desk.view == View(Page.PAD, digits=1)
        desk.do("erase")
        desk.enter()
        assert desk.view.page is Page.HOME

    def test_facts_are_gathered_for_nobody_else(self, desk: Desk) -> None:
        desk.facts = RuntimeError("gathered")
        with capture_logs() as logs:
            desk.enter("7295")
        assert logs == []

    def test_a_slip_is_erased(self, desk: Desk) -> None:
        desk.type("7299")
        desk.do("erase")
        desk.type("4")
        desk.do("enter")
        assert desk.view.page is Page.HOME

    def test_too_few_digits_are_no_try_and_too_many_are_not_taken(self, desk: Desk) -> None:
        desk.enter("729")
        assert desk.lock.tried == []
        desk.type("4" * 20)
        assert desk.view.digits == pin.LONGEST
        desk.do("enter")
        assert desk.lock.tried == ["729" + "4" * 9]

    @pytest.mark.parametrize("word", ["", "12", "x", "٣", "-1", "5 "])
    def test_a_key_is_one_digit(self, desk: Desk, word: str) -> None:
        desk.do(f"digit {word}")
        assert desk.view.digits == 0

    def test_while_a_pin_is_checked_nothing_else_is_taken(self, desk: Desk) -> None:
        desk.executor.held = True
        desk.enter("7295")
        assert desk.view == View(Page.PAD, checking=True)
        desk.enter()
        assert desk.view == View(Page.PAD, checking=True)
        desk.executor.work()
        desk.corner.tick()
        assert desk.view == View(Page.PAD, wrong=True)
        assert desk.lock.tried == ["7295"]

    def test_while_it_rests_no_key_works_and_the_rest_is_told_in_few_words(self, desk: Desk) -> None:
        desk.lock.rest = 110.5
        desk.enter("7295")
        assert desk.view == View(Page.PAD, wrong=True, rest=120)
        desk.enter()
        assert desk.lock.tried == ["7295"]
        desk.lock.rest = 29
        desk.corner.tick()
        assert desk.view.rest == 30
        desk.lock.rest = 0
        desk.corner.tick()
        desk.enter()
        assert desk.view.page is Page.HOME

    def test_it_rests_also_when_it_is_opened_anew(self, desk: Desk) -> None:
        desk.lock.rest = 10**6
        desk.do("close")
        desk.corner.open()
        assert desk.view.rest == 900

    def test_it_closes_by_itself_and_forgets_what_was_typed(self, desk: Desk) -> None:
        desk.type("729")
        desk.advance(PAD_STAYS)
        assert desk.corner.view is None
        desk.corner.open()
        assert desk.view == View(Page.PAD)
        desk.enter("4")
        assert desk.lock.tried == []

    def test_only_a_key_that_does_something_keeps_it_open(self, desk: Desk) -> None:
        """A drop of water on a key does not."""
        for _ in range(pin.LONGEST):
            desk.advance(PAD_STAYS - 1)
            desk.type("7")
        desk.advance(PAD_STAYS - 1)
        desk.type("7")
        desk.advance(1)
        assert desk.corner.view is None

    def test_a_verdict_that_comes_after_it_closed_opens_nothing(self, desk: Desk) -> None:
        desk.executor.held = True
        desk.enter()
        desk.advance(PAD_STAYS)
        assert desk.corner.view is None
        desk.executor.work()
        desk.corner.tick()
        assert desk.corner.view is None
        desk.corner.open()
        desk.corner.tick()
        assert desk.view == View(Page.PAD)

    def test_a_door_that_breaks_stays_closed(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(_digits: str) -> None:
            raise RuntimeError("no memory")

        monkeypatch.setattr(desk.lock, "check", broken)
        with capture_logs() as logs:
            desk.enter()
        assert desk.view == View(Page.PAD, wrong=True)
        assert [one["event"] for one in logs] == ["staff-pin"]


class TestWithin:
    def test_it_closes_after_a_minute_without_a_touch(self, home: Desk) -> None:
        home.advance(CORNER_STAYS - 1)
        home.do("turn")
        home.advance(CORNER_STAYS - 1)
        assert home.view.part == 1
        home.advance(1)
        assert home.corner.view is None

    @pytest.mark.parametrize("page", [Act.LANGUAGES, Act.TOUCH, Act.LEAVING])
    def test_every_page_closes_by_itself_and_leads_back(self, home: Desk, page: Act) -> None:
        home.do(page)
        assert home.view.page.value == page.value
        home.do("back")
        assert home.view.page is Page.HOME
        home.do(page)
        home.advance(CORNER_STAYS)
        assert home.corner.view is None

    def test_after_it_closed_the_pad_comes_first_again(self, home: Desk) -> None:
        home.do("close")
        assert home.corner.view is None
        home.do("leaving", "leave", "restart")
        home.corner.mark(3)
        assert home.corner.view is None
        home.corner.open()
        assert home.view == View(Page.PAD)

    def test_facts_are_gathered_anew_on_the_way_back(self, home: Desk) -> None:
        home.executor.held = True
        home.facts = RuntimeError("disk")
        home.do("touch", "back")
        before = home.view
        with capture_logs() as logs:
            home.executor.work()
        home.corner.tick()
        assert (before.facts, home.view.facts) == (FACTS, None)
        assert [one["event"] for one in logs] == ["staff-facts"]

    def test_facts_that_cannot_be_gathered_keep_nobody_from_a_restart(self, desk: Desk) -> None:
        desk.facts = RuntimeError("disk")
        with capture_logs():
            desk.enter()
        assert desk.view == View(Page.HOME)
        desk.do("restart")
        assert desk.corner.outcome is Outcome.RESTART

    def test_languages_are_heard_at_the_volume_that_is_shown(self, home: Desk) -> None:
        home.do("languages", "quieter", "hear th", "louder", "louder", "louder", "louder", "hear nb")
        assert home.sounds.said == [("th", 2), ("th", 3), ("th", 4), ("th", 5), ("nb", 5)]
        assert (home.view.heard, home.view.volume) == ("nb", 5)
        hushes = home.sounds.hushes
        home.do("back")
        assert home.sounds.hushes == hushes + 1

    def test_a_language_that_is_not_the_sites_is_not_heard(self, home: Desk) -> None:
        home.do("languages", "hear tlh", "hear ", "hear")
        assert (home.sounds.said, home.view.heard) == ([], "")

    def test_a_lost_sound_device_is_noticed(self, home: Desk) -> None:
        home.do("languages")
        assert home.view.working
        home.sounds.working = False
        home.do("hear nb")
        assert not home.view.working

    def test_the_touch_test_remembers_where_a_finger_was_until_it_ends(self, home: Desk) -> None:
        home.corner.mark(1)
        assert home.view.marked == frozenset()
        home.do("touch")
        home.corner.mark(5)
        home.advance(CORNER_STAYS - 1)
        home.corner.mark(6)
        home.advance(CORNER_STAYS - 1)
        assert home.view.marked == {5, 6}
        home.do("back", "touch")
        assert home.view.marked == frozenset()

    def test_leaving_is_asked_about_once_and_restarting_is_not(self, home: Desk) -> None:
        home.do("leave")
        assert home.corner.outcome is None
        home.do("leaving")
        assert home.corner.outcome is None
        home.do("leave")
        assert home.corner.outcome is Outcome.LEAVE

    def test_the_view_is_the_same_object_for_as_long_as_nothing_changes(self, home: Desk) -> None:
        view = home.view
        home.advance(1)
        home.do("back", "quieter")
        assert home.view is view


ASKED = st.one_of(
    st.sampled_from([f"digit {digit}" for digit in string.digits]),
    st.sampled_from([act.value for act in Act]),
    st.sampled_from(["hear nb", "digit 12", "home", "", "digit", "page home", "7294"]),
    st.text(max_size=12),
)
STEPS = st.lists(st.one_of(ASKED, st.floats(0, 40), st.integers(0, 400), st.none()), max_size=60)


@given(STEPS)
def test_no_sequence_of_touches_gets_past_the_pad_without_the_pin(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str | float | int | None]
) -> None:
    """Over the real door, with a PIN that ten keys do not type by chance and hashes that cost little."""
    directory = tmp_path_factory.mktemp("door")
    file = directory / "pin"
    file.write_text(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("315794628051"))
    clock = FakeClock()
    door = Door(file, Throttle(directory / "tries.json", "boot", clock.monotonic))
    corner = Corner(door, lambda: FACTS, FakeSounds(), ("nb",), FakeExecutor(), clock.monotonic)
    with capture_logs() as logs:
        for step in steps:
            if isinstance(step, str):
                corner.do(step)
            elif isinstance(step, float):
                clock.advance(step)
                corner.tick()
            elif isinstance(step, int):
                corner.mark(step)
            else:
                corner.open()
            assert corner.outcome is None
            assert corner.view is None or (corner.view.page is Page.PAD and corner.view.facts is None)
    assert {one["event"] for one in logs} <= {"staff-pin-wrong"}


@given(st.lists(st.one_of(ASKED, st.integers(0, 400)), max_size=40))
def test_past_the_pad_every_touch_leads_to_a_page_that_offers_it(steps: list[str | int]) -> None:
    desk = Desk()
    desk.corner.open()
    desk.enter()
    for step in steps:
        before = desk.corner.view
        with capture_logs():
            if isinstance(step, int):
                desk.corner.mark(step)
            else:
                desk.do(step)
        if isinstance(step, str) and before is not None and step.partition(" ")[0] not in ACTS[before.page]:
            assert desk.corner.view is before
