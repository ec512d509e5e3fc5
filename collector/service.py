"""The worker: takes what is waiting, stores it in one transaction, and only then acknowledges it."""

from collections.abc import Callable, Sequence
from itertools import chain, repeat
from threading import Event, Thread
from time import monotonic

import structlog
from msgspec import Struct, field

from collector.acknowledge import acks, complete_acks
from collector.adding_up import AddingUp
from collector.assembly import Assembly
from collector.fleet import Fleet
from collector.intake import Opened, open_message, read_sheets
from collector.meter import Meter
from collector.muting import Muting
from collector.refused import Refused
from collector.register import Register
from collector.store.protocol import Received, Refusal, Store, StoreError
from collector.wire import Message, Wire
from contract.errors import RefusedError
from contract.messages import Hello, Presence, Revisions, SheetsEnvelope, decode, entries_of
from contract.survey import Survey
from contract.topics import Kind, topic

IDLE_SECONDS = 0.5
ASKING_SECONDS = 0.05
REFUSAL_LOG_SECONDS = 10.0
BYTES_A_SHEET = 4096
REVISIONS_A_SHEET = 8
"""What makes about as much work as one sheet: to look at so many bytes; to read and answer so many revisions."""
HELLO = 8
"""Sheets that make as much work as an answer with no revisions."""
PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Between attempts at a store that cannot be written to; the last one repeats."""

log = structlog.get_logger(__name__)


class Batch(Struct):
    """What the messages taken at one time ask for."""

    received: list[Received] = field(default_factory=list)
    stored: dict[tuple[str, str], Revisions] = field(default_factory=dict)
    """What of the received is on disk, once it is."""
    refusals: list[Refusal] = field(default_factory=list)
    presences: dict[str, Presence | None] = field(default_factory=dict)
    hellos: dict[tuple[str, str], Hello] = field(default_factory=dict)
    work: dict[str, int] = field(default_factory=dict)
    """What the messages of each topic make, in sheets."""

    def charge(self, topic: str, sheets: int) -> None:
        self.work[topic] = self.work.get(topic, 0) + sheets


class StoppedError(Exception):
    """The service was told to stop while it waited for the store. Nothing was acknowledged."""


class Service:
    """The collector, given its parts. `start()` returns; the work is done by a thread."""

    def __init__(
        self,
        store: Store,
        wire: Wire,
        fleet: Fleet,
        pauses: Sequence[float] = PAUSES_SECONDS,
        meter: Meter | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._wire = wire
        self._fleet = fleet
        self._pauses = pauses
        self._meter = meter or Meter()
        self._assembly = Assembly()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="collector", daemon=True)
        self._surveys_are_fresh = False
        self._failures = 0
        self._register = Register(store, clock)
        self._refused = Refused(clock)
        self._muting = Muting(clock)
        self._adding_up = AddingUp(store, clock)
        self._heard_edition = 0
        self._refused_unsaid = 0
        self._refusals_logged = -REFUSAL_LOG_SECONDS

    def start(self) -> None:
        """Raises StoreError when the store cannot take the settings; a missing broker is waited for."""
        self._fleet.start()
        self._wire.start()
        self._thread.start()

    def stop(self) -> None:
        """Ends both threads; what has not been stored is not acknowledged, and comes again."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._wire.stop()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                soon = self._fleet.has_to_ask or self._adding_up.is_due
                messages = self._wire.take(ASKING_SECONDS if soon else IDLE_SECONDS)
                self.work(messages)
                self._adding_up.step(idle=not messages)
            except StoppedError:
                return
            except Exception:  # the top of the thread: no message may end it
                self._failures += 1
                log.exception("batch_lost", failures=self._failures, help="terminals send it again")

    def work(self, messages: Sequence[Message]) -> None:
        """Handles one batch of messages from first look to acknowledgement."""
        self._patiently(self._register.refresh)
        self._patiently(self._fleet.refresh)
        self._mute()
        batch = self._sort(messages)
        self._meter.batches += bool(messages)
        self._patiently(lambda: self._keep(batch))
        self._quarantine(batch.refusals)
        self._patiently(lambda: self._answer(batch))
        self._wire.charge(batch.work)
        self._fleet.ask()
        self._fleet.tell()

    def _mute(self) -> None:
        """Stops listening to those who flood, or listens to them again."""
        dropped = self._wire.take_too_much()
        if self._muting.update(dropped) or (self._muting.muted and self._register.edition != self._heard_edition):
            muted = self._muting.muted
            self._heard_edition = self._register.edition
            self._wire.hear_only(self._register.heard - muted if muted else None, muted)
            if muted:
                log.warning("muted", terminals=sorted(muted), help="they send without end; they are heard again later")
            else:
                log.info("nobody_muted")

    def _sort(self, messages: Sequence[Message]) -> Batch:
        batch = Batch()
        self._surveys_are_fresh = False
        for message in messages:
            self._meter.take(message.topic)
            batch.charge(message.topic, 1 + len(message.payload) // BYTES_A_SHEET)
            match open_message(message, self._register.refuses):
                case Refusal() as refusal:
                    batch.refusals.append(refusal)
                case Opened(terminal, SheetsEnvelope() as envelope):
                    self._read(batch, terminal, envelope, message.payload)
                case Opened(terminal, Hello() as hello):
                    batch.hellos[terminal, hello.installation] = hello
                case Opened(terminal, Presence() | None as presence):
                    batch.presences[terminal] = presence
                    if message.retained and presence and presence.online and presence.installation:
                        self._fleet.must_ask(terminal, presence.installation)
        return batch

    def _read(self, batch: Batch, terminal: str, envelope: SheetsEnvelope, payload: bytes) -> None:
        """Reads the sheets of a message, or of all parts of its release when this was the last to come."""
        envelopes = [envelope]
        if envelope.parts > 1:
            try:
                parts = self._assembly.add(terminal, envelope, payload) or ()
            except RefusedError as error:
                parts = ()
                batch.refusals.append(Refusal(topic(terminal, Kind.SHEETS), str(error), payload))
            envelopes = [decode(part, SheetsEnvelope) for part in parts]
        for whole in envelopes:
            reading = read_sheets(terminal, whole, self._survey_of)
            batch.received += reading.received
            batch.refusals += reading.refusals
            batch.charge(topic(terminal, Kind.SHEETS), len(whole.sheets))

    def _survey_of(self, name: str) -> Survey | None:
        """An unknown survey may be one that another collector has published; the store is asked once a batch."""
        if self._fleet.survey(name) is None and not self._surveys_are_fresh:
            self._patiently(self._fleet.read_surveys)
            self._surveys_are_fresh = True
        return self._fleet.survey(name)

    def _keep(self, batch: Batch) -> None:
        """Sheets and presences to disk. Raises StoreError; doing it again changes nothing."""
        self._fleet.hear(batch.presences)
        if batch.received:
            with self._meter.committing():
                saved = self._store.save(batch.received)
            batch.stored = saved.revisions
            batch.refusals += saved.refusals

    def _quarantine(self, refusals: Sequence[Refusal]) -> None:
        if refusals:
            self._log_refusals(refusals)
        if written := self._refused.take(refusals):
            self._patiently(lambda: self._store.quarantine(written))

    def _answer(self, batch: Batch) -> None:
        """Tells terminals what is on disk; of each sheet the revision the store has, be it this one or a newer."""
        for (terminal, installation), revisions in batch.stored.items():
            for payload in acks(installation, revisions):
                self._wire.publish(topic(terminal, Kind.ACKS), payload)
        for (terminal, installation), hello in batch.hellos.items():
            everything = self._store.revisions(terminal, installation, hello.since)
            for payload in complete_acks(installation, everything, hello.nonce):
                self._wire.publish(topic(terminal, Kind.ACKS), payload)
            batch.charge(
                topic(terminal, Kind.HELLO), HELLO + sum(1 for _ in entries_of(everything)) // REVISIONS_A_SHEET
            )
            self._fleet.publish_survey(terminal)

    def _patiently(self, attempt: Callable[[], None]) -> None:
        """Does what needs the store, again and again until it can. Raises StoppedError."""
        failed = False
        for pause in chain(self._pauses, repeat(self._pauses[-1])):
            try:
                attempt()
            except StoreError as error:
                self._meter.store_failures += 1
                if not failed:
                    log.error("store_unusable", reason=str(error), help="nothing is lost; trying until it works")
                failed = True
            else:
                if failed:
                    log.info("store_usable_again")
                return
            if self._stopping.wait(pause):
                raise StoppedError

    def _log_refusals(self, refusals: Sequence[Refusal]) -> None:
        """One line for many, so that a broken terminal does not fill the log."""
        for refusal in refusals:
            self._meter.refuse(refusal.topic, refusal.times)
            self._refused_unsaid += refusal.times
        if monotonic() - self._refusals_logged >= REFUSAL_LOG_SECONDS:
            newest = refusals[-1]
            log.warning("refused", topic=newest.topic, reason=newest.reason, count=self._refused_unsaid)
            self._refusals_logged = monotonic()
            self._refused_unsaid = 0
