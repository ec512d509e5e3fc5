"""`fjes restore`: puts a backup's store in the place of the one that is there, which is kept aside.

All of the backup is unpacked and looked through, brought up to this fjes's schema and made ready, before anything is
touched. The store is then replaced in one transaction, so that a page which is open reads the old one or the new. What
is newer than any backup is kept: who was let in, and who was not any more, is carried over from what was there.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs

from collector.store.protocol import Standing, StoreError
from collector.store.reading import SqliteReadStore
from collector.store.schema import MIGRATIONS
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.admission import Carried, carry_accounts, carry_register, differences
from deploy.operating.archive import STORE, Manifest, read_manifest, unpack_archive
from deploy.operating.backup import STAMP
from deploy.operating.databases import Contents, check_database, check_store
from deploy.operating.files import require_room, workspace
from deploy.operating.lock import alone
from deploy.operating.parts import BROKER, PEOPLE, PUBLISHED, SETTINGS, VOICES, names_told
from deploy.operating.replacing import Place, Replacing, size_of
from deploy.operating.words import many
from deploy.site.accounts import Accounts
from deploy.site.layout import BrokerFiles

_MOST = 10
"""Terminals that are named one by one, where many need something done."""


class Restored(Struct, frozen=True):
    """What was done: the manifest, files put in place, what was kept aside, what changed in register and accounts."""

    manifest: Manifest
    put: tuple[Path, ...]
    aside: tuple[Path, ...]
    carried: tuple[str, ...]
    left: tuple[str, ...]
    """Parts of the backup that were not put in place."""
    is_newest: bool
    """Whether register and accounts know of all that was said since the backup."""

    @property
    def names(self) -> list[str]:
        """Parts that were."""
        return [part.name for part in self.manifest.parts if part.name not in self.left]


def run_restore(configuration: Configuration, file: Path, *, everything: bool) -> None:
    """Prints what was done and what is to be done now. Raises Problem; then nothing was changed, or it says what."""
    done = restore(configuration, file, everything=everything)
    store, keep = done.manifest.store, configuration.settings.terminal.keep_days
    print(f"Restored from {done.manifest.made}: {many(store.sheets, 'sheet')} with {many(store.votes, 'vote')}")
    for path in done.put:
        print(f"put       {path}")
    for path in done.aside:
        print(f"kept      {path}, which was there; remove it when all is well")
    for line in done.carried:
        print(f"register  {line}")
    for line in _left(done.left):
        print(f"left      {line}")
    for line in _to_do(configuration, done):
        print(f"to do     {line}")
    if any(part.startswith(BROKER) for part in done.names):
        print("Now run fjes broker init, which makes what belongs to this machine, and start the broker.")
    print("Now start the collector: systemctl start fjes-collector. It asks every terminal for what the backup lacks;")
    print(f"terminals have the months that ended less than {keep} days ago, and whatever was never acknowledged.")


def restore(
    configuration: Configuration, file: Path, *, everything: bool = False, now: datetime | None = None
) -> Restored:
    """`everything` also puts people and broker back where there are some now. `now` is aware. Raises Problem."""
    stamp = (now or datetime.now(UTC)).astimezone(UTC).strftime(STAMP)
    store = configuration.path(configuration.settings.collector.store)
    try:
        with alone(store), workspace(store.parent, unfinished(store)) as room, ExitStack() as stack:
            manifest = _unpacked(file, room, store)
            places, left = _places(configuration, manifest, everything=everything)
            register = carry_register(store, room / STORE, room)
            accounts = _carried_accounts(configuration, places, room)
            replacing = Replacing(room, stamp, stack)
            replacing.prepare(places[1:])
            with replacing.telling():
                replacing.replace(places[0])
                _compare(check_store(store), manifest.store, store)
                for place in places[1:]:
                    replacing.replace(place)
    except OSError as error:
        raise Problem(f"{error.filename or store}: {error.strerror or error}") from error
    carried = (*register.changed, *accounts.changed)
    is_newest = register.is_newest and accounts.is_newest
    return Restored(manifest, tuple(replacing.put), tuple(replacing.aside), carried, left, is_newest)


def unfinished(store: Path) -> str:
    """How the names of directories begin, beside the store, that a restore works in; one that was killed is left."""
    return f".{store.name}.restore-"


def _unpacked(file: Path, room: Path, store: Path) -> Manifest:
    """Everything of the backup in `room`, sound, its store of a schema that this fjes knows."""
    manifest = read_manifest(file)
    if manifest.store.schema > len(MIGRATIONS):
        raise Problem(
            f"{file} was made by {manifest.software}, with schema {manifest.store.schema}; this one knows "
            f"{len(MIGRATIONS)}: upgrade fjes first"
        )
    require_room(store.parent, 2 * sum(part.bytes for part in manifest.parts) + 2 * size_of(store), "to restore")
    unpack_archive(file, room)
    if (found := check_store(room / STORE)) != manifest.store:
        raise Problem(f"{file}: its store has {found}, but its manifest says {manifest.store}")
    for name in (PEOPLE, PUBLISHED):
        if (room / name).exists():
            check_database(room / name)
    return manifest


def _places(
    configuration: Configuration, manifest: Manifest, *, everything: bool
) -> tuple[list[Place], tuple[str, ...]]:
    """What is put where, the store first, and the names of what is left.

    People, what was published and the broker's files are put where none are, or `everything`.
    """
    settings = configuration.settings
    broker = configuration.path(settings.broker.directory)
    own = {
        PEOPLE: configuration.path(settings.dashboard.people),
        PUBLISHED: configuration.path(settings.collector.published),
    }
    has_broker = broker.is_dir() and any(broker.iterdir())
    places: list[Place] = []
    left: list[str] = []
    for part in manifest.parts:
        room, _, name = part.name.partition("/")
        if part.name == STORE:
            places.insert(0, Place(part, configuration.path(settings.collector.store)))
        elif part.name in own and (everything or not own[part.name].exists()):
            places.append(Place(part, own[part.name]))
        elif room == BROKER and name and (everything or not has_broker):
            places.append(Place(part, broker / name))
        else:
            left.append(part.name)
    return places, tuple(left)


def _carried_accounts(configuration: Configuration, places: list[Place], room: Path) -> Carried:
    """Where the broker's password file is put back, it is mended before; else it stays as it is, and is the newest."""
    there = _broker(configuration)
    if there.passwords not in [place.target for place in places]:
        return Carried((), is_newest=True)
    return carry_accounts(there, BrokerFiles(room / BROKER), _standings(room / STORE))


def _compare(found: Contents, expected: Contents, store: Path) -> None:
    """Raises Problem when it is not what the backup had; its schema may be newer by now."""
    if structs.replace(found, schema=expected.schema) != expected:
        raise Problem(f"{store} now has {found}, but the backup has {expected}; nothing that was kept aside is lost")


def _left(names: tuple[str, ...]) -> Iterator[str]:
    own = [name for name in names if name.startswith((SETTINGS, VOICES))]
    if there := [name for name in names if name not in own]:
        yield f"{', '.join(there)}: there is something there now; fjes restore --everything puts them too"
    if own:
        yield f"{', '.join(names_told(own))}: yours to put where they belong (tar -xzf)"


def _to_do(configuration: Configuration, done: Restored) -> Iterator[str]:
    """What the operator says again, as nobody else knows it."""
    if not done.is_newest:
        yield (
            f"whoever was added, revoked or rotated since {done.manifest.made}: say fjes terminal add, revoke or "
            "rotate again; nothing is left that tells who it was"
        )
    if PEOPLE in done.names:
        yield f"whoever was removed from the page, or got another password, since {done.manifest.made}: fjes person"
        yield "tokens and wall screens' links that were ended since: end them again on the page"
    files, store = _broker(configuration), configuration.path(configuration.settings.collector.store)
    try:
        told = list(differences(_standings(store), Accounts(files).names())) if files.passwords.exists() else []
    except Problem as problem:  # all is restored, and only this cannot be told
        told = [f"see who may send (fjes doctor): {problem}"]
    yield from told[:_MOST]
    if len(told) > _MOST:
        yield f"{many(len(told) - _MOST, 'terminal')} more like these: fjes terminal list"


def _standings(store: Path) -> dict[str, Standing]:
    try:
        with closing(SqliteReadStore.open(store)) as opened:
            return opened.registered()
    except StoreError as error:
        raise Problem(str(error)) from error


def _broker(configuration: Configuration) -> BrokerFiles:
    return BrokerFiles(configuration.path(configuration.settings.broker.directory))
