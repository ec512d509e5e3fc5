"""The clocks of the machine, and whether its time of day can be trusted."""

import ctypes
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from contract.periods import FIRST_YEAR, LAST_YEAR
from kiosk.moment import Known, Moment, Provisional

_TIMEX_BYTES = 512
"""More than the kernel's struct timex has."""
_STATUS_OFFSET = 40
"""Where `status` is in struct timex on 64-bit Linux: after modes, offset, freq, maxerror and esterror."""
_STA_UNSYNC = 0x40


def kernel_says_synchronised() -> bool:
    """Whether the kernel's clock is disciplined by a time service since boot: adjtimex(2), without STA_UNSYNC."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    if ctypes.CDLL(None).adjtimex(timex) < 0:
        return False
    return not ctypes.c_int.from_buffer(timex, _STATUS_OFFSET).value & _STA_UNSYNC


def keeps_time_without_power() -> bool:
    """Whether the machine reads a real-time clock at boot. Every PC does; a small board only with one fitted."""
    return platform.machine() in ("x86_64", "i686", "i386") or Path("/sys/class/rtc/rtc0").exists()


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
    """Tells sessions when they began. Once trusted, a boot stays trusted.

    Every reading is a parameter, so that a test can be the kernel.
    """

    def __init__(
        self,
        timezone: tzinfo,
        *,
        trustworthy: Callable[[], bool] = can_be_trusted,
        boot_id: str | None = None,
        since_boot: Callable[[], float] = seconds_since_boot,
        utc: Callable[[], datetime] = now_utc,
    ) -> None:
        self.boot_id = boot_id or read_boot_id()
        self._timezone = timezone
        self._trustworthy = trustworthy
        self._since_boot = since_boot
        self._utc = utc
        self._booted: datetime | None = None

    @staticmethod
    def monotonic() -> float:
        """Seconds for time-outs; they go on whatever the time of day does."""
        return time.monotonic()

    def booted(self) -> datetime | None:
        """When this boot began (aware), by the clock as it was when it was first trusted; None before that."""
        if self._booted is None and self._trustworthy():
            now = self._utc()
            if FIRST_YEAR < now.year < LAST_YEAR:  # a flat battery; no sheet could be sent of such a year
                self._booted = now - timedelta(seconds=self._since_boot())
        return self._booted

    def local_now(self) -> datetime:
        """What the clock on the wall says, trusted or not."""
        return self._utc().astimezone(self._timezone)

    def moment(self) -> Moment:
        """Now, as far as the terminal can tell."""
        if self.booted() is None:
            return Provisional(self.boot_id, self._since_boot())
        return Known(self.local_now())
