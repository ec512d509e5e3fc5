"""A terminal without a screen: `python -m tests.faults.terminal_program SETTINGS`, told by lines on standard input.

Session, tally, recorder and publisher are those of `fjes kiosk`, put together in the same way; only clocks and paces
are its own. Each thanks is one line on standard output: `v VISIT TOUCH 1`, or 0 where the disk refused.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import msgspec
from msgspec import Struct

from contract.messages import Presence
from contract.patience import Patience
from contract.sheets import CROSSINGS, PROFILES, RELEASE
from deploy.logs import set_up_logs
from kiosk.clock import TerminalClock
from kiosk.clock_file import ClockFile
from kiosk.counting import Change
from kiosk.errors import DiskError
from kiosk.faults import Faults
from kiosk.play import Play
from kiosk.publisher import Publisher, packing
from kiosk.publisher.dialogue import Pace
from kiosk.recording import TallyRecorder
from kiosk.session import Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from locales.catalogue import default_survey
from tests.faults.truth import OSLO
from tests.faults.visits import LANGUAGES, Told, Touch

HOUSEKEEPING = 0.1
"""Seconds between looks at whether the day is over, the clock trusted, or a disk to be had."""
HASTE = 20.0
"""How much faster than the machine's own the clock is by which a failing disk rests."""


class Machine(Struct, frozen=True):
    """The settings of one start."""

    terminal: str
    data: str
    port: int
    profile: str
    hold: bool
    machine: str
    boot: str
    booted: float
    seconds: float
    utc: float
    trusted: bool
    pace: Pace
    patience: Patience
    room: int
    """Bytes of sheets in one message."""


class Order(Struct, frozen=True):
    """One line of standard input."""

    visits: list[Told] = []
    clock: tuple[float, float, bool] | None = None
    """Monotonic seconds, seconds since 1970, and whether they can be trusted."""
    release: bool = False
    """Release all there is, and say how much is owed."""


class Readings:
    """What the machine's clocks say."""

    def __init__(self, machine: Machine) -> None:
        self._booted = machine.booted
        self.set(machine.seconds, machine.utc, trusted=machine.trusted)

    def set(self, seconds: float, utc: float, *, trusted: bool) -> None:
        self.trusted = trusted
        self._at = seconds, utc

    def begin(self, seconds: float, utc: float) -> None:
        self._at = seconds, utc

    def advance(self, seconds: float, jump: float = 0.0) -> None:
        now, utc = self._at
        self._at = now + seconds, utc + seconds + jump

    def seconds(self) -> float:
        return self._at[0]

    def since_boot(self) -> float:
        return self._at[0] - self._booted

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self._at[1], UTC)


class Terminal:
    """The parts of one terminal, and how they hear of each other."""

    def __init__(self, machine: Machine) -> None:
        self._readings = Readings(machine)
        self._clock_file = ClockFile(Path(machine.data, "clock.json"))
        self._clock = TerminalClock(
            OSLO,
            trustworthy=lambda: self._readings.trusted,
            synchronised=lambda: self._readings.trusted,
            boot_id=machine.boot,
            since_boot=self._readings.since_boot,
            utc=self._readings.utc,
            remembered=self._clock_file.load(),
        )
        self._faults = Faults(self._tell_faults)
        self._tally = Tally(
            Path(machine.data, "tally.db"),
            Filing(OSLO, PROFILES[machine.profile]),
            release=RELEASE[machine.profile],
            machine=machine.machine,
            hold=CROSSINGS if machine.hold else (),
            monotonic=lambda: time.monotonic() * HASTE,
        )
        self._publisher = Publisher(
            machine.terminal,
            self._tally,
            host="127.0.0.1",
            port=machine.port,
            client_id=f"fjes-{machine.terminal}",
            presence=self._presence,
            pace=machine.pace,
            patience=machine.patience,
        )
        self._outcomes: SimpleQueue[bool] = SimpleQueue()
        self._recorder = TallyRecorder(
            self._tally,
            self._clock,
            recorded=self._outcomes.put,
            released=self._publisher.nudge,
            faults=self._faults,
        )
        self._waiting = 0
        self._survey = default_survey()
        self._session = Session(self._survey, LANGUAGES, self, self._readings.seconds, self._clock.moment, play=Play())
        self._deeds: dict[str, Callable[..., None]] = {
            "touch": self._session.touch,
            "face": lambda score: self._session.choose_face(int(score)),
            "answer": self._session.choose_answer,
            "skip": self._session.skip,
            "oops": self._session.oops,
            "languages": self._session.show_languages,
            "language": self._session.choose_language,
            "dismiss": self._session.dismiss,
        }

    def run(self) -> None:
        """Until standard input ends."""
        while not self._starts():
            time.sleep(HOUSEKEEPING)
        self._recorder.tick()
        self._publisher.start()
        closing = threading.Event()
        housekeeper = threading.Thread(target=partial(self._keep_house, closing), daemon=True)
        housekeeper.start()
        say("ready")
        orders = msgspec.json.Decoder(Order)
        for line in sys.stdin.buffer:
            self._obey(orders.decode(line))
        closing.set()
        housekeeper.join()
        self._recorder.stop()
        self._publisher.stop()
        self._tally.close()

    def record(self, change: Change) -> None:
        """The session's recorder: the terminal's own, with an eye on how many outcomes are still to come."""
        self._waiting += 1
        self._recorder.record(change)

    def session_ended(self) -> None:
        self._recorder.session_ended()

    def _starts(self) -> bool:
        """Whether the disk can be had; else the keeper starts the terminal again."""
        with suppress(DiskError):
            self._tally.start()
            return True
        return False

    def _obey(self, order: Order) -> None:
        if order.clock is not None:
            seconds, utc, trusted = order.clock
            self._readings.set(seconds, utc, trusted=trusted)
            self._recorder.tick()
        for visit in order.visits:
            self._receive(visit)
        if order.visits:
            say("done")
        if order.release:
            say(f"owed {self._owed()}")

    def _receive(self, visit: Told) -> None:
        self._readings.begin(visit.seconds, visit.utc)
        self._session.tick()
        for number, touch in enumerate(visit.touches):
            self._take(touch)
            while self._waiting:
                on_disk = self._outcomes.get()
                self._waiting -= 1
                self._session.recorded(on_disk)
                say(f"v {visit.number} {number} {int(on_disk)}")

    def _take(self, touch: Touch) -> None:
        self._readings.advance(touch.after, float(touch.which) if touch.what == "jump" else 0.0)
        self._session.tick()
        deed = self._deeds.get(touch.what)
        if deed is not None:
            deed(*[touch.which] * bool(touch.which))

    def _owed(self) -> int:
        """After a release of all; -1 where the disk does not say, -2 when nothing can be sent any more."""
        if not self._publisher.alive:
            return -2
        self._recorder.tick()
        self._recorder._thread.submit(int).result()  # now it has ticked, and filed what waited for a trusted clock
        try:
            self._tally.release()
            self._publisher.nudge()
            return self._tally.owed_count()
        except DiskError:
            return -1

    def _tell_faults(self) -> None:
        self._publisher.tell_presence()

    def _presence(self) -> Presence:
        installation, owed = None, 0
        with suppress(DiskError):
            installation, owed = self._tally.installation, self._tally.owed_count()
        return Presence(
            v=1,
            online=True,
            installation=installation,
            owed=owed,
            clock="untrusted" if self._clock.booted() is None else "trusted",
            faults=self._faults.current,
        )

    def _keep_house(self, closing: threading.Event) -> None:
        while not closing.wait(HOUSEKEEPING):
            self._recorder.tick()
            with suppress(DiskError):
                self._clock.remember(self._clock_file)


def say(line: str) -> None:
    """One write, so that a kill cuts no line in two."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    set_up_logs("kiosk")
    settings = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Machine)
    packing._ROOM = settings.room
    Terminal(settings).run()
