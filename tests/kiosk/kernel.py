"""A machine whose clocks the test turns: the kernel's readings, over boots, dead batteries and time services."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from kiosk.clock import TerminalClock
from kiosk.clock_file import Remembered
from tests.fakes.clock import OSLO

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a clock without a battery begins."""


class Kernel:
    """What a machine says of time. `true` is the time of day that it has no way to know by itself."""

    def __init__(self, true: datetime, *, keeps_time: bool) -> None:
        self.true = true
        self.keeps_time = keeps_time
        self.wrong = timedelta()
        self.up = 0.0
        self.boots = 0
        self.synchronised = False
        self.boot(timedelta())

    @property
    def boot_id(self) -> str:
        return f"boot-{self.boots}"

    @property
    def says(self) -> datetime:
        """CLOCK_REALTIME."""
        return self.true + self.wrong

    def passes(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)
        self.up += seconds

    def set(self, says: datetime) -> None:
        """Somebody sets the clock, or it loses its mind."""
        self.wrong = says - self.true

    def synchronise(self) -> None:
        """A time service has found a server."""
        self.wrong = timedelta()
        self.synchronised = True

    def boot(self, off: timedelta) -> None:
        """As after so long without power: with a battery the clock has gone on, right or wrong as it was."""
        self.true += off
        self.boots += 1
        self.up = 12.5
        self.synchronised = False
        if not self.keeps_time:
            self.set(EPOCH + timedelta(seconds=self.up))

    def trustworthy(self) -> bool:
        return self.keeps_time or self.synchronised

    def clock(self, remembered: Remembered | None = None, timezone: tzinfo = OSLO) -> TerminalClock:
        """The terminal's, as a new process reads it."""
        since_boot: Callable[[], float] = lambda: self.up  # noqa: E731
        return TerminalClock(
            timezone,
            trustworthy=self.trustworthy,
            synchronised=lambda: self.synchronised,
            boot_id=self.boot_id,
            since_boot=since_boot,
            utc=lambda: self.says,
            remembered=remembered,
        )
