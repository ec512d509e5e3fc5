"""`fjes broker`: makes what is missing, keeps what is there, and says which is which."""

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.topics import Kind
from deploy.configuration import read_settings
from deploy.site.accounts import Accounts
from deploy.site.authority import names_of, read_certificate
from deploy.site.layout import BrokerFiles, collectors
from tests.provisioned import Provisioned, is_root


@pytest.fixture
def site() -> Iterator[Provisioned]:
    site = Provisioned("fjes.example.org")
    yield site
    site.end()


def contents(files: BrokerFiles) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in files.directory.iterdir() if file.is_file()}


def names(site: Provisioned) -> list[str]:
    return names_of(read_certificate(site.files.server))


def lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line and not line.startswith("#")]


def test_said_again_it_changes_nothing_and_says_so(site: Provisioned) -> None:
    before = contents(site.files)
    for words in ((), ("--name", "fjes.example.org"), ("--port", str(site.port)), ("--collectors", "1")):
        said = site.fjes("broker", "init", *words)
        assert said.status == 0
        assert said.count("kept  ") == 5
        assert "made" not in said.partition("[broker]")[0].replace("made by", "")
        assert contents(site.files) == before


def test_the_lines_it_shows_are_the_settings_that_work(site: Provisioned) -> None:
    said = site.fjes("broker", "init")
    shown = "[broker]" + said.partition("\n[broker]")[2].partition("\n\n")[0]
    assert tomllib.loads(shown)["broker"]["port"] == site.port
    site.file.write_text(shown)
    configuration = read_settings(site.file)
    signed = configuration.sign_on()
    assert signed.user == "_collector"
    assert signed.password == site.files.password("_collector").read_text().strip()
    assert configuration.path(configuration.settings.broker.directory) == site.files.directory


def test_a_directory_elsewhere_is_shown_in_full(site: Provisioned, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    said = site.fjes("broker", "init", "--name", "fjes.example.org", "--directory", str(elsewhere))
    assert said.status == 0
    shown = tomllib.loads("[broker]" + said.partition("\n[broker]")[2].partition("\n\n")[0])["broker"]
    assert shown["directory"] == str(elsewhere)
    assert shown["ca"] == str(elsewhere / "ca.crt")
    assert shown["port"] == 8883, "as IANA has it"


def test_other_names_make_another_certificate_of_the_same_authority(site: Provisioned) -> None:
    before = contents(site.files)
    said = site.fjes("broker", "init", "--name", "fjes.example.org", "--name", "10.0.0.7")
    assert f"made  {site.files.server}" in said
    assert f"kept  {site.files.ca}" in said
    assert names(site) == ["fjes.example.org", "10.0.0.7"]
    after = contents(site.files)
    assert {name for name in before if before[name] != after[name]} == {"server.crt"}


def test_another_port_changes_the_configuration_alone(site: Provisioned) -> None:
    before = contents(site.files)
    site.fjes("broker", "init", "--port", "1")
    after = contents(site.files)
    assert {name for name in before if before[name] != after[name]} == {"mosquitto.conf"}
    assert "listener 1" in lines(site.files.configuration)


def test_a_collector_more_is_let_in_and_none_is_shut_out(site: Provisioned) -> None:
    first = site.files.password("_collector").read_bytes()
    for words in (("--collectors", "2"), (), ("--collectors", "1")):
        assert site.fjes("broker", "init", *words).status == 0
        assert Accounts(site.files).names() == ["_collector", "_collector-2"] == collectors(2)
        assert [line for line in lines(site.files.acl) if line.startswith("user")] == [
            "user _collector",
            "user _collector-2",
        ]
    assert site.files.password("_collector").read_bytes() == first
    assert site.files.password("_collector-2").name == "collector-2.password"


def test_an_account_that_got_lost_is_made_from_its_password(site: Provisioned) -> None:
    site.files.passwords.unlink()
    assert site.fjes("broker", "init").status == 0
    assert Accounts(site.files).names() == ["_collector"]


def test_only_its_owner_reads_a_secret_and_mosquitto_what_it_needs(site: Provisioned) -> None:
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in site.files.directory.iterdir()}
    secrets = {"ca.key", "server.key", "passwords", "collector.password"}
    assert {name for name, mode in modes.items() if not mode & 0o077} == {*secrets, "state"}
    if is_root():
        of_mosquitto = {file.name for file in site.files.directory.iterdir() if file.stat().st_uid}
        assert of_mosquitto == {"server.key", "passwords", "state"}, "the authority's key is not among them"


def test_no_password_stands_in_the_password_file(site: Provisioned) -> None:
    (line,) = site.files.passwords.read_text().splitlines()
    assert line.startswith("_collector:$7$"), "PBKDF2"
    assert site.files.password("_collector").read_text().strip() not in line


def test_a_terminal_may_do_what_the_contract_says_and_no_more(site: Provisioned) -> None:
    of_terminal, of_collector = lines(site.files.acl)[:5], lines(site.files.acl)[6:]
    said = {Kind.SHEETS, Kind.HELLO, Kind.PRESENCE}
    assert set(of_terminal) == {f"pattern {'write' if kind in said else 'read'} fjes/v1/%u/{kind}" for kind in Kind}
    assert set(of_collector) == {f"topic {'read' if kind in said else 'write'} fjes/v1/+/{kind}" for kind in Kind}


@pytest.mark.parametrize("name", ["two words", "mqtt://x", "", "-x", "*.example.org"])
def test_a_name_that_is_none_is_refused_before_anything_is_made(site: Provisioned, name: str, tmp_path: Path) -> None:
    said = site.fjes("broker", "init", f"--name={name}", "--directory", str(tmp_path / "new"))
    assert said.status == 1
    assert f"--name {name!r}" in said
    assert not (tmp_path / "new").exists()
    assert site.fjes("broker", "renew", f"--name={name}").status == 1


def test_the_first_time_takes_a_name(site: Provisioned, tmp_path: Path) -> None:
    said = site.fjes("broker", "init", "--directory", str(tmp_path / "new"))
    assert said.status == 1
    assert "say by which name" in said


@pytest.mark.parametrize("words", [("--port", "0"), ("--port", "x"), ("--collectors", "0"), ("--collectors", "101")])
def test_what_is_no_number_is_refused(site: Provisioned, words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit):
        site.fjes("broker", "init", *words)


def test_a_new_certificate_has_the_names_of_the_old_one(site: Provisioned) -> None:
    before = contents(site.files)
    said = site.fjes("broker", "renew")
    assert said.status == 0
    assert "it is good until 20" in said
    assert "could not be told" in said, "no broker runs"
    after = contents(site.files)
    assert {name for name in before if before[name] != after[name]} == {"server.crt"}
    assert names(site) == ["fjes.example.org"]
    site.fjes("broker", "renew", "--name", "new.example.org")
    assert names(site) == ["new.example.org"]


def test_there_is_nothing_to_renew_without_a_broker(site: Provisioned) -> None:
    site.files.server.unlink()
    said = site.fjes("broker", "renew")
    assert (said.status, "server.crt: No such file" in said) == (1, True)


def test_a_machine_without_mosquitto_is_told_what_to_install(
    site: Provisioned, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = site.fjes("broker", "init", "--collectors", "2")
    assert said.status == 1
    assert "apt install mosquitto" in said


def test_what_mosquitto_passwd_says_is_passed_on(
    site: Provisioned, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "mosquitto_passwd"
    program.write_text("#!/bin/sh\necho no such option >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    said = site.fjes("broker", "init", "--collectors", "2")
    assert (said.status, "mosquitto_passwd: no such option" in said) == (1, True)
