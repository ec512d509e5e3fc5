"""A store of every schema there ever was comes up to the newest with all that it holds, or stays whole as it was.

`schemas/` has a store of each schema as its fjes wrote it, with some of everything, as SQL. They never change, and who
adds a migration adds one: copy a store with all tables filled, `sqlite3 fjes.db .dump`, and its `user_version`.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collector.store.protocol import Placement, Received, Refusal, Stay, Store, StoreError, Sum
from collector.store.reading import SqliteReadStore
from collector.store.schema import MIGRATIONS, migrate
from collector.store.sqlite import SqliteStore
from contract.messages import Presence
from contract.periods import Granularity
from contract.sheets import Sheet, Table
from contract.survey import Survey

SCHEMAS = Path(__file__).parent / "schemas"
NUMBERS = range(1, len(MIGRATIONS) + 1)
VISIT, STUA = "visit@1", "stua-1"

KILLED = """
import os, signal, sys
from pathlib import Path
from collector.store import schema
from collector.store.sqlite import SqliteStore

def dies(db):
    db.table("half").create({"id": int}, pk="id")
    db.execute("INSERT INTO half VALUES (1)")
    db.execute("UPDATE sheets SET counts = '{}'")
    os.kill(os.getpid(), signal.SIGKILL)

schema.MIGRATIONS = (*schema.MIGRATIONS, dies)
SqliteStore.open(Path(sys.argv[1]))
"""
"""A fjes whose newest migration loses power in its middle."""


def a_store(directory: Path, number: int) -> Path:
    """A file as the fjes of that schema left it."""
    path = directory / "fjes.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((SCHEMAS / f"{number}.sql").read_text())
        db.execute("PRAGMA journal_mode = WAL")
    return path


def tables(path: Path) -> dict[str, dict[str, str]]:
    """By table: its columns, keys and indexes as SQLite understands them, however they are written."""
    with closing(sqlite3.connect(path)) as db:
        names = [row[1] for row in db.execute("PRAGMA table_list") if not row[1].startswith("sqlite_")]
        return {
            name: {
                "table": f"{db.execute('SELECT type, ncol, wr, strict FROM pragma_table_list(?)', (name,)).fetchall()}",
                "columns": f"{db.execute('SELECT * FROM pragma_table_xinfo(?)', (name,)).fetchall()}",
                "indexes": f"{sorted(index_of(db, row) for row in db.execute(f'PRAGMA index_list([{name}])'))}",
            }
            for name in sorted(names)
        }


def index_of(db: sqlite3.Connection, row: tuple[Any, ...]) -> str:
    _, name, unique, origin, partial = row
    return f"{name} {unique} {origin} {partial} {db.execute('SELECT * FROM pragma_index_xinfo(?)', (name,)).fetchall()}"


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """By table, all rows, without what is drawn by chance."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {name: [dict(row) for row in db.execute(f"SELECT * FROM [{name}]")] for name in names}
    for row in rows.get("editions", []):
        del row["edition"]
    return {name: sorted(of_one, key=repr) for name, of_one in rows.items()}


def has_all_of(rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> bool:
    """Whether every row is there that was before, in as far as its columns still are."""
    columns = rows[0].keys() & before[0].keys() if rows and before else ()
    found = [{column: row[column] for column in columns} for row in rows]
    return all({column: row[column] for column in columns} in found for row in before)


def test_of_every_schema_there_is_a_store() -> None:
    assert {file.name for file in SCHEMAS.iterdir()} == {f"{number}.sql" for number in NUMBERS}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_migration_that_was_given_out_is_never_changed(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.store.schema.MIGRATIONS", MIGRATIONS[:number])
    made = tmp_path / "made.db"
    with closing(sqlite3.connect(made, isolation_level=None)) as db:
        migrate(db, made)
    assert tables(made) == tables(a_store(tmp_path, number))


@pytest.mark.parametrize("number", NUMBERS)
def test_each_comes_up_to_what_a_new_store_with_the_same_in_it_is(number: int, tmp_path: Path) -> None:
    old = a_store(tmp_path, number)
    before = contents(old)
    with closing(SqliteStore.open(old)) as store:
        assert store.sums([Stay(STUA)], [Table.FACES], Granularity.MONTH) == [
            Sum(VISIT, Table.FACES, "2026-10", {"2": 1}),
            Sum(VISIT, Table.FACES, "2026-11", {"4": 12, "3": 4, "1": 1}),
        ]
        store.add_up(date(2027, 1, 1), 100)
    (tmp_path / "new").mkdir()
    new = tmp_path / "new" / "fjes.db"
    with closing(SqliteStore.open(new)) as store:
        fill(store, register=bool(before.get("registrations")))
        store.add_up(date(2027, 1, 1), 100)
    assert tables(old) == tables(new)
    assert contents(old) == contents(new)
    assert all(has_all_of(contents(old)[name], rows) for name, rows in before.items() if name != "totals")
    with closing(SqliteReadStore.open(old)) as store:
        (found,) = list(store.sheets([STUA], [Table.SUSPECT], date.min, date.max))
        assert found == Received(STUA, "installation-1", Sheet(VISIT, Table.SUSPECT, "2026-11", 2, {"4": 6}, True))


def fill(store: Store, *, register: bool) -> None:
    """What every store of `schemas/` has in it, in the order it came."""
    first = [
        Sheet(VISIT, Table.FACES, "2026-11-21", 7, {"4": 12, "3": 4, "1": 1}),
        Sheet(VISIT, Table.PATTERN, "2026-11", 7, {"4:6-14": 12, "3:6-15": 4, "1:6-15": 1}),
        Sheet(VISIT, Table.ANSWERS, "2026-11", 7, {"4:help": 9, "4:none": 3, "3:none": 4, "1:unsafe": 1}),
        Sheet(VISIT, Table.LANGUAGES, "2026-11", 7, {"4:nb": 10, "4:th": 2, "3:nb": 4, "1:ro": 1}),
        Sheet(VISIT, Table.SUSPECT, "2026-11", 2, {"4": 6}, estimated=True),
    ]
    store.save([Received(STUA, "installation-1", sheet) for sheet in first])
    store.save([Received(STUA, "installation-2", Sheet(VISIT, Table.FACES, "2026-10-25T02+02:00", 1, {"2": 1}))])
    store.save([Received("stua-2", "installation-3", Sheet(VISIT, Table.FACES, "2026-10-25T02+01:00", 1, {}))])
    online = {"installation": "installation-2", "software": "fjes 0.1.0", "survey": VISIT, "owed": 3}
    store.set_presences(
        {
            STUA: msgspec.convert({"v": 1, "online": True, **online, "faults": ["sound"]}, Presence),
            "stua-2": Presence(v=1, online=False),
        }
    )
    for place, since in (("oslo/pro", date(2024, 1, 1)), ("oslo/pro/stua", date(2026, 5, 1))):
        store.place(Placement(STUA, place, since))
    store.publish_survey(the_survey())
    store.quarantine(
        [Refusal("fjes/v1/stua-9/sheets", "invalid: å", b"\x00\xff{"), Refusal("fjes/v1/stua-1/hello", "no", b"")]
    )
    if register:
        for terminal in (STUA, "stua-2", "stua-3"):
            store.register(terminal)
        store.revoke("stua-3")


def the_survey() -> Survey:
    """As it was published then; the one that comes with fjes may be another by now."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript((SCHEMAS / "1.sql").read_text())
        return msgspec.json.decode(db.execute("SELECT survey FROM surveys").fetchone()[0], type=Survey)


@pytest.mark.parametrize("open_store", [SqliteStore.open, SqliteReadStore.open])
def test_a_store_of_a_newer_fjes_is_refused_by_name_and_not_touched(open_store: Any, tmp_path: Path) -> None:  # noqa: ANN401
    path = a_store(tmp_path, NUMBERS[-1])
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {NUMBERS[-1] + 1}")
    before = contents(path), path.read_bytes()
    with pytest.raises(StoreError, match=rf"{path} has schema {NUMBERS[-1] + 1}, made by a newer fjes.*upgrade fjes"):
        open_store(path)
    assert (contents(path), path.read_bytes()) == before


@pytest.mark.parametrize("number", NUMBERS)
def test_a_kill_in_the_middle_leaves_the_old_store_whole(number: int, tmp_path: Path) -> None:
    path = a_store(tmp_path, number)
    before = contents(path), tables(path)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=os.environ, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert (contents(path), tables(path)) == before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (number,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    SqliteStore.open(path).close()
    assert has_all_of(contents(path)["sheets"], before[0]["sheets"])
