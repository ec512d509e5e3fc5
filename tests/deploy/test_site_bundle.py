"""A terminal's bundle: the site's settings as the server has them, and nothing that belongs to another."""

import os
import re
import stat
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.configuration import read_settings
from deploy.site.bundle import write_bundle
from deploy.site.toml import to_toml
from tests.provisioned import Provisioned, is_root

OF_SITE = """\
[site]
timezone = "Europe/Bucharest"
languages = ["ro", "en"]
messages_aloud = true
survey = "surveys/own.json"
voices = "recordings"
[[site.opening]]
days = "mon-thu"
open = "10:00"
close = "16:00"
[[site.opening]]
days = "fri"
open = "10:00"
close = "12:00"
[[site.messages]]
ro = "Ați spus \\"prea mult\\" \\\\ noi am făcut"
en = "You said"
[privacy]
profile = "busy"
release = 3
[privacy.periods]
faces = "day"
[terminal]
id = "of-the-server"
inches = 15.6
"""

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def site() -> Iterator[Provisioned]:
    site = Provisioned("fjes.example.org", OF_SITE)
    (site.directory / "surveys").mkdir()
    own = site.directory / "surveys" / "own.json"
    own.write_bytes((Path(__file__).parents[2] / "locales" / "visit.json").read_bytes())
    (site.directory / "recordings" / "ro").mkdir(parents=True)
    (site.directory / "recordings" / "ro" / "voices.json").write_text("{}")
    (site.directory / "recordings" / "ro" / "question.ogg").write_bytes(b"sound")
    yield site
    site.end()


def test_terminal_and_server_agree_on_everything_of_the_site(site: Provisioned) -> None:
    directory = site.add("stua-1", "--place", "oslo/pro")
    ours, server = read_settings(directory / "fjes.toml"), read_settings(site.file)
    same = msgspec.structs.replace(ours.settings.site, survey="surveys/own.json", voices="recordings")
    assert same == server.settings.site
    assert ours.settings.privacy == server.settings.privacy
    assert ours.survey() == server.survey()
    ours.check_terminal()


def test_what_is_empty_on_purpose_is_so_on_the_terminal(site: Provisioned) -> None:
    """Without a `hold`, the default of the profile would be what the terminal goes by."""
    site.file.write_text(site.file.read_text().replace('"busy"', '"small"\nhold = []'))
    privacy = read_settings(site.add("stua-1") / "fjes.toml").settings.privacy
    assert privacy == read_settings(site.file).settings.privacy
    assert privacy.held == ()


@pytest.mark.skipif(not is_root(), reason="only root can give files away")
def test_whoever_has_put_a_file_there_does_not_own_the_bundle(site: Provisioned) -> None:
    """As in /tmp: its name can be guessed, and there is a password in it."""
    site.bundle("stua-1").touch(0o666)
    os.chown(site.bundle("stua-1"), 65534, 65534)
    site.add("stua-1")
    status = site.bundle("stua-1").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, 0, 0o600)


def test_it_says_how_the_broker_is_reached_and_by_what_name(site: Provisioned) -> None:
    settings = read_settings(site.add("stua-1") / "fjes.toml").settings
    assert (settings.broker.host, settings.broker.port) == ("fjes.example.org", site.port)
    assert settings.broker.user == settings.terminal.id == "stua-1"
    assert settings.terminal.inches is None, "the server's own screen is its own"


def test_its_files_are_beside_each_other_and_the_secret_is_one(site: Provisioned) -> None:
    directory = site.add("stua-1")
    with tarfile.open(site.bundle("stua-1")) as bundle:
        modes = {member.name: member.mode for member in bundle}
        assert all(member.isreg() and not member.uid and not member.mtime for member in bundle)
    own = {"survey.json", "voices/ro/question.ogg", "voices/ro/voices.json"}
    assert modes == {"ca.crt": 0o644, "fjes.toml": 0o644, "password": 0o600} | dict.fromkeys(own, 0o644)
    assert list(modes) == sorted(modes)
    assert stat.S_IMODE(site.bundle("stua-1").stat().st_mode) == 0o600
    assert (directory / "ca.crt").read_bytes() == site.files.ca.read_bytes()
    given = tomllib.loads((directory / "fjes.toml").read_text())
    assert not any(str(site.directory) in str(value) for value in given.values())


def test_nothing_of_the_server_is_in_it(site: Provisioned) -> None:
    """Neither a key nor the collector's password, nor another terminal's."""
    other = (site.add("stua-2") / "password").read_bytes()
    directory = site.add("stua-1")
    inside = b"".join(file.read_bytes() for file in directory.rglob("*") if file.is_file())
    for secret in (site.files.password("_collector").read_bytes(), other, b"PRIVATE KEY", b"_collector"):
        assert secret not in inside


def test_a_site_with_nothing_of_its_own_has_three_files(site: Provisioned) -> None:
    site.file.write_text(site.file.read_text().split("[site]")[0])
    site.add("stua-1")
    with tarfile.open(site.bundle("stua-1")) as bundle:
        assert bundle.getnames() == ["ca.crt", "fjes.toml", "password"]


def test_the_same_is_the_same_to_the_byte(site: Provisioned) -> None:
    files = [site.directory / name for name in ("first", "second")]
    for file in files:
        write_bundle(file, read_settings(site.file), site.files, "stua-1", "secret")
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes()[4:8] == bytes(4), "where gzip would write the time"


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ("surveys/own.json", "survey .*own.json: No such file"),
        ("recordings", r"site\.voices = 'recordings'"),
        ("broker/ca.crt", r"ca\.crt: No such file"),
    ],
)
def test_what_is_missing_is_named_and_nobody_is_let_in(site: Provisioned, spoilt: str, said: str) -> None:
    (site.directory / spoilt).rename(site.directory / "elsewhere")
    answer = site.fjes("terminal", "add", "stua-1", "--bundle", str(site.bundle("stua-1")))
    assert answer.status == 1
    assert re.search(said, answer)
    assert site.fjes("terminal", "list", "--json") == "[]\n"
    assert "stua-1:" not in site.files.passwords.read_text()


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_what_is_written_as_toml_is_read_as_it_was(values: dict[str, object]) -> None:
    read = tomllib.loads(to_toml({"section": values}))
    assert read == {"section": values}


def test_what_is_not_set_is_left_out_of_toml() -> None:
    assert to_toml({"section": {"set": "", "not": None}}) == '[section]\nset = ""\n'
