"""The file of people: private, append-only where it is the log, and refused where it is not what it should be."""

import os
import sqlite3
from pathlib import Path

import pytest

from dashboard.people.errors import PeopleError
from dashboard.people.file import PeopleFile
from dashboard.people.roles import FREE, Grant, Role
from dashboard.people.schema import MIGRATIONS
from tests.dashboard.house import PASSWORD, open_people


def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        people = open_people(tmp_path)
        people.add("kari", Grant("", Role.ADMIN), by="", password=PASSWORD)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    finally:
        os.umask(old)
    assert set(modes) >= {"people.db", "people.db-wal"}
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    file = tmp_path / "people.db"
    file.touch(0o644)
    PeopleFile.open(file).close()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could give another's file away")
def test_root_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "people.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PeopleError, match=r"people\.db"):
        PeopleFile.open(tmp_path / "people.db")
    assert not (tmp_path / "elsewhere").exists()


def test_a_password_is_nowhere_in_it(tmp_path: Path) -> None:
    people = open_people(tmp_path)
    people.add("kari", Grant("", Role.ADMIN), by="", password=PASSWORD)
    people.close()
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET who = 'ola'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1"]
)
def test_the_log_is_only_ever_added_to(tmp_path: Path, statement: str) -> None:
    people = open_people(tmp_path)
    people.add("kari", Grant("", Role.ADMIN), by="", password=PASSWORD)
    with (
        sqlite3.connect(tmp_path / "people.db") as db,
        pytest.raises(sqlite3.IntegrityError, match="only ever added to"),
    ):
        db.execute(statement)
    assert len(people.audit.entries(FREE, 10)) == 1


def test_a_newer_schema_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "people.db"
    PeopleFile.open(file).close()
    with sqlite3.connect(file) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(PeopleError, match="upgrade fjes"):
        PeopleFile.open(file)


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "people.db"
    file.write_bytes(b"something else" * 1000)
    with pytest.raises(PeopleError, match=r"people\.db: file is not a database"):
        PeopleFile.open(file)
    with pytest.raises(PeopleError, match="directory"):
        PeopleFile.open(tmp_path)


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    file = PeopleFile.open(tmp_path / "people.db")

    def fail() -> None:
        with file.writing() as cursor:
            cursor.execute("INSERT INTO tries VALUES ('key', 1, 1)")
            cursor.execute("INSERT INTO nothing VALUES (1)")

    with pytest.raises(PeopleError):
        fail()
    assert file.rows("SELECT * FROM tries") == []
    with file.writing() as cursor:
        cursor.execute("INSERT INTO tries VALUES ('key', 1, 1)")
    assert len(file.rows("SELECT * FROM tries")) == 1
