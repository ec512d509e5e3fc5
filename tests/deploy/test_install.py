"""`fjes install`: what it says it would do is what it does, and once is enough."""

import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.command import main
from deploy.errors import Problem
from deploy.install import run
from deploy.install.command import _add_roles
from deploy.install.machine import Machine
from deploy.install.program import Source
from deploy.install.run import closing
from tests.deploy.installed import SETTINGS, bundle, done, install, parse
from tests.fakes.machine import FakeMachine, everything

pytestmark = pytest.mark.usefixtures("source")

ROOM = Path(__file__).parents[2]
SERVER_UNITS = "fjes-broker.service fjes-collector.service fjes-dashboard.service fjes-backup.timer fjes-doctor.timer"


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


def test_one_part_that_ended_is_started_though_the_others_run(machine: FakeMachine) -> None:
    install(machine, "server")
    machine.active.remove("fjes-collector.service")
    assert done(install(machine, "server")) == [f"running: {SERVER_UNITS}"]
    assert machine.active == set(SERVER_UNITS.split())


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


def test_a_raspberry_pi_boots_in_silence(machine: FakeMachine) -> None:
    file = machine.path("/boot/firmware/cmdline.txt")
    file.parent.mkdir(parents=True)
    file.write_text("console=serial0,115200 console=tty1 root=PARTUUID=1-02 rootwait quiet\n")
    install(machine, "kiosk")
    words = file.read_text().split()
    assert file.read_text().count("\n") == 1
    assert {"root=PARTUUID=1-02", "console=tty3", "vt.global_cursor_default=0", "consoleblank=0"} <= {*words}
    assert words.count("quiet") == 1


@pytest.fixture
def umask() -> Iterator[None]:
    """Of somebody who shares nothing."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_whatever_the_umask_the_services_users_get_to_what_is_theirs(
    machine: FakeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "Machine", lambda _root: machine)
    monkeypatch.setattr(run, "refuse_without_root", lambda _machine: None)
    given = bundle(tmp_path, {"fjes.toml": SETTINGS, "voices/nb/question.ogg": "sound"})
    run.run_install(parse("kiosk", "--bundle", given))
    for name in ("/opt/fjes/venv/bin", "/etc/fjes/terminal/voices", "/etc/fjes/terminal/voices/nb", "/usr/local/bin"):
        assert machine.path(name).stat().st_mode & 0o777 == 0o755, name


def test_what_the_system_refuses_is_one_sentence(
    machine: FakeMachine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_self: object, _to: object) -> None:
        raise OSError(28, "No space left on device", "/opt/fjes/source/a.py")

    monkeypatch.setattr(Source, "copy", refuse)
    monkeypatch.setattr(run, "Machine", lambda _root: machine)
    monkeypatch.setattr(run, "refuse_without_root", lambda _machine: None)
    assert main(["install", "server"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"^fjes: fjes and its dependencies .*: /opt/fjes/source/a\.py: No space left on device$", said)


def test_who_may_not_look_is_told_what_to_say(
    machine: FakeMachine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_machine: object) -> bool:
        raise PermissionError(13, "Permission denied", "/var/lib/fjes/collector/fjes.db")

    monkeypatch.setattr("deploy.install.server.has_votes", refuse)
    monkeypatch.setattr(run, "Machine", lambda _root: machine)
    monkeypatch.setattr("deploy.install.run.os.geteuid", lambda: 65534)
    assert main(["install", "server", "--dry-run"]) == 1
    said = capsys.readouterr().err
    assert said == "fjes: /var/lib/fjes/collector/fjes.db: Permission denied; say it again with sudo\n"


def test_a_program_that_is_not_there_is_named_and_those_of_the_system_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `su` without a dash, root's PATH has none of the system's directories."""
    machine = Machine()
    with pytest.raises(Problem, match=r"^`no-such-program -x`: no-such-program: No such file"):
        machine.run("no-such-program", "-x")
    assert not machine.succeeds("no-such-program")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("deploy.install.machine._SYSTEM", str(tmp_path / "sbin"))
    (tmp_path / "sbin").mkdir()
    program = tmp_path / "sbin" / "blkid"
    program.write_text("#!/bin/sh\necho found\n")
    program.chmod(0o755)
    assert machine.run("blkid") == "found\n"


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


def test_nothing_is_taken_from_the_folder_that_somebody_is_in(tmp_path: Path) -> None:
    """It runs as root."""
    (tmp_path / "argparse.py").write_text("raise SystemExit('taken over')")
    line = [str(ROOM / "deploy/installer"), "kiosk", "--dry-run", "--root", "."]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_both_ways_to_begin_take_the_same() -> None:
    for words in (["server", "--name", "a"], ["kiosk", "--bundle", "b", "--read-only", "c"], ["kiosk", "--back"]):
        alone = ArgumentParser()
        _add_roles(alone)
        assert vars(alone.parse_args(words)).items() <= vars(parse(*words)).items()
