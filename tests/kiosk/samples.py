"""Tallies, presses and acknowledgements that the terminal's tests are made of."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from contract.messages import Acks, Revisions, encode, revisions_of
from contract.sheets import PROFILES, RELEASE, Sheet, Vote
from kiosk.moment import Known, Moment
from kiosk.session import Change
from kiosk.tally import Tally
from kiosk.tally.counts import KEPT
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO

IN_MEMORY = Path(":memory:")
TUESDAY = Known(datetime(2026, 3, 24, 14, 5, tzinfo=OSLO))
HAPPY = Vote(4, "th", "help")
FIRST, SECOND = KEPT + 1, 2 * (KEPT + 1)
"""The revisions of a sheet's first releases, between which a start may keep some."""


def make_tally(path: Path = IN_MEMORY, profile: str = "small", machine: str = "machine") -> Tally:
    """A started tally; in memory unless a path is given."""
    tally = Tally(path, Filing(OSLO, PROFILES[profile]), release=RELEASE[profile], machine=machine)
    tally.start()
    return tally


def press(tally: Tally, vote: Vote = HAPPY, moment: Moment = TUESDAY, times: int = 1) -> None:
    for _ in range(times):
        tally.record(Change("visit@1", moment, None, vote))


def released(tally: Tally, vote: Vote = HAPPY, moment: Moment = TUESDAY) -> None:
    """One vote, that may leave at once."""
    press(tally, vote, moment)
    tally.release()


def revisions(sheets: Iterable[Sheet]) -> Revisions:
    return revisions_of(sheet.entry for sheet in sheets)


def acks(installation: str, sheets: Iterable[Sheet]) -> bytes:
    """The collector's answer to sheets."""
    return encode(Acks(v=1, installation=installation, revisions=revisions(sheets)))


def answers(installation: str, nonce: str, *parts: Revisions) -> Iterator[bytes]:
    """The collector's answer to a hello: what the store has, in as many parts as are given."""
    for number, have in enumerate(parts, 1):
        yield encode(
            Acks(
                v=1,
                installation=installation,
                revisions=have,
                complete=True,
                nonce=nonce,
                part=number,
                parts=len(parts),
            )
        )


def spoil(path: Path, start: int = 4096, end: int | None = None) -> None:
    """Overwrites bytes of a tally that is open, and has it read them: another process's commit empties its cache."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE IF NOT EXISTS another (one INTEGER)")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * ((end or size) - start))
