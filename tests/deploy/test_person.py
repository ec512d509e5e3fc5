"""`fjes person`: who may sign in, said at the machine itself; and the settings that the page's sign-in needs."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher

from dashboard.people import passwords
from dashboard.people.book import People
from dashboard.people.roles import FREE, Grant, Role
from deploy.command import main
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.people.opening import make_provider, open_people, public_address
from deploy.people.person import run_add, run_password, run_remove, run_role
from deploy.settings import Dashboard

PASSWORD = "correct horse battery"
OTHER = "another long password"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that anybody could guess, so that tests do not wait for good ones."""
    monkeypatch.setattr(passwords, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "fjes.toml"
    file.write_text('[dashboard]\npeople = "people.db"\n')
    return file


@pytest.fixture
def configuration(file: Path) -> Configuration:
    return read_settings(file)


def typing(*lines: str) -> Callable[[str], str]:
    """Somebody who types these lines, one a prompt, and then ends the input."""
    waiting = iter(lines)

    def ask(_prompt: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


def people_of(configuration: Configuration) -> People:
    people = open_people(configuration)
    assert people
    return people


def test_the_first_admin_is_added_here(configuration: Configuration, capsys: pytest.CaptureFixture[str]) -> None:
    run_add(configuration, "Kari", "admin", "", None, typing(PASSWORD, PASSWORD))
    said = capsys.readouterr().out
    assert said == "Kari may sign in now, as admin of all places.\n"
    kari = people_of(configuration).check("kari", PASSWORD)
    assert kari
    assert kari.grants == (Grant("", Role.ADMIN),)
    assert not kari.must_change


def test_all_that_can_be_changed_is_changed_and_logged_as_the_command_line(configuration: Configuration) -> None:
    run_add(configuration, "kari", "viewer", "oslo/pro/", None, typing(PASSWORD, PASSWORD))
    run_role(configuration, "KARI", "manager", "oslo/pro")
    run_role(configuration, "kari", "viewer", "bergen")
    run_role(configuration, "kari", "none", "bergen")
    run_password(configuration, "kari", typing(OTHER, OTHER))
    people = people_of(configuration)
    kari = people.check("kari", OTHER)
    assert kari
    assert kari.grants == (Grant("oslo/pro", Role.MANAGER),)
    run_remove(configuration, "kari")
    assert not people.anyone()
    entries = people.audit.entries(FREE, 20)
    assert [entry.act for entry in reversed(entries)] == [
        "added",
        "role-set",
        "role-set",
        "role-taken",
        "password-reset",
        "removed",
    ]
    assert {entry.who for entry in entries} == {""}


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            lambda c: run_add(c, "ola", "admin", "", None, typing("short")),
            "at least 12 characters; .*nothing was changed",
        ),
        (lambda c: run_add(c, "ola", "admin", "", None, typing(PASSWORD, OTHER)), "not the same; nothing was changed"),
        (lambda c: run_add(c, "ola", "admin", "", None, typing()), "no password was typed"),
        (lambda c: run_add(c, "ola", "admin", "Oslo", None, typing(PASSWORD)), "A place is written as oslo/pro/stua"),
        (lambda c: run_add(c, "<>", "admin", "", None, typing(PASSWORD)), "A name has letters"),
        (lambda c: run_add(c, "Kari", "admin", "", None, typing()), "there is a 'Kari' already"),
        (lambda c: run_add(c, "ola", "admin", "", "o@b.example", typing()), "dashboard.openid.issuer is empty"),
        (lambda c: run_password(c, "nobody", typing()), "nobody called 'nobody'"),
        (lambda c: run_password(c, "kari", typing("kari12345678")), "first that anybody would try"),
        (lambda c: run_role(c, "nobody", "admin", ""), "nobody called 'nobody'"),
        (lambda c: run_role(c, "kari", "none", ""), "only role; remove the person instead"),
        (lambda c: run_role(c, "kari", "none", "oslo"), "no role at that place"),
        (lambda c: run_remove(c, "nobody"), "nobody called 'nobody'"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    configuration: Configuration, run: Callable[[Configuration], None], said: str
) -> None:
    run_add(configuration, "kari", "admin", "", None, typing(PASSWORD, PASSWORD))
    before = people_of(configuration).all()
    with pytest.raises(Problem, match=said):
        run(configuration)
    assert people_of(configuration).all() == before


def test_a_password_may_come_from_a_pipe_and_a_list_goes_to_machines(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["--config", str(file), "person", "add", "kari", "--role", "manager", "--place", "oslo"]) == 0
    capsys.readouterr()
    assert main(["--config", str(file), "person", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed == [{"name": "kari", "roles": [{"place": "oslo", "role": "manager"}], "openid": False}]
    assert main(["--config", str(file), "person", "list"]) == 0
    assert capsys.readouterr().out == "kari: manager of oslo\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{OTHER}\n"))
    assert main(["--config", str(file), "person", "password", "kari"]) == 0
    assert main(["--config", str(file), "person", "role", "kari", "admin", "--place", "oslo"]) == 0
    assert main(["--config", str(file), "person", "remove", "kari"]) == 0
    assert "kari is admin at oslo, and is signed out everywhere." in capsys.readouterr().out


@pytest.mark.parametrize("what", [["list"], ["password", "kari"], ["remove", "kari"], ["role", "kari", "admin"]])
def test_where_there_is_no_file_none_is_made_and_the_command_for_it_is_named(
    file: Path, what: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(file), "person", *what]) == 1
    assert "fjes person add NAME --role admin" in capsys.readouterr().err
    assert [one.name for one in file.parent.iterdir()] == ["fjes.toml"]


def test_a_file_that_is_something_else_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file.parent / "people.db").write_bytes(b"something else" * 500)
    assert main(["--config", str(file), "person", "list"]) == 1
    assert "people.db: file is not a database; nothing was changed" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what is another's")
def test_what_root_makes_belongs_to_whom_the_directory_belongs_to(configuration: Configuration, tmp_path: Path) -> None:
    os.chown(tmp_path, 1234, 1234)
    people_of(configuration).close()
    assert (tmp_path / "people.db").stat().st_uid == 1234


@pytest.fixture
def others() -> Iterator[Path]:
    """A directory of another user's, whom nothing on the way to it stops."""
    with TemporaryDirectory() as name:
        os.chown(name, 1234, 1234)
        yield Path(name)


def persons(directory: Path) -> Configuration:
    (directory / "fjes.toml").write_text('[dashboard]\npeople = "people.db"\n')
    return read_settings(directory / "fjes.toml")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another")
class TestRoot:
    def test_it_does_as_the_directorys_owner_and_is_itself_again(self, others: Path) -> None:
        run_add(persons(others), "kari", "admin", "", None, typing(PASSWORD, PASSWORD))
        assert {one.stat().st_uid for one in others.iterdir() if "people" in one.name} == {1234}
        assert os.geteuid() == os.getegid() == 0

    def test_it_is_not_led_to_anothers_file(self, others: Path, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.touch()
        before = victim.stat()
        (others / "people.db").symlink_to(victim)
        with pytest.raises(Problem, match="people"):
            run_add(persons(others), "kari", "admin", "", None, typing(PASSWORD, PASSWORD))
        assert victim.stat() == before

    def test_what_may_not_be_looked_at_is_said(self, others: Path) -> None:
        others.chmod(0)
        with pytest.raises(Problem, match="Permission denied; nothing was changed"):
            run_remove(persons(others), "kari")


def test_what_is_no_text_is_said_and_not_repeated(configuration: Configuration) -> None:
    run_add(configuration, "kari", "admin", "", None, typing(PASSWORD, PASSWORD))
    unseen = typing(*[PASSWORD + "\udcff"] * 2)
    runs: list[Callable[[], None]] = [
        lambda: run_remove(configuration, "\udcff"),
        lambda: run_role(configuration, "kari", "none", "\udcff"),
        lambda: run_password(configuration, "kari", unseen),
    ]
    for run in runs:
        with pytest.raises(Problem, match="some of what was said is no text; nothing was changed"):
            run()


def test_the_command_line_does_not_load_what_only_the_page_needs(file: Path) -> None:
    code = (
        "import sys; from deploy.command import main;"
        f"main(['--config', {str(file)!r}, 'person', 'list']);"
        "print(sorted({'scipy', 'litestar', 'authlib', 'vl_convert', 'kivy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class TestSettings:
    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ('host = "0.0.0.0"\nsign_in = false', "sign_in is false, but host '0.0.0.0' can be reached by others"),
            ('host = "fjes.local"\nsign_in = false', "can be reached by others"),
            (
                'address = "https://fjes.example.org"\nsign_in = false',
                "sign_in is false, but address 'fjes.example.org' can be reached by others",
            ),
            ('address = "http://fjes.example.org"', "address 'http://fjes.example.org' is not one to sign in at"),
            ('address = "https://fjes.example.org/page"', "without a path"),
            ('address = "https://a:b@fjes.example.org"', "not one to sign in at"),
            ('address = "fjes.example.org"', "not one to sign in at"),
            ('address = "https://["', "not one to sign in at"),
            ('[dashboard.openid]\nissuer = "http://id.example.org"\nclient_id = "x"', "is not safe"),
            ('[dashboard.openid]\nissuer = "https://id.example.org"', "client_id is empty"),
        ],
    )
    def test_what_is_not_safe_stops_the_start(self, tmp_path: Path, lines: str, said: str) -> None:
        file = tmp_path / "fjes.toml"
        file.write_text(f"[dashboard]\n{lines}\n")
        with pytest.raises(Problem, match=said):
            read_settings(file)

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "localhost", "::1"])
    def test_without_sign_in_on_this_machine_alone(self, host: str, configuration: Configuration) -> None:
        assert not Dashboard(host=host, sign_in=False).sign_in
        assert not Dashboard(address="http://localhost:81", sign_in=False).sign_in
        free = read_settings(None)
        assert free.settings.dashboard.sign_in, "which is what one gets without asking"

    def test_what_others_reach_needs_an_address_to_sign_in_at(self) -> None:
        with pytest.raises(Problem, match="passwords for all to read"):
            public_address(Dashboard(host="0.0.0.0"))
        assert (
            public_address(Dashboard(host="0.0.0.0", address="https://fjes.example.org/")) == "https://fjes.example.org"
        )
        assert public_address(Dashboard(host="::1", port=81)) == "http://[::1]:81"

    def test_without_sign_in_there_are_no_people(self, tmp_path: Path) -> None:
        file = tmp_path / "fjes.toml"
        file.write_text("[dashboard]\nsign_in = false\n")
        assert open_people(read_settings(file)) is None
        assert not (tmp_path / "fjes-people.db").exists()

    def test_a_provider_needs_its_secrets_file(self, tmp_path: Path) -> None:
        file = tmp_path / "fjes.toml"
        openid = '[dashboard.openid]\nissuer = "https://id.example.org"\nclient_id = "x"\nclient_secret = "secret"\n'
        file.write_text(openid)
        with pytest.raises(Problem, match=r"client_secret .*secret"):
            make_provider(read_settings(file), "http://localhost")
        (tmp_path / "secret").write_text("s3cret\n")
        (tmp_path / "secret").chmod(0o644)
        with pytest.raises(Problem, match="everybody on this machine can read it; say: chmod 600"):
            make_provider(read_settings(file), "http://localhost")
        (tmp_path / "secret").chmod(0o600)
        provider = make_provider(read_settings(file), "http://localhost")
        assert provider
        assert provider.issuer == "https://id.example.org"
        assert make_provider(read_settings(None), "http://localhost") is None
