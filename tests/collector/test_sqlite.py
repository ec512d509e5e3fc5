"""What only the SQLite store can get wrong: files, schemas, disks."""

import errno
import os
import sqlite3
from datetime import date
from pathlib import Path

import pytest
import sqlite_utils

from collector.store.protocol import StoreError
from collector.store.reading import SqliteReadStore
from collector.store.schema import MIGRATIONS
from collector.store.sqlite import SqliteStore
from contract.sheets import Table
from tests.collector.samples import INSTALLATION, SURVEY, TERMINAL, a_sheet, received


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fjes.db"


def execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_commit_is_on_disk_in_a_write_ahead_log(path: Path) -> None:
    store = SqliteStore.open(path)
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


def test_what_was_saved_is_there_after_a_restart(path: Path) -> None:
    store = SqliteStore.open(path)
    store.save([received(a_sheet(4))])
    store.close()
    again = SqliteStore.open(path)
    assert again.revisions(TERMINAL, INSTALLATION, date.min)[SURVEY.id][Table.FACES] == {"2026-11-21": 4}
    again.close()


def test_no_column_tells_when_anything_was_received(path: Path) -> None:
    SqliteStore.open(path).close()
    database = sqlite_utils.Database(path)
    columns = {column.name for table in database.tables for column in table.columns}
    database.close()
    assert columns == {
        "terminal", "installation", "survey", "table", "granularity", "period", "revision", "counts",
        "estimated", "month", "edition", "presence", "since", "place", "id", "topic", "reason", "payload",
        "standing", "bytes",
    }  # fmt: skip


@pytest.mark.parametrize("store", [SqliteStore, SqliteReadStore])
def test_a_newer_schema_is_refused(path: Path, store: type[SqliteReadStore]) -> None:
    SqliteStore.open(path).close()
    execute(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match=r"fjes\.db has schema 4, made by a newer fjes.*upgrade fjes"):
        store.open(path)


def test_a_reader_refuses_an_older_schema(path: Path) -> None:
    execute(path, "CREATE TABLE other (x)")
    with pytest.raises(StoreError, match="has schema 0, but 3 is needed: the collector does that"):
        SqliteReadStore.open(path)


def test_a_reader_of_no_store_says_so_and_makes_none(path: Path) -> None:
    with pytest.raises(StoreError, match=r"fjes\.db is not there yet: start the collector"):
        SqliteReadStore.open(path)
    assert not path.exists()


@pytest.mark.parametrize("store", [SqliteStore, SqliteReadStore])
def test_a_file_that_is_no_store_is_refused(path: Path, store: type[SqliteReadStore]) -> None:
    path.write_bytes(b"not a database, by far" * 100)
    with pytest.raises(StoreError, match="not a database: move it aside and restore a backup"):
        store.open(path)


@pytest.mark.parametrize("store", [SqliteReadStore, SqliteStore])
@pytest.mark.parametrize("look", ["is_file", "exists"])
def test_a_file_that_may_not_be_looked_at_is_said(
    path: Path, store: type[SqliteReadStore], look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, look, refuse)
    with pytest.raises(StoreError, match=r"Permission denied: check that its directory"):
        store.open(path)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/fjes\.db: unable to open database file: check that its directory"):
        SqliteStore.open(tmp_path / "nowhere" / "fjes.db")


def test_a_reader_works_while_no_collector_runs_and_never_writes(path: Path) -> None:
    store = SqliteStore.open(path)
    store.save([received(a_sheet())])
    store.close()
    assert os.listdir(path.parent) == ["fjes.db"]  # noqa: PTH208
    reader = SqliteReadStore.open(path)
    assert len(list(reader.sheets([TERMINAL], Table, date.min, date.max))) == 1
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db.execute("DELETE FROM sheets")
    reader.close()


def test_a_reader_sees_a_batch_whole_or_not_at_all(path: Path) -> None:
    store, reader = SqliteStore.open(path), SqliteStore.open(path)
    store.save([received(a_sheet(1, {"4": 1}, period=f"2026-11-{day:02}")) for day in range(1, 31)])
    halfway = reader.sheets([TERMINAL], Table, date.min, date.max)
    first = next(halfway)
    store.save([received(a_sheet(2, {"4": 2}, period=f"2026-11-{day:02}")) for day in range(1, 31)])
    assert {first.sheet.revision, *(one.sheet.revision for one in halfway)} == {1}
    store.close()
    reader.close()


def test_a_full_disk_is_said_in_words_and_leaves_the_store_as_it_was(path: Path) -> None:
    store = SqliteStore.open(path)
    store.save([received(a_sheet())])
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    many = [received(a_sheet(2, period=f"20{y}-{m:02}")) for y in range(10, 99) for m in range(1, 13)]
    with pytest.raises(StoreError, match=r"fjes\.db: database or disk is full: free some space"):
        store.save(many)
    assert len(list(store.sheets([TERMINAL], Table, date.min, date.max))) == 1
    store._db.execute("PRAGMA max_page_count = 100000")
    assert store.save(many).refusals == []
    assert len(list(store.sheets([TERMINAL], Table, date.min, date.max))) == 1 + len(many)
    store.close()


def test_a_store_held_by_another_is_said_in_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.store.connecting.BUSY_SECONDS", 0.01)
    store, other = SqliteStore.open(path), SqliteStore.open(path)
    other._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked: another program holds it"):
        store.save([received(a_sheet())])
    other.close()
    store.close()
