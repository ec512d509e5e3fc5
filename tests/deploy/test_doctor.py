"""The doctor of a server: for each thing that can be wrong a store in which it is, and one in which it is not."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from collector.store.protocol import Received, Refusal
from collector.store.reading import SqliteReadStore
from contract.messages import Presence
from contract.sheets import Sheet, Table
from deploy.command import main
from deploy.operating.backup import make_backup
from deploy.operating.doctor import case
from deploy.operating.doctor.finding import Finding, Level, all_or, bad, look
from deploy.operating.doctor.machine import certificate_days
from deploy.operating.doctor.round import SERVER
from deploy.operating.gauges import gauges
from deploy.site.authority import make_authority, make_server
from tests.deploy.operated import VISIT, Server, a_month

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOFTWARE = "fjes 0.1.0"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.open().close()
    return server


def found(server: Server, check: str, now: datetime = NOW) -> list[Finding]:
    """What one check says."""
    with closing(SqliteReadStore.open(server.store)) as store:
        return list(dict(SERVER)[check](case.Server.of(server.configuration, server.store, store, now)))


def texts(findings: list[Finding]) -> list[str]:
    return [f"{finding.level}  {finding.text}" for finding in findings]


def tell(server: Server, terminal: str = "stua-1", **facts: object) -> None:
    presence = msgspec.convert({"v": 1, "online": True, "software": SOFTWARE, **facts}, Presence)
    with closing(server.open()) as store:
        store.set_presences({terminal: presence})


def register(server: Server, *terminals: str) -> None:
    with closing(server.open()) as store:
        for terminal in terminals:
            store.register(terminal)


def faces(period: str, votes: int = 1, terminal: str = "stua-1", *, estimated: bool = False) -> Received:
    return Received(terminal, f"life-of-{terminal}", Sheet(VISIT, Table.FACES, period, 1, {"4": votes}, estimated))


class TestSums:
    def test_equal_sums_are_right(self, server: Server) -> None:
        server.save(*a_month(7), *a_month(9, "2026-10"), *a_month(2, terminal="stua-2"))
        assert texts(found(server, "sums")) == ["ok  the sums of all tables agree: 3 months of 2 terminals"]

    def test_days_and_hours_are_summed_up_to_months(self, server: Server) -> None:
        month = [one for one in a_month(3) if one.sheet.table is not Table.FACES]
        server.save(*month, faces("2026-11-01T10+01:00"), faces("2026-11-30T23+01:00"), faces("2026-11-15"))
        assert found(server, "sums")[0].level is Level.OK

    def test_unequal_sums_are_named_by_terminal_month_and_survey(self, server: Server) -> None:
        server.save(*a_month(7), *a_month(9, "2026-10"), faces("2026-10-07", 2))
        assert texts(found(server, "sums")) == [
            f"bad  stua-1 2026-10 {VISIT}: faces 11, pattern 9, answers 9, languages 9"
        ]

    def test_a_table_that_is_missing_in_one_month_is_missed(self, server: Server) -> None:
        server.save(*a_month(7), *[one for one in a_month(9, "2026-10") if one.sheet.table is not Table.ANSWERS])
        assert texts(found(server, "sums")) == [
            f"bad  stua-1 2026-10 {VISIT}: faces 9, pattern 9, answers 0, languages 9"
        ]

    def test_four_buttons_never_send_more_than_faces(self, server: Server) -> None:
        server.save(faces("2026-11-01", 5), *a_month(3, terminal="stua-2"))
        assert found(server, "sums")[0].level is Level.OK

    def test_what_a_terminal_still_owes_may_mend_it(self, server: Server) -> None:
        server.save(*a_month(7), faces("2026-11-07", 2))
        tell(server, owed=3)
        (only,) = found(server, "sums")
        assert only.level is Level.LOOK
        assert only.text.endswith("languages 7; it owes 3 sheets, which may mend this")

    def test_two_lives_of_a_disk_are_one_terminal(self, server: Server) -> None:
        first, second = a_month(7), a_month(5, installation="second-life")
        server.save(*first[:2], *second[2:])
        assert found(server, "sums")[0].level is Level.BAD
        server.save(*first[2:], *second[:2])
        assert found(server, "sums")[0].level is Level.OK


class TestGaps:
    def days(self, server: Server, terminal: str, *days: int) -> None:
        server.save(*(faces(f"2026-11-{day:02}", terminal=terminal) for day in days))

    def test_terminals_that_count_are_right(self, server: Server) -> None:
        self.days(server, "a", 18, 19, 20, 21)
        self.days(server, "b", 16, 20)
        tell(server, "a")
        tell(server, "b")
        assert texts(found(server, "gaps")) == ["ok  no terminal has fallen silent"]

    def test_one_that_is_silent_while_others_are_not_is_named(self, server: Server) -> None:
        self.days(server, "a", *range(10, 22))
        self.days(server, "b", 10, 14)
        tell(server, "a")
        tell(server, "b")
        assert texts(found(server, "gaps")) == ["look  b has no votes since 2026-11-14; others had on 7 days since"]

    def test_when_all_are_silent_the_place_was_shut(self, server: Server) -> None:
        self.days(server, "a", 2, 3)
        self.days(server, "b", 2)
        tell(server, "a")
        tell(server, "b")
        assert found(server, "gaps")[0].level is Level.OK

    def test_a_terminal_alone_is_silent_after_two_weeks(self, server: Server) -> None:
        self.days(server, "a", 8)
        tell(server, "a")
        assert found(server, "gaps")[0].level is Level.OK
        later = found(server, "gaps", NOW + timedelta(days=1))
        assert texts(later) == ["look  a has no votes since 2026-11-08"]

    def test_one_that_tells_how_it_is_and_never_counts_is_named(self, server: Server) -> None:
        self.days(server, "a", 21)
        tell(server, "b")
        assert texts(found(server, "gaps")) == ["look  b has no votes in the last three months"]

    def test_months_reach_to_their_end(self, server: Server) -> None:
        server.save(faces("2026-11", 5, "a"), faces("2026-11-21", 1, "b"))
        tell(server, "a")
        assert found(server, "gaps")[0].level is Level.OK

    def test_an_empty_store_says_so(self, server: Server) -> None:
        assert texts(found(server, "gaps")) == ["ok  no votes in the last three months"]


class TestClocks:
    def test_trusted_clocks_are_right(self, server: Server) -> None:
        server.save(faces("2026-11-21", 99), faces("2026-11-20", 5, estimated=True))
        tell(server)
        assert texts(found(server, "clocks")) == ["ok  every clock is trusted, and nothing is of the future"]

    def test_a_clock_that_is_not_trusted(self, server: Server) -> None:
        tell(server, clock="untrusted")
        assert texts(found(server, "clocks")) == [
            "look  stua-1 does not know the time: its votes wait for a clock that is set"
        ]

    def test_counts_of_the_future(self, server: Server) -> None:
        server.save(*a_month(3, "2031-05"))
        assert texts(found(server, "clocks")) == ["bad  stua-1 has 4 sheets of the future: its clock was ahead"]

    def test_many_guessed_times(self, server: Server) -> None:
        server.save(faces("2026-11-21", 90), faces("2026-11-20", 10, estimated=True))
        assert texts(found(server, "clocks")) == ["look  stua-1: the time of up to 10% of its votes was guessed"]


class TestClones:
    def test_no_sign(self, server: Server) -> None:
        server.save(*a_month(3), *a_month(3, terminal="stua-2"))
        assert texts(found(server, "clones")) == ["ok  no sign of a copied disk"]

    def test_one_installation_under_two_names(self, server: Server) -> None:
        server.save(*a_month(3, installation="one-life"), *a_month(3, terminal="stua-2", installation="one-life"))
        assert texts(found(server, "clones")) == [
            "bad  stua-1 and stua-2 send as one installation, one-life: a disk was copied"
        ]

    def test_other_counts_under_the_same_revision(self, server: Server) -> None:
        with closing(server.open()) as store:
            store.save(a_month(3))
            store.quarantine(store.save(a_month(4)).refusals)
        assert texts(found(server, "clones")) == [
            "look  stua-1: 4 sheets came with other counts under the same revision: is its disk a copy?"
        ]


class TestFleet:
    def test_a_fleet_that_is_well(self, server: Server) -> None:
        register(server, "stua-1", "stua-2")
        tell(server)
        tell(server, "stua-2")
        assert texts([*found(server, "register"), *found(server, "connections"), *found(server, "faults")]) == [
            "ok  2 terminals may send, 0 may not any more",
            "ok  every terminal is connected and owes nothing",
            "ok  no terminal tells of a fault",
        ]
        assert texts(found(server, "versions")) == ["ok  all run fjes 0.1.0"]

    def test_no_register_lets_everybody_in(self, server: Server) -> None:
        assert texts(found(server, "register")) == [
            "look  no terminal was ever added, so every one is heard: fjes terminal add"
        ]

    def test_one_that_was_added_and_never_came(self, server: Server) -> None:
        register(server, "stua-1", "counted", "stua-3")
        server.save(faces("2020-01-01", terminal="counted"))
        tell(server)
        assert texts(found(server, "register")) == ["look  stua-3 was added and has never connected"]

    def test_one_that_is_away(self, server: Server) -> None:
        tell(server, online=False)
        tell(server, "stua-2", online=False, owed=1)
        assert texts(found(server, "connections")) == [
            "look  stua-1 is not connected",
            "look  stua-2 is not connected, and owes 1 sheet",
        ]

    def test_one_that_is_owed_an_answer(self, server: Server) -> None:
        tell(server, owed=20)
        assert found(server, "connections")[0].level is Level.OK
        tell(server, owed=21)
        assert texts(found(server, "connections")) == [
            "look  stua-1 is connected and owes 21 sheets: does the collector answer?"
        ]

    def test_faults_that_cost_votes_are_bad(self, server: Server) -> None:
        tell(server, faults=["disk", "sound"])
        assert texts(found(server, "faults")) == ["bad  stua-1: disk", "look  stua-1: sound"]

    def test_other_versions(self, server: Server) -> None:
        tell(server, software="fjes 0.0.9")
        tell(server, "stua-2")
        tell(server, "stua-3", software="")
        assert texts(found(server, "versions")) == ["look  stua-1 runs fjes 0.0.9, and this is fjes 0.1.0"]

    def test_of_the_revoked_nothing_is_asked(self, server: Server) -> None:
        register(server, "stua-1", "stua-2")
        tell(server)
        with closing(server.open()) as store:
            store.revoke("stua-2")
            store.set_presences({"stua-2": Presence(v=1, online=False, faults=("disk",))})
        checks = ("register", "connections", "faults", "gaps")
        assert {finding.level for check in checks for finding in found(server, check)} == {Level.OK}


class TestQuarantine:
    def test_an_empty_one(self, server: Server) -> None:
        assert texts(found(server, "quarantine")) == ["ok  nothing was ever refused"]

    def test_the_newest_reasons(self, server: Server) -> None:
        with closing(server.open()) as store:
            store.quarantine([Refusal("t/1", f"reason {n}", b"") for n in (1, 2, 2, 3, 4)])
        assert texts(found(server, "quarantine")) == [
            "look  5 messages could not be counted, ever; newest of the 5 kept:",
            "look  1 × 't/1': reason 4",
            "look  1 × 't/1': reason 3",
            "look  2 × 't/1': reason 2",
        ]


class TestMachine:
    def test_a_sound_store(self, server: Server) -> None:
        server.save(*a_month(7))
        (only,) = found(server, "store")
        assert only.level is Level.OK
        assert only.text.endswith("fjes.db is sound: schema 2 of 2, 4 sheets, 7 votes")

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
