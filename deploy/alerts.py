"""From the settings to alerts: whom they go to, when the place is open, and what is wrong with the server itself."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from dashboard.alerts.outbox import UnknownAddressError, sender
from dashboard.alerts.post import Post, Recipient
from dashboard.alerts.watch import Watching
from dashboard.people.alerts import Happening, Kind
from dashboard.wording import Words, written_in
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.doctor.machine import SCARCE, SOON_DAYS, certificate_days
from deploy.operating.lock import hearing_of, is_held, lock_of
from deploy.site.tls import read_secret

_KEY = "alerts.addresses_file"
_MEGABYTE = 1_000_000


def watching_of(configuration: Configuration, page: str) -> Watching:
    """`page` is what people type to reach the page. Raises Problem where the file of addresses is not right."""
    recipients = _recipients(configuration)
    words, quiet = (
        Words(written_in(configuration.settings.site.languages)[0]),
        configuration.settings.alerts.quiet_hours,
    )
    post = Post(recipients, words, page, quiet) if recipients else None
    return Watching(configuration.open_times, partial(collects, configuration), partial(troubles, configuration), post)


def collects(configuration: Configuration) -> bool:
    """Whether a collector runs and hears its broker; also where none has ever run, or this user may not know."""
    store = configuration.path(configuration.settings.collector.store)
    return all(not os.access(lock, os.R_OK) or is_held(lock) for lock in (lock_of(store), hearing_of(store)))


def troubles(configuration: Configuration, now: datetime | None = None) -> Sequence[Happening]:
    """Certificates that end soon, and disks with little room, as the doctor counts both. `now` is aware.

    What this user cannot look at is left to the doctor.
    """
    found = (partial(_certificates, configuration, now or datetime.now(UTC)), partial(_disks, configuration))
    return [one for look in found for one in _as_far_as_seen(look)]


def _as_far_as_seen(look: Callable[[], Iterator[Happening]]) -> list[Happening]:
    try:
        return list(look())
    except (Problem, OSError):
        return []


def _certificates(configuration: Configuration, now: datetime) -> Iterator[Happening]:
    for name, days in certificate_days(configuration, now).items():
        if days <= SOON_DAYS:
            yield Happening(Kind.CERTIFICATE, "", name, said={"days": days})


def _disks(configuration: Configuration) -> Iterator[Happening]:
    settings = configuration.settings.collector
    store, backups = configuration.path(settings.store).parent, configuration.path(settings.backups)
    for name, directory in (("store", store), ("backups", backups)):
        if directory.is_dir() and (free := shutil.disk_usage(directory).free) < SCARCE:
            yield Happening(Kind.DISK, "", name, said={"megabytes": free // _MEGABYTE})


def _recipients(configuration: Configuration) -> list[Recipient]:
    given = configuration.settings.alerts.addresses_file
    if not given:
        return []
    file = configuration.path(given)
    lines = enumerate(read_secret(file, _KEY).splitlines(), 1)
    found = [(number, line.split()) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
    return [_recipient(f"{_KEY} {file}, line {number}", number, words) for number, words in found]


def _recipient(where: str, number: int, words: Sequence[str]) -> Recipient:
    """Of `address place=oslo/pro kinds=silent,disk`. What is said where it is wrong tells no address."""
    address, *more = words
    wishes = dict(word.partition("=")[::2] for word in more)
    if unknown := set(wishes) - {"place", "kinds"}:
        raise Problem(f"{where}: after the address, expected place= and kinds=, and not {min(unknown)!r}")
    kinds = wishes["kinds"].split(",") if "kinds" in wishes else list(Kind)
    if strange := [kind for kind in kinds if kind not in list(Kind)]:
        raise Problem(f"{where}: there are no alerts of kind {strange[0]!r}; expected some of {', '.join(Kind)}")
    try:
        send = sender(address)
    except UnknownAddressError:
        raise Problem(f"{where}: apprise knows no such address; expected one as ntfys://ntfy.sh/our-topic") from None
    return Recipient(number, send, wishes.get("place", "").strip("/"), frozenset(map(Kind, kinds)))
