"""`fjes broker`: makes all that a site's own broker needs, and renews its certificate."""

import re
from collections.abc import Sequence
from pathlib import Path

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.site import mosquitto
from deploy.site.accounts import Accounts, new_password, reload
from deploy.site.authority import ends, make_authority, make_server, names_of, read_certificate
from deploy.site.files import OPEN, SECRET, give_to_broker, make_directory, write
from deploy.site.layout import COLLECTOR, BrokerFiles, collectors
from deploy.site.tls import is_host, read_password
from deploy.site.toml import to_toml

PORT = 8883
"""For MQTT over TLS, as IANA has it."""
UNTOLD = "The broker could not be told. If it runs, have it read its files anew: systemctl reload fjes-broker"


def run_init(
    configuration: Configuration, names: Sequence[str], directory: Path | None, port: int | None, count: int
) -> None:
    """Makes what is missing, and tells what it made, what was there, and what to put into fjes.toml. Raises Problem."""
    files = BrokerFiles(directory.absolute()) if directory else broker_files(configuration)
    for name in names:
        _check_name(name)
    make_broker(files, names, port, count)
    print("\n".join(_next_steps(configuration, files)))


def run_renew(configuration: Configuration, names: Sequence[str]) -> None:
    """A new server certificate of the same authority, for the same names unless others are given. Raises Problem."""
    files = broker_files(configuration)
    for name in names:
        _check_name(name)
    _make_server(files, names or names_of(read_certificate(files.server)))
    print(f"made {files.server}: it is good until {ends(files.server):%Y-%m-%d}")
    if not reload(files):
        print(UNTOLD)


def make_broker(files: BrokerFiles, names: Sequence[str], port: int | None = None, count: int = 1) -> None:
    """Everything in the broker's directory; what is there stays, and is told. Raises Problem."""
    known = names_of(read_certificate(files.server)) if files.server.exists() else []
    names = list(dict.fromkeys(names)) or known
    if not names:
        raise Problem("say by which name terminals reach the broker, as --name fjes.example.org")
    for directory, mode in ((files.directory, 0o755), (files.own, 0o755), (files.state, 0o700)):
        make_directory(directory, mode)
    give_to_broker(files.state)
    _tell(files.ca, made=make_authority(files.ca_key, files.ca, names[0]))
    if names != known:
        _make_server(files, names)
    _tell(files.server, made=names != known)
    accounts = Accounts(files)
    accounts.make()
    for collector in _collectors(accounts, count):
        _make_collector(files, accounts, collector)
    _write(files.acl, mosquitto.acl(_collectors(accounts, count)))
    _write(files.configuration, mosquitto.configuration(files, port or _port(files)))
    reload(files)


def broker_files(configuration: Configuration) -> BrokerFiles:
    return BrokerFiles(configuration.path(configuration.settings.broker.directory))


def _collectors(accounts: Accounts, count: int) -> list[str]:
    """So many, and those that were made before: what runs is not locked out."""
    there = sum(name.startswith(COLLECTOR) for name in accounts.names())
    return collectors(max(count, there))


def _make_server(files: BrokerFiles, names: Sequence[str]) -> None:
    make_server(files.ca_key, files.ca, files.server_key, files.server, names)
    give_to_broker(files.server_key)


def _make_collector(files: BrokerFiles, accounts: Accounts, collector: str) -> None:
    """Its password file, and its account. The file is the one that counts: the collector signs on with it."""
    file = files.password(collector)
    is_new = not file.exists()
    if is_new:
        write(file, f"{new_password()}\n".encode(), SECRET)
    if is_new or collector not in accounts.names():
        accounts.set(collector, read_password(file))
    _tell(file, made=is_new)


def _write(file: Path, text: str) -> None:
    """Tells whether anything changed."""
    changed = not file.exists() or file.read_text(encoding="utf-8") != text
    if changed:
        write(file, text.encode(), OPEN)
    _tell(file, made=changed)


def _tell(file: Path, *, made: bool) -> None:
    print(f"{'made' if made else 'kept'}  {file}")


def _port(files: BrokerFiles) -> int:
    """That of the broker that is there, else the usual one."""
    if files.configuration.exists():
        found = re.search(r"^listener (\d+)$", files.configuration.read_text(encoding="utf-8"), re.MULTILINE)
        return int(found[1]) if found else PORT
    return PORT


def _check_name(name: str) -> None:
    if not is_host(name):
        raise Problem(f"--name {name!r}: expected the name or the address of this machine, as fjes.example.org")


def _next_steps(configuration: Configuration, files: BrokerFiles) -> list[str]:
    """What the operator does now, with the exact lines."""

    def name(file: Path) -> str:
        inside = file.is_relative_to(configuration.directory)
        return str(file.relative_to(configuration.directory) if inside else file)

    broker = {
        "host": "localhost",
        "port": _port(files),
        "ca": name(files.ca),
        "user": COLLECTOR,
        "password": name(files.password(COLLECTOR)),
        "directory": name(files.directory),
    }
    return [
        "",
        "In fjes.toml of this machine, [broker] has to be as here. On another machine of the site, the collector takes",
        f"ca.crt and the password file with it, and has {names_of(read_certificate(files.server))[0]!r} as its host. A "
        "second collector has a user and a password of",
        f"its own: {COLLECTOR}-2, made by `fjes broker init --collectors 2`.",
        "",
        to_toml({"broker": broker}),
        f"Start the broker with: mosquitto -c {files.configuration}",
        "Then add each terminal, as: fjes terminal add stua-1 --place oslo/pro/stua",
    ]
