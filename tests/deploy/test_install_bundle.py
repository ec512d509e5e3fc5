"""A terminal and its bundle: what is in it gets to its place and to no other, and what belongs to the device stays."""

import tarfile
from pathlib import Path

import pytest

from deploy.errors import Problem
from deploy.install.bundle import read_bundle
from deploy.install.run import closing
from tests.deploy.installed import SETTINGS, bundle, install, parse
from tests.fakes.machine import FakeMachine

pytestmark = pytest.mark.usefixtures("source")


def test_a_terminal_waits_for_its_bundle(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "kiosk")
    assert not machine.active
    assert "--bundle" in closing(parse("kiosk"), machine)
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    assert machine.active == {"fjes-kiosk.service"}
    for name in ("fjes.toml", "ca.crt", "password"):
        assert machine.is_owned(f"/etc/fjes/terminal/{name}", "root", "fjes-kiosk")
        assert machine.path(f"/etc/fjes/terminal/{name}").stat().st_mode & 0o777 == 0o640
    assert machine.path("/etc/fjes/terminal/terminal").readlink() == Path("/var/lib/fjes/terminal")


def test_the_settings_come_last_as_with_them_the_terminal_begins(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "kiosk")
    files = {"fjes.toml": SETTINGS, "password": "p", "a.json": "{}"}
    install(machine, "kiosk", "--bundle", bundle(tmp_path, files))
    assert machine.written[-1] == "/etc/fjes/terminal/fjes.toml"


def test_what_belongs_to_the_device_outlives_a_new_bundle(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    settings = machine.path("/etc/fjes/terminal/fjes.toml")
    settings.write_text(SETTINGS + "inches = 10.1\n\n[terminal.play]\nchanges = 9\n")
    moved = SETTINGS.replace("fjes.example.org", "other.example.org")
    install(machine, "kiosk", "--bundle", bundle(tmp_path, {"fjes.toml": moved, "password": "new"}))
    assert settings.read_text() == moved + "inches = 10.1\n\n[terminal.play]\nchanges = 9\n"
    assert machine.read("/etc/fjes/terminal/password") == b"new"


def test_the_bundle_of_another_terminal_takes_nothing_over(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    settings = machine.path("/etc/fjes/terminal/fjes.toml")
    settings.write_text(SETTINGS + "inches = 10.1\n")
    other = SETTINGS.replace("stua-1", "door-2")
    install(machine, "kiosk", "--bundle", bundle(tmp_path, {"fjes.toml": other}))
    assert settings.read_text() == other


def test_lines_that_cannot_be_taken_over_are_not_lost_unsaid(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    machine.path("/etc/fjes/terminal/fjes.toml").write_text(SETTINGS + "inches = 10.1\n[dashboard]\nport = 1\n")
    with pytest.raises(Problem, match="lines of its own after"):
        install(machine, "kiosk", "--bundle", bundle(tmp_path))


def test_a_bundle_with_voices_has_folders(tmp_path: Path) -> None:
    files = {"fjes.toml": SETTINGS, "voices/nb/question.ogg": "sound"}
    assert set(read_bundle(Path(bundle(tmp_path, files)))) == set(files)


@pytest.mark.parametrize("name", ["../fjes.toml", "/etc/passwd", "voices/../../x", ".profile", "a b"])
def test_a_bundle_reaches_no_other_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(Problem, match="is not what a terminal's bundle has in it"):
        read_bundle(Path(bundle(tmp_path, {"fjes.toml": SETTINGS, name: "x"})))


def test_a_link_in_a_bundle_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "stua-1.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        link = tarfile.TarInfo("fjes.toml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/shadow"
        archive.addfile(link)
    with pytest.raises(Problem, match="is not what"):
        read_bundle(file)


def test_a_bundle_of_which_any_byte_was_lost_is_noticed(tmp_path: Path) -> None:
    """But for gzip's head, of which only the first four bytes count."""
    file = Path(bundle(tmp_path))
    whole, found = file.read_bytes(), read_bundle(file)
    after_head = whole.index(b"\0", 10) + 1
    for place in (*range(4), *range(after_head, len(whole))):
        for spoilt in (whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :], whole[:place]):
            file.write_bytes(spoilt)
            with pytest.raises(Problem, match=r"^bundle .*stua-1\.tar\.gz"):
                read_bundle(file)
    file.write_bytes(whole)
    assert read_bundle(file) == found


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08", b"text" * 1000])
def test_a_file_that_is_no_bundle_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(content)
    with pytest.raises(Problem, match=r"x\.tar\.gz"):
        read_bundle(file)
    with pytest.raises(Problem, match="No such file"):
        read_bundle(tmp_path / "gone.tar.gz")
