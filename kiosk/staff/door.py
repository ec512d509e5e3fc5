"""The door to the staff corner: one PIN at a time, against the hash on disk and under the throttle."""

from pathlib import Path

import structlog
from msgspec import Struct

from kiosk.staff.pin import PinError, matches
from kiosk.staff.throttle import Throttle

log = structlog.get_logger()


class Verdict(Struct, frozen=True):
    """Whether the PIN was right, and the seconds until another one may be tried."""

    right: bool
    wait: float = 0.0


class Door:
    """The lock that the hash in `file` is the key to. A new PIN in the file counts at once."""

    def __init__(self, file: Path, throttle: Throttle) -> None:
        self._file = file
        self._throttle = throttle

    @property
    def there(self) -> bool:
        """Whether a PIN was ever set; without one nothing opens."""
        return self._file.is_file()

    def wait(self) -> float:
        """Seconds until a PIN may be tried."""
        return self._throttle.wait()

    def check(self, digits: str) -> Verdict:
        """Tries a PIN. Takes as long as the hash and the disk do, so call it on a thread of its own."""
        if (wait := self._throttle.wait()) > 0:
            return Verdict(False, wait)
        wrong = self._throttle.count()
        if self._is_right(digits):
            self._throttle.forgive()
            log.info("staff-pin-right")
            return Verdict(True)
        log.warning("staff-pin-wrong", count=wrong)
        return Verdict(False, self._throttle.wait())

    def _is_right(self, digits: str) -> bool:
        try:
            return matches(self._file, digits)
        except OSError as error:
            log.error("staff-pin-unreadable", file=str(self._file), reason=error.strerror)
        except PinError as error:
            log.error("staff-pin-unreadable", file=str(self._file), reason=str(error))
        return False
