"""Fixtures for the tests of what operators do."""

from pathlib import Path

import pytest

from deploy.install import run
from tests.deploy.installed import make_clone, make_machine
from tests.fakes.machine import FakeMachine


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process says one command and sets its log up once; the tests' own log, which other tests listen to, stays."""
    for module in ("deploy.given", "deploy.command"):
        monkeypatch.setattr(f"{module}.set_up_logs", lambda *_args, **_kwargs: None)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of fjes that is installed from."""
    folder = make_clone(tmp_path)
    monkeypatch.setattr(run, "source_here", lambda: folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """An empty machine to install on."""
    return make_machine(tmp_path)
