"""`fjes install`: what it says it would do is what it does, and once is enough."""

import io
import subprocess
import sys
import tarfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from deploy.command import build_parser, main
from deploy.errors import Problem
from deploy.install import run
from deploy.install.bundle import read_bundle
from deploy.install.command import _add_roles
from deploy.install.program import Source
from deploy.install.run import carry_out, closing, steps_for
from tests.fakes.machine import FakeMachine, everything

ROOM = Path(__file__).parents[2]
SERVER_UNITS = "fjes-broker.service fjes-collector.service fjes-dashboard.service fjes-backup.timer fjes-doctor.timer"
SETTINGS = '[broker]\nhost = "fjes.example.org"\n\n[terminal]\nid = "stua-1"\n'


@pytest.fixture(autouse=True)
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of fjes, smaller than the real one."""
    folder = tmp_path / "clone"
    for name in ("contract/a.py", "requirements/server.txt", "requirements/kiosk.txt", "pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    for name in ("README.md", "LICENSE"):
        (folder / name).touch()
    monkeypatch.setattr(run, "source_here", lambda: folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    (tmp_path / "machine").mkdir()
    return FakeMachine(tmp_path / "machine")


def parse(*words: str) -> Namespace:
    return build_parser().parse_args(["install", *words])


def install(machine: FakeMachine, *words: str) -> list[str]:
    """What it says, step by step."""
    said: list[str] = []
    machine.changed, machine.lines = False, []
    given = parse(*words)
    carry_out(steps_for(given, machine), machine, dry=given.dry_run, say=said.append)
    return said


def bundle(tmp_path: Path, files: dict[str, str] | None = None) -> str:
    """As `fjes terminal add` makes one."""
    file = tmp_path / "stua-1.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name, text in (files or {"fjes.toml": SETTINGS, "ca.crt": "ca", "password": "secret"}).items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return str(file)


def done(said: list[str]) -> list[str]:
    return [line.removeprefix("done   ") for line in said if line.startswith("done ")]


@pytest.mark.parametrize("role", ["server", "kiosk"])
def test_what_would_be_done_is_what_is_done(machine: FakeMachine, role: str) -> None:
    before = everything(machine.root)
    planned = install(machine, role, "--dry-run")
    assert everything(machine.root) == before
    assert not any(line.startswith(("apt-get", "systemctl enable", "systemctl restart")) for line in machine.lines)
    carried_out = install(machine, role)
    assert [line.replace("to do ", "done  ") for line in planned] == carried_out


@pytest.mark.parametrize("words", [["server"], ["kiosk"], ["kiosk", "--bundle", "BUNDLE", "--read-only", "/dev/sda3"]])
def test_once_is_enough(machine: FakeMachine, tmp_path: Path, words: list[str]) -> None:
    words = [bundle(tmp_path) if word == "BUNDLE" else word for word in words]
    assert done(install(machine, *words))
    before = everything(machine.root)
    again = install(machine, *words)
    assert done(again) == []
    assert all(line.startswith("found  ") for line in again)
    assert everything(machine.root) == before
    assert not any("restart" in line or line.startswith("apt-get") for line in machine.lines)


def test_a_server_runs_at_the_end_with_a_broker_of_its_name(machine: FakeMachine) -> None:
    install(machine, "server", "--name", "fjes.example.org")
    assert machine.active == set(SERVER_UNITS.split())
    [init] = [line for line in machine.lines if "broker init" in line]
    assert init.endswith("--name fjes.example.org")
    assert machine.is_owned("/var/lib/fjes/broker/collector.password", "fjes-collector", "root")


def test_debians_own_broker_is_kept_from_starting_before_it_is_installed(machine: FakeMachine) -> None:
    said = done(install(machine, "server"))
    assert said.index("no broker but the site's own") < next(n for n, line in enumerate(said) if "packages" in line)
    assert machine.path("/etc/systemd/system/mosquitto.service").readlink() == Path("/dev/null")


def test_a_broker_that_was_there_before_is_let_be(machine: FakeMachine) -> None:
    machine.path("/usr/sbin").mkdir(parents=True)
    machine.path("/usr/sbin/mosquitto").touch()
    install(machine, "server")
    assert not machine.path("/etc/systemd/system/mosquitto.service").is_symlink()


def test_what_somebody_spoilt_is_mended_and_what_is_theirs_is_kept(machine: FakeMachine) -> None:
    install(machine, "server")
    settings, unit = "/etc/fjes/fjes.toml", "/etc/systemd/system/fjes-collector.service"
    machine.path(settings).write_text("# theirs")
    machine.path(unit).write_text("# spoilt")
    machine.path("/var/lib/fjes/dashboard").chmod(0o777)
    machine.path("/usr/local/bin/fjes").chmod(0o777)
    machine.own(machine.path("/etc/sysusers.d/fjes-server.conf"), "fjes-dashboard", "root")
    assert done(install(machine, "server")) == [
        "/usr/local/bin/fjes",
        unit,
        "/etc/sysusers.d/fjes-server.conf",
        "directories of /etc/tmpfiles.d/fjes-server.conf",
        f"running: {SERVER_UNITS}",
    ]
    assert machine.read(settings) == b"# theirs"
    assert machine.lines[-1] == f"systemctl restart {SERVER_UNITS}"


def test_where_systemd_does_not_run_nothing_is_started(tmp_path: Path) -> None:
    (tmp_path / "chroot").mkdir()
    machine = FakeMachine(tmp_path / "chroot", runs=False)
    install(machine, "server")
    assert not any("restart" in line for line in machine.lines)
    assert machine.path("/etc/systemd/system/multi-user.target.wants/fjes-collector.service").is_symlink()


def test_a_step_that_fails_is_named_and_nothing_after_it_is_done(machine: FakeMachine) -> None:
    machine.broken = "/opt/fjes/venv/bin/fjes"
    with pytest.raises(Problem, match=r"^the broker's certificates and accounts: `.*broker init.*` failed"):
        install(machine, "server")
    assert not machine.active
    machine.broken = "nothing"
    assert "the broker's certificates and accounts" in done(install(machine, "server"))


def test_a_version_that_was_not_finished_is_built_again(machine: FakeMachine) -> None:
    machine.broken = "/opt/fjes/venv-"
    with pytest.raises(Problem, match="pip"):
        install(machine, "server")
    assert not machine.path("/opt/fjes/venv").exists()
    machine.broken = "nothing"
    assert any(line.startswith("fjes and its dependencies") for line in done(install(machine, "server")))
    assert machine.path("/opt/fjes/venv/complete").exists()


def version(machine: FakeMachine, link: str = "venv") -> str:
    return str(machine.path(f"/opt/fjes/{link}").readlink())


def test_a_newer_fjes_stands_beside_the_one_before_and_the_store_is_backed_up_first(
    machine: FakeMachine, source: Path
) -> None:
    install(machine, "server")
    first = version(machine)
    machine.path("/var/lib/fjes/collector/fjes.db").write_text("votes")
    (source / "contract/a.py").write_text("newer")
    install(machine, "server")
    second = version(machine)
    assert first != second
    assert version(machine, "before") == first
    backed_up = machine.lines.index("systemctl start fjes-backup.service")
    assert backed_up < machine.lines.index(f"systemctl restart {SERVER_UNITS}")
    (source / "contract/a.py").write_text("newest")
    install(machine, "server")
    assert version(machine, "before") == second
    assert {found.name for found in machine.path("/opt/fjes").glob("venv-*")} == {version(machine), second}


def test_a_backup_that_fails_keeps_the_version_that_runs(machine: FakeMachine, source: Path) -> None:
    install(machine, "server")
    first = version(machine)
    machine.path("/var/lib/fjes/collector/fjes.db").write_text("votes")
    (source / "contract/a.py").write_text("newer")
    machine.broken = "systemctl start fjes-backup"
    with pytest.raises(Problem):
        install(machine, "server")
    assert version(machine) == first


def test_the_version_before_can_be_had_back(machine: FakeMachine, source: Path) -> None:
    install(machine, "server")
    with pytest.raises(Problem, match="no version before"):
        install(machine, "server", "--back")
    first = version(machine)
    (source / "contract/a.py").write_text("newer")
    install(machine, "server")
    install(machine, "server", "--back")
    assert version(machine) == first
    assert machine.lines[-1].startswith("systemctl restart")
    assert first in closing(parse("server", "--back"), machine)


def test_every_byte_of_the_program_and_no_other_makes_another_version(source: Path) -> None:
    first = Source(source, ["server"]).version()
    (source / "notes.txt").write_text("beside it")
    (source / "requirements/kiosk.txt").write_text("of another role")
    assert Source(source, ["server"]).version() == first
    (source / "requirements/server.txt").write_text("others")
    assert Source(source, ["server"]).version() != first


def test_a_machine_that_is_both_has_one_fjes_for_both(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "server")
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    [pip] = [line for line in machine.lines if "--require-hashes" in line]
    assert "requirements/kiosk.txt" in pip
    assert "requirements/server.txt" in pip
    assert machine.lines[-1] == f"systemctl restart {SERVER_UNITS} fjes-kiosk.service"


def test_the_installed_fjes_can_do_all_but_bring_itself(
    machine: FakeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(machine, "kiosk")
    monkeypatch.setattr(run, "source_here", lambda: None)
    assert any("bundle" in line for line in done(install(machine, "kiosk", "--bundle", bundle(tmp_path))))
    with pytest.raises(Problem, match="sudo deploy/installer server"):
        install(machine, "server")


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


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08", b"text" * 1000])
def test_a_file_that_is_no_bundle_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(content)
    with pytest.raises(Problem, match=r"x\.tar\.gz"):
        read_bundle(file)
    with pytest.raises(Problem, match="No such file"):
        read_bundle(tmp_path / "gone.tar.gz")


def test_fstab_gets_one_line_and_counts_so_far_move(machine: FakeMachine, tmp_path: Path) -> None:
    machine.path("/data").mkdir()
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    machine.path("/var/lib/fjes/terminal/stua-1.db").write_text("votes")
    install(machine, "kiosk", "--read-only", "/data")
    assert machine.path("/etc/fstab").read_text().splitlines()[1:] == ["/data /var/lib/fjes none bind,nofail 0 0"]
    lines = machine.lines
    steps = ["systemctl stop fjes-*.service", "cp --archive", "umount", "mount /var/lib/fjes", "systemctl restart"]
    where = [next(n for n, line in enumerate(lines) if line.startswith(step)) for step in steps]
    assert where == sorted(where), "nothing is counted on the old disk after it was copied"
    assert (machine.path("/run/fjes-data") / "terminal/stua-1.db").read_text() == "votes"
    assert "read-only" in closing(parse("kiosk", "--read-only", "/data"), machine)


def test_counts_on_both_disks_are_for_a_person_to_judge(machine: FakeMachine, tmp_path: Path) -> None:
    install(machine, "kiosk", "--bundle", bundle(tmp_path))
    for place in ("/var/lib/fjes/terminal", "/run/fjes-data/terminal"):
        machine.path(place).mkdir(parents=True, exist_ok=True)
        machine.path(f"{place}/stua-1.db").write_text(place)
    machine.path("/data").mkdir()
    with pytest.raises(Problem, match="has counts of a terminal already"):
        install(machine, "kiosk", "--read-only", "/data")
    assert "umount /run/fjes-data" in machine.lines
    assert len(machine.path("/etc/fstab").read_text().splitlines()) == 1


def test_a_disk_without_a_file_system_is_not_taken(machine: FakeMachine) -> None:
    with pytest.raises(Problem, match=r"mkfs\.ext4"):
        install(machine, "kiosk", "--read-only", "UUID=1234")
    with pytest.raises(Problem, match="no such directory"):
        install(machine, "kiosk", "--read-only", "/gone")


def test_a_raspberry_pi_boots_in_silence(machine: FakeMachine) -> None:
    file = machine.path("/boot/firmware/cmdline.txt")
    file.parent.mkdir(parents=True)
    file.write_text("console=serial0,115200 console=tty1 root=PARTUUID=1-02 rootwait quiet\n")
    install(machine, "kiosk")
    words = file.read_text().split()
    assert file.read_text().count("\n") == 1
    assert {"root=PARTUUID=1-02", "console=tty3", "vt.global_cursor_default=0", "consoleblank=0"} <= {*words}
    assert words.count("quiet") == 1


def test_only_root_may(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.install.machine.os.geteuid", lambda: 65534)
    assert main(["install", "server", "--root", str(tmp_path)]) == 1
    assert "say it again with sudo" in capsys.readouterr().err
    assert not list((tmp_path).glob("etc"))


def test_a_system_that_is_read_only_now_would_forget_it_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deploy.install.machine.os.geteuid", lambda: 0)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/mounts").write_text("overlayroot / overlay rw,lowerdir=/media/root-ro 0 0\n")
    assert main(["install", "kiosk", "--root", str(tmp_path)]) == 1
    assert "overlayroot-chroot" in capsys.readouterr().err


def test_the_installer_needs_nothing_but_python(tmp_path: Path) -> None:
    """On a bare machine there is neither `fjes` nor anything that it needs."""
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(ROOM)!r}); "
        "sys.argv[1:] = ['server', '--dry-run', '--root', sys.argv[1]]; runpy.run_module('deploy.install')"
    )
    line = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "to do  /etc/fjes/fjes.toml" in done.stdout


def test_the_script_that_begins_it_all_finds_its_own_folder(tmp_path: Path) -> None:
    line = [str(ROOM / "deploy/installer"), "kiosk", "--dry-run", "--root", "."]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "to do  /usr/local/bin/fjes" in done.stdout


def test_both_ways_to_begin_take_the_same() -> None:
    for words in (["server", "--name", "a"], ["kiosk", "--bundle", "b", "--read-only", "c"], ["kiosk", "--back"]):
        alone = ArgumentParser()
        _add_roles(alone)
        assert vars(alone.parse_args(words)).items() <= vars(parse(*words)).items()
