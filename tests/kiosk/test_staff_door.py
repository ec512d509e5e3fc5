"""The door: the hash and the throttle together, on a real disk; what is logged has no digit of a PIN."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.staff import door
from kiosk.staff.door import Door, Verdict
from kiosk.staff.pin import write_pin
from kiosk.staff.throttle import Throttle
from tests.fakes.clock import FakeClock
from tests.kiosk.staff import PIN


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def start(tmp_path: Path, clock: FakeClock) -> Callable[[], Door]:
    """The door of a process that begins."""

    def start() -> Door:
        return Door(tmp_path / "pin", Throttle(tmp_path / "tries.json", "boot", clock.monotonic))

    return start


@pytest.fixture
def opened(start: Callable[[], Door], tmp_path: Path) -> Door:
    write_pin(tmp_path / "pin", PIN)
    return start()


def test_the_right_pin_opens_and_forgives(opened: Door) -> None:
    for _ in range(2):
        assert opened.check("0815") == Verdict(False)
        assert opened.check("4711") == Verdict(False)
        assert opened.check(PIN) == Verdict(True)


def test_while_it_rests_not_even_the_right_pin_is_tried(
    opened: Door, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        last = opened.check("0815")
    assert last == Verdict(False, 30)
    clock.advance(10)
    assert opened.wait() == 20
    with monkeypatch.context() as patched:
        patched.setattr(door, "matches", lambda *_: pytest.fail("tried"))
        assert opened.check(PIN) == Verdict(False, 20)
    clock.advance(20)
    assert opened.check(PIN) == Verdict(True)


def test_a_plug_that_is_pulled_while_a_pin_is_checked_wins_nothing(
    opened: Door, start: Callable[[], Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(door, "matches", power_cut)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                start().check("0815")
    assert start().wait() == 30


def test_without_a_pin_there_is_no_door(start: Callable[[], Door], tmp_path: Path) -> None:
    closed = start()
    before = closed.there
    assert not closed.check("").right
    write_pin(tmp_path / "pin", PIN)
    assert (before, closed.there) == (False, True)
    assert closed.check(PIN).right


@pytest.mark.parametrize("raw", [b"", b"7294"])
def test_a_file_that_holds_no_hash_opens_to_nobody_and_says_so(opened: Door, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "pin").write_bytes(raw)
    with capture_logs() as logs:
        assert not opened.check(PIN).right
        assert not opened.check("").right
    assert logs[0]["event"] == "staff-pin-unreadable"


def test_a_new_pin_counts_at_once(opened: Door, tmp_path: Path) -> None:
    write_pin(tmp_path / "pin", "90210")
    assert not opened.check(PIN).right
    assert opened.check("90210").right


def test_tries_are_logged_as_counts(opened: Door) -> None:
    with capture_logs() as logs:
        for pin in ("0815", "4711", PIN):
            opened.check(pin)
    assert [(one["event"], one.get("count")) for one in logs] == [
        ("staff-pin-wrong", 1),
        ("staff-pin-wrong", 2),
        ("staff-pin-right", None),
    ]
    assert not any(digits in str(logs) for digits in ("0815", "4711", PIN))
