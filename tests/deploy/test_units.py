"""What is put on a machine as it is: systemd finds no fault with it, nor much that an intruder could use."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from configparser import RawConfigParser
from pathlib import Path

import pytest

from deploy.command import build_parser
from deploy.install.bundle import SETTINGS as TERMINAL
from deploy.install.run import TREE
from deploy.install.server import SETTINGS as SERVER
from deploy.install.services import UNITS
from deploy.keeper import Pace
from deploy.site.broker import PORT

HERE = TREE.glob(f"*{UNITS}/fjes-*.*")
OURS = sorted(file for file in HERE if file.is_file())
SERVICES = [file.name for file in OURS if file.suffix == ".service"]
EXPOSURE = 20
"""The most that `systemd-analyze security` may find, in tenths: 2.0 of 10."""
PROGRAMS = ("opt/fjes/venv/bin/fjes", "usr/sbin/mosquitto", "usr/sbin/nft", "usr/bin/kill", "usr/bin/touch")

OWN_NETWORK = ("unshare", "--user", "--map-root-user", "--net")

needs_nftables = pytest.mark.skipif(
    subprocess.run([*OWN_NETWORK, "nft", "list", "tables"], capture_output=True).returncode != 0,
    reason="no network of its own may be made here, or the kernel has no nftables",
)
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine with both roles, as far as systemd looks at it: its own units, ours, and programs of these names."""
    root = tmp_path_factory.mktemp("root")
    for tree in ("all", "server", "kiosk"):
        shutil.copytree(TREE / tree, root, dirs_exist_ok=True)
    shutil.copytree("/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    (root / "lib").symlink_to("usr/lib")
    (root / "bin").symlink_to("usr/bin")
    for name in PROGRAMS:
        program = root / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return root


def analyze(root: Path, *line: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", line[0], f"--root={root}", *line[1:]]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def verified(root: Path) -> str:
    """What systemd finds wrong; it only warns of a word it does not know, which would then do nothing."""
    done = analyze(root, "verify", "--man=no", *(f"{root}{UNITS}/{file.name}" for file in OURS))
    return done.stdout + ("" if done.returncode == 0 else f"status {done.returncode}")


@needs_nftables
def test_the_firewall_is_loaded_and_once_more() -> None:
    file = TREE / "server/usr/local/lib/fjes/firewall.nft"
    script = f"nft --file {file} && nft --file {file} && nft list table inet fjes"
    done = subprocess.run([*OWN_NETWORK, "sh", "-c", script], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count(f"tcp dport {PORT} update @addresses") == 2


@needs_systemd
def test_systemd_understands_every_line(root: Path) -> None:
    assert verified(root) == ""


@needs_systemd
def test_a_line_that_it_does_not_understand_would_be_found(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "root", symlinks=True)
    hardened = tmp_path / f"root{UNITS}/fjes-.service.d/10-hardened.conf"
    hardened.write_text(hardened.read_text().replace("NoNewPrivileges=", "NoNewPrivilege="))
    assert "NoNewPrivilege" in verified(tmp_path / "root")


@needs_systemd
@pytest.mark.parametrize("service", SERVICES)
def test_it_is_exposed_no_more_than_it_must(root: Path, service: str) -> None:
    done = analyze(root, "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", service)
    assert done.returncode == 0, done.stdout
    assert "Overall exposure level" in done.stdout


def sections(file: Path) -> RawConfigParser:
    """A unit with what its drop-ins add; of what may stand there several times, the last."""
    unit = RawConfigParser(strict=False, delimiters="=", comment_prefixes="#")
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    more = [*TREE.glob(f"*{UNITS}/fjes-.service.d/*.conf"), *sorted(file.parent.glob(f"{file.name}.d/*.conf"))]
    unit.read([file, *more])
    return unit


def test_every_role_has_its_unit() -> None:
    assert set(SERVICES) >= {f"fjes-{role}.service" for role in ("kiosk", "collector", "dashboard", "broker")}
    assert {file.stem for file in OURS if file.suffix == ".timer"} == {"fjes-backup", "fjes-doctor"}


@pytest.mark.parametrize("service", SERVICES)
def test_it_runs_as_somebody_of_its_own(service: str) -> None:
    [file] = [file for file in OURS if file.name == service]
    accounts = "\n".join(found.read_text() for found in TREE.glob("*/etc/sysusers.d/*.conf"))
    user = sections(file)["Service"]["User"]
    assert user == "mosquitto" or re.search(rf"^u {user} ", accounts, re.MULTILINE)


@pytest.mark.parametrize("service", SERVICES)
def test_it_starts_what_there_is(service: str) -> None:
    [file] = [file for file in OURS if file.name == service]
    program, *words = shlex.split(sections(file)["Service"]["ExecStart"])
    if program.endswith("/fjes"):
        given = build_parser().parse_args(words)
        assert str(given.config) == (TERMINAL if "kiosk" in service else SERVER)
        assert words[-1] == service.removeprefix("fjes-").removesuffix(".service")


@pytest.mark.parametrize("role", ["kiosk", "collector", "dashboard", "broker"])
def test_it_is_always_there_again(role: str) -> None:
    [file] = [file for file in OURS if file.name == f"fjes-{role}.service"]
    unit = sections(file)
    by_staff = role == "kiosk"  # who may end it; its keeper says that with a 0, and all else with another status
    assert unit["Service"]["Restart"] == ("on-failure" if by_staff else "always")
    assert unit["Unit"]["StartLimitIntervalSec"] == "0", "systemd would give up after five attempts"
    watched = role != "broker"  # mosquitto says that it is ready, and no more
    assert unit["Service"]["Type"] == "notify"
    assert ("WatchdogSec" in unit["Service"]) is watched


def test_a_terminal_that_a_signal_ended_is_there_again_too() -> None:
    """These four are no failure to systemd (systemd.service(5), `Restart=`)."""
    [file] = [file for file in OURS if file.name == "fjes-kiosk.service"]
    forced = sections(file)["Service"]["RestartForceExitStatus"]
    assert set(forced.split()) == {"SIGHUP", "SIGINT", "SIGPIPE", "SIGTERM"}


def test_systemd_has_more_patience_with_a_terminal_than_its_keeper() -> None:
    """Or it would end the keeper while that does what it is there for."""
    [file] = [file for file in OURS if file.name == "fjes-kiosk.service"]
    pace = Pace()
    longest = pace.hung + max(pace.pauses) + pace.first_face
    assert float(sections(file)["Service"]["WatchdogSec"]) > longest
    assert float(sections(file)["Service"]["TimeoutStartSec"]) > 2 * longest, "the second try may be the good one"


def test_what_a_unit_takes_back_is_read_after_what_all_have() -> None:
    """Drop-ins go by their names, and the last word counts."""
    for file in TREE.glob(f"*{UNITS}/fjes-?*.service.d/*.conf"):
        assert file.name > "10-hardened.conf"


SCRIPTS = sorted(file for file in TREE.rglob("*") if file.is_file() and file.read_bytes().startswith(b"#!"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_can_be_read(script: Path) -> None:
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("apt-config"), reason="there is no apt here")
def test_apt_understands_what_it_is_told() -> None:
    [file] = TREE.glob("all/etc/apt/apt.conf.d/*")
    done = subprocess.run(["apt-config", "-c", file, "dump"], capture_output=True, text=True, check=True)
    origins = re.findall(r'Unattended-Upgrade::Origins-Pattern:: "(.*)"', done.stdout)
    assert len(origins) == 2
    assert all("Debian-Security" in origin for origin in origins)
    assert 'APT::Periodic::Unattended-Upgrade "1"' in done.stdout


def run_wrapped(tmp_path: Path, *words: str, has: Sequence[str], status: str = "0") -> subprocess.CompletedProcess[str]:
    """The installed `fjes`, on a machine where the settings `has` are; what it starts ends with `status`, in shell."""
    program, etc = tmp_path / "program", tmp_path / "etc"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@"\nexit {status}\n')
    program.chmod(0o755)
    for name in has:
        (etc / name).parent.mkdir(parents=True, exist_ok=True)
        (etc / name).touch()
    text = (TREE / "all/usr/local/bin/fjes").read_text()
    script = tmp_path / "fjes"
    script.write_text(text.replace("/opt/fjes/venv/bin/fjes", str(program)).replace("/etc/fjes", str(etc)))
    return subprocess.run(["sh", script, *words], capture_output=True, text=True)


def wrapped(tmp_path: Path, *words: str, has: Sequence[str]) -> list[str]:
    """What `fjes` is given there."""
    done = run_wrapped(tmp_path, *words, has=has)
    assert (done.returncode, done.stderr) == (0, "")
    return [word.removeprefix(f"{tmp_path / 'etc'}/") for word in done.stdout.splitlines()]


SERVERS, TERMINALS = "fjes.toml", "terminal/fjes.toml"


def test_the_installed_command_knows_its_machines_settings(tmp_path: Path) -> None:
    assert wrapped(tmp_path, "doctor", "--json", has=[SERVERS]) == ["--config", SERVERS, "doctor", "--json"]
    given = ["--config", "other.toml", "doctor"]
    assert wrapped(tmp_path, *given, has=[SERVERS]) == given
    assert wrapped(tmp_path, "install", "server", has=[SERVERS]) == ["install", "server"]


def test_on_a_terminal_those_of_its_bundle(tmp_path: Path) -> None:
    assert wrapped(tmp_path, "doctor", has=[TERMINALS]) == ["--config", TERMINALS, "doctor"]
    assert wrapped(tmp_path, "pin", has=[TERMINALS]) == ["--config", TERMINALS, "pin"]


def test_on_a_machine_that_is_both_each_command_has_its_own(tmp_path: Path) -> None:
    both = [SERVERS, TERMINALS]
    assert wrapped(tmp_path, "pin", has=both) == ["--config", TERMINALS, "pin"]
    assert wrapped(tmp_path, "terminal", "list", has=both) == ["--config", SERVERS, "terminal", "list"]
    assert wrapped(tmp_path, "doctor", has=both) == ["--config", SERVERS, "doctor", "--config", TERMINALS, "doctor"]


@pytest.mark.parametrize("worse", [SERVERS, TERMINALS])
def test_the_doctor_of_both_ends_as_the_worse_of_them(tmp_path: Path, worse: str) -> None:
    status = f'$([ "$2" = {tmp_path}/etc/{worse} ] && echo 2 || echo 1)'
    assert run_wrapped(tmp_path, "doctor", has=[SERVERS, TERMINALS], status=status).returncode == 2
