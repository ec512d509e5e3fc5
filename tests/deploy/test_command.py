"""The command `fjes`: what it takes, what it says when something is wrong, and each role for real."""

import argparse
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from contract.errors import RefusedError
from deploy import command
from deploy.command import build_parser, main
from deploy.configuration import Configuration, read_settings
from deploy.errors import Problem
from deploy.figures import run_figures
from deploy.keeper import BEAT, PROBLEM, RESTART
from tests.broker import Broker
from tests.deploy.site import write_settings
from tests.polling import eventually
from tests.ports import free_port, listens

COMMANDS = {
    *("kiosk", "collector", "dashboard", "demo"),
    *("replay", "figures", "report", "languages", "pin", "voices"),
    *("broker", "terminal", "person", "survey", "visits"),
    *("backup", "restore", "forget", "doctor", "install"),
}
SECONDS = 60


def fjes(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command as an operator does, and waits for its end."""
    return subprocess.run(line(arguments), cwd=cwd, env=environment(), capture_output=True, text=True, timeout=SECONDS)


def line(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "deploy", *map(str, arguments)]


def environment() -> dict[str, str]:
    """This repository's command, whatever the working directory."""
    return {**os.environ, "PYTHONPATH": str(Path(command.__file__).parent.parent)}


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs stay as they are: they are this process's, not one command's."""
    monkeypatch.setattr(command, "set_up_logs", lambda *_args, **_kwargs: None)


def subcommands() -> dict[str, argparse.ArgumentParser]:
    [action] = [one for one in build_parser()._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(action.choices)


class TestParser:
    def test_only_commands_that_exist_are_listed(self) -> None:
        assert set(subcommands()) == COMMANDS
        shown = build_parser().format_help()
        assert all(re.search(rf"^    {name}  +\w", shown, re.MULTILINE) for name in COMMANDS)

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["unknown"],
            ["replay", "a.csv"],
            ["replay", "--terminal", "a"],
            ["replay", "a.csv", "--terminal", "a", "--again", "x"],
            ["figures"],
            ["demo", "--port", "x"],
            ["collector", "--config", "after.toml"],
        ],
    )
    def test_what_cannot_be_meant_is_refused_with_the_usage(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith("usage: fjes")


class TestRoles:
    """Each command comes to its role, and loads no other: roles are stood in for by name."""

    @pytest.mark.parametrize(
        ("arguments", "module", "given"),
        [
            (["collector"], "collector", ("settings",)),
            (["dashboard"], "dashboard", ("settings",)),
            (["demo", "--port", "8123"], "demo", (8123, False)),
            (["demo", "--sign-in"], "demo", (8000, True)),
            (["replay", "a.csv", "--terminal", "stua-1"], "replay", ("settings", Path("a.csv"), "stua-1", 0)),
            (
                ["replay", "a.csv", "--terminal", "stua-1", "--again", "2"],
                "replay",
                ("settings", Path("a.csv"), "stua-1", 2),
            ),
            (["figures", "--period", "2026"], "figures", ("settings", "2026", None, False)),
            (
                ["figures", "--period", "2026", "--place", "oslo", "--json"],
                "figures",
                ("settings", "2026", "oslo", True),
            ),
            (["pin"], "pin", ("settings",)),
            (["languages"], "languages", ("settings", False)),
            (["languages", "--json"], "languages", ("settings", True)),
        ],
    )
    def test_a_command_runs_its_role(
        self,
        arguments: list[str],
        module: str,
        given: tuple[object, ...],
        quiet: None,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        asked = []

        def run(*args: object, **kwargs: object) -> None:
            asked.append(("settings" if one == read_settings(file) else one) for one in (*args, *kwargs.values()))

        file = tmp_path / "fjes.toml"
        file.write_text('[terminal]\nid = "mine"\n')
        monkeypatch.setitem(sys.modules, f"deploy.{module}", SimpleNamespace(**{f"run_{module}": run}))
        assert main(["--config", str(file), *arguments]) == 0
        assert [tuple(one) for one in asked] == [given]

    def test_settings_are_those_of_fjes_toml_here(
        self, quiet: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found: list[Configuration] = []
        monkeypatch.setitem(sys.modules, "deploy.collector", SimpleNamespace(run_collector=found.append))
        monkeypatch.chdir(tmp_path)
        assert main(["collector"]) == 0
        (tmp_path / "fjes.toml").write_text('[terminal]\nid = "mine"\n')
        assert main(["collector"]) == 0
        assert [one.settings.terminal.id for one in found] == ["terminal-1", "mine"]

    @pytest.mark.parametrize(
        ("error", "status", "said"),
        [
            (Problem("mend this"), 1, "fjes: mend this\n"),
            (RefusedError("kiosk.po: line 3: mend this"), 1, "fjes: kiosk.po: line 3: mend this\n"),
            (KeyboardInterrupt(), 130, ""),
        ],
    )
    def test_a_problem_is_one_sentence_on_standard_error(
        self,
        error: BaseException,
        status: int,
        said: str,
        quiet: None,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def fail(_port: int, *, sign_in: bool) -> None:
            raise error

        monkeypatch.setitem(sys.modules, "deploy.demo", SimpleNamespace(run_demo=fail))
        assert main(["demo"]) == status
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == ("", said)


class TestKiosk:
    """Two processes: the keeper, which looks that the settings are right, and the terminal that it keeps."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        file = tmp_path / "fjes.toml"
        file.write_text('[terminal]\nid = "mine"\n')
        return file

    @pytest.fixture
    def ended(self, monkeypatch: pytest.MonkeyPatch) -> list[object]:
        """How the terminal ends: what is put here is returned, or raised."""
        ways: list[object] = []

        def run(configuration: Configuration, alive: Callable[[], None]) -> object:
            assert configuration.settings.terminal.id == "mine"
            alive()
            if isinstance(ways[0], Exception):
                raise ways[0]
            return ways[0]

        monkeypatch.setitem(sys.modules, "deploy.kiosk", SimpleNamespace(run_kiosk=run))
        return ways

    @pytest.fixture
    def keepers(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """One for each time that this process would have become the keeper."""
        become: list[str] = []

        def end() -> NoReturn:
            become.append("keeper")
            raise SystemExit

        monkeypatch.setattr("deploy.heartbeat.become_keeper", end)
        return become

    def test_it_becomes_the_keeper(self, file: Path, keepers: list[str], quiet: None) -> None:
        with pytest.raises(SystemExit):
            main(["--config", str(file), "kiosk"])
        assert keepers == ["keeper"]

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ("[site]\nvoices = 'none'\n", "site.voices = 'none'"),
            ("[site]\nsurvey = 'none'\n", "survey .*/none: No such file"),
            ("staff_pin = 'none'\n", "terminal.staff_pin = 'none'"),
            ("colour = 'red'\n", "unknown key 'terminal.colour'"),
        ],
    )
    def test_with_a_wrong_setting_there_is_nothing_to_keep(
        self, more: str, said: str, file: Path, keepers: list[str], quiet: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text(file.read_text() + more)
        assert main(["--config", str(file), "kiosk"]) == 1
        assert re.fullmatch(rf"fjes: .*{said}.*\n", capsys.readouterr().err)
        assert keepers == []

    @pytest.mark.parametrize(
        ("way", "status", "told"),
        [
            (False, 0, b""),
            (True, RESTART, b""),
            (Problem("plug in the screen"), PROBLEM, b"plug in the screen"),
            (RefusedError("kiosk.po: line 3: mend this"), PROBLEM, b"kiosk.po: line 3: mend this"),
        ],
    )
    def test_the_terminal_tells_its_keeper_how_it_ended(
        self,
        way: object,
        status: int,
        told: bytes,
        file: Path,
        ended: list[object],
        quiet: None,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("deploy.heartbeat.Heartbeat.start", lambda _: None)  # or the test would die with its parent
        ended.append(way)
        reading, writing = os.pipe()
        assert main(["--config", str(file), "kiosk", "--kept", str(writing)]) == status
        os.close(writing)
        with os.fdopen(reading, "rb") as heard:
            assert heard.read() == BEAT + told
        assert capsys.readouterr().err == "", "the keeper says it, once"


@pytest.mark.e2e
class TestForReal:
    @pytest.fixture
    def file(self, broker: Broker, tmp_path: Path) -> Path:
        return write_settings(tmp_path, broker, more=f"[dashboard]\nport = {free_port()}\nsign_in = false\n")

    @pytest.fixture
    def collector(self, file: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        """`fjes collector`, as a program."""
        running = subprocess.Popen(line(["--config", file, "collector"]), env=environment(), stderr=subprocess.DEVNULL)
        yield running
        if running.poll() is None:
            running.kill()
        running.wait(SECONDS)

    def presses(self, directory: Path, votes: int) -> Path:
        file = directory / "presses.csv"
        rows = [f"2026-03-24T14:{minute:02}:00,nb,4,help\n" for minute in range(votes)]
        file.write_text("time,language,score,answer\n" + "".join(rows))
        return file

    def test_from_a_file_of_presses_to_figures(
        self, file: Path, tmp_path: Path, collector: subprocess.Popen[bytes]
    ) -> None:
        moved = fjes("terminal", "move", "stua-1", "oslo/pro/stua", "--since", "2000-01-01", cwd=tmp_path)
        assert (moved.stdout, moved.stderr) == ("stua-1 is at oslo/pro/stua since 2000-01-01\n", "")
        presses = self.presses(tmp_path, 12)
        counted = fjes("--config", file, "replay", presses, "--terminal", "stua-1", cwd=tmp_path)
        assert (counted.stdout, counted.stderr, counted.returncode) == ("12 votes counted for stua-1\n", "", 0)
        again = fjes("--config", file, "replay", presses, "--terminal", "stua-1", cwd=tmp_path)
        assert (again.stdout, again.returncode) == ("", 1)
        assert re.fullmatch(r"fjes: .*presses\.csv was counted for stua-1 before; .*\n", again.stderr)

        shown = fjes("--config", file, "figures", "--period", "2026", "--json", cwd=tmp_path)
        assert (shown.stderr, shown.returncode) == ("", 0)
        figures = json.loads(shown.stdout)
        assert figures["votes"] == 12
        assert figures["scores"] == {"4": 12, "3": 0, "2": 0, "1": 0}
        assert figures["satisfied"]["low"] < 1
        month = json.loads(fjes("--config", file, "figures", "--period", "2026-03", "--json", cwd=tmp_path).stdout)
        assert month["answers"]["satisfied"]["help"] == 12, "a month that is over"
        text = fjes("figures", "--period", "2026", "--place", "oslo/pro", cwd=tmp_path)
        assert text.returncode == 0
        lines = dict(row.split(":", 1) for row in text.stdout.splitlines())
        assert set(lines) == set(figures)
        assert lines["votes"].strip() == "12"
        assert json.loads(lines["scores"]) == figures["scores"]

        for period, place, said in (
            ("2026-13", None, "period '2026-13' does not exist"),
            ("soon", None, "period 'soon' has the wrong form"),
            ("2026", "bergen", "bergen"),
        ):
            with pytest.raises(Problem, match=said):
                run_figures(read_settings(file), period, place, as_json=True)

        collector.send_signal(signal.SIGTERM)
        assert collector.wait(SECONDS) == 0

    def test_figures_without_a_store_say_so(self, file: Path, tmp_path: Path) -> None:
        shown = fjes("--config", file, "figures", "--period", "2026", cwd=tmp_path)
        assert shown.returncode == 1
        assert re.fullmatch(r"fjes: .*fjes\.db.*\n", shown.stderr)

    def test_whoever_stops_reading_is_told_nothing_more(self, tmp_path: Path) -> None:
        command = shlex.join(line(["languages", "--json"]))
        ran = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command} | true"], cwd=tmp_path, env=environment(), capture_output=True
        )
        assert (ran.returncode, ran.stderr) == (141, b"")

    def test_a_settings_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        asked = fjes("--config", "none.toml", "collector", cwd=tmp_path)
        assert asked.returncode == 1
        assert asked.stderr == "fjes: settings none.toml: No such file or directory\n"

    @pytest.mark.parametrize("role", ["kiosk", "collector", "dashboard"])
    def test_no_role_starts_with_a_bad_setting(self, role: str, tmp_path: Path) -> None:
        (tmp_path / "fjes.toml").write_text("[dashboard]\nprot = 1\n")
        asked = fjes(role, cwd=tmp_path)
        assert asked.returncode == 1
        assert re.fullmatch(r"fjes: settings fjes\.toml: unknown key 'dashboard\.prot'; expected .*\n", asked.stderr)

    def test_a_store_of_a_collector_that_cannot_be_is_one_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "fjes.db").mkdir()
        asked = fjes("collector", cwd=tmp_path)
        assert asked.returncode == 1
        assert re.fullmatch(r"fjes: .*fjes\.db.*\n", asked.stderr)

    def test_a_port_in_use_is_one_sentence(self, file: Path, tmp_path: Path) -> None:
        port = read_settings(file).settings.dashboard.port
        with socket.create_server(("127.0.0.1", port)):
            asked = fjes("--config", file, "dashboard", cwd=tmp_path)
        assert asked.returncode == 1
        last = asked.stderr.splitlines()[-1]
        assert last.startswith(f"fjes: dashboard.port = {port}: the port is in use; ")
        assert "Traceback" not in asked.stderr

    def test_an_address_that_is_not_this_machines_is_one_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "fjes.toml").write_text('[dashboard]\nhost = "192.0.2.1"\naddress = "https://fjes.example.org"\n')
        asked = fjes("dashboard", cwd=tmp_path)
        assert asked.returncode == 1
        assert asked.stderr.splitlines()[-1].startswith("fjes: dashboard.host = '192.0.2.1', dashboard.port = 8000: ")

    def test_the_dashboard_serves_until_it_is_told_to_stop(self, file: Path, tmp_path: Path) -> None:
        port = read_settings(file).settings.dashboard.port
        running = subprocess.Popen(line(["--config", file, "dashboard"]), env=environment(), stderr=subprocess.PIPE)
        eventually(lambda: listens(port))
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=SECONDS)
        assert running.returncode == 0
        assert json.loads(said.splitlines()[0])["address"] == f"http://127.0.0.1:{port}"
