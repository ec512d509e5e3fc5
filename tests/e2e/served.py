"""`fjes dashboard` over files in a directory, in a process of its own, and the command line beside it."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.polling import PATIENCE, eventually
from tests.ports import free_port, listens


class Served:
    """The page of a site. `settings` are all but its port, and may end within a table of their own."""

    def __init__(self, directory: Path, settings: str = "") -> None:
        self.directory = directory
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.file = directory / "fjes.toml"
        self.file.write_text(f"{settings}\n[dashboard]\nport = {self.port}\n")
        self.log = directory / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the page can be asked for."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command("dashboard"), stdout=log, stderr=log)
        eventually(lambda: listens(self.port), "the page does not start")

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(PATIENCE)

    def fjes(self, *words: str, typed: str = "") -> str:
        """What a command prints. Raises AssertionError when it fails."""
        done = subprocess.run(self._command(*words), input=typed, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "deploy", "--config", str(self.file), *words]


def sign_in(page: Page, name: str, password: str) -> None:
    """On the page that asks who is there."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
