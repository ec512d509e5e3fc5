"""The site's own authority: its certificates are good for what they are for, and for nothing else."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from deploy.errors import Problem
from deploy.settings import Broker
from deploy.site.authority import AUTHORITY, SERVER, ends, make_authority, make_server, names_of, read_certificate
from deploy.site.tls import sign_on
from tests.deploy.handshake import shake_hands

NAMES = ("fjes.example.org", "10.0.0.7", "fe80::7")


class Authority:
    """The four files of one authority in a directory."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        self.key, self.file = directory / "ca.key", directory / "ca.crt"
        self.server_key, self.server = directory / "server.key", directory / "server.crt"

    def make(self) -> bool:
        return make_authority(self.key, self.file, NAMES[0])

    def serve(self, *names: str, now: datetime | None = None) -> None:
        make_server(self.key, self.file, self.server_key, self.server, names or NAMES, now)

    def client(self) -> ssl.SSLContext:
        context = sign_on(Broker(host=NAMES[0], ca=str(self.file)), Path).tls
        assert context is not None
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # as newer Pythons do by themselves
        return context

    def try_at(self, host: str) -> str:
        return shake_hands(self.client(), self.server, self.server_key, host)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    authority = Authority(tmp_path / "site")
    assert authority.make()
    authority.serve()
    return authority


@pytest.mark.parametrize("host", [*NAMES, "localhost", "127.0.0.1", "::1"])
def test_a_client_trusts_the_server_by_each_name(authority: Authority, host: str) -> None:
    assert authority.try_at(host) == "TLSv1.3"


@pytest.mark.parametrize("host", ["other.example.org", "example.org", "10.0.0.8"])
def test_by_another_name_it_is_refused(authority: Authority, host: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        authority.try_at(host)


def test_the_server_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    other.make()
    other.serve()
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        shake_hands(authority.client(), other.server, other.server_key, NAMES[0])


def test_a_server_certificate_is_no_authority(authority: Authority, tmp_path: Path) -> None:
    """Who steals the broker's key cannot make certificates."""
    other = Authority(tmp_path / "thief")
    make_server(authority.server_key, authority.server, other.server_key, other.server, ["stolen.example.org"])
    chain = tmp_path / "chain.crt"
    chain.write_bytes(other.server.read_bytes() + authority.server.read_bytes())
    with pytest.raises(ssl.SSLCertVerificationError, match="invalid CA"):
        shake_hands(authority.client(), chain, other.server_key, "stolen.example.org")


@pytest.mark.parametrize("days", [-SERVER.days - 10, 10])
def test_before_and_after_its_time_it_is_refused(authority: Authority, days: int) -> None:
    authority.serve(now=datetime.now(UTC) + timedelta(days=days))
    with pytest.raises(ssl.SSLCertVerificationError, match=r"expired|not yet valid"):
        authority.try_at(NAMES[0])


def test_both_are_made_for_years(authority: Authority) -> None:
    now = datetime.now(UTC)
    for file, lasts in ((authority.file, AUTHORITY), (authority.server, SERVER)):
        assert abs(ends(file) - now - lasts) < timedelta(minutes=10)
        assert read_certificate(file).not_valid_before_utc < now - timedelta(hours=20), "a clock may be behind"


def test_what_the_server_certificate_says_of_itself(authority: Authority) -> None:
    certificate = read_certificate(authority.server)
    assert names_of(certificate) == list(NAMES)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH], "nobody signs on as a client with it"
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ip_address("10.0.0.7") in names.get_values_for_type(x509.IPAddress)


def test_a_certificate_for_this_machine_only_has_its_name(authority: Authority) -> None:
    authority.serve("localhost")
    assert names_of(read_certificate(authority.server)) == ["localhost"]


def test_there_is_never_a_second_authority(authority: Authority) -> None:
    before = authority.file.read_bytes(), authority.key.read_bytes()
    assert not authority.make()
    assert (authority.file.read_bytes(), authority.key.read_bytes()) == before


def test_cut_short_before_its_certificate_it_goes_on_with_its_key(authority: Authority) -> None:
    key = authority.key.read_bytes()
    authority.file.unlink()
    assert authority.make()
    assert authority.key.read_bytes() == key
    assert authority.try_at(NAMES[0]), "what the key has signed is still good"


def test_a_new_certificate_goes_with_the_key_that_is_there(authority: Authority) -> None:
    """So that a broker which reads both in the midst of it has a pair."""
    before, key = authority.server.read_bytes(), authority.server_key.read_bytes()
    authority.serve()
    assert authority.server.read_bytes() != before
    assert authority.server_key.read_bytes() == key


def test_keys_are_for_their_owner_alone(authority: Authority) -> None:
    for key in (authority.key, authority.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for certificate in (authority.file, authority.server):
        assert stat.S_IMODE(certificate.stat().st_mode) == 0o644


def test_without_its_key_no_certificate_is_made(authority: Authority) -> None:
    """It may be kept elsewhere; another one in its place would lock all terminals out."""
    authority.key.unlink()
    with pytest.raises(Problem, match=r"ca\.key: is not there"):
        authority.serve()
    assert not authority.make()
    assert not authority.key.exists()


def test_files_that_are_something_else_are_named(authority: Authority, tmp_path: Path) -> None:
    authority.server_key.write_text("no key")
    with pytest.raises(Problem, match=r"server\.key: is no key in PEM form"):
        authority.serve()
    authority.server_key.write_bytes(
        rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(Problem, match=r"server\.key: is no key of the kind"):
        authority.serve()
    authority.file.write_text("no certificate")
    with pytest.raises(Problem, match=r"ca\.crt: is no certificate"):
        authority.serve()
    with pytest.raises(Problem, match=r"nothing\.crt: No such file"):
        ends(tmp_path / "nothing.crt")
