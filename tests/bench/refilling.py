"""Many real terminals in one process that have two months behind them, all of it acknowledged once.

`python -m tests.bench.refilling PROFILE PORT TODAY FIRST COUNT DIRECTORY`: those numbered from FIRST on, their tallies
in DIRECTORY. Told `connect` on standard input, they do; and it says when all of them were answered and owe nothing.
"""

import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Lock

from contract.messages import Presence, Revisions
from contract.sheets import PROFILES, RELEASE
from deploy.logs import set_up_logs
from kiosk.publisher import Publisher
from kiosk.tally import Tally, counts, lives
from kiosk.tally.disk import open_disk
from kiosk.tally.filing import Filing
from tests.bench.flood import name
from tests.bench.past import SURVEY, Sheets, past
from tests.bench.programs import say
from tests.bench.terminals import TURN
from tests.fakes.clock import OSLO


class _Tally(Tally):
    """One that says when its hello was answered and nothing is owed any more."""

    def __init__(self, path: Path, profile: str, machine: str, waiting: "_Waiting") -> None:
        super().__init__(path, Filing(OSLO, PROFILES[profile]), release=RELEASE[profile], machine=machine)
        self._waiting = waiting
        self._answered = False

    def acknowledge(self, installation: str, revisions: Revisions) -> None:
        super().acknowledge(installation, revisions)
        self._look()

    def compare(self, installation: str, have: Revisions, *, start: int | None = None) -> None:
        super().compare(installation, have, start=start)
        self._answered = True
        self._look()

    def _look(self) -> None:
        if self._answered and not self.owed_count():
            self._waiting.served(self)


class _Waiting:
    """Who is not served yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: set[object] = set()

    def add(self, one: object) -> None:
        self._all.add(one)

    def served(self, one: object) -> None:
        with self._lock:
            if one in self._all:
                self._all.discard(one)
                if not self._all:
                    say("served")


def write_tally(path: Path, machine: str, installation: str, sheets: Sheets) -> None:
    """The terminal's disk as it is when all of these were released and acknowledged."""
    with closing(open_disk(path)) as db:
        db.execute("BEGIN")
        lives.start(db, machine, lambda: installation)
        for (table, period), sheet in sheets.items():
            counts.add(db, installation, SURVEY.id, table, period, sheet.counts)
        for (table, period), sheet in sheets.items():
            db.execute(
                "UPDATE sheets SET released = counts, revision = :r, acked = :r WHERE tbl = :t AND period = :p",
                {"r": sheet.revision, "t": table, "p": period},
            )
        db.execute("COMMIT")


def installation_of(number: int) -> str:
    return f"installation-{number}"


def main(profile: str, port: str, today: str, first: str, count: str, directory: str) -> None:
    set_up_logs("refilling", only_trouble=True)
    sys.setswitchinterval(TURN)
    waiting, publishers = _Waiting(), []
    for number in range(int(first), int(first) + int(count)):
        path, machine, installation = Path(directory) / f"{number}.db", f"machine-{number}", installation_of(number)
        write_tally(path, machine, installation, past(profile, number, date.fromisoformat(today))[1])
        tally = _Tally(path, profile, machine, waiting)
        tally.start()
        waiting.add(tally)
        here = Presence(v=1, online=True, installation=installation, survey=SURVEY.id)
        publishers.append(
            Publisher(
                name(number),
                tally,
                host="127.0.0.1",
                port=int(port),
                client_id=name(number),
                presence=lambda here=here: here,  # type: ignore[misc]
            )
        )
    say("ready")
    for _ in sys.stdin:
        for publisher in publishers:
            publisher.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
