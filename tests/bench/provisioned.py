"""A site as `fjes broker init` and `fjes terminal add` make it, for the benches: TLS, passwords and a register."""

import os
import pwd
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from collector.store.sqlite import SqliteStore
from deploy.brokers import free_port
from deploy.site.accounts import Accounts, new_password
from deploy.site.broker import make_broker
from deploy.site.layout import COLLECTOR, BrokerFiles
from tests.bench.flood import name
from tests.bench.terminals import Door
from tests.broker import Broker

_SETTINGS = """\
[broker]
host = "localhost"
port = {port}
ca = "{files.ca}"
user = "{user}"
password = "{password}"
directory = "{files.directory}"
[collector]
store = "{store}"
"""


def provision(directory: Path, terminals: int, store: str) -> tuple[Path, Broker, Door]:
    """The collector's settings, a broker that is not started, and how so many terminals come in."""
    files = BrokerFiles(directory / "broker")
    with redirect_stdout(StringIO()):
        make_broker(files, ["localhost"], port := free_port())
    # it is started where only the one who started the bench may look
    (files.own / "bench.conf").write_text(f"user {pwd.getpwuid(os.geteuid()).pw_name}\n")
    accounts = Accounts(files)
    passwords = tuple(new_password() for _ in range(terminals))
    register = SqliteStore.open(directory / store)
    for number, password in enumerate(passwords):
        accounts.set(name(number), password)
        register.register(name(number))
    register.close()
    settings = directory / "fjes.toml"
    settings.write_text(
        _SETTINGS.format(port=port, files=files, user=COLLECTOR, password=files.password(COLLECTOR), store=store)
    )
    return settings, Broker(directory, port, configuration=files.configuration), Door(port, str(files.ca), passwords)
