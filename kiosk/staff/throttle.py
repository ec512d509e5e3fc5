"""How long the PIN pad rests after wrong PINs: kept on disk and by the time since boot, so that no power cut helps.

A try counts as wrong before it is looked at, and is forgiven when it was right: to pull the plug in between wins
nothing. After another boot the rest begins again with that boot, so that it is never shorter for it; the time of day,
which may jump, has no say.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta, Struct

from kiosk.staff.files import write_whole

log = structlog.get_logger()

FREE = 2
"""Wrong PINs that cost nothing: people slip."""
FIRST_REST, LONGEST_REST = 30, 900
"""Seconds of rest after the next one, doubled by each further one up to a quarter of an hour."""


class Tries(Struct, frozen=True, forbid_unknown_fields=True):
    """Wrong PINs since the last right one; the last was in this boot, so many seconds after it began."""

    wrong: Annotated[int, Meta(ge=0)] = 0
    boot: str = ""
    seconds: float = 0.0


def rest_after(wrong: int) -> int:
    """Seconds of rest after so many wrong PINs."""
    if wrong <= FREE:
        return 0
    return int(min(LONGEST_REST, FIRST_REST * 2 ** min(wrong - FREE - 1, 10)))


RESTS = tuple(dict.fromkeys(rest_after(wrong) for wrong in range(FREE + 1, FREE + 10)))
"""Every rest there is, the shortest first."""
_WORST = next(wrong for wrong in range(FREE, 100) if rest_after(wrong) == LONGEST_REST)


class Throttle:
    """The count of wrong PINs in `file`. Where that cannot be written the count lives until the process ends."""

    def __init__(self, file: Path, boot_id: str, since_boot: Callable[[], float]) -> None:
        self._file = file
        self._boot_id = boot_id
        self._since_boot = since_boot
        self._tries: Tries | None = None

    def wait(self) -> float:
        """Seconds until another PIN may be tried; 0 when one may."""
        tries = self._known()
        rest = rest_after(tries.wrong)
        begun = tries.seconds if tries.boot == self._boot_id else 0.0
        return max(0.0, min(rest, begun + rest - self._since_boot()))

    def count(self) -> int:
        """Counts a try as wrong, on disk, and tells the wrong ones so far. May take as long as the disk does."""
        tries = Tries(self._known().wrong + 1, self._boot_id, self._since_boot())
        self._keep(tries)
        return tries.wrong

    def forgive(self) -> None:
        """The last try was right after all."""
        self._keep(Tries())

    def _known(self) -> Tries:
        if self._tries is None:
            self._tries = self._load()
        return self._tries

    def _load(self) -> Tries:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Tries)
        except FileNotFoundError:
            return Tries()
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("staff-throttle-unreadable", file=str(self._file), reason=str(error))
            return Tries(wrong=_WORST)

    def _keep(self, tries: Tries) -> None:
        self._tries = tries
        try:
            write_whole(self._file, msgspec.json.encode(tries))
        except OSError as error:  # a full or broken disk is what the staff may have come for
            log.warning("staff-throttle-not-saved", file=str(self._file), reason=error.strerror)
