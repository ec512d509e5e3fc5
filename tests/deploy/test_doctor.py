"""The doctor on a site's counts and terminals: for each thing that can be wrong a store in which it is, and is not."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from collector.store.protocol import Refusal
from contract.messages import Presence
from contract.sheets import Table
from deploy.operating.doctor.finding import Level
from tests.deploy.examined import NOW, faces, found, register, tell, texts
from tests.deploy.operated import VISIT, Server, a_month


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.open().close()
    return server


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


class TestTotals:
    def test_they_agree_with_the_sheets_or_it_is_bad(self, server: Server) -> None:
        server.save(*a_month(7), faces("2026-10-25T10+01:00"))
        with closing(server.open()) as store:
            store.add_up(NOW.date(), 100)
        assert texts(found(server, "totals")) == ["ok  the totals that pages are made of agree with the sheets"]
        with closing(server.open()) as store:
            store._db.execute("UPDATE totals SET counts = '{}' WHERE granularity = 'day'")
        assert texts(found(server, "totals")) == [
            "bad  2 totals of the store disagree with its sheets, so pages are wrong: restore a backup"
        ]


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

    def test_one_installation_under_two_names_where_there_is_a_register(self, server: Server) -> None:
        register(server, "stua-1", "stua-2")
        server.save(*a_month(3, installation="one-life"))
        with closing(server.open()) as store:
            store.quarantine(store.save(a_month(3, terminal="stua-2", installation="one-life")).refusals)
        told = "stua-2 sent as the installation that stua-1 has, one-life, and was refused: a disk was copied"
        assert texts(found(server, "clones")) == [f"look  {told}"]
        tell(server, "stua-2", installation="one-life")
        assert texts(found(server, "clones")) == [f"bad  {told}"]
        tell(server, "stua-2", installation="another-life")
        assert texts(found(server, "clones")) == [f"look  {told}"]


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

    def test_register_and_accounts_that_differ(self, server: Server) -> None:
        assert texts(found(server, "accounts")) == [
            "ok  there are none: the broker is another's, or asks nobody who they are"
        ]
        passwords = server.make_broker() / "passwords"
        passwords.write_text("_collector:x\n_collector-2:x\nstua-1:x\nstolen:x\n")
        assert found(server, "accounts")[0].level is Level.OK, "nobody was ever added"
        register(server, "stua-1", "stua-2", "stolen")
        with closing(server.open()) as store:
            store.revoke("stolen")
        assert texts(found(server, "accounts")) == [
            "bad  stua-2 may send, and has no account at the broker: fjes terminal rotate stua-2",
            "bad  stolen may not send, and has an account at the broker: fjes terminal revoke stolen",
        ]
        passwords.write_text("_collector:x\nstua-1:x\nstua-2:x\n")
        assert texts(found(server, "accounts")) == ["ok  all who may send can sign on, and no others"]

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
