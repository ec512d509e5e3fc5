"""The loudspeaker, kept by a thread of its own: no frame waits for a file to be decoded or for a device to answer.

The device is open only while there is something to say and a little longer, as an open one wakes the processor 20
times a second. A device that is missing, goes away or stands still is a fault that is told, and looked for again.
"""

from pathlib import Path
from threading import Condition, Thread
from time import monotonic

import structlog

from kiosk.ui.mixer import Mixer, RecordingError, SoundError

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds that a sound may take longer than it lasts, and that a device may take to begin."""
LINGERS = 10.0
"""Seconds that the device stays open after a sound: the visitor is likely to want another."""
WAKING = 0.2
"""Seconds of silence before the first sound on a device just opened: screens with loudspeakers swallow that much."""
LOOKS = 30.0
"""Seconds from one look at the device to the next."""
POLL = 0.05
"""Seconds between looks at a sound that plays."""
STUCK = 60.0
"""Seconds that a look may be late; after that the device holds the thread and does not give it back."""


class _Order:
    """One sound to play; `until` is when it must be over, in monotonic seconds."""

    def __init__(self, file: Path, volume: float, until: float) -> None:
        self.file = file
        self.volume = volume
        self.until = until
        self.done = False

    @property
    def overdue(self) -> bool:
        return not self.done and monotonic() >= self.until


class SdlVoice:
    """The adapter to SDL: one sound at a time, the newest. `looks` is LOOKS, and `lingers` LINGERS, if not told.

    `working` and the log tell only what the regular looks at the device have found, so that neither tells when
    somebody listened; `fault` is what is known this moment.
    """

    def __init__(self, *, looks: float = LOOKS, lingers: float = LINGERS) -> None:
        self._looks = looks
        self._lingers = lingers
        self._mixer = Mixer()
        self._changed = Condition()
        self._order: _Order | None = None
        self._stopping = False
        self._open = False
        self._spoke = 0.0
        self._look_at = float("inf")
        self._unlisted = False
        self._damaged = 0
        self._fault: str | None = None
        self._told: str | None = None
        self._thread = Thread(target=self._work, name="voice", daemon=True)

    def start(self) -> None:
        """Looks for a device, and is ready to speak. After the window is open: SDL must not begin in two threads."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the sound and gives the device back; one that does not answer is left to the end of the process."""
        with self._changed:
            self._stopping = True
            self._order = None
            self._changed.notify()
        if self._thread.ident:
            self._thread.join(PATIENCE)

    def say(self, file: Path, volume: float) -> None:
        """Begins a sound in place of any other; nothing at all while there is a fault."""
        with self._changed:
            if not self.fault:
                self._order = _Order(file, volume, monotonic() + PATIENCE)
                self._changed.notify()

    def hush(self) -> None:
        """Ends the sound, if there is one."""
        with self._changed:
            self._order = None
            self._changed.notify()

    @property
    def playing(self) -> bool:
        """Whether the last sound is still to come or to end; never for much longer than it lasts."""
        order = self._order
        return order is not None and not order.done and not order.overdue

    @property
    def working(self) -> bool:
        """Whether there was a sound device at the last regular look, and that was not long ago."""
        return self._told is None and monotonic() < self._look_at + STUCK

    @property
    def fault(self) -> str | None:
        """Why nothing can be heard now, for the staff."""
        order = self._order
        return "the sound device does not answer" if order and order.overdue else self._fault

    def _work(self) -> None:
        self._try_device()
        self._tell()
        while not self._stopping:
            if order := self._next():
                self._speak(order)
            elif self._open and monotonic() >= self._spoke + self._lingers:
                self._close()
            if monotonic() >= self._look_at:
                self._look()
                self._tell()
        self._close()

    def _next(self) -> _Order | None:
        """Waits for something to say, or until there is something else to do."""
        until = min(self._look_at, self._spoke + self._lingers) if self._open else self._look_at
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._due(), max(0.0, until - monotonic()))
            return self._due()

    def _due(self) -> _Order | None:
        return self._order if self._order and not self._order.done else None

    def _speak(self, order: _Order) -> None:
        try:
            self._play(order)
        except RecordingError:
            self._damaged += 1
        except SoundError as error:
            self._fault = str(error)
        order.done = True
        self._spoke = monotonic()
        if self._fault:
            self._close()
        else:
            self._mixer.halt()

    def _play(self, order: _Order) -> None:
        """Sees a sound to its end. Raises SoundError when the device does not, and RecordingError."""
        if not self._open:
            self._mixer.open()
            self._open = True
            self._stands(order, WAKING)
        if not self._stands(order, 0):
            return
        order.until = monotonic() + self._mixer.play(order.file, order.volume) + PATIENCE
        while self._stands(order, POLL) and self._mixer.playing:
            if self._mixer.lost:
                raise SoundError("the sound device has gone away")
            if order.overdue:
                raise SoundError("the sound device stands still")

    def _stands(self, order: _Order, seconds: float) -> bool:
        """Whether an order still holds after so long; tells at once when it does not."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._order is not order, seconds)

    def _look(self) -> None:
        """Whether a device has come or gone while nothing was said."""
        if self._open:
            return
        found = self._mixer.devices() or self._unlisted
        if self._fault and found:
            self._try_device()
        elif not self._fault and not found:
            self._fault = "there is no sound device"

    def _try_device(self) -> None:
        """Opens the device for a moment. Some that can be opened are in no list, and have to be tried to be found."""
        try:
            listed = self._mixer.devices()
            self._mixer.open()
            self._mixer.close()
        except SoundError as error:
            self._fault = str(error)
        else:
            self._fault = None
            self._unlisted = not listed

    def _close(self) -> None:
        if self._open:
            self._open = False
            self._mixer.close()

    def _tell(self) -> None:
        """Says what changed since the last look."""
        self._look_at = monotonic() + self._looks
        if self._fault != self._told:
            self._told = self._fault
            if self._fault:
                log.warning("sound-lost", reason=self._fault)
            else:
                log.info("sound-found")
        if self._damaged:
            log.warning("recordings-damaged", times=self._damaged)
            self._damaged = 0
