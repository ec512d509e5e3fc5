"""What belongs into a backup: all that a server needs to go on elsewhere as if nothing had been, and nothing else."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path

from msgspec import Struct

from deploy.configuration import Configuration
from deploy.operating.archive import STORE
from deploy.site.layout import BrokerFiles

PEOPLE = "people.db"
BROKER = "broker"
SETTINGS = "settings"
_MOST_BYTES = 1024 * 1024
"""Of one plain file; what the broker itself keeps is larger, and comes back by itself."""
_PASSING = re.compile(r".*\.(pid|db|db\.new|log|sock)|\..*")
"""Files that a running broker makes, and hidden ones."""


class Sort(Enum):
    """How a part is copied while others use it."""

    DATABASE = auto()
    FILE = auto()


class Source(Struct, frozen=True):
    """One part, and where it is on this machine."""

    name: str
    path: Path
    sort: Sort = Sort.FILE


def sources_of(configuration: Configuration, settings_file: Path | None) -> list[Source]:
    """Every part that is there, the store first; each name once."""
    found = {source.name: source for source in _all(configuration, settings_file) if source.path.is_file()}
    return list(found.values())


def _all(configuration: Configuration, settings_file: Path | None) -> Iterator[Source]:
    settings = configuration.settings
    yield Source(STORE, configuration.path(settings.collector.store), Sort.DATABASE)
    yield Source(PEOPLE, configuration.path(settings.dashboard.people), Sort.DATABASE)
    broker = BrokerFiles(configuration.path(settings.broker.directory))
    for within in (broker.directory, broker.own):
        for file in sorted(within.glob("*")):
            if file.is_file() and not _PASSING.fullmatch(file.name) and file.stat().st_size <= _MOST_BYTES:
                path = file.relative_to(broker.directory)
                yield Source("/".join((BROKER, *map(_plain, path.parts))), file)
    if settings_file is not None:
        yield Source(f"{SETTINGS}/{_plain(settings_file.name)}", settings_file.absolute())
    for given in (
        settings.site.survey,
        *settings.collector.surveys,
        settings.broker.ca,
        settings.broker.password,
        settings.dashboard.openid.client_secret,
    ):
        file = configuration.path(given)
        if given and file.parent != broker.directory:
            yield Source(f"{SETTINGS}/{_plain(file.name)}", file)


def _plain(name: str) -> str:
    """A file's name without what a name in a backup may not have."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:100]
