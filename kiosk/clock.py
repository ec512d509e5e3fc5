"""The clocks of the machine, and whether its time of day can be trusted."""

import ctypes
import platform
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

from contract.periods import possible
from kiosk.clock_file import ClockFile, Remembered
from kiosk.moment import Known, Moment, Provisional

_TIMEX_BYTES = 512
"""More than the kernel's struct timex has."""
_STATUS_OFFSET = 40
"""Where `status` is in struct timex on 64-bit Linux: after modes, offset, freq, maxerror and esterror."""
_STA_UNSYNC = 0x40
_ASTRAY = 24 * 3600
"""Seconds between two clocks of which one is wrong; it may well keep local time."""
HOPE = 3600.0
"""Seconds since boot in which a time service comes, if one comes at all."""


def kernel_says_synchronised() -> bool:
    """Whether the kernel's clock is disciplined by a time service since boot: adjtimex(2), without STA_UNSYNC."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    if ctypes.CDLL(None).adjtimex(timex) < 0:
        return False
    return not ctypes.c_int.from_buffer(timex, _STATUS_OFFSET).value & _STA_UNSYNC


def keeps_time_without_power(clocks: Path = Path("/sys/class/rtc")) -> bool:
    """Whether the machine reads a real-time clock at boot. Every PC does; a small board only with one fitted.

    A board may have the chip and no battery to it: its clock then begins in 1970, and the system's does not.
    """
    if platform.machine() in ("x86_64", "i686", "i386"):
        return True
    fitted = clocks / "rtc0"
    return fitted.exists() and _tells_the_time(fitted / "since_epoch")


def _tells_the_time(since_epoch: Path) -> bool:
    try:
        return abs(int(since_epoch.read_text()) - time.time()) < _ASTRAY
    except (OSError, ValueError):  # a kernel that does not say
        return True


def can_be_trusted() -> bool:
    """Whether the time of day is right: kept without power, or set by a time service since boot."""
    return keeps_time_without_power() or kernel_says_synchronised()


def read_boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def seconds_since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def now_utc() -> datetime:
    return datetime.now(UTC)


class TerminalClock:
    """Tells sessions when they began. Once trusted, a boot stays trusted, also for the next process in it.

    Every reading is a parameter, so that a test can be the kernel. `remembered` is what an earlier process kept: a
    clock that shows an earlier hour than was trusted before, as after a flat battery, waits to be `synchronised`.
    """

    def __init__(
        self,
        timezone: tzinfo,
        *,
        trustworthy: Callable[[], bool] = can_be_trusted,
        synchronised: Callable[[], bool] = kernel_says_synchronised,
        boot_id: str | None = None,
        since_boot: Callable[[], float] = seconds_since_boot,
        utc: Callable[[], datetime] = now_utc,
        remembered: Remembered | None = None,
    ) -> None:
        self.boot_id = boot_id or read_boot_id()
        self._timezone = timezone
        self._trustworthy = trustworthy
        self._synchronised = synchronised
        self._since_boot = since_boot
        self._utc = utc
        ours = remembered is not None and remembered.boot == self.boot_id
        self._booted = remembered.began if ours and remembered else None
        self._last_trusted = remembered.trusted if remembered else None

    @staticmethod
    def monotonic() -> float:
        """Seconds for time-outs: they go on whatever the time of day does, and while the machine is suspended."""
        return seconds_since_boot()

    def booted(self) -> datetime | None:
        """When this boot began (aware), by the clock as it was when it was first trusted; None before that."""
        if self._booted is None and self._trustworthy():
            now = self._utc()
            if possible(now) and not self._is_behind(now):
                began = now - timedelta(seconds=self._since_boot())
                self._booted = began if possible(began) else None
        return self._booted

    def local_now(self) -> datetime:
        """What the clock on the wall says, trusted or not."""
        return self._utc().astimezone(self._timezone)

    def moment(self) -> Moment:
        """Now, as far as the terminal can tell."""
        booted = self.booted()
        if booted is None:
            return Provisional(self.boot_id, self._since_boot())
        now = self._utc()
        if not possible(now):  # it was right once in this boot, and has since been set to what no sheet can be of
            now = booted + timedelta(seconds=self._since_boot())
        return Known(now.astimezone(self._timezone))

    def day(self) -> date | None:
        """The local day that it is; while the clock is not trusted, one that has come for sure; None for no idea.

        A boot that has not been trusted for so long that it never will be has every day behind it: what is to begin
        some day could else never begin.
        """
        moment = self.moment()
        if isinstance(moment, Known):
            return moment.local.date()
        if moment.seconds > HOPE:
            return date.max
        if self._last_trusted is None:
            return None
        return (self._last_trusted + timedelta(seconds=moment.seconds)).astimezone(self._timezone).date()

    def remember(self, file: ClockFile) -> None:
        """Keeps what the next process is to know; call every few seconds, from one thread. Raises DiskError."""
        moment, booted = self.moment(), self.booted()
        if isinstance(moment, Known) and booted is not None:
            file.keep(self.boot_id, booted, moment.local)

    def _is_behind(self, now: datetime) -> bool:
        return self._last_trusted is not None and now < self._last_trusted and not self._synchronised()
