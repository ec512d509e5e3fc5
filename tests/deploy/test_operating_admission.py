"""Who may send after a restore: nobody comes in again who was shut out, and what nobody can know is said."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collector.store.protocol import Placement, Standing
from deploy.command import main
from deploy.operating.backup import make_backup
from deploy.operating.restore import restore
from tests.deploy.operated import Server, a_month

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.save(*a_month(7))
    return server


def backup(server: Server) -> Path:
    return make_backup(server.configuration, server.file, now=NOON)[0]


def test_who_was_shut_out_since_the_backup_stays_out(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(server.open()) as store:
        store.register("stua-1")
        store.register("stolen")
        store.register("back")
        store.revoke("back")
    file = backup(server)
    with closing(server.open()) as store:
        store.revoke("stolen")
        store.register("back")
        store.register("new")
        store.place(Placement("new", "oslo/new", date(2026, 12, 1)))
    assert main(["--config", str(server.file), "restore", str(file)]) == 0
    with closing(server.open()) as store:
        assert store.registered() == {
            "stua-1": Standing.ALLOWED,
            "stolen": Standing.REVOKED,
            "back": Standing.ALLOWED,
            "new": Standing.ALLOWED,
        }
        assert store.placements() == [Placement("new", "oslo/new", date(2026, 12, 1))]
    said = capsys.readouterr().out
    assert "register  stolen is revoked, as it was until now\n" in said
    assert "stua-1" not in said


def test_moves_since_the_backup_are_kept_where_nobody_was_ever_added(server: Server) -> None:
    file = backup(server)
    moved = Placement("stua-1", "oslo/kafe", date(2026, 12, 1))
    with closing(server.open()) as store:
        store.place(moved)
    restore(server.configuration, file)
    with closing(server.open()) as store:
        assert (store.placements(), store.registered()) == ([moved], {})


def test_who_was_forgotten_since_the_backup_is_told_of(server: Server) -> None:
    with closing(server.open()) as store:
        store.register("stua-1")
        store.register("gone")
    file = backup(server)
    with closing(server.open()) as store:
        store.revoke("gone")
        store.forget("gone", None)
    assert restore(server.configuration, file).carried == (
        "gone is let in again; if it was forgotten since the backup: fjes terminal revoke gone",
    )


def write_accounts(server: Server, **passwords: str) -> Path:
    """A password file with the collector and these, `_` for '-'."""
    file = server.directory / "broker" / "passwords"
    names = {"_collector": "hash", **{name.replace("_", "-"): hashed for name, hashed in passwords.items()}}
    file.write_text("".join(f"{name}:{hashed}\n" for name, hashed in names.items()))
    return file


def accounts_in(file: Path) -> dict[str, str]:
    return dict(line.split(":") for line in file.read_text().splitlines())


@pytest.fixture
def site(server: Server) -> Server:
    """With terminals that sign on."""
    server.make_broker()
    with closing(server.open()) as store:
        for terminal in ("stua-1", "stua-2", "stolen"):
            store.register(terminal)
    write_accounts(server, stua_1="one", stua_2="seen-by-others", stolen="three")
    return server


def test_with_all_of_a_backup_no_revoked_terminal_and_no_old_password_comes_in(
    site: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backup(site)
    with closing(site.open()) as store:
        store.revoke("stolen")
        store.register("new")
    passwords = write_accounts(site, stua_1="one", stua_2="rotated", new="four")
    assert main(["--config", str(site.file), "restore", "--everything", str(file)]) == 0
    assert accounts_in(passwords) == {"_collector": "hash", "new": "four", "stua-1": "one", "stua-2": "rotated"}
    said = capsys.readouterr().out
    assert "register  stolen may not send, so its account was not put back\n" in said
    assert "register  stua-2 keeps the password that it has now\n" in said
    assert "register  new keeps the password that it has now\n" in said
    assert "to do" not in said


def test_on_a_new_machine_it_says_what_nobody_can_know(
    site: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.make_people()
    (site.directory / "broker" / "passwords").write_text("_collector:hash\nstua-1:one\nstua-2:two\nold:five\n")
    file = backup(site)
    (tmp_path / "new").mkdir()
    fresh = Server(tmp_path / "new")
    fresh.open().close()
    (fresh.make_broker() / "ca.crt").write_text("another authority")
    passwords = write_accounts(fresh, stua_1="of this machine")
    assert main(["--config", str(fresh.file), "restore", "--everything", str(file)]) == 0
    assert accounts_in(passwords) == {"_collector": "hash", "stua-1": "one", "stua-2": "two"}
    said = capsys.readouterr().out
    since = "since 2026-11-22T12:00:00+00:00"
    assert f"to do     whoever was added, revoked or rotated {since}: say fjes terminal add, revoke or rotate" in said
    assert f"to do     whoever was removed from the page, or got another password, {since}: fjes person\n" in said
    assert "to do     tokens and wall screens' links that were ended since: end them again on the page\n" in said
    assert "to do     stolen may send, and has no account at the broker: fjes terminal rotate stolen\n" in said
    assert "register  old may not send, so its account was not put back\n" in said
