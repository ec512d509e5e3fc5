"""Restores: all or nothing, what was there kept aside, and never under a running collector."""

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collector.store.reading import SqliteReadStore
from collector.store.schema import MIGRATIONS
from contract.sheets import Table
from deploy.command import main
from deploy.errors import Problem
from deploy.operating.archive import STORE, Packed, write_archive
from deploy.operating.backup import make_backup
from deploy.operating.databases import check_store, put_database
from deploy.operating.lock import alone, collecting, is_held, lock_of
from deploy.operating.restore import restore
from tests.deploy.operated import Server, a_month, people_in, sheets_in

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASIDE = "fjes.db.before-restore-20261122T120000Z"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.save(*a_month(7))
    return server


def backup(server: Server) -> Path:
    return make_backup(server.configuration, server.file, now=NOON)[0]


def test_the_store_is_what_it_was_and_what_was_there_is_kept(server: Server) -> None:
    file, before = backup(server), server.sheets()
    server.save(*a_month(9, revision=2), *a_month(1, "2026-12"))
    later = server.sheets()
    done = restore(server.configuration, file, now=NOON)
    assert server.sheets() == before
    assert done.aside == (server.directory / ASIDE,)
    assert sheets_in(done.aside[0]) == later
    assert not [one for one in server.directory.iterdir() if one.name.startswith(".")], "nothing of its making is left"
    server.save(*a_month(9, revision=2))
    assert len(server.sheets()) == len(before), "it goes on as a store"


def test_it_says_what_it_did_and_what_to_do(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    file = backup(server)
    assert main(["--config", str(server.file), "restore", str(file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Restored from 2026-11-22T12:00:00+00:00: 4 sheets with 7 votes\n")
    assert f"put       {server.store}\n" in said
    assert "Now start the collector: systemctl start fjes-collector." in said


def test_a_page_that_is_just_reading_sees_the_old_store_to_its_end_and_then_the_new(server: Server) -> None:
    file = backup(server)
    server.save(*a_month(9, revision=2))
    with closing(SqliteReadStore.open(server.store)) as page:
        halfway = page.sheets(["stua-1"], Table, date.min, date.max)
        first, version = next(halfway), page.version()
        restore(server.configuration, file, now=NOON)
        assert [first.sheet.revision, *(one.sheet.revision for one in halfway)] == [2, 2, 2, 2]
        assert [one.sheet.revision for one in page.sheets(["stua-1"], Table, date.min, date.max)] == [1, 1, 1, 1]
        assert page.version() != version, "so that it shows them"


def test_under_a_collector_nothing_is_restored(server: Server) -> None:
    file = backup(server)
    server.save(*a_month(9, revision=2))
    before = server.sheets()
    with collecting(server.store), collecting(server.store):
        with pytest.raises(Problem, match="a collector is running on it; stop it first: systemctl stop fjes-collector"):
            restore(server.configuration, file)
        assert is_held(lock_of(server.store))
    assert server.sheets() == before
    assert not is_held(lock_of(server.store))


def test_while_it_is_restored_no_collector_begins(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.operating.lock.GONE", 0.01)
    with alone(server.store):
        with pytest.raises(Problem, match="it is just being restored"), collecting(server.store):
            pass
        assert main(["--config", str(server.file), "collector"]) == 1
    with collecting(server.store):
        pass


def test_where_there_was_no_store_there_is_one(server: Server, tmp_path: Path) -> None:
    file = backup(server)
    (tmp_path / "new").mkdir()
    fresh = Server(tmp_path / "new")
    done = restore(fresh.configuration, file)
    assert fresh.sheets() == server.sheets()
    assert fresh.store.stat().st_mode == server.store.stat().st_mode
    assert done.aside == ()


def test_a_damaged_store_makes_way(server: Server) -> None:
    file, before = backup(server), server.sheets()
    server.store.write_bytes(b"\xa5" * 50_000)
    done = restore(server.configuration, file, now=NOON)
    assert server.sheets() == before
    assert (server.directory / ASIDE).read_bytes() == b"\xa5" * 50_000
    assert done.carried == ("what was there cannot be read, so the backup's is taken: look through fjes terminal list",)


def test_a_file_that_is_no_backup_changes_nothing(server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    other.write_bytes(b"nothing of the kind")
    before = server.sheets()
    with pytest.raises(Problem, match="is no backup of fjes"):
        restore(server.configuration, other)
    with pytest.raises(Problem, match="No such file"):
        restore(server.configuration, tmp_path / "none")
    assert server.sheets() == before
    assert not list(server.directory.glob("*before*"))


def test_a_backup_of_a_newer_fjes_is_refused_by_name(server: Server) -> None:
    with closing(sqlite3.connect(server.store)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer = server.directory / "newer.tar.gz"
    _pack(newer, server.store, schema=len(MIGRATIONS) + 1)
    with pytest.raises(Problem, match=rf"was made by fjes 9, with schema {len(MIGRATIONS) + 1}.*upgrade fjes first"):
        restore(server.configuration, newer)


def test_a_backup_whose_store_is_not_as_it_says_is_refused(server: Server) -> None:
    lying = server.directory / "lying.tar.gz"
    _pack(lying, server.store, schema=1)
    with pytest.raises(Problem, match="but its manifest says"):
        restore(server.configuration, lying)


def test_a_backup_of_an_older_schema_comes_up(server: Server, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as db:
        db.executescript((Path(__file__).parents[1] / "collector" / "schemas" / "1.sql").read_text())
    packed = tmp_path / "old.tar.gz"
    _pack(packed, old)
    restore(server.configuration, packed)
    assert len(server.sheets()) == 7
    with closing(SqliteReadStore.open(server.store)) as store:  # which takes the newest schema only
        assert store.registered() == {}


def _pack(target: Path, store: Path, schema: int | None = None) -> None:
    contents = check_store(store)
    if schema is not None:
        contents = type(contents)(
            schema, contents.sheets, contents.votes, contents.counts, contents.terminals, contents.first
        )
    write_archive(target, {STORE: Packed(store, store)}, software="fjes 9", made="2026-11-22T12:00:00Z", store=contents)


def test_what_was_left_is_told_with_the_right_reason(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.make_people()
    file = backup(server)
    assert main(["--config", str(server.file), "restore", str(file)]) == 0
    said = capsys.readouterr().out
    assert "left      people.db: there is something there now; fjes restore --everything puts them too\n" in said
    assert "left      settings/fjes.toml: yours to put where they belong (tar -xzf)\n" in said


def elsewhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """People and the broker's files are on other disks than the store, and no rename leads from one to another."""
    server.file.write_text('[broker]\ndirectory = "b/broker"\n[dashboard]\npeople = "p/fjes-people.db"\n')
    rename = Path.replace

    def disk_of(file: Path) -> str:
        first = file.relative_to(server.directory).parts[0]
        return first if first in "bp" else "store"

    def replace(self: Path, target: Path) -> Path:
        if disk_of(self) != disk_of(target):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)


def moved_elsewhere(server: Server) -> tuple[Path, Path]:
    """The people's database and the broker's directory."""
    for name in ("b", "p"):
        (server.directory / name).mkdir()
    people = server.make_people().rename(server.directory / "p" / "fjes-people.db")
    return people, server.make_broker().rename(server.directory / "b" / "broker")


def test_people_and_broker_may_be_on_other_disks(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people, broker = moved_elsewhere(server)
    elsewhere(server, monkeypatch)
    file = backup(server)
    (broker / "ca.key").write_text("another")
    done = restore(server.configuration, file, everything=True, now=NOON)
    assert (people_in(people), (broker / "ca.key").read_text()) == (["kari"], "secret")
    assert len(done.put) == 5
    assert not [one for one in server.directory.rglob(".*") if one.is_dir()], "nothing of its making is left"


def test_where_a_part_has_no_place_nothing_is_touched(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people, _ = moved_elsewhere(server)
    elsewhere(server, monkeypatch)
    file = backup(server)
    server.save(*a_month(9, revision=2))
    before = server.sheets()
    usage = shutil.disk_usage(server.directory)

    def full(directory: Path) -> object:
        return usage._replace(free=0) if "p" in Path(directory).parts else usage

    monkeypatch.setattr("deploy.operating.files.shutil.disk_usage", full)
    with pytest.raises(Problem, match=r"/p: to restore needs .* of free space, and there are 0\.0 MB"):
        restore(server.configuration, file, everything=True)
    monkeypatch.undo()
    people.unlink()
    people.parent.rmdir()
    with pytest.raises(Problem, match=r"/p: No such file or directory"):
        restore(server.configuration, file, everything=True)
    assert server.sheets() == before
    assert not list(server.directory.rglob("*before*"))


def test_what_goes_wrong_in_its_middle_tells_what_was_done(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    people, _ = moved_elsewhere(server)
    elsewhere(server, monkeypatch)
    file = backup(server)

    def refused(source: Path, target: Path) -> None:
        if target == people:
            raise Problem(f"{target}: database is locked")
        put_database(source, target)

    monkeypatch.setattr("deploy.operating.replacing.put_database", refused)
    with pytest.raises(Problem) as caught:
        restore(server.configuration, file, everything=True, now=NOON)
    assert str(caught.value) == (
        f"{people}: database is locked. Until then: {server.store} was put, {server.directory / ASIDE} is what was "
        f"there, {people}.before-restore-20261122T120000Z is what was there. Mend it, and restore again"
    )


def test_people_and_broker_come_back_where_there_are_none(server: Server) -> None:
    people, broker = server.make_people(), server.make_broker()
    people.chmod(0o600)
    file = backup(server)
    people.unlink()
    for name in ("conf.d/own.conf", "state/mosquitto.db", "ca.crt", "ca.key", "mosquitto.pid"):
        (broker / name).unlink()
    for name in ("conf.d", "state", ""):
        (broker / name).rmdir()
    done = restore(server.configuration, file)
    assert people_in(people) == ["kari"]
    assert people.stat().st_mode & 0o777 == 0o600
    found = sorted(str(one.relative_to(broker)) for one in broker.rglob("*") if one.is_file())
    assert found == ["ca.crt", "ca.key", "conf.d/own.conf"]
    assert (broker / "ca.key").read_text() == "secret"
    assert ((broker / "ca.key").stat().st_mode & 0o777, (broker / "ca.crt").stat().st_mode & 0o777) == (0o600, 0o644)
    assert done.left == ("settings/fjes.toml",)


def test_people_and_broker_that_are_there_stay_unless_all_is_asked_for(server: Server) -> None:
    people, broker = server.make_people(), server.make_broker()
    people.chmod(0o640)
    file = backup(server)
    with closing(sqlite3.connect(people)) as db:
        db.execute("UPDATE people SET name = 'ola'")
        db.commit()
    (broker / "ca.key").write_text("another")
    done = restore(server.configuration, file, now=NOON)
    assert (people_in(people), (broker / "ca.key").read_text()) == (["ola"], "another")
    assert set(done.left) == {
        "people.db",
        "broker/ca.crt",
        "broker/ca.key",
        "broker/conf.d/own.conf",
        "settings/fjes.toml",
    }
    (server.directory / ASIDE).unlink()
    done = restore(server.configuration, file, everything=True, now=NOON)
    assert (people_in(people), (broker / "ca.key").read_text()) == (["kari"], "secret")
    before = people.with_name(f"{people.name}.before-restore-20261122T120000Z")
    assert (people_in(before), before.stat().st_mode & 0o777) == (["ola"], 0o640)
    aside = broker / "ca.key.before-restore-20261122T120000Z"
    assert (aside.read_text(), aside.stat().st_mode & 0o777) == ("another", 0o600)


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from deploy.configuration import read_settings
from deploy.operating import restore

class Power(sqlite3.Connection):
    def backup(self, target, **_):
        name = target.execute("PRAGMA database_list").fetchone()[2]
        def cut(_status, remaining, total):
            if remaining < total // 2 and Path(name).name == sys.argv[3]:
                os.kill(os.getpid(), signal.SIGKILL)
        super().backup(target, pages=1, progress=cut)

connect = sqlite3.connect
sqlite3.connect = lambda *given, **named: connect(*given, factory=Power, **named)
restore.restore(read_settings(Path(sys.argv[1])), Path(sys.argv[2]))
"""
"""A restore that loses power in the middle of copying to a file of a name."""


@pytest.mark.parametrize("name", ["aside", "fjes.db"])
def test_a_kill_in_its_middle_leaves_what_was_there(server: Server, name: str) -> None:
    server.save(*(one for month in range(1, 10) for one in a_month(3, f"2025-0{month}", installation="x" * 60)))
    file = backup(server)
    server.save(*a_month(9, revision=2))
    before = server.sheets()
    words = [sys.executable, "-c", KILLED, str(server.file), str(file), name]
    assert subprocess.run(words, env=os.environ, timeout=60).returncode == -signal.SIGKILL
    assert server.sheets() == before
    assert len(list(server.directory.glob("*.before-restore-*"))) == (name == "fjes.db")
    restore(server.configuration, file)
    assert {one.sheet.revision for one in server.sheets()} == {1}
    assert not list(server.directory.glob(".fjes.db.restore-*")), "what the killed one left is tidied up"
