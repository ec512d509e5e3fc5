"""One terminal as the schedule handles it: told who comes, asked who was thanked, killed and started again."""

import queue
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from typing import IO

import msgspec

from tests.faults.disks import Disk
from tests.faults.network import Link
from tests.faults.paces import CLONES, PATIENCE, pace
from tests.faults.programs import Program
from tests.faults.schedule import Schedule
from tests.faults.terminal_program import Machine, Order
from tests.faults.truth import Ledger
from tests.faults.visits import Calendar, Visit, Visitors

ANSWERS_WITHIN = 120.0
"""Seconds in which a terminal that nothing is wrong with answers."""
AT_A_TIME = 25
"""Visits in one line."""


class Terminal(Program):
    """The machine, its process, its calendar, and the visits that are under way there."""

    def __init__(
        self,
        name: str,
        disk: Disk,
        link: Link,
        ledger: Ledger,
        visitors: Visitors,
        calendar: Calendar,
        *,
        directory: Path,
        machine: str,
        plan: Schedule,
    ) -> None:
        super().__init__(directory / f"{machine}.log")
        self.name, self.disk, self.link, self.ledger, self.calendar = name, disk, link, ledger, calendar
        self._visitors = visitors
        self._machine, self._plan = machine, plan
        self._file = directory / f"{machine}.json"
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._reader: Thread | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._changed = Condition()
        self._visits: deque[Visit] = deque()
        self._crowds = 0
        self._heard = 0
        self._last: tuple[int, int] = (0, -1)
        self._refused = False
        self.ignored: list[Visit] = []

    def start(self) -> None:
        """Returns at once; what it is told before it is ready, it does then."""
        if self.running:
            return
        self._file.write_bytes(msgspec.json.encode(self._settings()))
        words = [sys.executable, "-m", "tests.faults.terminal_program", str(self._file)]
        process = self.launch(words, talks=True)
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders = queue.SimpleQueue()
        Thread(target=_write, args=(self._orders, process.stdin), daemon=True).start()
        self._reader = Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._reader.start()

    def kill(self) -> None:
        super().kill()
        self._let_go()
        self._note_doubt()

    def stop(self) -> None:
        """Lets it end what it has begun; those who have not come yet, do not come."""
        self.thaw()
        self._orders.put(None)
        if self._process is not None:
            self._process.wait(ANSWERS_WITHIN)
        self._let_go()
        self._visits.clear()
        super().stop()

    def receive(self, count: int, *, plain: bool = False) -> None:
        """So many visitors come, one after another; returns at once."""
        visits = self._visitors.crowd(count, self.calendar, plain=plain)
        with self._changed:
            self._visits += visits
        told = [visit.told for visit in visits]
        for first in range(0, len(told), AT_A_TIME):
            self._crowds += 1
            self._tell(Order(visits=told[first : first + AT_A_TIME]))

    def set_clock(self) -> None:
        """What the calendar says now."""
        self._tell(Order(clock=(self.calendar.seconds, self.calendar.utc, self.calendar.trusted)))

    def wait_for(self, thanks: int, seconds: float) -> None:
        """Until so many more touches were answered, or nobody is there any more, or so much time has passed."""
        with self._changed:
            goal = self._heard + thanks
            self._changed.wait_for(lambda: self._heard >= goal or not self._crowds, seconds)

    def finish(self) -> None:
        """Until all visitors have been there."""
        with self._changed:
            done = self._changed.wait_for(lambda: not self._crowds or not self.running, ANSWERS_WITHIN)
        assert done, f"{self._machine}: {self._crowds} crowds are still waiting"
        assert self.running or not self._crowds, f"{self._machine} has ended by itself"
        self._refused = False

    def owed(self) -> int:
        """How many sheets are owed, after everything was released; below 0 where the disk does not say."""
        self._tell(Order(release=True))
        try:
            owed = int(self._answers.get(timeout=ANSWERS_WITHIN))
        except queue.Empty:
            raise AssertionError(f"{self._machine} does not answer") from None
        assert owed != -2, f"{self._machine} sends nothing any more"
        return owed

    def _settings(self) -> Machine:
        calendar = self.calendar
        return Machine(
            terminal=self.name,
            data=str(self.disk.directory),
            port=self.link.port,
            profile=self._plan.profile,
            hold=self._plan.hold,
            machine=self._machine,
            boot=f"{self._machine}-boot-{calendar.boot}",
            booted=calendar.booted,
            seconds=calendar.seconds,
            utc=calendar.utc,
            trusted=calendar.trusted,
            pace=pace(self._plan.hello),
            patience=CLONES if self._plan.clones else PATIENCE,
            room=self._plan.room,
        )

    def _tell(self, order: Order) -> None:
        assert self.running, f"{self._machine} has ended by itself"
        self._orders.put(order)

    def _let_go(self) -> None:
        if self._reader is not None:
            self._reader.join()
        self._orders.put(None)
        self._reader = None
        self._crowds = 0
        while not self._answers.empty():
            self._answers.get()

    def _read(self, lines: IO[bytes]) -> None:
        with lines:
            for line in lines:
                word, *rest = line.decode().split()
                with self._changed:
                    self._hear(word, rest)
                    self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def _hear(self, word: str, rest: list[str]) -> None:
        match word:
            case "v":
                self._hear_thanks(*map(int, rest))
            case "done":
                self._crowds -= 1
                if not self._crowds:
                    self._notice_ignored(len(self._visits))
            case "owed":
                self._answers.put(rest[0])

    def _hear_thanks(self, number: int, touch: int, ok: int) -> None:
        while self._visits[0].told.number != number:
            self._notice_ignored(1)
        self._last = number, touch
        self._heard += 1
        if ok:
            self.ledger.thank(self._visits[0], self._visits[0].meant[touch])
        else:
            self._refused = True

    def _notice_ignored(self, count: int) -> None:
        """The first visits are over; whoever wanted something else than was thanked for was ignored.

        Not where the disk refused: there the terminal rests.
        """
        for _ in range(count):
            visit = self._visits.popleft()
            if not self._refused and not self.ledger.has(visit):
                self.ignored.append(visit)

    def _note_doubt(self) -> None:
        """What was under way: the first change after the last that was answered."""
        number, touch = self._last
        for visit in self._visits:
            for change, after in visit.changes():
                if visit.told.number > number or change > touch:
                    self.ledger.doubt(visit, after)
                    self._visits.clear()
                    return
        self._visits.clear()


def _write(orders: "queue.SimpleQueue[Order | None]", pipe: IO[bytes]) -> None:
    """Tells a process what it is to do, on a thread of its own: a frozen one listens to nobody."""
    with suppress(OSError), pipe:
        while (order := orders.get()) is not None:
            pipe.write(msgspec.json.encode(order) + b"\n")
            pipe.flush()
