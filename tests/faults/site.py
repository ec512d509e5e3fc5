"""A whole site, and all that the steps of a schedule do to it."""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from deploy.configuration import read_settings
from deploy.operating.backup import make_backup
from deploy.operating.restore import restore
from tests.faults import look
from tests.faults.disks import Disk
from tests.faults.network import Link, Network
from tests.faults.programs import Broker, Collector, Program
from tests.faults.schedule import Schedule, Step
from tests.faults.terminals import Terminal
from tests.faults.truth import OSLO, Counted, Ledger
from tests.faults.visits import Calendar, Visitors
from tests.faults.watch import Watch

SETTLES_WITHIN = 300.0
"""Seconds after which what is owed, or apart, stays so."""
_BEFORE_NIGHT = 3 * 3600.0


class ApartError(AssertionError):
    """The store does not say what visitors meant. `lost` and `doubled` are votes."""

    def __init__(self, text: str, lost: int = 0, doubled: int = 0) -> None:
        super().__init__(text)
        self.lost, self.doubled = lost, doubled


class Site:
    """The programs of a site, the network and the disks between them, and the truth beside them."""

    def __init__(self, plan: Schedule, directory: Path) -> None:
        self._plan = plan
        self._chance = random.Random(plan.seed)
        self._directory = directory
        self._broker = Broker(directory)
        self._network = Network(self._broker.port)
        self._store = Disk(directory / "disks" / "store", "fjes.db", "24m")
        self._backup = directory / "backup.tar.gz"
        settings = directory / "fjes.toml"
        settings.write_text(f'[collector]\nstore = "{self._store.database}"\n')
        self._configuration = read_settings(settings)
        self._visitors = Visitors(random.Random(plan.seed))
        self._terminals: dict[str, Terminal] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._collectors: dict[str, Collector] = {}
        self._links: dict[str, Link] = {}
        self._watch = Watch(self._store.database)
        self._compared = True
        """Whether all terminals know what the store has: not after it was restored, until all is settled."""
        self.done: Counter[str] = Counter()
        self.checks = 0
        self.notes: list[str] = []

    def start(self) -> None:
        self._network.start()
        self._broker.start()
        for number in range(self._plan.terminals):
            name = f"t{number}"
            self._ledgers[name] = Ledger(self._plan.profile)
            self._add_terminal(name, name, Calendar(self._plan.began + number * 1000))
        for number in range(self._plan.collectors):
            name = f"c{number}"
            link = self._links[name] = self._network.link(random.Random(self._chance.random()))
            log = self._directory / f"{name}.log"
            collector = Collector(
                f"fjes-{name}", log, self._store.database, link.port, self._plan.inbox, self._plan.room
            )
            self._collectors[name] = collector
        for program in self._programs():
            program.start()
        self._watch.start()

    def stop(self) -> None:
        """Ends all that runs, whatever state it is in."""
        self._watch.stop()
        for program in [*self._programs(), self._broker]:
            with suppress(AssertionError):
                program.kill()
        self._network.stop()

    def perform(self, step: Step) -> None:
        """Raises ApartError when something turns out to be wrong, and AssertionError when something is stuck."""
        self.done[step.deed] += 1
        deed: Callable[[Step], None] = getattr(self, "_" + step.deed.replace(" ", "_"))
        deed(step)
        if self._watch.broken:
            self._look()

    @property
    def looks(self) -> int:
        return self._watch.looks

    @property
    def presses(self) -> int:
        """Visitors who were thanked."""
        return sum(ledger.thanked for ledger in self._ledgers.values())

    def keep_disks(self, target: Path) -> None:
        """Copies them, as what is mounted is gone with this process."""
        for disk in [self._store, *(terminal.disk for terminal in self._terminals.values())]:
            disk.copy_to(target / disk.directory.name)

    # visitors

    def _crowd(self, step: Step) -> None:
        self._terminals[step.who].receive(int(step.much))

    def _plain_crowd(self, step: Step) -> None:
        self._terminals[step.who].receive(int(step.much), plain=True)

    def _await(self, step: Step) -> None:
        self._terminals[step.who].wait_for(int(step.much), 1.0)

    def _finish(self, _step: Step | None = None) -> None:
        for terminal in self._terminals.values():
            if terminal.running:
                terminal.finish()
            if terminal.ignored:
                raise ApartError(f"{terminal.name}: visitors were ignored: {terminal.ignored}", len(terminal.ignored))

    def _hold(self, step: Step) -> None:
        sleep(step.much)

    # programs

    def _kill(self, step: Step) -> None:
        self._program(step.who).kill()

    def _stop(self, step: Step) -> None:
        self._program(step.who).stop()

    def _start(self, step: Step) -> None:
        self._program(step.who).start()

    def _freeze(self, step: Step) -> None:
        self._program(step.who).freeze()

    def _thaw(self, step: Step) -> None:
        self._program(step.who).thaw()

    def _forget(self, _step: Step) -> None:
        self._broker.forget()

    # the network

    def _weather(self, step: Step) -> None:
        assert step.weather is not None
        self._links[step.who].weather = step.weather

    def _cut(self, step: Step) -> None:
        self._links[step.who].cut()

    def _deafen(self, step: Step) -> None:
        self._links[step.who].deafen()

    def _stick(self, step: Step) -> None:
        self._links[step.who].freeze()

    def _heal(self, step: Step) -> None:
        self._links[step.who].heal()

    # disks

    def _fill(self, step: Step) -> None:
        """A store's write-ahead log has no room of its own left either."""
        if step.who == "store":
            self._store.empty_log()
        self._disk(step.who).fill()

    def _protect(self, step: Step) -> None:
        self._disk(step.who).protect()

    def _mend(self, step: Step) -> None:
        self._disk(step.who).heal()

    def _rot(self, step: Step) -> None:
        with self._unwatched(step.who):
            self._note(step, self._disk(step.who).rot(self._chance))

    def _tear(self, step: Step) -> None:
        with self._unwatched(step.who):
            self._note(step, self._disk(step.who).tear(self._chance))

    def _cut_short(self, step: Step) -> None:
        self._note(step, self._disk(step.who).cut(self._chance))

    def _new_card(self, step: Step) -> None:
        self._disk(step.who).wipe()

    def _image(self, step: Step) -> None:
        self._disk(step.who).copy_to(self._directory / f"image-{step.who}")

    def _put_back(self, step: Step) -> None:
        self._disk(step.who).copy_from(self._directory / f"image-{step.who}")

    def _clone(self, step: Step) -> None:
        original = self._terminals[step.who]
        calendar = Calendar(original.calendar.utc, original.calendar.seconds)
        clone = self._add_terminal(original.name, f"{step.who}+", calendar)
        original.disk.copy_to(clone.disk.directory)

    def _back_up(self, _step: Step) -> None:
        """As `fjes backup` does it; what was forgotten by terminals since is not only in the log, that may tear."""
        self._backup.unlink(missing_ok=True)
        make_backup(self._configuration, to=self._backup)
        self._store.empty_log()

    def _restore(self, _step: Step) -> None:
        """As `fjes restore` does it: with the collectors stopped, while terminals go on."""
        with self._unwatched("store"):
            restore(self._configuration, self._backup)

    # clocks

    def _jump(self, step: Step) -> None:
        self._terminals[step.who].calendar.utc += step.much
        self._terminals[step.who].set_clock()

    def _pass(self, step: Step) -> None:
        self._terminals[step.who].calendar.pass_time(step.much)
        self._terminals[step.who].set_clock()

    def _night_of_summer_time(self, step: Step) -> None:
        terminal = self._terminals[step.who]
        at = terminal.calendar.utc
        while datetime.fromtimestamp(at + 3600, OSLO).utcoffset() == datetime.fromtimestamp(at, OSLO).utcoffset():
            at += 3600
        terminal.calendar.utc = at - _BEFORE_NIGHT
        terminal.set_clock()

    def _distrust(self, step: Step) -> None:
        self._terminals[step.who].calendar.reboot(trusted=False)

    def _trust(self, step: Step) -> None:
        self._terminals[step.who].calendar.become_trusted()
        self._terminals[step.who].set_clock()

    # truth

    def _look(self, step: Step | None = None) -> None:
        """Beside those that the watch takes by itself."""
        self._watch.take()
        if self._watch.broken:
            raise ApartError("sums did not agree: " + "; ".join(self._watch.broken))

    def _check(self, step: Step | None = None) -> None:
        """Rule 4: what is acknowledged is on the collector's disk, at any moment; but while a restored store is not
        compared. Waits up to `much` seconds for everything to be acknowledged; where it is not, nothing is known.
        """
        until = monotonic() + (step.much if step else 0.0)
        running = all(terminal.running for terminal in self._terminals.values())
        if not running or not self._compared:
            return
        while not self._all_acknowledged():
            if monotonic() >= until:
                return
            sleep(0.03)
        with suppress(sqlite3.Error):
            self.checks += 1
            if not self._agrees_with(look.counted(self._store.database)):
                raise self._difference({}, "all is acknowledged, but not stored")

    def _all_acknowledged(self) -> bool:
        """Asked twice: what an answered hello has moved to a new installation is released the second time."""
        return not any([*self._owed().values(), *self._owed().values()])

    def _settle(self, _step: Step) -> None:
        """Everything works again, all is released and acknowledged: the store has what was meant, exactly."""
        self._mend_all()
        self._finish()
        until = monotonic() + SETTLES_WITHIN
        while True:
            self._check()
            owed = self._owed()
            if not any(owed.values()) and self._agrees():
                break
            if monotonic() > until:
                raise self._difference(owed, f"after {SETTLES_WITHIN:g} s of peace")
            sleep(0.03)
            for program in self._programs():  # as what keeps them does, when one ended by itself
                program.start()
        self._compared = True
        self._watch.wake()
        self._look()

    def _mend_all(self) -> None:
        for disk in [self._store, *(terminal.disk for terminal in self._terminals.values())]:
            disk.heal()
        for link in self._links.values():
            link.heal()
        for program in self._programs():
            program.thaw()
            program.start()
        for terminal in self._terminals.values():
            if not terminal.calendar.trusted:
                terminal.calendar.become_trusted()
                terminal.set_clock()

    def _owed(self) -> dict[str, int]:
        return {who: terminal.owed() for who, terminal in self._terminals.items()}

    def _agrees(self) -> bool:
        try:
            return self._agrees_with(look.counted(self._store.database))
        except sqlite3.Error:
            return False

    def _agrees_with(self, stored: dict[str, Counted]) -> bool:
        return all(ledger.agrees(stored[name]) for name, ledger in self._ledgers.items())

    def _difference(self, owed: dict[str, int], when: str) -> ApartError:
        stored = look.counted(self._store.database)
        lines = [f"{when}: owed {owed}"]
        lost = doubled = 0
        for name, ledger in self._ledgers.items():
            missing, more = ledger.difference(stored[name])
            lost, doubled = lost + missing, doubled + more
            lines += [f"{name} {line}" for line in ledger.apart(stored[name])]
        lines += [f"refused: {reason}" for reason in look.refused(self._store.database)[-5:]]
        return ApartError("\n".join(lines), lost, doubled)

    # the parts

    def _programs(self) -> list[Program]:
        return [self._broker, *self._collectors.values(), *self._terminals.values()]

    def _program(self, who: str) -> Program:
        return self._broker if who == "broker" else self._collectors.get(who) or self._terminals[who]

    def _disk(self, who: str) -> Disk:
        return self._store if who == "store" else self._terminals[who].disk

    def _add_terminal(self, name: str, machine: str, calendar: Calendar) -> Terminal:
        link = self._links[machine] = self._network.link(random.Random(self._chance.random()))
        terminal = self._terminals[machine] = Terminal(
            name,
            Disk(self._directory / "disks" / machine, "tally.db", "8m"),
            link,
            self._ledgers[name],
            self._visitors,
            calendar,
            directory=self._directory,
            machine=machine,
            plan=self._plan,
        )
        return terminal

    @contextmanager
    def _unwatched(self, who: str) -> Iterator[None]:
        """While something happens to the store after which terminals and store have to be compared."""
        if who != "store":
            yield
            return
        self._compared = False
        with self._watch.resting():
            yield

    def _note(self, step: Step, what: str) -> None:
        self.notes.append(f"{step}: {what}")
