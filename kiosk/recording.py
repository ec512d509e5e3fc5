"""The adapter between session and tally: commits happen on a thread of their own, so that no disk stops the screen."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from kiosk.clock import TerminalClock
from kiosk.errors import DamagedError, DiskError
from kiosk.faults import Fault, Faults
from kiosk.moment import Known
from kiosk.session import Change
from kiosk.tally import Tally

log = structlog.get_logger()

_PROBE = 300.0
"""Seconds between attempts to write something that is no vote; while the disk fails, every tick is one."""


class TallyRecorder:
    """Records changes in order. `recorded` hears, on the recorder's thread, whether each change is on disk.

    `released` is called when sheets were released, so that they can be sent at once. A disk that fails is told to
    `faults`, but only of what the tick finds out by itself: a fault that came with a vote would tell of the vote.
    """

    def __init__(
        self,
        tally: Tally,
        clock: TerminalClock,
        *,
        recorded: Callable[[bool], None],
        released: Callable[[], None],
        faults: Faults | None = None,
    ) -> None:
        self._tally = tally
        self._clock = clock
        self._recorded = recorded
        self._released = released
        self._faults = faults or Faults()
        self._probe_from = float("-inf")
        self._idle = True
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")

    def record(self, change: Change) -> None:
        """Begins to put a change on disk."""
        self._submit(self._record, change)

    def session_ended(self) -> None:
        """Nobody is at the terminal: votes that have gathered may be released."""
        self._submit(self._end_session)

    def tick(self) -> None:
        """Lets the day end, the clock become trusted and old sheets be forgotten; call every few seconds."""
        self._submit(self._tick)

    def stop(self) -> None:
        """Waits until all that was begun is on disk."""
        self._thread.shutdown(wait=True)

    def _submit(self, work: Callable[..., None], *args: Change) -> None:
        self._thread.submit(work, *args).add_done_callback(_report)

    def _record(self, change: Change) -> None:
        self._idle = False
        on_disk = False
        try:
            on_disk = self._put(change)
        finally:  # whatever went wrong, the screen does not wait for ever
            self._recorded(on_disk)
        if on_disk:
            self._release_if_due()

    def _put(self, change: Change) -> bool:
        """Says whether it is on disk; a disk that turns out to be damaged is opened anew for a second attempt."""
        try:
            self._tally.record(change)
        except DamagedError:
            self._tally.record(change)
        return True

    def _end_session(self) -> None:
        self._idle = True
        self._tally.forget_history()
        self._release_if_due()

    def _tick(self) -> None:
        try:
            self._keep_house()
        except DiskError as error:
            self._probe_from = float("-inf")
            self._faults.report(Fault.DISK, problem=str(error))
        else:
            self._faults.clear(Fault.DISK)

    def _keep_house(self) -> None:
        if self._clock.monotonic() >= self._probe_from:
            self._tally.probe()
            self._probe_from = self._clock.monotonic() + _PROBE
        now = self._clock.moment()
        booted = self._clock.booted()
        if isinstance(now, Known) and booted is not None:
            self._tally.trust(self._clock.boot_id, booted, now.local)
            self._tally.forget(now.local.date())
        elif booted is None:
            self._tally.distrust(self._clock.boot_id)
        self._release_if_due()

    def _release_if_due(self) -> None:
        if self._tally.release_if_due(self._clock.moment(), idle=self._idle):
            self._released()


def _report(done: Future[None]) -> None:
    error = done.exception()
    if error is not None and not isinstance(error, DiskError):  # of the disk, the tick tells
        log.error("recorder", problem=str(error))
