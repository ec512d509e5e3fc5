"""What the terminal remembers of time: which boot's beginning it knows, and the last hour that it trusted."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta, Struct

from contract.periods import possible
from kiosk.errors import DiskError
from kiosk.staff.files import write_whole

log = structlog.get_logger()

Aware = Annotated[datetime, Meta(tz=True)]


class Remembered(Struct, frozen=True, forbid_unknown_fields=True):
    """`boot` began at `began`, and its clock was trusted at the hour `trusted`, the last that ever was."""

    boot: str
    began: Aware
    trusted: Aware

    def __post_init__(self) -> None:
        if not (possible(self.began) and possible(self.trusted)):
            raise ValueError("no sheet can be of such a year")


class ClockFile:
    """One small file beside the tally; it changes once an hour at most, and with no vote. From one thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: Remembered | None = None

    def load(self) -> Remembered | None:
        """None where nothing is kept, or nothing that can be read."""
        try:
            self._kept = msgspec.json.decode(self._file.read_bytes(), type=Remembered)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("clock-file-unreadable", file=str(self._file), reason=str(error))
            return None
        return self._kept

    def keep(self, boot: str, began: datetime, now: datetime) -> None:
        """The clock is trusted `now` (aware), in a boot that began at `began`. Raises DiskError."""
        hour = now - timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
        remembered = Remembered(boot, began.replace(microsecond=0), hour)
        if remembered == self._kept:
            return
        try:
            write_whole(self._file, msgspec.json.encode(remembered))
        except OSError as error:
            raise DiskError(f"cannot write {self._file}: {error.strerror}") from error
        self._kept = remembered
