"""`fjes restore`: puts a backup's store in the place of the one that is there, which is kept aside.

All of the backup is unpacked and looked through, and brought up to this fjes's schema, before anything is touched.
The store is then replaced in one transaction, so that a page which is open reads the old one or the new. What is newer
than any backup is kept: who was let in, and who was not any more, is carried over from the store that was there.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs

from collector.store.protocol import ReadStore, Standing, Store, StoreError
from collector.store.schema import MIGRATIONS
from collector.store.sqlite import SqliteStore
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.archive import STORE, Manifest, Part, read_manifest, unpack_archive
from deploy.operating.databases import (
    Contents,
    DamagedProblem,
    check_database,
    check_store,
    copy_database,
    put_database,
)
from deploy.operating.files import copied, made_ours, put_in_place, require_room, workspace
from deploy.operating.lock import alone
from deploy.operating.parts import BROKER, PEOPLE

_STAMP = "%Y%m%dT%H%M%SZ"
_LOGS = ("", "-wal", "-shm")


class Restored(Struct, frozen=True):
    """What was done: the manifest, files put in place, what was kept aside, and what changed in the register."""

    manifest: Manifest
    put: tuple[Path, ...]
    aside: tuple[Path, ...]
    carried: tuple[str, ...]
    left: tuple[str, ...]
    """Parts of the backup that were not put in place."""

    @property
    def names(self) -> list[str]:
        """Parts that were."""
        return [part.name for part in self.manifest.parts if part.name not in self.left]


def run_restore(configuration: Configuration, file: Path, *, everything: bool) -> None:
    """Prints what was done and what is to be done now. Raises Problem; then nothing was changed."""
    done = restore(configuration, file, everything=everything)
    store, keep = done.manifest.store, configuration.settings.terminal.keep_days
    print(f"Restored from {done.manifest.made}: {store.sheets} sheets with {store.votes} votes")
    for path in done.put:
        print(f"put       {path}")
    for path in done.aside:
        print(f"kept      {path}, which was there; remove it when all is well")
    for line in done.carried:
        print(f"register  {line}")
    if done.left:
        print(f"left      {', '.join(done.left)}: still in the backup (tar -xzf), as there is something there now")
    if any(part.startswith(BROKER) for part in done.names):
        print("Now run fjes broker init, which makes what belongs to this machine, and start the broker.")
    print("Now start the collector: systemctl start fjes-collector. It asks every terminal for what the backup lacks;")
    print(f"terminals have the months that ended less than {keep} days ago, and whatever was never acknowledged.")


def restore(
    configuration: Configuration, file: Path, *, everything: bool = False, now: datetime | None = None
) -> Restored:
    """`everything` also puts people and broker back where there are some now. `now` is aware. Raises Problem."""
    stamp = (now or datetime.now(UTC)).astimezone(UTC).strftime(_STAMP)
    store = configuration.path(configuration.settings.collector.store)
    try:
        with alone(store), workspace(store.parent, f".{store.name}.restore-") as room:
            manifest = _unpacked(file, room, store)
            carried = _carry_register(store, room)
            replacing = _Replacing(room, stamp)
            replacing.database(next(part for part in manifest.parts if part.name == STORE), store)
            _compare(check_store(store), manifest.store, store)
            left = tuple(_others(configuration, manifest, replacing, everything=everything))
    except OSError as error:
        raise Problem(f"{store}: {error.strerror or error}") from error
    return Restored(manifest, tuple(replacing.put), tuple(replacing.aside), tuple(carried), left)


def _unpacked(file: Path, room: Path, store: Path) -> Manifest:
    """Everything of the backup in `room`, sound, its store of this fjes's schema."""
    manifest = read_manifest(file)
    if manifest.store.schema > len(MIGRATIONS):
        raise Problem(
            f"{file} was made by {manifest.software}, with schema {manifest.store.schema}; this one knows "
            f"{len(MIGRATIONS)}: upgrade fjes first"
        )
    require_room(store.parent, 2 * sum(part.bytes for part in manifest.parts) + 2 * _size(store), "to restore")
    unpack_archive(file, room)
    if (found := check_store(room / STORE)) != manifest.store:
        raise Problem(f"{file}: its store has {found}, but its manifest says {manifest.store}")
    if (room / PEOPLE).exists():
        check_database(room / PEOPLE)
    return manifest


def _compare(found: Contents, expected: Contents, store: Path) -> None:
    """Raises Problem when it is not what the backup had; its schema may be newer by now."""
    if structs.replace(found, schema=expected.schema) != expected:
        raise Problem(f"{store} now has {found}, but the backup has {expected}; nothing that was kept aside is lost")


def _carry_register(old: Path, room: Path) -> list[str]:
    """Brings the new store's schema up, and its register to what the old one says; tells what changed."""
    try:
        with closing(SqliteStore.open(room / STORE)) as store:
            if not old.exists():
                return []
            try:
                copy_database(old, room / "before")
                with closing(SqliteStore.open(room / "before")) as before:
                    return list(_carry(before, store))
            except (DamagedProblem, StoreError):  # or of a newer fjes
                return ["what was there cannot be read, so the backup's is taken: look through fjes terminal list"]
    except StoreError as error:
        raise Problem(str(error)) from error


def _carry(before: ReadStore, store: Store) -> Iterator[str]:
    known, register = store.registered(), before.registered()
    for terminal, standing in register.items():
        if known.get(terminal) is not standing:
            store.register(terminal)
            if standing is Standing.REVOKED:
                store.revoke(terminal)
            yield f"{terminal} is {standing.value}, as it was until now"
    for placement in before.placements():
        if placement.terminal in register:
            store.place(placement)


class _Replacing:
    """Puts what was unpacked in place, and keeps aside what was there, for the same eyes only."""

    def __init__(self, room: Path, stamp: str) -> None:
        self._room = room
        self._stamp = stamp
        self.put: list[Path] = []
        self.aside: list[Path] = []

    def database(self, part: Part, target: Path) -> None:
        if target.exists():
            self._keep_database(target)
        is_new = not target.exists()  # also where a damaged one has made way
        if is_new:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        put_database(self._room / part.name, target)
        if is_new:
            self._as_it_was(part, target)
        self.put.append(target)

    def plain(self, part: Part, target: Path) -> None:
        """A file with the mode and, where root restores, the owner it had."""
        if target.exists():
            aside = self._name_aside(target)
            copied(target, aside)
            self.aside.append(aside)
        made = self._room / part.name
        made.chmod(part.mode)
        put_in_place(made, target)
        self._as_it_was(part, target)
        self.put.append(target)

    def _as_it_was(self, part: Part, target: Path) -> None:
        """With its mode; where root restores, with its owner, if there is such a user, else its directory's."""
        target.chmod(part.mode)
        made_ours(target)
        if os.geteuid() == 0 and part.owner:
            with suppress(KeyError):
                owner = pwd.getpwnam(part.owner)
                os.chown(target, owner.pw_uid, owner.pw_gid)

    def _keep_database(self, target: Path) -> None:
        """A copy of a sound one, which goes on to be read until it is replaced; a damaged one makes way."""
        aside = self._name_aside(target)
        try:
            made = self._room / "aside"
            copy_database(target, made)
            check_database(made)
            made.chmod(target.stat().st_mode & 0o777)
            put_in_place(made, aside)
        except DamagedProblem:
            for log in _LOGS:
                with suppress(FileNotFoundError):
                    Path(f"{target}{log}").rename(f"{aside}{log}")
        self.aside.append(aside)

    def _name_aside(self, target: Path) -> Path:
        return target.with_name(f"{target.name}.before-restore-{self._stamp}")


def _others(
    configuration: Configuration, manifest: Manifest, replacing: _Replacing, *, everything: bool
) -> Iterator[str]:
    """Puts people and the broker's files back where none are, or `everything`; yields the names of what was left."""
    settings = configuration.settings
    broker = configuration.path(settings.broker.directory)
    has_broker = broker.is_dir() and any(broker.iterdir())
    for part in manifest.parts:
        room, _, name = part.name.partition("/")
        people = configuration.path(settings.dashboard.people)
        if part.name == PEOPLE and (everything or not people.exists()):
            replacing.database(part, people)
        elif room == BROKER and name and (everything or not has_broker):
            (broker / name).parent.mkdir(parents=True, exist_ok=True)
            replacing.plain(part, broker / name)
        elif part.name != STORE:
            yield part.name


def _size(file: Path) -> int:
    return sum(Path(f"{file}{log}").stat().st_size for log in _LOGS if Path(f"{file}{log}").exists())
