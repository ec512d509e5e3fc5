"""How this machine signs on to the broker: whom it trusts, and what it says of itself."""

import re
import ssl
import stat
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

from msgspec import Struct

from deploy.errors import Problem
from deploy.settings import Broker, is_loopback

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?")


class SignOn(Struct, frozen=True):
    """What a connection to the broker takes besides host and port."""

    tls: ssl.SSLContext | None = None
    user: str = ""
    password: str = ""


def sign_on(broker: Broker, path: Callable[[str], Path]) -> SignOn:
    """Reads the files that `[broker]` names; `path` tells where they are. Raises Problem with key and file."""
    if not is_host(broker.host):
        raise Problem(f"broker.host = {broker.host!r}: expected the name or the address of a machine")
    if not broker.ca and not is_loopback(broker.host):
        raise Problem(
            f"broker.host = {broker.host!r} is another machine, and there is no broker.ca: fjes sends nothing over a "
            "network in plain text. `fjes broker init` makes a broker with TLS, `fjes terminal add` what a terminal "
            "needs of it"
        )
    if bool(broker.user) != bool(broker.password):
        there, missing = ("user", "password") if broker.user else ("password", "user")
        raise Problem(f"broker.{there} is set and broker.{missing} is not: to sign on takes both")
    tls = _context(path(broker.ca)) if broker.ca else None
    return SignOn(tls, broker.user, read_password(path(broker.password)) if broker.password else "")


def is_host(text: str) -> bool:
    """Whether it is a name or an address that a connection can be made to."""
    return _is_address(text) or (len(text) <= 253 and bool(_HOST.fullmatch(text)))


def read_password(file: Path, key: str = "broker.password") -> str:
    """The one line of the password file that a setting names.

    Raises Problem, also when other people on the machine can read it.
    """
    password = read_secret(file, key).strip()
    if not password or not password.isprintable():
        raise Problem(f"{key} {file}: expected one line, the password")
    return password


def read_secret(file: Path, key: str) -> str:
    """The text of a file that a setting names. Raises Problem, also when other people on the machine can read it."""
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(f"{key} {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{key} {file}: is no text") from error
    if mode & stat.S_IRWXO:
        raise Problem(f"{key} {file}: everybody on this machine can read it; say: chmod 600 {file}")
    return text


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _context(ca: Path) -> ssl.SSLContext:
    """Trusts this authority and no other."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except ssl.SSLError as error:
        raise Problem(f"broker.ca {ca}: is no certificate in PEM form, as a bundle's ca.crt") from error
    except OSError as error:
        raise Problem(f"broker.ca {ca}: {error.strerror}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
