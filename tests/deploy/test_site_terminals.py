"""`fjes terminal`: what the register and the password file are after each command, and what an operator is told."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.store.protocol import Placement, Standing
from collector.store.sqlite import SqliteStore
from contract.messages import Presence
from deploy.site.accounts import Accounts, reload
from tests.provisioned import Provisioned, is_root


@pytest.fixture
def site() -> Iterator[Provisioned]:
    site = Provisioned()
    yield site
    site.end()


def store(site: Provisioned) -> SqliteStore:
    return SqliteStore.open(site.directory / "fjes.db")


def standings(site: Provisioned) -> dict[str, Standing]:
    opened = store(site)
    try:
        return opened.registered()
    finally:
        opened.close()


def placements(site: Provisioned) -> list[Placement]:
    opened = store(site)
    try:
        return opened.placements()
    finally:
        opened.close()


def listed(site: Provisioned) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(site.fjes("terminal", "list", "--json"))
    return found


def accounts(site: Provisioned) -> list[str]:
    return Accounts(site.files).names()


def password(directory: Path) -> str:
    return (directory / "password").read_text().strip()


def test_a_terminal_is_registered_placed_and_given_an_account(site: Provisioned) -> None:
    directory = site.add("stua-1", "--place", "oslo/pro/stua", "--since", "2026-01-01")
    assert standings(site) == {"stua-1": Standing.ALLOWED}
    assert placements(site) == [Placement("stua-1", "oslo/pro/stua", date(2026, 1, 1))]
    assert accounts(site) == ["_collector", "stua-1"]
    assert len(password(directory)) >= 43, "256 bits of chance"


def test_its_day_is_today_where_nothing_else_is_said(site: Provisioned) -> None:
    before = datetime.now(UTC).date()
    site.add("stua-1", "--place", "oslo")
    assert abs((placements(site)[0].since - before).days) <= 1


def test_without_a_place_it_is_at_its_own_name(site: Provisioned) -> None:
    site.add("stua-1")
    assert placements(site) == []
    assert listed(site)[0]["place"] == "stua-1"


def test_one_that_is_in_is_not_added_again(site: Provisioned) -> None:
    site.add("stua-1")
    before = site.files.passwords.read_bytes()
    said = site.fjes("terminal", "add", "stua-1")
    assert (said.status, "in already; `fjes terminal rotate stua-1`" in said) == (1, True)
    assert site.files.passwords.read_bytes() == before


@pytest.mark.parametrize("lost", ["account", "registration"])
def test_cut_short_it_goes_on_when_it_is_said_again(site: Provisioned, lost: str) -> None:
    site.add("stua-1")
    if lost == "account":
        Accounts(site.files).remove("stua-1")
    else:
        (site.directory / "fjes.db").unlink()
    site.add("stua-1")
    assert standings(site) == {"stua-1": Standing.ALLOWED}
    assert accounts(site) == ["_collector", "stua-1"]


def test_a_revoked_one_has_no_account_and_can_come_back(site: Provisioned) -> None:
    first = password(site.add("stua-1", "--place", "oslo"))
    said = site.fjes("terminal", "revoke", "stua-1")
    assert said.status == 0
    assert "can sign on no more" in said
    assert standings(site) == {"stua-1": Standing.REVOKED}
    assert accounts(site) == ["_collector"]
    assert site.fjes("terminal", "revoke", "stua-1").status == 0, "twice is as good as once"
    assert site.fjes("terminal", "rotate", "stua-1").status == 1
    assert password(site.add("stua-1")) != first
    assert standings(site) == {"stua-1": Standing.ALLOWED}
    assert [one.place for one in placements(site)] == ["oslo"]


def test_another_password_is_another_account_line(site: Provisioned) -> None:
    first, before = password(site.add("stua-1")), site.files.passwords.read_text().splitlines()
    second, after = password(site.rotate("stua-1")), site.files.passwords.read_text().splitlines()
    assert first != second
    assert [line == other for line, other in zip(before, after, strict=True)] == [True, False]


def test_a_move_keeps_where_it_was(site: Provisioned) -> None:
    site.add("stua-1", "--place", "oslo/a", "--since", "2026-01-01")
    said = site.fjes("terminal", "move", "stua-1", "oslo/b", "--since", "2026-03-01")
    assert said == "stua-1 is at oslo/b since 2026-03-01\n"
    assert [one.place for one in placements(site)] == ["oslo/a", "oslo/b"]
    site.fjes("terminal", "move", "stua-1", "oslo/c", "--since", "2026-03-01")
    assert [one.place for one in placements(site)] == ["oslo/a", "oslo/c"], "the same day was a mistake"


def test_where_nobody_is_registered_any_terminal_can_be_placed(site: Provisioned) -> None:
    """On one machine, with a broker of its own and no accounts."""
    assert site.fjes("terminal", "move", "stua-1", "oslo").status == 0
    assert standings(site) == {}
    assert listed(site) == [
        {"id": "stua-1", "place": "oslo", "standing": None, "online": None, "owed": 0, "faults": []}
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("revoke", "stua-9"), "there is no terminal stua-9; known are: stua-1"),
        (("rotate", "stua-9"), "stua-9 is not let in; `fjes terminal add stua-9`"),
        (("move", "stua-9", "oslo"), "there is no terminal stua-9; known are: stua-1"),
        (("move", "stua-1", "Oslo/PRO"), "'Oslo/PRO' is no place; expected a-z"),
        (("move", "stua-1", "/".join(["abc"] * 65)), "is no place"),
        (("add", "stua-2", "--place", "../x"), "'../x' is no place"),
        (("add", "Stua 2"), "'Stua 2' is no name of a terminal"),
        (("add", "_collector"), "'_collector' is no name of a terminal"),
        (("add", "stua-2\n"), "is no name of a terminal"),
        (("add", "a:b"), "'a:b' is no name of a terminal"),
        (("revoke", "_collector"), "'_collector' is no name of a terminal"),
        (("rotate", "../../x"), "'../../x' is no name of a terminal"),
        (("add", "stua-2", "--bundle", "/nowhere/at/all"), "/nowhere/at/all: No such file"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(site: Provisioned, words: tuple[str, ...], said: str) -> None:
    site.add("stua-1", "--place", "oslo")
    before = site.files.passwords.read_bytes(), standings(site)
    answer = site.fjes("terminal", *words)
    assert answer.status == 1
    assert said in answer
    assert (site.files.passwords.read_bytes(), standings(site)) == before


def test_a_day_that_is_none_is_refused(site: Provisioned) -> None:
    with pytest.raises(SystemExit):
        site.fjes("terminal", "add", "stua-1", "--since", "soon")


@pytest.mark.parametrize("action", [("add", "stua-1"), ("rotate", "stua-1"), ("revoke", "stua-1")])
def test_without_a_broker_it_is_said_what_to_do(site: Provisioned, action: tuple[str, str]) -> None:
    site.file.write_text('[broker]\ndirectory = "elsewhere"\n')
    said = site.fjes("terminal", *action)
    assert (said.status, "say `fjes broker init` first" in said) == (1, True)


def test_settings_that_do_not_tell_of_the_broker_are_named(site: Provisioned) -> None:
    """A bundle made of them would send the terminal somewhere else."""
    site.file.write_text("")
    said = site.fjes("terminal", "add", "stua-1")
    assert (said.status, "broker.ca is not set: put the lines into fjes.toml" in said) == (1, True)


def test_the_list_tells_how_each_is(site: Provisioned) -> None:
    for terminal in ("a", "b", "c"):
        site.add(terminal, "--place", f"oslo/{terminal}", "--since", "2026-01-01")
    site.fjes("terminal", "move", "a", "bergen", "--since", "2999-01-01")
    site.fjes("terminal", "revoke", "c")
    opened = store(site)
    opened.set_presences(
        {
            "a": Presence(v=1, online=True, owed=3, faults=("sound", "disk")),
            "b": Presence(v=1, online=False),
            "stranger-1": Presence(v=1, online=True),
        }
    )
    opened.close()
    assert site.fjes("terminal", "list").splitlines() == [
        "terminal    place       standing  online  owed  faults",
        "a           oslo/a      allowed   yes     3     sound disk",
        "b           oslo/b      allowed   no      0",
        "c           oslo/c      revoked   never   0",
        "stranger-1  stranger-1  stranger  yes     0",
    ]
    assert listed(site)[0] == {
        "id": "a",
        "place": "oslo/a",
        "standing": "allowed",
        "online": True,
        "owed": 3,
        "faults": ["sound", "disk"],
    }


def test_the_list_makes_no_store_and_changes_none(site: Provisioned) -> None:
    """Said in a wrong folder, or under a collector that is older."""
    file = site.directory / "fjes.db"
    said = site.fjes("terminal", "list")
    assert (said.status, f"store {file} is not there yet" in said) == (1, True)
    assert not file.exists()
    site.add("stua-1")
    with closing(sqlite3.connect(file)) as older:
        older.execute("PRAGMA user_version = 1")
    said = site.fjes("terminal", "list")
    assert (said.status, "has schema 1, but" in said) == (1, True)


def test_two_operators_at_a_time_lose_nobody(site: Provisioned) -> None:
    shared = Accounts(site.files)
    names = [f"t-{number}" for number in range(12)]
    threads = [threading.Thread(target=shared.set, args=(name, "secret")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert accounts(site) == ["_collector", *sorted(names)]


@pytest.mark.skipif(not is_root(), reason="only root makes files that others cannot write to")
def test_a_store_that_root_makes_belongs_to_whom_the_directory_does(site: Provisioned) -> None:
    """The collector is not root, and is to write to it."""

    os.chown(site.directory, 65534, 65534)
    site.add("stua-1")
    assert {file.stat().st_uid for file in site.directory.glob("fjes.db*")} == {65534}


class TestReload:
    def test_a_broker_that_does_not_run_is_not_told(self, site: Provisioned) -> None:
        assert not reload(site.files)

    @pytest.mark.parametrize("said", ["", "x", "999999999"])
    def test_a_number_that_is_no_process(self, site: Provisioned, said: str) -> None:
        site.files.pid.write_text(said)
        assert not reload(site.files)

    def test_a_number_that_is_another_process_by_now(self, site: Provisioned) -> None:
        """After a power cut; SIGHUP would end most programs, and here the test."""

        site.files.pid.write_text(str(os.getpid()))
        assert not reload(site.files)
