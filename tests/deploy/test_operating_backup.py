"""Backups: whole, verified, made while others write; and never the loss of the last good one."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from deploy.command import main
from deploy.configuration import read_settings
from deploy.errors import Problem
from deploy.operating import archive
from deploy.operating.archive import read_manifest, unpack_archive, verify_archive
from deploy.operating.backup import backups_in, make_backup
from deploy.operating.databases import contents_of
from tests.collector.samples import a_sheet, received
from tests.deploy.operated import Server, a_month, people_in, sheets_in

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.save(*a_month(7), *a_month(9, "2026-10", terminal="stua-2"))
    return server


def test_a_backup_has_all_that_a_server_needs_and_nothing_else(server: Server, tmp_path: Path) -> None:
    server.make_people()
    server.make_broker()
    file, manifest, removed = make_backup(server.configuration, server.file, now=NOON)
    assert file == server.backups / "fjes-20261122T120000Z.tar.gz"
    assert removed == []
    assert (file.stat().st_mode & 0o777, server.backups.stat().st_mode & 0o777) == (0o600, 0o755)
    assert [part.name for part in manifest.parts] == [
        "store.db",
        "people.db",
        "broker/ca.crt",
        "broker/ca.key",
        "broker/conf.d/own.conf",
        "settings/fjes.toml",
    ]
    store = manifest.store
    assert (store.sheets, store.votes, store.counts) == (8, 16, 64)
    assert (store.terminals, store.first) == (("stua-1", "stua-2"), "2026-10-01T00:00")
    assert (manifest.made, manifest.software) == ("2026-11-22T12:00:00+00:00", "fjes 0.1.0")
    assert verify_archive(file) == manifest
    (tmp_path / "there").mkdir()
    unpack_archive(file, tmp_path / "there")
    assert sheets_in(tmp_path / "there" / "store.db") == server.sheets()
    assert people_in(tmp_path / "there" / "people.db") == ["kari"]
    assert (tmp_path / "there" / "broker" / "ca.key").read_text() == "secret"
    assert [file.name for file in server.backups.iterdir()] == [file.name], "nothing of its making is left"


def test_it_says_what_it_made(server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.tar.gz"
    assert main(["--config", str(server.file), "backup", "--to", str(target)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{target}: 8 sheets with 16 votes of 2 terminals, verified\n")
    assert "It holds secrets: only this user can read it." in said
    assert not server.backups.exists()
    assert main(["--config", str(server.file), "backup", "--to", str(target)]) == 1
    assert capsys.readouterr().err == f"fjes: {target} is there already; nothing was written over it\n"


def test_it_is_of_one_moment_while_a_collector_writes(server: Server) -> None:
    """A writer keeps all four tables of a month equal in each commit; a copy of two moments would not have them so."""
    ended = threading.Event()

    def write() -> None:
        with closing(server.open()) as store:
            revision = 1
            while not ended.is_set():
                revision += 1
                store.save([*a_month(revision, revision=revision), *a_month(revision, "2026-09", revision)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make_backup(server.configuration, now=NOON + timedelta(seconds=n)) for n in range(8)]
    finally:
        ended.set()
        writer.join()
    for file, manifest, _ in made:
        assert verify_archive(file).store == manifest.store
        assert manifest.store.counts == 4 * manifest.store.votes
    assert made[-1][1].store.votes > made[0][1].store.votes, "it wrote meanwhile"


def test_old_ones_go_when_a_new_one_is_good_and_nothing_else_does(server: Server) -> None:
    server.file.write_text("[collector]\nkeep_backups = 2\n")
    made = [make_backup(server.configuration, now=NOON + timedelta(days=day))[0] for day in range(2)]
    for name in ("fjes-by-hand.tar.gz", "notes.txt", "fjes-20261101T000000Z.tar.gz.old"):
        (server.backups / name).write_text("mine")
    newest, _, removed = make_backup(server.configuration, now=NOON + timedelta(days=2))
    assert removed == made[:1]
    assert backups_in(server.backups) == [made[1], newest]
    assert len(list(server.backups.iterdir())) == 5
    with newest.open("r+b"), closing(sqlite3.connect(server.store)) as db:
        db.execute("UPDATE sheets SET counts = 'no JSON' WHERE [table] = 'faces'")
        db.commit()
    with pytest.raises(Problem, match=r"fjes\.db: malformed JSON"):
        make_backup(server.configuration, now=NOON + timedelta(days=3))
    assert backups_in(server.backups) == [made[1], newest], "a backup that could not be made costs none"


def test_one_of_the_future_is_not_kept_for_the_new_one(server: Server) -> None:
    """A clock that was once ahead: names of that time stay the newest for years."""
    server.file.write_text("[collector]\nkeep_backups = 1\n")
    ahead, _, _ = make_backup(server.configuration, now=NOON.replace(year=2030))
    made, _, removed = make_backup(server.configuration, now=NOON)
    assert (backups_in(server.backups), removed) == ([made], [ahead])
    server.file.write_text("[collector]\nkeep_backups = 3\n")
    make_backup(server.configuration, now=NOON.replace(year=2030))
    for day in range(1, 5):
        made, _, _ = make_backup(server.configuration, now=NOON + timedelta(days=day))
        assert made in backups_in(server.backups)
    assert len(backups_in(server.backups)) == 3


def test_recordings_of_the_site_are_in_it(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.file.write_text('[site]\nvoices = "own voices"\n')
    for name in ("nb/question.ogg", "nb/voices.json", "en/face 4.ogg", "en/.writable"):
        (server.directory / "own voices" / name).parent.mkdir(parents=True, exist_ok=True)
        (server.directory / "own voices" / name).write_text(name)
    names = [
        "store.db",
        "settings/fjes.toml",
        "voices/en/face_4.ogg",
        "voices/nb/question.ogg",
        "voices/nb/voices.json",
    ]
    assert [part.name for part in make_backup(server.configuration, server.file)[1].parts] == names
    assert main(["--config", str(server.file), "backup", "--to", str(server.directory / "one.tar.gz")]) == 0
    assert "; with settings/fjes.toml, store.db, 3 recordings\n" in capsys.readouterr().out


def test_two_files_of_one_name_are_two_and_one_named_twice_is_one(server: Server, tmp_path: Path) -> None:
    server.file.write_text(
        '[site]\nsurvey = "a/visit.json"\n'
        '[collector]\nsurveys = ["a/visit.json", "b/visit.json", "c/visit.json"]\n'
        '[dashboard]\nopenid.client_secret = ".secret"\n'
    )
    for name in ("a/visit.json", "b/visit.json", "c/visit.json", ".secret"):
        (server.directory / name).parent.mkdir(exist_ok=True)
        (server.directory / name).write_text(name)
    hidden = server.file.rename(server.directory / ".fjes.toml")
    file, manifest, _ = make_backup(read_settings(hidden), hidden)
    (tmp_path / "there").mkdir()
    unpack_archive(file, tmp_path / "there")
    names = [part.name for part in manifest.parts if part.name.startswith("settings/")]
    assert {name: (tmp_path / "there" / name).read_text()[:12] for name in names[1:]} == {
        "settings/visit.json": "a/visit.json",
        "settings/2-visit.json": "b/visit.json",
        "settings/3-visit.json": "c/visit.json",
        "settings/secret": ".secret",
    }
    assert names[0] == "settings/fjes.toml"


def test_many_passwords_are_in_it_and_what_is_left_out_is_told(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    broker = server.make_broker()
    (broker / "passwords").write_text(f"stua-1:{'x' * 110}\n" * 10_000)
    (broker / "vast").touch()
    os.truncate(broker / "vast", 64 * 1024 * 1024 + 1)
    target = server.directory / "one.tar.gz"
    assert main(["--config", str(server.file), "backup", "--to", str(target)]) == 0
    assert f"Not in it: {broker / 'vast'}, which is larger than 67.1 MB\n" in capsys.readouterr().out
    assert {"broker/passwords"} == {"broker/passwords", "broker/vast"} & {
        part.name for part in read_manifest(target).parts
    }


def test_a_damaged_store_makes_no_backup(server: Server) -> None:
    with closing(sqlite3.connect(server.store)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'presences'").fetchone()[0]
    with server.store.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xa5" * 4096)
    with pytest.raises(Problem, match=r"is damaged|malformed"):
        make_backup(server.configuration)
    assert list(server.backups.iterdir()) == []


def test_what_cannot_be_read_back_is_no_backup(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes bytes and gives others."""
    whole = archive.write_archive

    def torn(target: Path, *arguments: object, **more: object) -> object:
        manifest = whole(target, *arguments, **more)  # type: ignore[arg-type]
        with target.open("r+b") as file:
            file.seek(target.stat().st_size // 2)
            file.write(b"\x00" * 64)
        return manifest

    monkeypatch.setattr("deploy.operating.backup.write_archive", torn)
    with pytest.raises(Problem, match="is no backup of fjes, or is damaged"):
        make_backup(server.configuration)
    assert list(server.backups.iterdir()) == []


def test_without_room_it_declines_and_leaves_what_is_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    make_backup(server.configuration, now=NOON)
    before = backups_in(server.backups)
    usage = shutil.disk_usage(server.directory)
    monkeypatch.setattr("deploy.operating.files.shutil.disk_usage", lambda _: usage._replace(free=16_900_000))
    with pytest.raises(
        Problem, match=r"backups: a backup.* needs 1[67]\.[0-9] MB of free space, and there are 16\.9 MB"
    ):
        make_backup(server.configuration)
    assert backups_in(server.backups) == before


def test_a_disk_that_fills_up_meanwhile_is_one_sentence(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deploy.operating.backup.write_archive", full)
    with pytest.raises(Problem, match="No space left on device; no backup was made"):
        make_backup(server.configuration)
    assert list(server.backups.iterdir()) == []


def test_two_at_once_are_one(server: Server) -> None:
    server.backups.mkdir()
    program = (
        "import fcntl, os, sys, time\nfcntl.flock(os.open(sys.argv[1], 0), fcntl.LOCK_EX)\nprint(flush=True)\ninput()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(server.backups)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(Problem, match="another backup is being made there"):
            make_backup(server.configuration)
        other.kill()
    assert make_backup(server.configuration)[0].exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from deploy.configuration import read_settings
from deploy.operating import backup

backup.verify_archive = lambda _file: os.kill(os.getpid(), signal.SIGKILL)
backup.make_backup(read_settings(Path(sys.argv[1])))
"""


def test_one_that_was_killed_leaves_no_half_and_the_next_tidies_up(server: Server) -> None:
    first, _, _ = make_backup(server.configuration, now=NOON)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(server.file)], env=os.environ, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert backups_in(server.backups) == [first]
    assert len(list(server.backups.iterdir())) == 2, "its workspace is left"
    second, _, _ = make_backup(server.configuration, now=NOON + timedelta(days=1))
    assert sorted(server.backups.iterdir()) == [first, second]


def test_without_a_store_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.make_people()
    with pytest.raises(Problem, match="there is no store yet"):
        make_backup(server.configuration, server.file)


def test_the_manifest_counts_what_the_store_counts(server: Server) -> None:
    server.save(received(a_sheet(1, {"4": 3, "3": 0}), terminal="stua-3"))
    with closing(sqlite3.connect(server.store)) as db:
        assert contents_of(db).votes == 19
    assert read_manifest(make_backup(server.configuration)[0]).store.votes == 19


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no backup at all",
        b"\x1f\x8b\x08\x00" + b"\xff" * 100,
        Path(sys.executable).read_bytes()[:5000],
    ],
)
def test_whatever_is_no_backup_is_said_to_be_none(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "some.tar.gz"
    file.write_bytes(raw)
    for read in (read_manifest, verify_archive):
        with pytest.raises(Problem, match=rf"{file} is no backup of fjes, or is damaged"):
            read(file)
    with pytest.raises(Problem, match="No such file"):
        read_manifest(tmp_path / "none.tar.gz")


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/outside", "broker/../../outside", "broker/a/b/c", ".hidden", "a\\nb", "a//b", "a" * 201],
)
def test_no_name_leads_out_of_where_it_is_unpacked(server: Server, tmp_path: Path, name: str) -> None:
    _, manifest, _ = make_backup(server.configuration)
    hostile = tmp_path / "hostile.tar.gz"
    text = msgspec.json.encode(manifest).replace(b'"store.db"', f'"{name}"'.encode())
    with tarfile.open(hostile, "w:gz") as tar:
        add(tar, "manifest.json", text)
        add(tar, name, b"x" * manifest.parts[0].bytes)
    (tmp_path / "room").mkdir()
    with pytest.raises(Problem, match="is no backup of fjes, or is damaged"):
        unpack_archive(hostile, tmp_path / "room")
    assert list((tmp_path / "room").iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_links_and_other_sizes_in_it_are_refused(server: Server, tmp_path: Path) -> None:
    _, manifest, _ = make_backup(server.configuration)
    text = msgspec.json.encode(manifest)
    for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.REGTYPE)):
        hostile = tmp_path / f"{number}.tar.gz"
        with tarfile.open(hostile, "w:gz") as tar:
            add(tar, "manifest.json", text)
            link = tarfile.TarInfo("store.db")
            link.type, link.linkname, link.size = kind, "/etc/hostname", manifest.parts[0].bytes * (number < 3)
            tar.addfile(link)
        with pytest.raises(Problem, match=r"store\.db is missing in it"):
            verify_archive(hostile)


def test_other_bytes_of_the_same_size_are_noticed(server: Server, tmp_path: Path) -> None:
    _, manifest, _ = make_backup(server.configuration)
    hostile = tmp_path / "hostile.tar.gz"
    with tarfile.open(hostile, "w:gz") as tar:
        add(tar, "manifest.json", msgspec.json.encode(manifest))
        add(tar, "store.db", b"x" * manifest.parts[0].bytes)
    with pytest.raises(Problem, match=r"store\.db in it is not what was put there"):
        verify_archive(hostile)


def test_any_byte_that_changed_is_noticed(server: Server, tmp_path: Path) -> None:
    file, _, _ = make_backup(server.configuration)
    whole = file.read_bytes()
    spoilt = tmp_path / "spoilt.tar.gz"
    step = len(whole) // 40
    for place in range(10, len(whole), step):
        spoilt.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with pytest.raises(Problem):
            verify_archive(spoilt)
    spoilt.write_bytes(whole[: len(whole) - 20])
    with pytest.raises(Problem):
        verify_archive(spoilt)


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    header = tarfile.TarInfo(name)
    header.size = len(content)
    tar.addfile(header, BytesIO(content))
