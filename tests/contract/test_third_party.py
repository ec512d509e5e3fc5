"""A terminal that is none of ours: two programs of the shell, and what the contract document shows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest

from contract.asyncapi import FILE
from tests.broker import Broker

pytestmark = pytest.mark.e2e

ROOT = FILE.parent.parent
SECONDS = 60
CONTRACT: dict[str, Any] = json.loads(FILE.read_bytes())
TERMINAL = CONTRACT["components"]["parameters"]["terminal"]["examples"][0]

Json = dict[str, Any]


def example(kind: str) -> Json:
    payload: Json = CONTRACT["components"]["messages"][kind]["examples"][0]["payload"]
    return deepcopy(payload)


def address(kind: str) -> str:
    text: str = CONTRACT["channels"][kind]["address"]
    return text.replace("{terminal}", TERMINAL)


class Shell:
    """A terminal made of mosquitto_pub and mosquitto_sub. The broker keeps its session between two calls."""

    def __init__(self, broker: Broker) -> None:
        self._at = ["-h", broker.host, "-p", str(broker.port)]
        self._acks = ["mosquitto_sub", *self._at, "-i", "shell", "-c", "-q", "1", "-t", address("acks")]
        subprocess.run([*self._acks, "-E"], check=True, timeout=SECONDS)

    def publish(self, kind: str, payload: Json) -> None:
        command = ["mosquitto_pub", *self._at, "-q", "1", "-t", address(kind), "-m", json.dumps(payload)]
        subprocess.run(command, check=True, timeout=SECONDS)

    def listen(self, seconds: int = SECONDS) -> Json | None:
        """The next acknowledgement, or None when none comes."""
        heard = subprocess.run([*self._acks, "-C", "1", "-W", str(seconds)], capture_output=True, timeout=2 * SECONDS)
        return json.loads(heard.stdout) if heard.stdout else None

    def send(self, sheets: Json) -> Json:
        """Sends sheets once, and gives the revisions that are acknowledged."""
        self.publish("sheets", sheets)
        acks = self.listen()
        assert acks is not None, "nothing was acknowledged"
        assert acks["installation"] == sheets["installation"]
        assert "complete" not in acks
        revisions: Json = acks["revisions"]
        return revisions


@pytest.fixture
def settings_file(broker: Broker, tmp_path: Path) -> Path:
    file = tmp_path / "fjes.toml"
    file.write_text(f'[broker]\nhost = "{broker.host}"\nport = {broker.port}\n')
    return file


@pytest.fixture
def shell(broker: Broker, settings_file: Path) -> Iterator[Shell]:
    """The terminal, with a collector that listens: it answers the hello of the contract."""
    collector = subprocess.Popen([*fjes(settings_file), "collector"], cwd=ROOT)
    try:
        terminal = Shell(broker)
        nonce, answer = "", None
        deadline = monotonic() + SECONDS
        while answer is None or answer.get("nonce") != nonce:
            assert collector.poll() is None
            assert monotonic() < deadline, "the collector answers no hello"
            if answer is None:
                nonce = uuid4().hex
                terminal.publish("hello", example("hello") | {"nonce": nonce})
            answer = terminal.listen(1)
        assert answer["complete"] is True
        assert answer["revisions"] == {}
        yield terminal
    finally:
        collector.terminate()
        assert collector.wait(SECONDS) == 0


def fjes(settings_file: Path) -> list[str]:
    return [sys.executable, "-m", "deploy", "--config", str(settings_file)]


def figures(settings_file: Path, period: str = "2026-11") -> Json:
    command = [*fjes(settings_file), "figures", "--period", period, "--json"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=2 * SECONDS)
    found: Json = json.loads(printed.stdout)
    return found


def revisions_of(sheets: Json) -> Json:
    revisions: Json = {}
    for sheet in sheets["sheets"]:
        revisions.setdefault(sheet["survey"], {}).setdefault(sheet["table"], {})[sheet["period"]] = sheet["revision"]
    return revisions


def five_more(sheets: Json) -> Json:
    """The next release, of all sheets of the month that it changes: five very happy visitors on the Thursday."""
    cells = {"faces": "4", "pattern": "4:4-16", "answers": "4:help", "languages": "4:nb"}
    newer = deepcopy(sheets)
    newer["sheets"] = [s for s in newer["sheets"] if s["table"] in cells and s["period"] in ("2026-11", "2026-11-05")]
    for sheet in newer["sheets"]:
        sheet["revision"] += 1
        sheet["counts"][cells[sheet["table"]]] += 5
    return newer


def test_sheets_of_the_contract_are_counted_once_and_the_newest_wins(shell: Shell, settings_file: Path) -> None:
    sheets = example("sheets")
    assert shell.send(sheets) == revisions_of(sheets)
    first = figures(settings_file)
    assert first["votes"] == 12
    assert first["scores"] == {"4": 9, "3": 2, "2": 1, "1": 0}

    assert shell.send(sheets) == revisions_of(sheets)
    assert figures(settings_file) == first

    newer = five_more(sheets)
    assert shell.send(newer) == revisions_of(newer)
    then = figures(settings_file)
    assert then["votes"] == 17
    assert then["scores"] == {"4": 14, "3": 2, "2": 1, "1": 0}

    older = shell.send(sheets)
    assert older["visit@1"]["faces"] == {"2026-11-03": 1, "2026-11-05": 3, "2026-12-01": 1}
    assert figures(settings_file) == then


def test_a_new_installation_at_power_up_adds_to_what_was(shell: Shell, settings_file: Path) -> None:
    shell.send(example("sheets"))
    shell.send(example("sheets") | {"installation": uuid4().hex})
    assert figures(settings_file)["votes"] == 24


def test_a_bad_sheet_takes_no_other_with_it(shell: Shell, settings_file: Path) -> None:
    sheets = example("sheets")
    sheets["sheets"].insert(0, sheets["sheets"][0] | {"counts": {"5": 1}})
    shell.publish("sheets", example("sheets") | {"v": 2})
    assert shell.send(sheets) == revisions_of(example("sheets"))
    assert figures(settings_file)["votes"] == 12
