"""What visitors meant, kept apart from everything that is tested; and whether a store says the same.

A vote counts when its visitor was thanked. What was under way when a terminal was killed was not: it may count or not.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from threading import Lock
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.faults.visits import Meant, Visit

OSLO = ZoneInfo("Europe/Oslo")
DAY, MONTH, HOUR = "%Y-%m-%d", "%Y-%m", "hour"
PERIODS = {
    "small": {"faces": DAY, "pattern": MONTH, "answers": MONTH, "languages": MONTH, "suspect": MONTH},
    "busy": {"faces": HOUR, "pattern": MONTH, "answers": DAY, "languages": DAY, "suspect": DAY},
}
"""As DESIGN.md's table has them."""
_MOST_DOUBTS = 12
_MOST_LINES = 10

Cells = Counter[tuple[str, str]]
"""Votes by table and cell, over all time; in `pattern` by score alone."""
Dated = Counter[tuple[str, str, str]]
"""Votes by table, period and cell."""


class Counted(NamedTuple):
    """What a store holds of one terminal, or what visitors meant."""

    cells: Cells
    dated: Dated


class Doubt(NamedTuple):
    """A change that was under way at a kill."""

    visit: Visit
    before: Meant | None
    after: Meant | None


class Ledger:
    """All visits at the terminals of one name. Heard of on one thread, read on another."""

    def __init__(self, profile: str) -> None:
        self._periods = PERIODS[profile]
        self._sum = Counted(Counter(), Counter())
        self._now: dict[int, Meant | None] = {}
        self._doubts: list[Doubt] = []
        self._lock = Lock()
        self.thanked = 0
        """Visitors who were thanked for a face."""

    def thank(self, visit: Visit, after: Meant | None) -> None:
        """The change to `after` is on disk, and the visitor was told so."""
        with self._lock:
            before = self._now.get(visit.told.number)
            self.thanked += before is None and after is not None
            self._add(self._sum, Doubt(visit, before, after))
            self._now[visit.told.number] = after

    def has(self, visit: Visit) -> bool:
        """Whether what the visitor meant in the end is counted."""
        with self._lock:
            return self._now.get(visit.told.number) == visit.meant[-1]

    def doubt(self, visit: Visit, after: Meant | None) -> None:
        """The change to `after` was under way when the terminal was killed."""
        with self._lock:
            self._doubts.append(Doubt(visit, self._now.get(visit.told.number), after))

    def agrees(self, stored: Counted) -> bool:
        """Whether the store has exactly what visitors meant, with some of the doubts, or none. Those are then known."""
        with self._lock:
            for counted in self._possible():
                meant, doubts = counted
                if _same(meant, stored):
                    for doubt in doubts:
                        self._now[doubt.visit.told.number] = doubt.after
                        self.thanked += doubt.before is None and doubt.after is not None
                    self._sum = meant
                    self._doubts.clear()
                    return True
            return False

    def apart(self, stored: Counted) -> Iterator[str]:
        """A line for each cell where the store differs, in sum and then, of the first, by period."""
        with self._lock:
            meant = self._sum
            for key in sorted({*meant.cells, *stored.cells}):
                if meant.cells[key] != stored.cells[key]:
                    yield f"{' '.join(key)}: thanked {meant.cells[key]}, stored {stored.cells[key]}"
            fewer = [where for where in sorted(meant.dated) if stored.dated[where] < meant.dated[where]]
            for where in fewer[:_MOST_LINES]:
                yield f"{' '.join(where)}: thanked {meant.dated[where]}, stored {stored.dated[where]}"
            for doubt in self._doubts:
                yield f"under way at a kill: {doubt.before} -> {doubt.after}"

    def difference(self, stored: Counted) -> tuple[int, int]:
        """How many votes are missing in the store, and how many are there too often, by face."""
        faces = [key for key in {*self._sum.cells, *stored.cells} if key[0] in ("faces", "suspect")]
        more = [stored.cells[key] - self._sum.cells[key] for key in faces]
        return -sum(number for number in more if number < 0), sum(number for number in more if number > 0)

    def _possible(self) -> Iterator[tuple[Counted, Sequence[Doubt]]]:
        assert len(self._doubts) <= _MOST_DOUBTS, "the schedule kills too often between two settlements"
        for count in range(len(self._doubts) + 1):
            for doubts in combinations(self._doubts, count):
                counted = Counted(Counter(self._sum.cells), Counter(self._sum.dated))
                for doubt in doubts:
                    self._add(counted, doubt)
                yield counted, doubts

    def _add(self, counted: Counted, change: Doubt) -> None:
        for meant, step in ((change.before, -1), (change.after, +1)):
            if meant is not None:
                for table, cell in _cells(meant):
                    counted.cells[table, cell] += step
                if change.visit.dated:
                    for where in self._places(meant, change.visit):
                        counted.dated[where] += step

    def _places(self, meant: Meant, visit: Visit) -> Iterator[tuple[str, str, str]]:
        local = datetime.fromtimestamp(visit.told.utc, OSLO)
        for table, cell in _cells(meant):
            whole = f"{cell}:{local.isoweekday()}-{local.hour}" if table == "pattern" else cell
            yield table, period(self._periods[table], local), whole


def period(form: str, local: datetime) -> str:
    """As sheets write it: an hour with its offset, a day or a month."""
    if form != HOUR:
        return local.strftime(form)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%dT%H}{offset[:3]}:{offset[3:]}"


def _cells(meant: Meant) -> Iterator[tuple[str, str]]:
    if meant.suspect:
        yield "suspect", meant.score
        return
    yield "faces", meant.score
    yield "pattern", meant.score
    yield "answers", f"{meant.score}:{meant.answer}"
    yield "languages", f"{meant.score}:{meant.language}"


def _same(meant: Counted, stored: Counted) -> bool:
    """All sums are equal, and every period has at least what is known to belong to it; so none has more."""
    return +meant.cells == +stored.cells and all(stored.dated[key] >= count for key, count in meant.dated.items())
