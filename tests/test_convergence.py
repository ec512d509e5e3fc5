"""Terminal, network and collector through presses, faults and repairs: in the end the store is what was pressed.

The real session, tally, dialogue, service and store; the network between them loses, doubles and reorders.
"""

import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from collector.fleet import Fleet
from collector.service import Service
from collector.store.sqlite import SqliteStore
from collector.wire import Message
from contract.messages import Hello, Presence, encode
from contract.sheets import HOLD, PROFILES, RELEASE, Table
from contract.survey import side_of
from contract.topics import Kind, topic
from kiosk.moment import Known
from kiosk.play import Play, Rules
from kiosk.publisher.dialogue import Dialogue
from kiosk.session import Change, Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from tests.fakes.wire import FakeWire
from tests.visitors import SURVEY, VISITS, Cells, Truth, Visit, by_score

OSLO = ZoneInfo("Europe/Oslo")
TERMINAL = "stua-1"
MONTHLY = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)
STRICT = Rules(changes=1, pause=1.5, in_a_row=2)
"""So strict that visitors who come right after each other, or change their mind twice, play."""


class Convergence(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.now = datetime(2026, 3, 27, 22, tzinfo=UTC)
        self.seconds = 0.0
        self.names = itertools.count(1)
        self.truth = Truth()
        self.up: list[Message] = []
        self.down: list[bytes] = []
        self.machine = "machine-1"
        self.profile = "small"
        self.backup: Path | None = None
        self.backed_up = self.now
        self.compared = True

    @initialize(profile=st.sampled_from(["small", "busy"]))
    def begin(self, profile: str) -> None:
        self.profile = profile
        self.start_collector()
        self.start_terminal()

    def teardown(self) -> None:
        try:
            self.heal()
            stored = self.stored()
            assert by_score(stored) == by_score(+self.truth.cells)
            untold = stored - self.truth.cells
            assert untold <= self.told_by_score_for_good()
            self.check_conservation()
        finally:
            self.tally.close()
            self.store.close()
            shutil.rmtree(self.directory)

    # the visitors

    @rule(visits=st.lists(VISITS, min_size=1, max_size=6))
    def visitors_come_and_go(self, visits: list[Visit]) -> None:
        for visit in visits:
            self.visitor_comes(visit)
            self.touch(self.session.skip)
            self.touch(self.session.dismiss)

    @rule(visit=VISITS)
    def visitor_comes(self, visit: Visit) -> None:
        """And stays; the next event may find the session open."""
        self.touch(self.session.dismiss)
        self.touch(lambda: self.session.choose_language(visit.language))
        for number, score in enumerate(visit.scores):
            self.touch(partial(self.session.choose_face, score))
            if visit.oops and not number:
                self.touch(self.session.oops)
        if visit.moves_to is not None:
            self.touch(self.session.show_languages)
            self.touch(partial(self.session.choose_language, visit.moves_to))
        if visit.answer is not None and (chosen := self.session.view.score):
            option = SURVEY.option_ids(side_of(chosen))[visit.answer]
            self.touch(lambda: self.session.choose_answer(option))

    @rule(hours=st.sampled_from([0.01, 1, 7, 24, 24 * 20, 24 * 80]))
    def time_passes(self, hours: float) -> None:
        if hours > 24 and not self.compared:
            self.heal()  # a terminal says hello every day
        self.now += timedelta(hours=hours)
        self.seconds += hours * 3600
        if self.now - self.backed_up > timedelta(days=40):
            self.backup = None  # terminals keep what is acknowledged for 40 days
        self.session.tick()
        self.session.tick()
        self.tally.release_if_due(self.moment(), idle=self.session.idle)
        self.tally.forget(self.moment().local.date())

    # the network

    @rule(seconds=st.sampled_from([0.5, 1, 11, 301]))
    def terminal_sends(self, seconds: float) -> None:
        self.seconds += seconds
        self.session.tick()
        self.pump()

    @rule(seconds=st.sampled_from([1, 11, 301]))
    def all_that_is_under_way_arrives(self, seconds: float) -> None:
        self.seconds += seconds
        self.pump()
        self.deliver()

    @precondition(lambda self: self.up)
    @rule(data=st.data(), fate=st.sampled_from(["arrives", "arrives", "lost", "twice"]))
    def message_up(self, data: st.DataObject, fate: str) -> None:
        index = data.draw(st.integers(0, len(self.up) - 1))
        message = self.up[index] if fate == "twice" else self.up.pop(index)
        if fate != "lost":
            self.collect(message)

    @precondition(lambda self: self.down)
    @rule(data=st.data(), fate=st.sampled_from(["arrives", "arrives", "lost", "twice"]))
    def message_down(self, data: st.DataObject, fate: str) -> None:
        index = data.draw(st.integers(0, len(self.down) - 1))
        raw = self.down[index] if fate == "twice" else self.down.pop(index)
        if fate != "lost":
            self.dialogue.received(raw)

    @rule()
    def network_comes_back(self) -> None:
        self.dialogue.disconnected()
        self.dialogue.connected()

    # what breaks

    @rule()
    def terminal_restarts(self) -> None:
        self.tally.close()
        self.start_terminal()

    @rule()
    def collector_restarts(self) -> None:
        self.store.close()
        self.start_collector()

    @rule()
    def collector_is_backed_up(self) -> None:
        self.backup = self.copy(self.store_file, "backup")
        self.backed_up = self.now

    @precondition(lambda self: self.backup is not None)
    @rule()
    def older_collector_is_restored(self) -> None:
        assert self.backup is not None
        self.store.close()
        self.restore(self.backup, self.store_file)
        self.start_collector()
        self.compared = False
        self.tell_unasked()

    @rule()
    def disk_moves_to_another_machine(self) -> None:
        self.tally.close()
        self.machine += "+"
        self.start_terminal()

    @rule(
        before=st.lists(VISITS, max_size=4),
        there=st.lists(VISITS, min_size=1, max_size=6),
        here=st.lists(VISITS, max_size=6),
        reached=st.booleans(),
    )
    def disk_is_rolled_back(self, before: list[Visit], there: list[Visit], here: list[Visit], reached: bool) -> None:
        """An image of the disk is taken, its life goes on, and then the image is put back.

        What the image lacks is known: what reached the store meanwhile stays, and so does what it owed itself; what
        never left the disk is gone with it.
        """
        self.heal()
        self.visitors_come_and_go(before)
        image = self.copy(self.tally_file, "image")
        self.visitors_come_and_go(there)
        if reached or before:
            self.heal()
        for message in self.up:
            self.collect(message)
        self.up, self.down = [], []
        self.truth.cells = self.stored()
        self.tally.close()
        self.restore(image, self.tally_file)
        self.backup = None  # store and terminal rolled back together are beyond the rules
        self.start_terminal()
        self.visitors_come_and_go(here)

    @rule(visits=st.lists(VISITS, min_size=1, max_size=6))
    def a_day_goes_by_without_network(self, visits: list[Visit]) -> None:
        self.visitors_come_and_go(visits)
        self.time_passes(24)
        self.pump()
        self.up.clear()

    @invariant()
    def sums_agree_in_the_store(self) -> None:
        """But for a restored store that the terminal has not been told of yet: there, once it was."""
        if hasattr(self, "store") and self.compared:
            self.check_conservation()

    # the parts

    @property
    def tally_file(self) -> Path:
        return self.directory / "tally.db"

    @property
    def store_file(self) -> Path:
        return self.directory / "store.db"

    def start_terminal(self) -> None:
        filing = Filing(OSLO, PROFILES[self.profile])
        self.tally = Tally(
            self.tally_file,
            filing,
            release=RELEASE[self.profile],
            machine=self.machine,
            hold=HOLD[self.profile],
            new_name=lambda: f"life-{next(self.names):04}",
        )
        self.tally.start()
        self.session = Session(SURVEY, SURVEY.languages, self, lambda: self.seconds, self.moment, play=Play(STRICT))
        self.dialogue = Dialogue(self.tally, lambda: self.seconds)
        self.dialogue.connected()

    def start_collector(self) -> None:
        self.store = SqliteStore.open(self.store_file)
        self.wire = FakeWire()
        fleet = Fleet(self.store, self.wire, [SURVEY], SURVEY, today=lambda: date(2026, 3, 27))
        fleet.start()
        self.service = Service(self.store, self.wire, fleet)

    def record(self, change: Change) -> None:
        self.tally.record(change)
        for vote, step in ((change.before, -1), (change.after, +1)):
            if vote is not None:
                self.truth.count(vote, step)
        self.session.recorded(ok=True)
        self.tally.release_if_due(change.moment, idle=False)

    def session_ended(self) -> None:
        self.tally.release_if_due(self.moment(), idle=True)

    def touch(self, what: Callable[[], None]) -> None:
        self.seconds += 1
        what()

    def moment(self) -> Known:
        return Known(self.now.astimezone(OSLO))

    def pump(self) -> None:
        while (message := self.dialogue.outgoing()) is not None:
            kind = Kind.HELLO if isinstance(message, Hello) else Kind.SHEETS
            self.up.append(Message(topic(TERMINAL, kind), encode(message)))

    def collect(self, message: Message) -> None:
        self.service.work([message])
        self.hear()

    def hear(self) -> None:
        acks = topic(TERMINAL, Kind.ACKS)
        self.down += [one.payload for one in self.wire.published if one.topic == acks]
        self.wire.published.clear()

    def tell_unasked(self) -> None:
        """A collector that comes back finds the terminal's presence, and tells it what the store has."""
        presence = Presence(v=1, online=True, installation=self.tally.installation)
        self.collect(Message(topic(TERMINAL, Kind.PRESENCE), encode(presence), retained=True))

    def heal(self) -> None:
        """Everything works again for as long as it takes: the terminal then owes nothing."""
        self.up, self.down = [], []
        self.seconds += 60
        for _ in range(4):
            self.session.tick()
        self.dialogue.disconnected()
        self.dialogue.connected()
        for _ in range(400):
            self.seconds += 1
            self.tally.release()  # also what an answered hello has moved to a new installation
            self.pump()
            if not self.up and not self.down and not self.tally.owed_count():
                self.compared = True
                return
            self.deliver()
        raise AssertionError(f"{self.tally.owed_count()} sheets are still owed")

    def deliver(self) -> None:
        """Brings what is under way where it is going, both ways."""
        for message in self.up:
            self.collect(message)
        for raw in self.down:
            self.dialogue.received(raw)
        self.up, self.down = [], []

    def stored(self) -> Cells:
        found: Cells = Counter()
        for one in self.store.sheets([TERMINAL], Table, date.min, date.max):
            if one.sheet.table is not Table.PATTERN:
                found.update({(one.sheet.table, cell): count for cell, count in one.sheet.counts.items()})
        return +found

    def told_by_score_for_good(self) -> Cells:
        """What the terminal has forgotten as it was told: tables of few votes, by score alone."""
        few: Cells = Counter()
        for one in self.store.sheets([TERMINAL], (Table.ANSWERS, Table.LANGUAGES), date.min, date.max):
            if one.sheet.total < RELEASE[self.profile]:
                few.update({(one.sheet.table, cell): n for cell, n in one.sheet.counts.items() if ":" not in cell})
        return few

    def check_conservation(self) -> None:
        sums: dict[tuple[str, str], Counter[Table]] = {}
        for one in self.store.sheets([TERMINAL], Table, date.min, date.max):
            month = sums.setdefault((one.installation, one.sheet.period[:7]), Counter())
            month[one.sheet.table] += one.sheet.total
        for key, tables in sums.items():
            assert len({tables[table] for table in MONTHLY}) == 1, (key, tables)

    def copy(self, file: Path, name: str) -> Path:
        """A whole copy of a database, as a backup or an image of a stopped machine makes it."""
        target = self.directory / name
        target.mkdir(exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            source = Path(f"{file}{suffix}")
            (target / source.name).unlink(missing_ok=True)
            if source.exists():
                shutil.copy(source, target)
        return target

    def restore(self, source: Path, file: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        for part in source.iterdir():
            shutil.copy(part, file.parent)


Convergence.TestCase.settings = settings(max_examples=60, stateful_step_count=60)
TestConvergence = Convergence.TestCase
