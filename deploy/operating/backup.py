"""`fjes backup`: one file with all that a server needs, made while everything runs, and read back before it counts."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.archive import STORE, Manifest, Packed, verify_archive, write_archive
from deploy.operating.databases import Contents, check_database, check_store, copy_database, copy_store
from deploy.operating.files import copied, made_ours, put_in_place, require_room, workspace
from deploy.operating.parts import MOST_BYTES, Sort, Source, left_out, names_told, sources_of
from deploy.operating.words import many, megabytes

STAMP = "%Y%m%dT%H%M%SZ"
_MADE_BY_US = re.compile(r"fjes-[0-9]{8}T[0-9]{6}Z\.tar\.gz")
UNFINISHED = ".fjes-unfinished-"


def run_backup(configuration: Configuration, settings_file: Path | None, to: Path | None) -> None:
    """Prints where the backup is and what is in it. Raises Problem; then no backup was made, and none is gone."""
    file, manifest, removed = make_backup(configuration, settings_file, to)
    store = manifest.store
    print(
        f"{file}: {many(store.sheets, 'sheet')} with {many(store.votes, 'vote')} of "
        f"{many(len(store.terminals), 'terminal')}, verified"
    )
    print(f"{megabytes(file.stat().st_size)}; with {', '.join(names_told(part.name for part in manifest.parts))}")
    for large in left_out(configuration, settings_file):
        print(f"Not in it: {large}, which is larger than {megabytes(MOST_BYTES)}")
    if len(manifest.parts) > 1:
        print("It holds secrets: only this user can read it. Keep a copy on another machine, as safe as this one.")
    if removed:
        print(f"Older ones that were removed: {', '.join(one.name for one in removed)}")


def make_backup(
    configuration: Configuration,
    settings_file: Path | None = None,
    to: Path | None = None,
    now: datetime | None = None,
) -> tuple[Path, Manifest, list[Path]]:
    """The new backup's file and manifest, and the old ones that made way for it. `now` is aware. Raises Problem."""
    collector = configuration.settings.collector
    made = (now or datetime.now(UTC)).astimezone(UTC)
    directory = to.absolute().parent if to else configuration.path(collector.backups)
    file = to.absolute() if to else directory / f"fjes-{made.strftime(STAMP)}.tar.gz"
    try:
        if to is None and not directory.exists():
            directory.mkdir(mode=0o755, parents=True)  # names may be seen, as the age of the newest; no file be read
            made_ours(directory)
        with _one_at_a_time(directory):
            if file.exists():
                raise Problem(f"{file} is there already; nothing was written over it")
            manifest = _make(sources_of(configuration, settings_file), directory, file, made)
            removed = _remove_old(directory, collector.keep_backups, file) if to is None else []
    except OSError as error:
        raise Problem(f"{file}: {error.strerror or error}; no backup was made") from error
    return file, manifest, removed


def backups_in(directory: Path) -> list[Path]:
    """Those that `fjes backup` made there, oldest first."""
    return sorted(file for file in directory.glob("*") if _MADE_BY_US.fullmatch(file.name))


def made_at(file: Path) -> datetime:
    """When one of those was made (aware), by its name: that can be read by who may not read the backup."""
    return datetime.strptime(file.name, f"fjes-{STAMP}.tar.gz").replace(tzinfo=UTC)


def _make(sources: list[Source], directory: Path, file: Path, made: datetime) -> Manifest:
    if not sources or sources[0].name != STORE:
        raise Problem("there is no store yet, so there is nothing to back up: start the collector, which makes it")
    size = sum(_size(source.path) for source in sources)
    require_room(directory, 2 * size, "a backup, with the copy that it is made of,")
    with workspace(directory, UNFINISHED) as room:
        files = {source.name: Packed(room / f"{n}", source.path) for n, source in enumerate(sources)}
        for source in sources[1:]:
            _copy(source, files[source.name].copy)
        store = _copy_store(sources[0].path, files[STORE].copy)
        finished = room / "finished"
        stamp = made.isoformat(timespec="seconds")
        write_archive(finished, files, software=f"fjes {version('fjes')}", made=stamp, store=store)
        manifest = verify_archive(finished)  # what was looked through is what can be read back, byte for byte
        put_in_place(finished, file)
    return manifest


def _copy_store(source: Path, target: Path) -> Contents:
    """Raises Problem when the copy is damaged, or is not what was there: such a backup would be none."""
    counted = copy_store(source, target)
    found = check_store(target)
    if found != counted:
        raise Problem(f"{source}: its copy has {found}, but it has {counted}")
    return found


def _copy(source: Source, target: Path) -> None:
    if source.sort is Sort.FILE:
        copied(source.path, target)
    else:
        copy_database(source.path, target)
        check_database(target)


def _size(file: Path) -> int:
    log = Path(f"{file}-wal")
    return file.stat().st_size + (log.stat().st_size if log.exists() else 0)


def _remove_old(directory: Path, keep: int, new: Path) -> list[Path]:
    """The new one is verified and kept, also where others have a name of the future, so a good one always stays."""
    others = [file for file in backups_in(directory) if file != new]
    old = others[: max(0, len(others) + 1 - keep)]
    for file in old:
        file.unlink()
    return old


@contextmanager
def _one_at_a_time(directory: Path) -> Iterator[None]:
    """Two backups at once would take each other's unfinished files for those of one that was killed."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Problem(f"{directory}: another backup is being made there; nothing was done") from error
    finally:
        os.close(handle)
