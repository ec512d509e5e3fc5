"""What one terminal needs, in one file: unpacked anywhere, `fjes --config fjes.toml kiosk` works with it."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.settings import Section
from deploy.site.authority import names_of, read_certificate
from deploy.site.files import OPEN, SECRET, write
from deploy.site.layout import BrokerFiles
from deploy.site.toml import to_toml

SETTINGS = "fjes.toml"
CA = "ca.crt"
PASSWORD = "password"  # noqa: S105 - the name of a file
SURVEY = "survey.json"
VOICES = "voices"

_HEAD = """\
# Settings of the terminal {terminal}, made by `fjes terminal`. What belongs to this one device, as the size of its
# screen, can be added under [terminal].
"""


def write_bundle(file: Path, configuration: Configuration, files: BrokerFiles, terminal: str, password: str) -> None:
    """Puts the bundle of a terminal into `file`, for its owner only. Raises Problem."""
    settings = _settings(configuration, files, terminal)
    members = {SETTINGS: (settings.encode(), OPEN), PASSWORD: (f"{password}\n".encode(), SECRET)}
    try:
        members[CA] = files.ca.read_bytes(), OPEN
        members |= {name: (content, OPEN) for name, content in _of_site(configuration)}
    except OSError as error:
        raise Problem(f"{error.filename}: {error.strerror}") from error
    write(file, _packed(members), SECRET, keep_owner=False)


def _settings(configuration: Configuration, files: BrokerFiles, terminal: str) -> str:
    """The site's own settings and the terminal's name; all files by names relative to this one."""
    settings = configuration.settings
    site = _plain(settings.site)
    site |= {name: file for name, file in (("survey", SURVEY), ("voices", VOICES)) if name in site}
    broker = {
        "host": names_of(read_certificate(files.server))[0],
        "port": settings.broker.port,
        "ca": CA,
        "user": terminal,
        "password": PASSWORD,
    }
    sections = {
        "site": site,
        "broker": broker,
        "privacy": _plain(settings.privacy),
        "terminal": {"id": terminal},
    }
    return _HEAD.format(terminal=terminal) + to_toml(sections)


def _plain(section: Section) -> dict[str, Any]:
    """A section as TOML knows it. What is empty by default is left out; `privacy.hold` is not, and can be set so."""
    default = type(section)()
    plain = {
        key: _plain(value) if isinstance(value, Section) else msgspec.json.decode(msgspec.json.encode(value))
        for key, value in msgspec.structs.asdict(section).items()
    }
    return {key: value for key, value in plain.items() if value or getattr(section, key) != getattr(default, key)}


def _of_site(configuration: Configuration) -> Iterator[tuple[str, bytes]]:
    """The site's own survey and recordings, where it has any."""
    if survey := configuration.settings.site.survey:
        configuration.survey()
        yield SURVEY, configuration.path(survey).read_bytes()
    if voices := configuration.voices():
        for file in sorted(voices.rglob("*")):
            if file.is_file():
                yield f"{VOICES}/{file.relative_to(voices)}", file.read_bytes()


def _packed(members: dict[str, tuple[bytes, int]]) -> bytes:
    """The same bytes for the same members: sorted, without times and owners."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for name, (content, mode) in sorted(members.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()
