"""A small site for tests: a settings file, a broker's port in it, and a collector in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from collector.fleet import Fleet
from collector.inbox import Inbox
from collector.service import Service
from collector.store.protocol import Received
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from contract.sheets import Table
from deploy.configuration import Configuration, read_settings
from tests.broker import Broker

SETTINGS = """\
[broker]
host = "{host}"
port = {port}
[privacy]
profile = "{profile}"
"""


def write_settings(directory: Path, broker: Broker, profile: str = "small", more: str = "") -> Path:
    file = directory / "fjes.toml"
    file.write_text(SETTINGS.format(host=broker.host, port=broker.port, profile=profile) + more)
    return file


def settings(directory: Path, broker: Broker, profile: str = "small") -> Configuration:
    return read_settings(write_settings(directory, broker, profile))


@contextmanager
def collecting(configuration: Configuration) -> Iterator[None]:
    """A real collector, put together as deploy does it, for as long as the block goes on."""
    broker = configuration.settings.broker
    store = SqliteStore.open(configuration.path(configuration.settings.collector.store))
    wire = Subscriber(broker.host, broker.port, "fjes-collector", Inbox())
    surveys = configuration.surveys()
    service = Service(store, wire, Fleet(store, wire, surveys, surveys[-1]))
    service.start()
    try:
        yield
    finally:
        service.stop()
        store.close()


def stored(configuration: Configuration, terminal: str = "stua-1") -> list[Received]:
    """Every sheet in the store."""
    store = SqliteReadStore.open(configuration.path(configuration.settings.collector.store))
    try:
        return list(store.sheets([terminal], Table, date.min, date.max))
    finally:
        store.close()
