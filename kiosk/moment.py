"""When a session began, as far as the terminal can tell."""

from datetime import datetime

from msgspec import Struct


class Known(Struct, frozen=True):
    """The clock is trusted: local civil time with its UTC offset."""

    local: datetime


class Provisional(Struct, frozen=True):
    """The clock is not trusted: seconds since this boot, to be moved to real time once the clock is trusted."""

    boot_id: str
    seconds: float


Moment = Known | Provisional
