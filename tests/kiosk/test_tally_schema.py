"""A tally of every schema there ever was goes on, with all its counts, in the terminal of today.

`schemas/` has a tally of each schema as its fjes wrote it. They never change. Who changes the tally's tables gives them
a new number, a migration, and a file there: to a terminal that meets other tables under the same number its disk is
damaged, and it would begin anew.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from contract.messages import Revisions
from contract.sheets import PROFILES, Counts, Sheet, Table
from kiosk.errors import DiskError
from kiosk.tally import Tally
from kiosk.tally.disk import SCHEMA_VERSION, open_disk
from kiosk.tally.filing import Filing
from tests.fakes.clock import OSLO

SCHEMAS = Path(__file__).parent / "schemas"
NUMBERS = range(1, SCHEMA_VERSION + 1)
OLD, VISIT = "installation-1", "visit@1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tally.db"


def a_disk(path: Path, number: int) -> None:
    """A file as the terminal of that schema left it."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript((SCHEMAS / f"{number}.sql").read_text())
        db.execute("PRAGMA journal_mode = WAL")


def a_tally(path: Path, moved: list[str]) -> Tally:
    filing = Filing(OSLO, PROFILES["small"])
    return Tally(path, filing, release=5, machine="machine-1", damaged=lambda: moved.append("damaged"))


def test_of_every_schema_there_is_a_tally() -> None:
    assert {file.name for file in SCHEMAS.iterdir()} == {f"{number}.sql" for number in NUMBERS}


def test_the_newest_is_what_a_new_disk_has(path: Path) -> None:
    """To the letter, as the terminal compares it: also a comment in a table is never changed."""
    a_disk(path, SCHEMA_VERSION)
    open_disk(path.with_name("new.db")).close()
    assert list(tables(path)) == list(tables(path.with_name("new.db")))


def tables(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        yield from db.execute("SELECT name, sql FROM sqlite_schema ORDER BY name")


@pytest.mark.parametrize("number", NUMBERS)
def test_each_goes_on_with_all_that_it_has_counted(number: int, path: Path) -> None:
    a_disk(path, number)
    moved: list[str] = []
    tally = a_tally(path, moved)
    tally.start()
    assert moved == []
    assert tally.installation == OLD
    assert tally.owed() == {OLD: [Sheet(VISIT, Table.FACES, "2026-03-24", 1, {"1": 2, "4": 5})]}
    had: Revisions = {VISIT: {Table(name): {"2026-03": 1} for name in ("answers", "languages", "pattern", "suspect")}}
    tally.compare(OLD, had)  # the collector has what it had
    booted, now = datetime(2026, 3, 25, 8, tzinfo=OSLO), datetime(2026, 3, 25, 12, tzinfo=OSLO)
    tally.trust("boot-2", booted, now)  # and the boot whose clock was not trusted turns out to be of the next day
    tally.release()
    assert found(tally, OLD) == {
        (Table.FACES, "2026-03-24"): (6, {"1": 2, "3": 3, "4": 5}),
        (Table.PATTERN, "2026-03"): (6, {"1:2-14": 2, "3:2-14": 3, "4:2-14": 5}),
        (Table.ANSWERS, "2026-03"): (6, {"1:unsafe": 2, "3:none": 3, "4:help": 5}),
        (Table.LANGUAGES, "2026-03"): (6, {"1:nb": 2, "3:nb": 3, "4:th": 5}),
    }
    assert found(tally, "installation-3") == {
        (Table.FACES, "2026-03-25"): (2, {"4": 2}),
        (Table.PATTERN, "2026-03"): (2, {"4:3-10": 2}),
        (Table.ANSWERS, "2026-03"): (2, {"4:none": 2}),
        (Table.LANGUAGES, "2026-03"): (2, {"4:nb": 2}),
    }
    tally.close()


def found(tally: Tally, installation: str) -> dict[tuple[Table, str], tuple[int, Counts]]:
    owed = tally.owed()[installation]
    return {(sheet.table, sheet.period): (sheet.revision, sheet.counts) for sheet in owed}


def test_a_tally_of_a_newer_fjes_is_refused_and_not_touched(path: Path) -> None:
    a_disk(path, SCHEMA_VERSION)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(DiskError, match=rf"{path} was written by a newer fjes \(schema {SCHEMA_VERSION + 1}\)"):
        a_tally(path, []).start()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["tally.db"]
