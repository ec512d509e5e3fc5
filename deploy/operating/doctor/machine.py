"""The doctor on this machine: its files, room on its disks, backups, certificates, and the way to the broker."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from collector.store.schema import MIGRATIONS
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.archive import verify_archive
from deploy.operating.backup import backups_in, made_at
from deploy.operating.databases import DamagedProblem, check_database, check_store
from deploy.operating.doctor.case import Device, Server
from deploy.operating.doctor.finding import Finding, bad, look, ok
from deploy.operating.knock import knock
from deploy.operating.lock import is_held
from deploy.operating.words import many, megabytes
from deploy.site.layout import BrokerFiles

SCARCE, FULL = 1_000_000_000, 200_000_000
"""Free bytes below which a disk is worth a look, and below which it is about to stop everything."""
SCARCE_FOR_TALLY = 500_000_000
"""The first of a terminal, which takes little: a partition of its own has 1 GB."""
STALE_DAYS, OLD_DAYS = 2, 8
"""Age of the newest backup that is worth a look, and that is none to rely on."""
_AHEAD = timedelta(days=1)
"""By how much another clock may be ahead of this one before a backup counts as one of the future."""
SOON_DAYS, LATE_DAYS = 30, 7
"""Days that a certificate still has when somebody should renew it, and when somebody must."""


def check_store_file(server: Server) -> Iterator[Finding]:
    """The file is sound, all of it."""
    found = check_store(server.path)
    yield ok(
        f"{server.path} is sound: schema {found.schema} of {len(MIGRATIONS)}, {many(found.sheets, 'sheet')}, "
        f"{many(found.votes, 'vote')}"
    )


def check_other_files(server: Server) -> Iterator[Finding]:
    """So are those beside it, of which each is there from when it is needed."""
    settings = server.configuration.settings
    given = {"people": settings.dashboard.people, "what was published": settings.collector.published}
    there = [(what, file) for what, name in given.items() if (file := server.configuration.path(name)).exists()]
    for what, file in there:
        try:
            check_database(file)
        except DamagedProblem as problem:
            yield bad(f"{problem}; move it away, and fjes restore puts it back")
        else:
            yield ok(f"{file} is sound: {what}")
    if not there:
        yield ok("there are none yet: nobody signs in, and nothing was published on the page")


def check_server_disks(server: Server) -> Iterator[Finding]:
    """Room for the store, and where backups go."""
    backups = server.configuration.path(server.configuration.settings.collector.backups)
    for directory, what in ((server.path.parent, "the store"), (backups, "backups")):
        if directory.is_dir():
            free = shutil.disk_usage(directory).free
            text = f"{megabytes(free)} are free for {what} in {directory}"
            yield bad(text) if free < FULL else look(text) if free < SCARCE else ok(text)


def check_device_disk(device: Device) -> Iterator[Finding]:
    """Room for the tally. How many bytes are free is not told, as a vote may change it."""
    free, where = shutil.disk_usage(device.directory).free, f"for the tally in {device.directory}"
    if free < FULL:
        yield bad(f"the disk is full {where}: less than {megabytes(FULL)} are free")
    elif free < SCARCE_FOR_TALLY:
        yield look(f"room is scarce {where}: less than {megabytes(SCARCE_FOR_TALLY)} are free")
    else:
        yield ok(f"there is room enough {where}")


def check_backups(server: Server) -> Iterator[Finding]:
    """There is one that is new enough, and it can be read."""
    directory = server.configuration.path(server.configuration.settings.collector.backups)
    everything = backups_in(directory)
    files = _made_by(everything, server.now)
    for file in everything[len(files) :]:
        yield bad(f"{file} is of the future: move it away; if it is not, this machine's clock is wrong")
    if not files:
        yield bad(f"there is no backup in {directory}: fjes backup")
        return
    try:
        manifest = verify_archive(files[-1])
    except Problem as problem:
        yield bad(f"the newest backup cannot be restored: {problem}; make one now: fjes backup")
        return
    days = backup_age(directory, server.now) / 86_400
    text = f"{many(len(files), 'backup')}; the newest, {files[-1].name}, is {days:.1f} days old and has "
    text += many(manifest.store.votes, "vote")
    if days > STALE_DAYS:
        yield bad(text) if days > OLD_DAYS else look(text)
    else:
        yield ok(f"{text}; verified")


def check_certificates(case: Server | Device) -> Iterator[Finding]:
    """How long the authority's certificate and the broker's are good for."""
    days = certificate_days(case.configuration, case.now)
    for name, left in days.items():
        text = (
            f"the {name} certificate is good for {left:.0f} more days" if left > 0 else f"the {name} certificate ended"
        )
        mend = "fjes broker renew" if name == "server" else "every terminal needs a new bundle then"
        yield ok(text) if left > SOON_DAYS else (look if left > LATE_DAYS else bad)(f"{text}: {mend}")
    if not days:
        yield ok("there are none: the broker is on this machine, or vouched for elsewhere")


def check_broker(case: Server | Device) -> Iterator[Finding]:
    """The broker is there, is the one that these settings trust, and lets us in.

    Who signs on with a name that is signed on takes its place; so the one that runs is left alone.
    """
    broker = case.configuration.settings.broker
    where = f"the broker at {broker.host}:{broker.port}"
    sign_on = case.configuration.sign_on()
    runs = bool(sign_on.user) and is_held(case.lock)
    if problem := knock(broker.host, broker.port, sign_on, as_user=not runs):
        yield bad(f"{where} {problem}")
    elif runs:
        yield ok(f"{where} is there; {sign_on.user} runs here, and was not disturbed")
    else:
        yield ok(f"{where} lets {sign_on.user or 'everybody'} in")


def backup_age(directory: Path, now: datetime) -> float:
    """Seconds since the newest backup was made, at least 0. `now` is aware.

    Those of the future do not count: they would be new for ever. Raises Problem when there is no other.
    """
    files = _made_by(backups_in(directory), now)
    if not files:
        raise Problem(f"there is no backup in {directory}")
    return max(0.0, (now - made_at(files[-1])).total_seconds())


def certificate_days(configuration: Configuration, now: datetime) -> dict[str, float]:
    """Days left of `authority` and `server`, of those that are on this machine. `now` is aware. Raises Problem."""
    from deploy.site.authority import ends

    broker = configuration.settings.broker
    files = BrokerFiles(configuration.path(broker.directory))
    given = configuration.path(broker.ca) if broker.ca else files.ca
    found = {"authority": given, "server": files.server}
    return {name: (ends(file) - now).total_seconds() / 86_400 for name, file in found.items() if file.exists()}


def _made_by(files: list[Path], now: datetime) -> list[Path]:
    """The first of these, oldest first, that are not of the future."""
    return [file for file in files if made_at(file) <= now + _AHEAD]
