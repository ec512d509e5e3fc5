"""The site's own certificate authority: it vouches for the site's broker, and for nothing else.

Terminals know its certificate from their bundle. No client has a certificate: each signs on with a password.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.errors import Problem
from deploy.site.files import OPEN, SECRET, write

AUTHORITY = timedelta(days=20 * 365)
"""Longer than a terminal hangs on its wall: changing the authority means a new bundle for each."""
SERVER = timedelta(days=2 * 365)
"""Long for what nobody renews by machine, short for a key that may have been copied."""
_EARLIER = timedelta(days=1)
"""Before now, for terminals whose clock is behind."""
HERE = ("localhost", "127.0.0.1", "::1")
"""By these the collector finds a broker on its own machine; so they are in each certificate."""


def make_authority(key_file: Path, file: Path, name: str, now: datetime | None = None) -> bool:
    """Makes key and certificate where there is none, and says whether it did; never a second. Raises Problem."""
    if file.exists():
        return False
    key = _key(key_file)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"fjes broker authority of {name}"[:64])])
    builder = _certificate(issuer, issuer, key.public_key(), now or datetime.now(UTC), AUTHORITY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    write(file, _pem(builder.sign(key, hashes.SHA256())), OPEN)
    return True


def make_server(
    authority_key: Path, authority: Path, key_file: Path, file: Path, names: Sequence[str], now: datetime | None = None
) -> None:
    """A server certificate for `names` (hosts or addresses), for the key in `key_file`, made if it is not there.

    Where the key stays, a broker that reads both while they change still has a pair. Raises Problem.
    """
    if not authority_key.exists():
        raise Problem(f"{authority_key}: is not there, and only with it a certificate can be made; bring it back")
    issuer, issuer_key, key = read_certificate(authority), _key(authority_key), _key(key_file)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    builder = _certificate(subject, issuer.subject, key.public_key(), now or datetime.now(UTC), SERVER)
    alternatives = [_general_name(name) for name in dict.fromkeys((*names, *HERE))]
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs_certificates=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName(alternatives), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    write(file, _pem(builder.sign(issuer_key, hashes.SHA256())), OPEN)


def read_certificate(file: Path) -> x509.Certificate:
    """Raises Problem."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise Problem(f"{file}: is no certificate in PEM form") from error


def names_of(certificate: x509.Certificate) -> list[str]:
    """The names a server certificate was made for, the first first; those of this machine, which all have, left out."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = [str(name.value) for name in found]
    return [name for name in names if name not in HERE] or names[:1]


def ends(file: Path) -> datetime:
    """When the certificate in a file ends (aware, UTC). Raises Problem."""
    return read_certificate(file).not_valid_after_utc


def _key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in the file, made there if it is not."""
    if not file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), SECRET)
        return key
    try:
        read = load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise Problem(f"{file}: is no key in PEM form without a password") from error
    if not isinstance(read, ec.EllipticCurvePrivateKey):
        raise Problem(f"{file}: is no key of the kind that fjes makes")
    return read


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - _EARLIER).not_valid_after(now + lasts)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
