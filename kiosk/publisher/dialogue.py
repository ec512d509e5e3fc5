"""What the terminal says to the collector, and when: no network and no thread, so that any network can be tried on it.

Nothing is sent until a hello of this start was answered (rule 5). Then whatever is owed is sent, at most one message
a second, and sent again ever more rarely until it is acknowledged.
"""

from collections import deque
from collections.abc import Callable
from uuid import uuid4

from msgspec import Struct

from contract.messages import Acks, Hello, Revisions, SheetsMessage, decode, entries_of, revisions_of
from contract.sheets import Sheet, Table
from kiosk.publisher.packing import Month, by_month, pack
from kiosk.tally import Tally


class Pace(Struct, frozen=True):
    """Seconds on the monotonic clock."""

    messages: float = 1.0
    """Between two messages of sheets."""
    again: float = 10.0
    """Until an unanswered hello or unacknowledged sheets are sent again; doubles each time."""
    again_most: float = 300.0
    hello: float = 24 * 3600.0
    """Between two hellos on a connection that holds, in case the store was changed unnoticed."""


class _Answer:
    """The parts of a complete answer, as they come in."""

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce
        self._parts: dict[int, Revisions] = {}
        self._of = 0

    def add(self, acks: Acks) -> Revisions | None:
        """What the store has, once all parts are here."""
        if acks.parts != self._of:  # of another collector, or of another moment
            self._parts, self._of = {}, acks.parts
        self._parts[acks.part] = acks.revisions
        if len(self._parts) < self._of:
            return None
        return revisions_of(entry for part in self._parts.values() for entry in entries_of(part))


class _Sent(Struct):
    """One month's sheets on their way: which revisions, and when they are sent again if nothing comes back."""

    revisions: dict[tuple[Table, str], int]
    again_at: float
    wait: float


class Dialogue:
    """One terminal's conversation. `clock` gives monotonic seconds. Call from one thread only."""

    def __init__(
        self,
        tally: Tally,
        clock: Callable[[], float],
        pace: Pace | None = None,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self._tally = tally
        self._clock = clock
        self._pace = pace or Pace()
        self._on_answer = on_answer
        self._connected = False
        self._answered = False
        self._start = 0
        self._asked: dict[str, _Answer] = {}
        self._hellos: deque[str] = deque()
        self._ask_at = self._ask_wait = self._ask_anew_at = 0.0
        self._sent: dict[tuple[str, Month], _Sent] = {}
        self._batch: deque[SheetsMessage] = deque()
        self._next_message = float("-inf")

    def connected(self) -> None:
        """The broker is there: everything is said anew."""
        self._connected = True
        self._ask()
        self._sent.clear()
        self._batch.clear()

    def disconnected(self) -> None:
        """The broker is gone; what is owed waits."""
        self._connected = False

    def received(self, raw: bytes) -> None:
        """A message on the acks topic. Raises RefusedError when it is none."""
        self._notice_start()
        acks = decode(raw, Acks)
        if acks.ask_hello:
            self._ask()
        elif not acks.complete:
            self._tally.acknowledge(acks.installation, acks.revisions)
        else:
            self._answer(acks)

    def outgoing(self) -> Hello | SheetsMessage | None:
        """The next message that is due, or None. Call again until None, and then a few times a second."""
        now = self._clock()
        if not self._connected:
            return None
        self._notice_start()
        if now >= self._ask_anew_at:
            self._ask()
        if self._asked and now >= self._ask_at:
            self._hellos.extend(self._asked)
            self._ask_at, self._ask_wait = now + self._ask_wait, self._longer(self._ask_wait)
        if self._hellos:
            return self._hello(self._hellos.popleft())
        if not self._answered or now < self._next_message:
            return None
        if not self._batch:
            self._pack(now)
        if not self._batch or self._start != self._tally.starts:  # opened anew to say what is owed
            return None
        self._next_message = now + self._pace.messages
        return self._batch.popleft()

    def _notice_start(self) -> None:
        """The disk was opened, be it once more: what it has now is compared with the store before anything is sent."""
        if self._start != self._tally.starts:
            self._start = self._tally.starts
            self._answered = False
            self._sent.clear()
            self._batch.clear()
            self._ask()

    def _ask(self) -> None:
        """Has hellos sent for all that is kept: what the store has is compared with it."""
        now = self._ask_anew_at = self._clock()  # at once, should the disk not say what is kept
        self._asked = {installation: _Answer(uuid4().hex) for installation in self._tally.kept_since()}
        self._hellos.clear()
        self._ask_at, self._ask_wait = now, self._pace.again
        self._ask_anew_at = now + self._pace.hello

    def _answer(self, acks: Acks) -> None:
        asked = self._asked.get(acks.installation)
        if asked is None or asked.nonce != acks.nonce:
            return  # the answer to an earlier hello
        have = asked.add(acks)
        if have is None:
            return
        del self._asked[acks.installation]
        current = self._tally.installation
        self._tally.compare(acks.installation, have, start=self._start)
        self._sent.clear()
        if self._answered:
            return
        if acks.installation == current:
            self._answered = True
            self._on_answer()
        elif current not in self._asked:  # it began after the hellos were said
            self._ask()

    def _hello(self, installation: str) -> Hello | None:
        asked = self._asked.get(installation)
        since = self._tally.kept_since().get(installation)
        if asked is None or since is None:  # answered, or forgotten, meanwhile
            self._asked.pop(installation, None)
            return None
        return Hello(v=1, installation=installation, since=since, nonce=asked.nonce)

    def _pack(self, now: float) -> None:
        """Makes the next batch of what is owed and due; a month's owed sheets are due together."""
        owed = {
            (installation, month): sheets
            for installation, all_sheets in self._tally.owed().items()
            for month, sheets in by_month(all_sheets).items()
        }
        self._sent = {key: sent for key, sent in self._sent.items() if key in owed}
        due: dict[str, list[Sheet]] = {}
        for (installation, month), sheets in owed.items():
            if self._is_due(self._sent.get((installation, month)), sheets, now):
                due.setdefault(installation, []).extend(sheets)
        for installation, sheets in due.items():
            for batch in pack(installation, sheets):
                self._batch.extend(batch)
                self._note_sent(installation, [sheet for message in batch for sheet in message.sheets], now)
                return

    def _is_due(self, sent: _Sent | None, sheets: list[Sheet], now: float) -> bool:
        if sent is None or now >= sent.again_at:
            return True
        return any(sheet.revision > sent.revisions.get((sheet.table, sheet.period), 0) for sheet in sheets)

    def _note_sent(self, installation: str, sheets: list[Sheet], now: float) -> None:
        for month, group in by_month(sheets).items():
            before = self._sent.get((installation, month))
            overdue = before is not None and now >= before.again_at
            wait = self._longer(before.wait) if before is not None and overdue else self._pace.again
            revisions = {(sheet.table, sheet.period): sheet.revision for sheet in group}
            self._sent[installation, month] = _Sent(revisions, now + wait, wait)

    def _longer(self, wait: float) -> float:
        return min(self._pace.again_most, wait * 2)
