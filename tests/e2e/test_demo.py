"""`fjes demo` as a new user runs it: everything comes up, a touch reaches the page, and Ctrl-C leaves nothing."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from os import environ
from pathlib import Path

import pytest
from httpx import Client
from playwright.sync_api import Page

from locales.catalogue import default_survey
from tests.dashboard.house import Browser
from tests.deploy.test_children import runs
from tests.e2e.finger import Finger
from tests.polling import PATIENCE, eventually
from tests.ports import free_port
from tests.screen import Screen

pytestmark = pytest.mark.e2e


class Demo:
    """The demo as a process, and what it has said."""

    def __init__(self, log: Path, port: int, environment: Mapping[str, str], *more: str) -> None:
        self._log = log
        command = [sys.executable, "-m", "deploy", "demo", "--port", str(port), *more]
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=out)

    @property
    def said(self) -> str:
        return self._log.read_text()

    def has_said(self, words: str) -> bool:
        assert self.process.poll() is None, self.said
        return words in self.said

    def descendants(self) -> list[int]:
        """The process ids of all that it started and that still runs."""
        found = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in found.splitlines())}
        return [pid for pid in parents if self.process.pid in _line(pid, parents)]


def _line(pid: int, parents: Mapping[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid


@pytest.fixture
def run_demo(tmp_path: Path) -> Iterator[Callable[[int, Mapping[str, str]], Demo]]:
    demos = []

    def run(port: int, environment: Mapping[str, str]) -> Demo:
        demos.append(Demo(tmp_path / "demo.log", port, environment))
        for words in (" votes for ", "Ctrl-C ends everything"):
            eventually(lambda words=words: demos[-1].has_said(words), f"the demo does not say {words}")  # type: ignore[misc]
        return demos[-1]

    yield run
    for demo in demos:
        demo.process.kill()
        demo.process.wait()


def test_a_touch_reaches_the_page_and_ctrl_c_leaves_nothing(
    run_demo: Callable[[int, Mapping[str, str]], Demo], screen: Screen, page: Page
) -> None:
    port = free_port()
    demo = run_demo(port, screen.environment)
    assert re.search(r"^broker +mosquitto on 127\.0\.0\.1:\d+$", demo.said, re.MULTILINE)
    assert f"http://127.0.0.1:{port}" in demo.said
    page.goto(f"http://127.0.0.1:{port}/?place=oslo/pro/stua")
    number = page.locator('[data-figure="votes"]')
    before = int(number.get_attribute("data-value") or 0)
    assert before > 0, "there is example history"

    finger = Finger(screen, default_survey().languages)
    eventually(finger.asks, "the terminal shows no faces")
    finger.choose(4, finger.faces)
    page.wait_for_selector(f'[data-figure="votes"][data-value="{before + 1}"]')

    children = demo.descendants()
    assert len(children) >= 5, "broker, collector, page, terminal, what keeps the terminal, perhaps what draws for it"
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(PATIENCE) == 0
    eventually(lambda: not any(map(runs, children)), "something goes on running")


def test_without_display_and_with_its_port_taken_it_says_so_and_goes_on(
    run_demo: Callable[[int, Mapping[str, str]], Demo],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = run_demo(port, {name: value for name, value in environ.items() if name != "DISPLAY"})
    assert f"port {port} is in use" in demo.said
    assert re.search(r"on a virtual screen \(:\d+\), as there is no display here", demo.said)
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(PATIENCE) == 0


def test_who_signs_in_is_told_how_and_ctrl_c_ends_it_also_while_the_history_is_made(tmp_path: Path) -> None:
    port = free_port()
    demo = Demo(tmp_path / "demo.log", port, environ, "--sign-in")
    try:
        told = re.compile(r"^page +http.*\(sign in as (.+), password: (.+)\)$", re.MULTILINE)
        eventually(lambda: told.search(demo.said), "nobody is told how to sign in")
        name, password = next(told.finditer(demo.said)).groups()
        with Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert Browser(client).sign_in(name, password).status_code == 303
            assert client.get("/people").status_code == 200
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(PATIENCE) == 0
    finally:
        demo.process.kill()
        demo.process.wait()
    assert "Ending" in demo.said
    assert "Touch a face" not in demo.said
    assert "Traceback" not in demo.said
