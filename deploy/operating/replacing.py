"""Puts what was unpacked of a backup in the place of what is there, which is kept aside for the same eyes only.

All is made ready on the disks that it goes to, and room is made sure of, before the first file is replaced.
"""

import os
import pwd
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from deploy.errors import Problem
from deploy.operating.archive import STORE, Part
from deploy.operating.databases import DamagedProblem, check_database, copy_database, put_database
from deploy.operating.files import copied, on_disk, put_in_place, require_room, workspace
from deploy.operating.parts import PEOPLE, PUBLISHED

_BESIDE = ".fjes-restore-"
_LOGS = ("", "-wal", "-shm")


class Place(Struct, frozen=True):
    """A part of a backup, and where it belongs on this machine."""

    part: Part
    target: Path

    @property
    def is_database(self) -> bool:
        return self.part.name in (STORE, PEOPLE, PUBLISHED)


class Replacing:
    """One restore. `room` has what was unpacked, and is where the store is; `stamp` names what is kept aside."""

    def __init__(self, room: Path, stamp: str, stack: ExitStack) -> None:
        self.put: list[Path] = []
        self.aside: list[Path] = []
        self._room = room
        self._stamp = stamp
        self._stack = stack
        self._beside = {room.parent: room}
        self._ready: dict[Path, Path] = {}
        self._before: dict[Path, Path] = {}

    def prepare(self, places: Iterable[Place]) -> None:
        """Raises Problem or OSError; nothing was replaced then, and nothing is to be."""
        for place in places:
            target = place.target
            if not place.is_database:
                target.parent.mkdir(parents=True, exist_ok=True)
            require_room(target.parent, 2 * (place.part.bytes + size_of(target)), "to restore")
            beside = self._workspace(target.parent)
            if not place.is_database:
                self._ready[target] = self._made(place, beside / f"ready-{len(self._ready)}")
                if target.exists():
                    self._before[target] = beside / f"before-{len(self._before)}"
                    copied(target, self._before[target])

    def replace(self, place: Place) -> None:
        """Raises Problem or OSError."""
        if place.is_database:
            self._database(place)
        else:
            self._plain(place.target)
        self.put.append(place.target)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Adds to a Problem, and to an OSError, what was done before it."""
        try:
            yield
        except (Problem, OSError) as error:
            done = [f"{path} was put" for path in self.put]
            done += [f"{path} is what was there" for path in self.aside]
            if not done:
                raise
            raise Problem(f"{error}. Until then: {', '.join(done)}. Mend it, and restore again") from error

    def _workspace(self, directory: Path) -> Path:
        """Where files for this directory are made: on its own disk, so that they get there by a rename."""
        if directory not in self._beside:
            self._beside[directory] = self._stack.enter_context(workspace(directory, _BESIDE))
        return self._beside[directory]

    def _made(self, place: Place, file: Path) -> Path:
        copied(self._room / place.part.name, file)
        _as_it_was(place, file)
        on_disk(file)
        return file

    def _plain(self, target: Path) -> None:
        if before := self._before.get(target):
            put_in_place(before, self._name_aside(target))
            self.aside.append(self._name_aside(target))
        self._ready[target].replace(target)
        on_disk(target.parent)

    def _database(self, place: Place) -> None:
        target = place.target
        if target.exists():
            self._keep_database(target)
        is_new = not target.exists()  # also where a damaged one has made way
        if is_new:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        put_database(self._room / place.part.name, target)
        if is_new:
            _as_it_was(place, target)

    def _keep_database(self, target: Path) -> None:
        """A copy of a sound one, which goes on to be read until it is replaced; a damaged one makes way."""
        aside = self._name_aside(target)
        try:
            made = self._workspace(target.parent) / "aside"
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


def size_of(file: Path) -> int:
    """Bytes of a file, with a database's logs; 0 where there is none."""
    return sum(Path(f"{file}{log}").stat().st_size for log in _LOGS if Path(f"{file}{log}").exists())


def _as_it_was(place: Place, file: Path) -> None:
    """With its mode; where root restores, with its owner, if there is such a user, else its directory's."""
    file.chmod(place.part.mode)
    if os.geteuid() == 0:
        directory = place.target.parent.stat()
        user, group = directory.st_uid, directory.st_gid
        if place.part.owner:
            with suppress(KeyError):
                owner = pwd.getpwnam(place.part.owner)
                user, group = owner.pw_uid, owner.pw_gid
        os.chown(file, user, group)
