"""Whether the time of day is trusted, with the readings of a machine that the test makes up."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk.clock import HOPE, TerminalClock
from kiosk.clock_file import Remembered
from kiosk.moment import Known, Provisional
from tests.fakes.clock import OSLO


class Machine:
    """What the kernel says."""

    def __init__(self, now: datetime = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) -> None:
        self.now = now
        self.up = 90.0
        self.trustworthy = True
        self.synchronised = False

    def clock(self, remembered: Remembered | None = None) -> TerminalClock:
        return TerminalClock(
            OSLO,
            trustworthy=lambda: self.trustworthy,
            synchronised=lambda: self.synchronised,
            boot_id="boot-1",
            since_boot=lambda: self.up,
            utc=lambda: self.now,
            remembered=remembered,
        )

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.up += seconds


def test_a_trusted_clock_tells_local_time_with_its_offset() -> None:
    machine = Machine()
    terminal = machine.clock()
    assert terminal.moment() == Known(datetime(2026, 3, 29, 1, 30, tzinfo=OSLO))
    machine.passes(3600)  # the clocks are put forward
    moment = terminal.moment()
    assert isinstance(moment, Known)
    assert moment.local.isoformat() == "2026-03-29T03:30:00+02:00"


def test_an_untrusted_clock_tells_seconds_since_boot() -> None:
    machine = Machine()
    machine.trustworthy = False
    terminal = machine.clock()
    assert terminal.moment() == Provisional("boot-1", 90.0)
    assert terminal.booted() is None
    machine.passes(10)
    assert terminal.moment() == Provisional("boot-1", 100.0)


def test_once_trusted_a_boot_stays_trusted_and_began_when_it_began() -> None:
    machine = Machine()
    terminal = machine.clock()
    began = machine.now - timedelta(seconds=90)
    assert terminal.booted() == began
    machine.trustworthy = False
    machine.passes(1000)
    machine.now += timedelta(seconds=7)  # the clock is set a little
    assert terminal.booted() == began
    assert isinstance(terminal.moment(), Known)


def test_a_boot_is_trusted_as_soon_as_the_time_is_set() -> None:
    machine = Machine(datetime(2021, 1, 1, tzinfo=UTC))
    machine.trustworthy = False
    terminal = machine.clock()
    assert terminal.booted() is None
    machine.now = datetime(2026, 3, 24, 13, tzinfo=UTC)
    machine.trustworthy = True
    assert terminal.booted() == datetime(2026, 3, 24, 12, 58, 30, tzinfo=UTC)


@pytest.mark.parametrize("year", [1970, 1999, 2200, 9999])
def test_a_year_that_no_sheet_can_be_of_is_not_trusted(year: int) -> None:
    """A PC whose battery is flat has a real-time clock, and it is wrong."""
    machine = Machine(datetime(year, 6, 1, tzinfo=UTC))
    terminal = machine.clock()
    assert terminal.moment() == Provisional("boot-1", 90.0)
    machine.now = datetime(2026, 6, 1, tzinfo=UTC)
    assert isinstance(terminal.moment(), Known)


@pytest.mark.parametrize("year", [1970, 2000, 2199, 9999])
def test_a_trusted_clock_that_shows_such_a_year_later_is_not_followed(year: int) -> None:
    """A sheet of that year would be taken for damage, and all that was counted be moved aside."""
    machine = Machine()
    terminal = machine.clock()
    terminal.moment()
    machine.passes(3600)
    right = machine.now.astimezone(OSLO)
    machine.now = machine.now.replace(year=year)
    assert terminal.moment() == Known(right)
    assert terminal.local_now().year == year, "the staff see what the clock shows"


def test_a_jump_of_the_clock_is_followed() -> None:
    """A clock that was wrong at its start is put right so."""
    machine = Machine()
    terminal = machine.clock()
    terminal.moment()
    machine.now = datetime(2034, 1, 1, 12, tzinfo=UTC)
    assert terminal.moment() == Known(datetime(2034, 1, 1, 13, tzinfo=OSLO))


HOUR = datetime(2026, 3, 24, 14, tzinfo=OSLO)
EARLIER = Remembered("boot-0", datetime(2026, 3, 20, 8, tzinfo=UTC), HOUR)


def test_what_an_earlier_process_of_this_boot_knew_is_known() -> None:
    machine = Machine()
    machine.trustworthy = False
    began = datetime(2026, 3, 20, 8, tzinfo=UTC)
    terminal = machine.clock(Remembered("boot-1", began, HOUR))
    assert terminal.booted() == began
    assert isinstance(terminal.moment(), Known)


def test_a_battery_that_went_flat_is_noticed_by_a_clock_that_is_behind() -> None:
    machine = Machine(HOUR.astimezone(UTC) - timedelta(seconds=1))
    terminal = machine.clock(EARLIER)
    assert isinstance(terminal.moment(), Provisional)
    machine.passes(1)
    assert isinstance(terminal.moment(), Known)


def test_a_time_service_may_say_that_it_is_earlier_than_was_thought() -> None:
    machine = Machine(datetime(2025, 1, 1, tzinfo=UTC))
    terminal = machine.clock(EARLIER)
    assert terminal.booted() is None
    machine.synchronised = True
    assert isinstance(terminal.moment(), Known)


def test_the_day_is_that_of_a_trusted_clock_else_one_that_has_come_for_sure() -> None:
    machine = Machine(datetime(2026, 4, 1, 22, 30, tzinfo=UTC))
    assert machine.clock().day() == date(2026, 4, 2)
    machine.trustworthy = False
    assert machine.clock().day() is None
    assert machine.clock(EARLIER).day() == date(2026, 3, 24)
    late = Remembered("boot-0", EARLIER.began, datetime(2026, 3, 24, 23, 59, tzinfo=OSLO))
    assert machine.clock(late).day() == date(2026, 3, 25), "a minute and a half after its start"
    machine.up = HOPE + 1
    assert machine.clock().day() == machine.clock(EARLIER).day() == date.max


def test_a_suspended_machine_lets_time_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.clock_gettime", {time.CLOCK_BOOTTIME: 7200.0}.__getitem__)
    assert TerminalClock.monotonic() == 7200.0


@pytest.mark.parametrize(
    ("says", "trusted"), [(0, False), (-3600, True), (2 * 3600, True), (None, True), ("gibberish", True)]
)
def test_a_chip_without_a_battery_keeps_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: int | str | None, trusted: bool
) -> None:
    monkeypatch.setattr("kiosk.clock.platform.machine", lambda: "aarch64")
    assert not clock.keeps_time_without_power(tmp_path)
    (tmp_path / "rtc0").mkdir()
    if says is not None:
        text = says if isinstance(says, str) else str(int(time.time()) + says if says else 0)
        (tmp_path / "rtc0" / "since_epoch").write_text(f"{text}\n")
    assert clock.keeps_time_without_power(tmp_path) is trusted


def test_this_machine_can_be_read() -> None:
    terminal = TerminalClock(OSLO)
    assert terminal.boot_id == clock.read_boot_id()
    assert len(terminal.boot_id) == 36
    assert 0 < clock.seconds_since_boot() <= time.clock_gettime(time.CLOCK_BOOTTIME)
    assert abs(clock.now_utc().timestamp() - time.time()) < 60
    first = terminal.monotonic()
    assert terminal.monotonic() >= first


class FakeKernel:
    """adjtimex(2) of a kernel in this state; see struct timex in <sys/timex.h>."""

    def __init__(self, status: int, answer: int = 0) -> None:
        self._status = status
        self._answer = answer

    def adjtimex(self, timex: bytearray) -> int:
        timex[40:44] = self._status.to_bytes(4, "little")
        return self._answer


@pytest.mark.parametrize(
    ("kernel", "synchronised"),
    [
        (FakeKernel(0x2001), True),
        (FakeKernel(0x2041), False),
        (FakeKernel(0x0040, answer=5), False),
        (FakeKernel(0, answer=-1), False),
    ],
)
def test_the_kernel_says_whether_a_time_service_sets_it(
    monkeypatch: pytest.MonkeyPatch, kernel: FakeKernel, synchronised: bool
) -> None:
    monkeypatch.setattr("kiosk.clock.ctypes.CDLL", lambda _name: kernel)
    assert clock.kernel_says_synchronised() is synchronised


def test_the_real_kernel_answers() -> None:
    assert clock.kernel_says_synchronised() in (True, False)


@pytest.mark.parametrize(
    ("machine", "has_clock", "synchronised", "trusted"),
    [
        ("x86_64", False, False, True),
        ("aarch64", True, False, True),
        ("aarch64", False, True, True),
        ("aarch64", False, False, False),
    ],
)
def test_who_keeps_time_without_power_or_is_synchronised_is_trusted(
    monkeypatch: pytest.MonkeyPatch, machine: str, has_clock: bool, synchronised: bool, trusted: bool
) -> None:
    monkeypatch.setattr("kiosk.clock.platform.machine", lambda: machine)
    monkeypatch.setattr(Path, "exists", lambda _path: has_clock)
    monkeypatch.setattr(clock, "kernel_says_synchronised", lambda: synchronised)
    assert clock.can_be_trusted() is trusted
