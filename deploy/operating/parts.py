"""What belongs into a backup: all that a server needs to go on elsewhere as if nothing had been, and nothing else."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from pathlib import Path

from msgspec import Struct

from deploy.configuration import Configuration
from deploy.operating.archive import STORE
from deploy.operating.words import many
from deploy.site.layout import BrokerFiles

PEOPLE = "people.db"
PUBLISHED = "published.db"
BROKER = "broker"
SETTINGS = "settings"
VOICES = "voices"
MOST_BYTES = 64 * 1024 * 1024
"""Of one plain file: passwords of half a million terminals."""
_PASSING = re.compile(r".*\.(pid|db|db\.new|log|sock)|\..*")
"""Files that a running broker makes, which come back by themselves, and hidden ones."""


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
    """Every part that is there, the store first; each file once, and each name once."""
    return list(_by_names(one for one in _there(configuration, settings_file) if not _is_too_large(one)))


def left_out(configuration: Configuration, settings_file: Path | None) -> list[Path]:
    """Files that would belong into a backup, and are larger than any such file should be."""
    return [one.path for one in _there(configuration, settings_file) if _is_too_large(one)]


def names_told(names: Iterable[str]) -> list[str]:
    """Sorted, and recordings, which are many, together."""
    names = sorted(names)
    others = [name for name in names if not name.startswith(f"{VOICES}/")]
    recordings = len(names) - len(others)
    return [*others, many(recordings, "recording")] if recordings else others


def _is_too_large(source: Source) -> bool:
    return source.sort is Sort.FILE and source.path.stat().st_size > MOST_BYTES


def _there(configuration: Configuration, settings_file: Path | None) -> list[Source]:
    """Those of all parts that are there, each file once."""
    found: dict[Path, Source] = {}
    for source in _all(configuration, settings_file):
        if source.path.is_file():
            found.setdefault(source.path, source)
    return list(found.values())


def _by_names(sources: Iterable[Source]) -> Iterator[Source]:
    """Gives a number to those whose name another one has, as `settings/2-visit.json`."""
    taken: set[str] = set()
    for source in sources:
        room, _, plain = source.name.rpartition("/")
        name, number = source.name, 1
        while name in taken:
            number += 1
            name = f"{room}/{number}-{plain[:90]}".lstrip("/")
        taken.add(name)
        yield Source(name, source.path, source.sort)


def _all(configuration: Configuration, settings_file: Path | None) -> Iterator[Source]:
    settings = configuration.settings
    yield Source(STORE, configuration.path(settings.collector.store), Sort.DATABASE)
    yield Source(PEOPLE, configuration.path(settings.dashboard.people), Sort.DATABASE)
    yield Source(PUBLISHED, configuration.path(settings.collector.published), Sort.DATABASE)
    broker = BrokerFiles(configuration.path(settings.broker.directory))
    for within in (broker.directory, broker.own):
        for file in sorted(within.glob("*")):
            if not _PASSING.fullmatch(file.name):
                yield Source(_name(BROKER, *file.relative_to(broker.directory).parts), file)
    if settings_file is not None:
        yield Source(_name(SETTINGS, settings_file.name), settings_file.absolute())
    for given in (
        settings.site.survey,
        *settings.collector.surveys,
        settings.broker.ca,
        settings.broker.password,
        settings.dashboard.openid.client_secret,
        settings.mail.password,
        settings.alerts.addresses_file,
    ):
        file = configuration.path(given)
        if given and file.parent != broker.directory:
            yield Source(_name(SETTINGS, file.name), file)
    if settings.site.voices:
        voices = configuration.path(settings.site.voices)
        for file in sorted(voices.glob("*/[!.]*")):
            yield Source(_name(VOICES, *file.relative_to(voices).parts), file)


def _name(*steps: str) -> str:
    return "/".join(map(_plain, steps))


def _plain(name: str) -> str:
    """A file's name without what a name in a backup may not have."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip(".")[:100] or "_"
