"""What `[broker]` says about the connection: what it opens, and each way in which it can be wrong."""

import ssl
from pathlib import Path

import pytest

from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.settings import is_loopback
from deploy.site.authority import make_authority
from deploy.site.tls import SignOn, is_host


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    make_authority(tmp_path / "ca.key", tmp_path / "ca.crt", "broker.example.org")
    password = tmp_path / "password"
    password.touch(0o600)
    password.write_text("secret\n")
    return tmp_path


def configured(directory: Path, **broker: str) -> Configuration:
    file = directory / "fjes.toml"
    lines = "".join(f'{key} = "{value}"\n' for key, value in broker.items())
    file.write_text(f'[broker]\n{lines}[terminal]\nid = "stua-1"\n')
    return read_settings(file)


def test_nothing_is_needed_on_one_machine(directory: Path) -> None:
    assert configured(directory).sign_on() == SignOn()
    assert configured(directory, host="localhost").sign_on() == SignOn()


def test_a_context_trusts_the_one_authority_and_looks_at_the_name(directory: Path) -> None:
    found = configured(directory, host="broker.example.org", ca="ca.crt", user="stua-1", password="password").sign_on()
    assert (found.user, found.password) == ("stua-1", "secret")
    assert found.tls is not None
    assert found.tls.minimum_version == ssl.TLSVersion.TLSv1_2
    assert found.tls.verify_mode == ssl.CERT_REQUIRED
    assert found.tls.check_hostname
    assert len(found.tls.get_ca_certs()) == 1


@pytest.mark.parametrize("host", ["broker.example.org", "10.0.0.7", "fe80::1", "0.0.0.0", "localhost.example.org"])
def test_plain_text_over_a_network_is_refused(directory: Path, host: str) -> None:
    with pytest.raises(Problem, match=rf"broker\.host = '{host}' .* no broker\.ca.* `fjes broker init`"):
        configured(directory, host=host).sign_on()


TOGETHER = {"ca": "ca.crt", "user": "stua-1", "password": "password"}


@pytest.mark.parametrize(
    ("broker", "said"),
    [
        ({"host": "two words"}, r"broker\.host = 'two words'"),
        ({"host": "mqtt://broker"}, r"broker\.host = 'mqtt://broker': expected the name"),
        ({"host": "a" * 64}, r"broker\.host"),
        ({"host": ".".join(["a" * 60] * 5)}, r"broker\.host"),
        ({"host": "a..b"}, r"broker\.host"),
        ({"ca": "nothing.crt"}, r"broker\.ca .*nothing\.crt: No such file"),
        ({"ca": "."}, r"broker\.ca .*: Is a directory"),
        ({"ca": "password"}, r"broker\.ca .*password: is no certificate"),
        ({"ca": "ca.key"}, r"broker\.ca .*ca\.key: is no certificate"),
        ({"ca": "empty"}, r"broker\.ca .*empty: is no certificate"),
        ({"user": "stua-1"}, r"broker\.user is set and broker\.password is not"),
        ({"password": "password"}, r"broker\.password is set and broker\.user is not"),
        (TOGETHER | {"password": "nothing"}, r"broker\.password .*nothing: No such file"),
        (TOGETHER | {"password": "open"}, r"broker\.password .*open: everybody .* chmod 600 .*open"),
        (TOGETHER | {"password": "empty"}, r"broker\.password .*empty: expected one line"),
        (TOGETHER | {"password": "lines"}, r"broker\.password .*lines: expected one line"),
        (TOGETHER | {"password": "bytes"}, r"broker\.password .*bytes: is no text"),
    ],
)
def test_what_is_wrong_is_named_with_key_and_file(directory: Path, broker: dict[str, str], said: str) -> None:
    for name, mode, content in (
        ("open", 0o604, b"secret"),
        ("empty", 0o600, b""),
        ("lines", 0o600, b"one\ntwo"),
        ("bytes", 0o600, b"\xff\xfe"),
    ):
        (directory / name).touch(mode)
        (directory / name).chmod(mode)
        (directory / name).write_bytes(content)
    with pytest.raises(Problem, match=said):
        configured(directory, **broker).sign_on()


def test_a_group_may_read_a_password(directory: Path) -> None:
    """A service's own group, where it runs as a user of its own."""
    (directory / "password").chmod(0o640)
    assert configured(directory, **TOGETHER).sign_on().password == "secret"


def test_a_terminal_speaks_for_itself_only(directory: Path) -> None:
    configured(directory, **TOGETHER).check_terminal()
    with pytest.raises(Problem, match=r"broker\.user = 'stua-2' and terminal\.id = 'stua-1'"):
        configured(directory, **TOGETHER | {"user": "stua-2"}).check_terminal()


def test_a_terminal_looks_at_its_files_before_it_shows_anything(directory: Path) -> None:
    with pytest.raises(Problem, match=r"broker\.ca"):
        configured(directory, ca="nothing.crt").check_terminal()


def test_hosts() -> None:
    assert all(map(is_host, ("localhost", "a", "a.b-c.d.", "127.0.0.1", "::1", "xn--blbr-roah.no")))
    assert not any(map(is_host, ("", ".", "-a", "a-", "a_b", "a b", "å", "a\n")))
    assert all(map(is_loopback, ("localhost", "localhost.", "127.0.0.1", "127.9.9.9", "::1", "[::1]")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "broker", "128.0.0.1", "localhost..")))
