"""The file that a backup is: a compressed tar that begins with a manifest of what follows.

It may come from anywhere when it is read: no name in it leads out of where it is unpacked, and no more is unpacked
than the manifest says.
"""

import gzip
import hashlib
import os
import pwd
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from deploy.errors import Problem
from deploy.operating.databases import Contents
from locales.files import open_file

MANIFEST = "manifest.json"
STORE = "store.db"
_STEP = r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}"
_NAME = re.compile(rf"{_STEP}(/{_STEP}){{0,2}}")
_MOST_MANIFEST_BYTES = 1024 * 1024
_MOST_END_BYTES = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_LEVEL = 6
_BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, msgspec.MsgspecError, OverflowError)
"""What reading a file that is no backup, or a torn one, may raise."""


class Part(Struct, frozen=True):
    """One file of a backup."""

    name: Annotated[str, Meta(max_length=400)]
    bytes: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(max_length=64)]
    mode: Annotated[int, Meta(ge=0, le=0o777)]
    owner: Annotated[str, Meta(max_length=64)]
    """The user's name; empty where the number has none."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    fjes_backup: Literal[1]
    software: str
    made: str
    """UTC, to the second."""
    store: Contents
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        """Raises ValueError when a name leads anywhere, or there is no store."""
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names) or not all(map(_NAME.fullmatch, names)) or STORE not in names:
            raise ValueError("its manifest is not one of fjes")


class Packed(Struct, frozen=True):
    """A file that is to go into a backup: its copy, and the one that it is a copy of."""

    copy: Path
    original: Path


def write_archive(target: Path, files: Mapping[str, Packed], *, software: str, made: str, store: Contents) -> Manifest:
    """Writes these files, by their names in it, into a new file that only its user may read. Raises OSError."""
    manifest = Manifest(
        fjes_backup=1,
        software=software,
        made=made,
        store=store,
        parts=tuple(_part(name, packed) for name, packed in files.items()),
    )
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(handle, "wb") as plain,
        gzip.GzipFile("", "wb", _LEVEL, plain, mtime=0) as zipped,
        tarfile.open(mode="w", fileobj=zipped, format=tarfile.PAX_FORMAT) as tar,
    ):
        text = msgspec.json.format(msgspec.json.encode(manifest))
        tar.addfile(_header(MANIFEST, len(text)), BytesIO(text))
        for part in manifest.parts:
            with files[part.name].copy.open("rb") as file:
                tar.addfile(_header(part.name, part.bytes), file)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """Raises Problem when the file is no backup."""
    with _reading(file) as tar:
        return _manifest(tar)


def verify_archive(file: Path) -> Manifest:
    """Reads all of it, and compares it with its manifest. Raises Problem."""
    return _read(file, None)


def unpack_archive(file: Path, directory: Path) -> Manifest:
    """Puts all of it into a directory, and compares it with its manifest. Raises Problem."""
    return _read(file, directory)


def _read(file: Path, directory: Path | None) -> Manifest:
    with _reading(file) as tar:
        manifest = _manifest(tar)
        for part in manifest.parts:
            member = tar.next()
            if member is None or member.name != part.name or member.size != part.bytes or not member.isreg():
                raise ValueError(f"{part.name} is missing in it")
            source = tar.extractfile(member)
            assert source is not None
            if directory is None:
                found = _copy(source, None)
            else:
                target = directory / part.name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with target.open("xb") as made:
                    found = _copy(source, made)
            if found != part.sha256:
                raise ValueError(f"{part.name} in it is not what was put there")
        if tar.next() is not None:
            raise ValueError("there is more in it than its manifest says")
        _read_to_end(tar)
    return manifest


def _read_to_end(tar: tarfile.TarFile) -> None:
    """What follows the last file is nothing, and then the checksum of all, which is compared when it is met."""
    assert tar.fileobj is not None
    for _ in range(_MOST_END_BYTES // _CHUNK):
        chunk = tar.fileobj.read(_CHUNK)
        if not chunk:
            return
        if chunk.strip(b"\0"):
            break
    raise ValueError("something follows its end")


def _manifest(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > _MOST_MANIFEST_BYTES:
        raise ValueError("it has no manifest")
    source = tar.extractfile(member)
    assert source is not None
    return msgspec.json.decode(source.read(), type=Manifest)


@contextmanager
def _reading(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with (
            open_file(file) as plain,
            gzip.GzipFile(fileobj=plain) as zipped,
            tarfile.open(fileobj=zipped, mode="r:") as tar,
        ):
            yield tar
    except gzip.BadGzipFile as error:
        raise Problem(f"{file} is no backup of fjes, or is damaged: {error}") from error
    except OSError as error:
        raise Problem(f"{file}: {error.strerror or error}") from error
    except _BROKEN as error:
        raise Problem(f"{file} is no backup of fjes, or is damaged: {error}") from error


def _copy(source: IO[bytes], target: IO[bytes] | None) -> str:
    """The SHA-256 of what there is to read, written to `target` on the way."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def _part(name: str, packed: Packed) -> Part:
    original = packed.original.stat()
    with packed.copy.open("rb") as source:
        return Part(
            name,
            packed.copy.stat().st_size,
            _copy(source, None),
            mode=original.st_mode & 0o777,
            owner=_name_of(original.st_uid),
        )


def _name_of(user: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(user).pw_name
    return ""


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header
