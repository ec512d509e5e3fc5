"""The doctor on the server's machine, and its round as a whole: lines, JSON and exit status."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from collector.store.protocol import Refusal
from deploy.command import main
from deploy.operating.backup import make_backup
from deploy.operating.doctor.finding import Level, all_or, bad, look
from deploy.operating.doctor.machine import certificate_days
from deploy.operating.doctor.round import SERVER
from deploy.operating.gauges import gauges
from deploy.site.authority import make_authority, make_server
from tests.deploy.examined import NOW, found, register, tell, texts
from tests.deploy.operated import Server, a_month


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.open().close()
    return server


class TestMachine:
    def test_the_files_beside_the_store(self, server: Server) -> None:
        assert [finding.level for finding in found(server, "files")] == [Level.OK]
        people, published = server.make_people(), server.directory / "fjes-published.db"
        published.write_text("no database")
        said = texts(found(server, "files"))
        assert said[0] == f"ok  {people} is sound: people"
        assert said[1].startswith(f"bad  {published}: file is not a database")
        assert said[1].endswith("; move it away, and fjes restore puts it back")

    def test_a_sound_store(self, server: Server) -> None:
        server.save(*a_month(7))
        (only,) = found(server, "store")
        assert only.level is Level.OK
        assert only.text.endswith("fjes.db is sound: schema 3 of 3, 4 sheets, 7 votes")

    def test_no_backup(self, server: Server) -> None:
        assert texts(found(server, "backups")) == [f"bad  there is no backup in {server.backups}: fjes backup"]

    @pytest.mark.parametrize(("days", "level"), [(0, Level.OK), (1.9, Level.OK), (2.1, Level.LOOK), (8.1, Level.BAD)])
    def test_the_age_of_the_newest(self, server: Server, days: float, level: Level) -> None:
        for back in (days + 20, days):
            make_backup(server.configuration, now=NOW - timedelta(days=back))
        (only,) = found(server, "backups")
        assert only.level is level
        assert f"is {days:.1f} days old" in only.text
        assert gauges(server.configuration, NOW)["backup_age_seconds"][""] == pytest.approx(days * 86_400, abs=1)

    def test_a_backup_of_the_future_is_never_the_newest(self, server: Server) -> None:
        ahead, _, _ = make_backup(server.configuration, now=NOW + timedelta(days=1, seconds=1))
        future = f"bad  {ahead} is of the future: move it away; if it is not, this machine's clock is wrong"
        assert texts(found(server, "backups")) == [future, f"bad  there is no backup in {server.backups}: fjes backup"]
        assert "backup_age_seconds" not in gauges(server.configuration, NOW)
        make_backup(server.configuration, now=NOW - timedelta(days=9))
        told = texts(found(server, "backups"))
        assert told[0] == future
        assert told[1].startswith("bad  1 backup; the newest, fjes-20261113T120000Z.tar.gz, is 9.0 days old")
        assert gauges(server.configuration, NOW)["backup_age_seconds"][""] == pytest.approx(9 * 86_400)

    def test_a_clock_that_is_a_little_ahead_makes_no_age_below_zero(self, server: Server) -> None:
        make_backup(server.configuration, now=NOW + timedelta(minutes=5))
        (only,) = found(server, "backups")
        assert only.level is Level.OK
        assert "is 0.0 days old" in only.text
        assert gauges(server.configuration, NOW)["backup_age_seconds"][""] == 0

    def test_a_backup_that_cannot_be_read(self, server: Server) -> None:
        file, _, _ = make_backup(server.configuration, now=NOW)
        file.write_bytes(file.read_bytes()[:-100])
        (only,) = found(server, "backups")
        assert only.level is Level.BAD
        assert "cannot be restored" in only.text

    @pytest.mark.parametrize(
        ("free", "level"), [(2_000_000_000, Level.OK), (500_000_000, Level.LOOK), (100_000_000, Level.BAD)]
    )
    def test_room(self, server: Server, free: int, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "deploy.operating.doctor.machine.shutil.disk_usage", lambda _: type("Usage", (), {"free": free})
        )
        server.backups.mkdir()
        assert [finding.level for finding in found(server, "disk")] == [level, level]

    @pytest.mark.parametrize(
        ("later", "levels"),
        [
            (timedelta(days=699), [Level.OK, Level.OK]),
            (timedelta(days=701), [Level.OK, Level.LOOK]),
            (timedelta(days=725), [Level.OK, Level.BAD]),
            (timedelta(days=1000), [Level.OK, Level.BAD]),
            (timedelta(days=20 * 365 - 20), [Level.LOOK, Level.BAD]),
        ],
    )
    def test_certificates_that_end(self, server: Server, later: timedelta, levels: list[Level]) -> None:
        broker = server.directory / "broker"
        broker.mkdir()
        make_authority(broker / "ca.key", broker / "ca.crt", "fjes.example.org", NOW)
        make_server(
            broker / "ca.key",
            broker / "ca.crt",
            broker / "server.key",
            broker / "server.crt",
            ["fjes.example.org"],
            NOW,
        )
        told = found(server, "certificates", NOW + later)
        assert [finding.level for finding in told] == levels
        assert told[0].text.startswith("the authority certificate is good for")
        assert gauges(server.configuration, NOW)["certificate_days_left"] == certificate_days(server.configuration, NOW)

    def test_no_certificates(self, server: Server) -> None:
        assert found(server, "certificates")[0].level is Level.OK
        assert gauges(server.configuration, NOW) == {}


class TestRound:
    def doctor(self, server: Server, *words: str) -> int:
        return main(["--config", str(server.file), "doctor", *words])

    def test_each_line_has_its_kind_and_the_status_is_the_worst(
        self, server: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server.file.write_text("[broker]\nport = 1\n")
        assert self.doctor(server) == 1
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith("ok  store: ")
        assert "bad  broker: the broker at 127.0.0.1:1 cannot be reached: Connection refused" in lines
        assert [line for line in lines if line.split("  ")[0] not in ("ok", "look", "bad")] == []
        assert {line.split("  ")[1].split(":")[0] for line in lines} == {name for name, _ in SERVER}

    def test_as_json(self, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        server.file.write_text("[broker]\nport = 1\n")
        assert self.doctor(server, "--json") == 1
        told = json.loads(capsys.readouterr().out)
        assert told["status"] == 1
        assert told["findings"][0].keys() == {"level", "check", "text"}
        assert {one["level"] for one in told["findings"]} == {"ok", "look", "bad"}

    def test_where_nothing_is_it_cannot_look(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.doctor(Server(tmp_path)) == 2
        assert capsys.readouterr().out.startswith("bad  here: there is neither a store")

    @pytest.mark.parametrize("words", [(), ("--json",)])
    def test_with_settings_that_are_wrong_it_cannot_look(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
    ) -> None:
        assert self.doctor(Server(tmp_path, "[terminal]\nidd = 'x'\n"), *words) == 2
        assert "unknown key 'terminal.idd'" in capsys.readouterr().out

    def test_a_store_that_is_damaged(self, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        server.store.write_bytes(b"\xa5" * 10_000)
        assert self.doctor(server) == 2
        assert capsys.readouterr().out.startswith("bad  store: ")

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE sheets SET counts = 'no JSON'",
            "UPDATE sheets SET counts = '[1]'",
            "UPDATE sheets SET period = 'no period'",
            "INSERT INTO placements VALUES ('stua-1', 'oslo', 'no day')",
            "UPDATE presences SET presence = 'no JSON'",
            "UPDATE registrations SET standing = 'no standing'",
        ],
    )
    def test_rows_that_are_damaged_are_told_of(
        self, server: Server, capsys: pytest.CaptureFixture[str], damage: str
    ) -> None:
        server.file.write_text("[broker]\nport = 1\n")
        server.save(*a_month(7))
        tell(server)
        register(server, "stua-1")
        with closing(sqlite3.connect(server.store)) as db:
            db.execute("PRAGMA ignore_check_constraints = ON")
            db.execute(damage)
            db.commit()
        assert self.doctor(server) in (1, 2)
        assert "Traceback" not in capsys.readouterr().out

    def test_counts_that_are_none_stop_no_other_check(self, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        server.save(*a_month(7))
        with closing(sqlite3.connect(server.store)) as db:
            db.execute("UPDATE sheets SET counts = 'no JSON'")
            db.commit()
        assert self.doctor(server) == 2
        said = capsys.readouterr().out
        assert "bad  sums: what is stored cannot be read: JSON is malformed" in said
        assert "ok  certificates: " in said

    def test_damage_deep_in_the_file(self, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        with closing(sqlite3.connect(server.store)) as db:
            (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'surveys'").fetchone()
        with server.store.open("r+b") as file:
            file.seek((root - 1) * 4096)
            file.write(b"\xa5" * 4096)
        assert self.doctor(server) in (1, 2)
        assert "bad  store: " in capsys.readouterr().out

    def test_what_strangers_sent_cannot_move_the_cursor(
        self, server: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        tell(server, software="fjes\x1b[2J\n\u202e")
        with closing(server.open()) as store:
            store.quarantine([Refusal("t/\x1b[2J\n", "\x1b[0m", b"")])
        self.doctor(server)
        said = capsys.readouterr().out
        assert "runs fjes?[2J??" in said
        assert "\x1b" not in said

    def test_what_cannot_be_looked_at_stops_no_other_check(
        self, server: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broker = server.directory / "broker"
        broker.mkdir()
        (broker / "ca.crt").write_text("no certificate")
        assert self.doctor(server) == 2
        said = capsys.readouterr().out
        assert f"bad  certificates: {broker / 'ca.crt'}: is no certificate in PEM form" in said
        assert "broker: " in said


def test_of_many_findings_the_worst_come_first_and_all_are_told_of() -> None:
    findings = [look(f"look {number}") for number in range(12)] + [bad("bad one")]
    told = list(all_or(findings, "well"))
    assert told[0] == bad("bad one")
    assert told[10] == look("and 3 more like these")
    assert len(told) == 11
    many = list(all_or([bad(f"{number}") for number in range(12)], "well"))
    assert many[10] == bad("and 2 more like these")
