"""When the place is open, so that the screen can rest while nobody is there."""

from collections.abc import Sequence
from datetime import time

from msgspec import Struct

from contract.opening import DAYS, Hours, OpenTime
from kiosk.moment import Known, Moment

__all__ = ["DAYS", "Hours", "Opening"]


class Opening(Struct, frozen=True):
    """All the hours of a place; a place that names none is always open."""

    hours: Sequence[Hours] = ()

    @classmethod
    def of(cls, times: Sequence[OpenTime]) -> "Opening":
        return cls([one.hours for one in times])

    def is_open(self, moment: Moment) -> bool:
        """Without a clock to trust it counts as open: a dark screen would turn visitors away."""
        if not self.hours or not isinstance(moment, Known):
            return True
        weekday, clock = moment.local.weekday(), moment.local.time()
        return any(one.hold(weekday, _minute(clock)) for one in self.hours)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
