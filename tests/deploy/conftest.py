"""Fixtures for the tests of what operators do."""

import pytest


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process says one command and sets its log up once; the tests' own log, which other tests listen to, stays."""
    for module in ("deploy.given", "deploy.command"):
        monkeypatch.setattr(f"{module}.set_up_logs", lambda *_args, **_kwargs: None)
