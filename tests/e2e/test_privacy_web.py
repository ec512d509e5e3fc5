"""Those who look at the page: nothing of them is kept but what the audit log states, neither when nor from where.

Somebody signs in from an address of their own with a browser of their own, looks around and signs out; somebody else
tries a wrong password and a wrong address. Then every byte of every file and log is searched.
"""

import ipaddress
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from collector.store.protocol import Received
from collector.store.sqlite import SqliteStore
from contract.sheets import Sheet, Table
from tests.e2e.traces import Instant, Search, Visit
from tests.polling import PATIENCE, eventually
from tests.ports import free_port

pytestmark = pytest.mark.e2e

PASSWORD = "a rather long password"
FROM = ipaddress.ip_address("127.0.83.77")
BROWSER = "Quillbrowser/7.3 (of somebody)"
LANGUAGE = "xx-quill"
BEFORE = "https://came-from.example/quill"
LOOKS = ("/", "/?period=2026-03", "/?period=2026&language=en", "/me", "/audit", "/people", "/quill-is-not-here")
WRONG = "nobody-of-quill"
_SETTINGS = """
[collector]
store = "fjes.db"
[dashboard]
port = {port}
"""


class House:
    """A page with one admin, in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        (directory / "fjes.toml").write_text(_SETTINGS.format(port=self.port))
        store = SqliteStore.open(directory / "fjes.db")
        store.save([Received("stua-1", "one-life", Sheet("visit@1", Table.FACES, "2026-03-24", 1, {"4": 30, "2": 4}))])
        store.close()
        self._run("person", "add", "kari", "--role", "admin", said=f"{PASSWORD}\n{PASSWORD}\n")

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "deploy", "--config", str(self.directory / "fjes.toml"), *words]

    def _run(self, *words: str, said: str) -> None:
        subprocess.run(self._command(*words), input=said, text=True, check=True, timeout=PATIENCE, capture_output=True)

    def start(self) -> None:
        with (self.directory / "dashboard.log").open("wb") as log:
            self._process = subprocess.Popen(self._command("dashboard"), stdout=log, stderr=log)
        eventually(self._answers, "no page")

    def _answers(self) -> bool:
        with httpx.Client() as client:
            try:
                return client.get(f"http://127.0.0.1:{self.port}/sign-in").is_success
            except httpx.TransportError:
                return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)


class Browser:
    """A real one's requests, from an address that nobody else has."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            transport=httpx.HTTPTransport(local_address=str(FROM)),
            headers={"User-Agent": BROWSER, "Accept-Language": LANGUAGE, "Referer": BEFORE},
            timeout=PATIENCE,
        )
        self.secrets: set[bytes] = set()

    def sign_in(self, name: str, password: str) -> int:
        page = self._client.get("/sign-in")
        answer = self._client.post("/sign-in", data={**self._form(page), "name": name, "password": password})
        self.secrets |= {cookie.value.encode() for cookie in self._client.cookies.jar if cookie.value}
        return answer.status_code

    def look(self, path: str) -> None:
        self._client.get(path)

    def sign_out(self) -> int:
        return self._client.post("/sign-out", data=self._form(self._client.get("/me"))).status_code

    def _form(self, page: httpx.Response) -> dict[str, str]:
        found = re.search(r'name="form" value="([^"]+)"', page.text)
        assert found
        return {"form": unescape(found[1]), "then": "/"}

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.start()
    yield house
    house.stop()


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house.port)
    yield browser
    browser.close()


def next_second() -> None:
    """What was before is of another second than what follows."""
    now = int(time.time())
    eventually(lambda: time.time() >= now + 1.05)


def marks(browser: Browser) -> list[bytes]:
    """What would tell of a browser, in any form: its address too as a number."""
    number = int(FROM)
    return [
        *(text.encode() for text in (str(FROM), "Quillbrowser", "xx-quill", "came-from", "quill-is-not-here", WRONG)),
        *(number.to_bytes(4, order) for order in ("big", "little")),
        PASSWORD.encode(),
        *browser.secrets,
    ]


def found(directory: Path, marks: list[bytes]) -> list[tuple[str, bytes]]:
    return [
        (str(file.relative_to(directory)), mark)
        for file in sorted(directory.rglob("*"))
        if file.is_file()
        for mark in marks
        if mark in file.read_bytes()
    ]


def says_no_time(file: Path) -> bool:
    """The last write to the file of people may be of a sign-in, which is counted as a wrong try until it was right:
    one time and not a list. What SQLite keeps beside the store is touched by every look at it."""
    return file.name.startswith("fjes-people.db") or file.name in ("fjes.db-shm", "fjes.db-wal")


def traces(directory: Path, visit: Visit) -> str:
    """One a line."""
    search = Search([visit]).files(directory, but=says_no_time)
    return "\n".join(f"{trace.where}: {trace.what}" for trace in search)


def test_nobody_can_tell_who_looked_at_the_page_or_when(house: House, browser: Browser) -> None:
    next_second()
    start = Instant.now()
    assert browser.sign_in("kari", PASSWORD) == 303
    for path in LOOKS:
        browser.look(path)
    assert browser.sign_out() == 303
    visit = Visit(start, Instant.now())
    next_second()
    assert traces(house.directory, visit) == "", "while the page goes on"
    assert found(house.directory, marks(browser)) == []
    house.stop()
    assert traces(house.directory, visit) == "", "and when it has ended"


def test_a_wrong_try_leaves_no_name_no_address_and_no_browser(house: House, browser: Browser) -> None:
    """The time of the last one stays for a day at most: without it nobody could be made to wait."""
    assert browser.sign_in(WRONG, "quill and more quill") != 303
    assert browser.sign_in("kari", "quill and more quill") != 303
    assert found(house.directory, [*marks(browser), b"quill and more"]) == []
    house.stop()
    assert found(house.directory, [*marks(browser), b"quill and more"]) == []


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(f'{FROM} - - "GET / HTTP/1.1" "{BROWSER}"')
    (tmp_path / "some.db").write_bytes(b"\0\0" + FROM.packed + b"\0\0")
    browser = Browser(1)
    browser.close()
    assert [file for file, _ in found(tmp_path, marks(browser))] == ["access.log", "access.log", "some.db"]
