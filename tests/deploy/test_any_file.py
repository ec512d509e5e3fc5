"""Any file given to any command: it is right, or one kind sentence and status 1; never a traceback, wait or flood."""

import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from contract.errors import RefusedError
from dashboard.visits.reading import WrongFileError, read_visits
from deploy.command import main
from deploy.configuration import read_settings
from deploy.errors import Problem
from deploy.presses import read_presses
from deploy.voices.files import read_sound
from kiosk.staff.pin import PinError, matches
from locales.catalogue import default_survey
from locales.voices import read_voices
from tests.fakes.clock import OSLO

SURVEY = msgspec.json.encode(default_survey())
PRESSES = b"time,language,score,answer\n2026-03-24T14:05:00,nb,4,help\n2026-10-25T02:30:00+01:00,th,1,\n"
SETTINGS = b"""\
[site]
timezone = "Europe/Oslo"
languages = ["nb", "en"]
messages = [{ nb = "Takk", en = "Thanks" }]
[[site.opening]]
days = "mon-thu"
open = "10:00"
close = "16:00"
[broker]
port = 1883
[privacy]
profile = "busy"
periods = { faces = "hour" }
[terminal]
id = "stua-1"
inches = 10.1
[collector]
store = "fjes.db"
"""
VISITS = b"place,period,visits\noslo/pro,2026-11,412\noslo/pro,2025,4 611\noslo/pro,2026-11-21,\n"
VOICES = b'{"ui-question": {"text": "How was it?", "placeholder": true}}'
PIN = b"$argon2id$v=19$m=7168,t=5,p=1$MTIzNDU2Nzg$1/nAGi0P6H1c4lB3lD4uYQ\n"
ANY = settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def _press(file: Path) -> object:
    return read_presses(file, OSLO, ["nb", "th"], default_survey())


def _survey(file: Path) -> object:
    return read_settings(None).read_survey(str(file))


def _voices(file: Path) -> object:
    return read_voices(file.rename(file.with_name("voices.json")).parent)


def _pin(file: Path) -> object:
    """The staff's door knows what to say of an OSError."""
    try:
        return matches(file, "7382")
    except OSError as error:
        raise PinError(error.strerror) from error


def _visits(file: Path) -> object:
    try:
        return read_visits(file.read_bytes(), lambda place: place == "oslo/pro", datetime(2026, 11, 22))
    except WrongFileError as error:
        raise Problem(str(error)) from error


READERS: dict[str, tuple[Callable[[Path], object], bytes]] = {
    "settings": (read_settings, SETTINGS),
    "survey": (_survey, SURVEY),
    "presses": (_press, PRESSES),
    "voices": (_voices, VOICES),
    "pin": (_pin, PIN),
    "visits": (_visits, VISITS),
    "sound": (read_sound, b"OggS\x00\x02" + bytes(200)),
}
HOSTILE = {
    "nothing": b"",
    "NUL": bytes(1_000),
    "BOM": b"\xef\xbb\xbf",
    "UTF-16": SURVEY.decode().encode("utf-16"),
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 50_000,
    "a = brackets": b"a = " + b"[" * 50_000,
    "dots": b"a" + b".a" * 100_000 + b" = 1",
    "a number without end": b"a = " + b"9" * 100_000,
    "a small number": b"a = 1e" + b"9" * 1_000,
    "quotes": b'"' * 100_001,
    "commas": b"," * 200_000,
    "lines": b"\n" * 200_000,
    "a long value": b'[terminal]\nid = "' + b"x" * 200_000 + b'"',
    "a wrong list": b"[site]\nlanguages = [" + b"1," * 50_000 + b"]",
    "a dear hash": b"$argon2id$v=19$m=4194304,t=4000000,p=1$MTIzNDU2Nzg$1/nAGi0P6H1c4lB3lD4uYQ",
    "a hash of much at once": b"$argon2id$v=19$m=7168,t=5,p=16777215$MTIzNDU2Nzg$1/nAGi0P6H1c4lB3lD4uYQ",
    "a sound of hours": b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x08\x00\x00\x00\x08\x00\x00\x00"
    b"\x01\x00\x08\x00data\xff\xff\xff\x7f" + bytes(1_000),
}


def read_kindly(read: Callable[[Path], object], content: bytes) -> None:
    """Right, or refused in one short sentence."""
    with TemporaryDirectory(prefix="fjes-") as directory:
        file = Path(directory) / "given"
        file.write_bytes(content)
        said = ""
        try:
            read(file)
        except (Problem, RefusedError, PinError) as problem:
            said = str(problem) or "nothing\n"
        assert len(said) < 2_000
        assert "\n" not in said


@ANY
@given(content=st.binary(max_size=2_000))
@pytest.mark.parametrize("name", READERS)
def test_rubbish(name: str, content: bytes) -> None:
    read_kindly(READERS[name][0], content)


@ANY
@given(chance=st.randoms(use_true_random=False))
@pytest.mark.parametrize("name", READERS)
def test_a_right_file_that_is_spoilt(name: str, chance: random.Random) -> None:
    read, right = READERS[name]
    read_kindly(read, _spoilt(right, chance))


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", READERS)
def test_what_is_made_to_hurt(name: str, content: bytes) -> None:
    read_kindly(READERS[name][0], content)


def _spoilt(right: bytes, chance: random.Random) -> bytes:
    """A piece cut out, doubled, moved, or other bytes in its place."""
    start = chance.randrange(len(right))
    end = min(len(right), start + chance.choice((1, 1, 4, 30)))
    piece = chance.choice(
        (b"", right[start:end] * 3, chance.randbytes(4), b"\xff", b"0", b'"', b"-1", b"\x00", b"null")
    )
    at = chance.choice((start, chance.randrange(len(right))))
    rest = right[:start] + right[end:]
    return rest[:at] + piece + rest[at:]


class Place:
    """A directory with settings; commands that read one of its files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.settings = directory / "fjes.toml"
        self.store = directory / "fjes.db"
        self.settings.write_text("")

    def commands(self) -> Iterator[tuple[Path, list[str]]]:
        """Each with the file that it reads, which is named in its settings or by itself."""
        given = self.directory / "given"
        config = ["--config", str(self.settings)]
        yield given, ["--config", str(given), "figures", "--period", "2023"]
        yield given, [*config, "replay", str(given), "--terminal", "stua-1"]
        yield given, [*config, "restore", str(given)]
        yield given, [*config, "visits", "import", str(given)]
        for command in (["figures", "--period", "2023"], ["terminal", "list"], ["backup"], ["collector"]):
            yield self.store, [*config, *command]
        self.settings.write_text(f'[site]\nsurvey = "{given}"\n')
        yield given, [*config, "collector"]
        yield given, [*config, "replay", os.devnull, "--terminal", "stua-1"]


def _directory(file: Path) -> None:
    file.mkdir()


def _fifo(file: Path) -> None:
    os.mkfifo(file)


def _device(name: str) -> Callable[[Path], None]:
    return lambda file: file.symlink_to(name)


def _loop(file: Path) -> None:
    file.symlink_to(file)


def _huge(file: Path) -> None:
    with file.open("wb") as made:
        made.truncate(2**36)


def _rubbish(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(50_000))


NO_FILES = {
    "a directory": _directory,
    "a pipe": _fifo,
    "zeros without end": _device("/dev/zero"),
    "chance without end": _device("/dev/urandom"),
    "a link to itself": _loop,
    "a huge file": _huge,
    "rubbish": _rubbish,
}


@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None], capfd: pytest.CaptureFixture[str]) -> None:
    place = Place(tmp_path)
    for file, words in place.commands():
        make(file)
        before = os.lstat(file)
        assert main(words) == 1, words
        said = capfd.readouterr().err
        assert said.startswith("fjes: "), words
        assert said.count("\n") == 1, words
        assert len(said) < 1_000, words
        assert "is no file" in said or file != place.store or file.is_file() or "backup" in words
        assert (os.lstat(file).st_mode, os.lstat(file).st_size) == (before.st_mode, before.st_size), words
        _remove(file)


def _remove(file: Path) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        if one.is_dir() and not one.is_symlink():
            one.rmdir()
        else:
            one.unlink()
