"""Time that a test moves by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.moment import Known

OSLO = ZoneInfo("Europe/Oslo")


class FakeClock:
    """Monotonic seconds and time of day that go on together."""

    def __init__(self, now: datetime = datetime(2026, 3, 24, 13, tzinfo=UTC)) -> None:
        self.seconds = 0.0
        self.now = now

    def monotonic(self) -> float:
        return self.seconds

    def moment(self) -> Known:
        return Known(self.now.astimezone(OSLO))

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)
