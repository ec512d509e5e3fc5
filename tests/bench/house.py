"""A real dashboard over a year of votes at two places, with people who sign in, for the benches of the page."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from collector.store.protocol import Placement, Received
from collector.store.sqlite import SqliteStore
from contract.sheets import Sheet, Table
from dashboard.people.book import People
from dashboard.people.roles import Grant, Role
from deploy.brokers import free_port
from locales.catalogue import default_survey
from tests.bench.programs import PATIENCE, Program, running
from tests.polling import eventually
from tests.ports import listens

PEOPLE = "fjes-people.db"
PASSWORD = "correct horse battery"
PLACES = ("oslo/pro", "oslo/library")
FIRST = date(2025, 1, 1)
ROLES = {"ada": Grant("", Role.ADMIN), "vera": Grant(PLACES[0], Role.VIEWER)}
_SETTINGS = """\
[privacy]
profile = "busy"
[dashboard]
port = {port}
"""


class Somebody:
    """A browser's cookies, and what stands in its forms; those of nobody are empty."""

    def __init__(self, directory: Path, port: int, name: str = "") -> None:
        self._directory = directory
        self._port = port
        self._role = name
        self._name = name
        self._cookies: dict[str, str] = {}
        self.token = ""

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def sign_in(self) -> None:
        """Anew, should it have been signed out; as another of the same role, should it have been removed.

        Nobody does not.
        """
        if not self._name:
            return
        if not self._is_let_in():
            self._name += "a"
            with closing(People.open(self._directory / PEOPLE)) as people:
                people.add(self._name, ROLES[self._role], by="", password=PASSWORD)
            assert self._is_let_in(), f"{self._name} cannot sign in"
        self._ask("GET", "/me")

    def _is_let_in(self) -> bool:
        self._cookies = {}
        self._ask("GET", "/sign-in")
        return self._ask("POST", "/sign-in", {"name": self._name, "password": PASSWORD, "then": "/"}) == 303

    def document(self) -> dict[str, Any]:
        """The pages' own OpenAPI document."""
        line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        line.request("GET", "/schema/openapi.json", headers={"Cookie": self.cookie})
        document: dict[str, Any] = msgspec.json.decode(line.getresponse().read())
        line.close()
        return document

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> int:
        line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, urlencode({"form": self.token, **fields}) if fields else None, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        if found := re.search(r'name="form" value="([^"]+)"', text):
            self.token = found[1]
        line.close()
        return answer.status


@contextmanager
def dashboard(directory: Path) -> Iterator[tuple[Program, int]]:
    """The program and its port, once it answers."""
    settings, port = directory / "fjes.toml", free_port()
    settings.write_text(_SETTINGS.format(port=port))
    _fill(directory / "fjes.db")
    with closing(People.open(directory / PEOPLE)) as people:
        for name, grant in ROLES.items():
            people.add(name, grant, by="", password=PASSWORD)
    with running("deploy", "--config", f"{settings}", "dashboard", log=directory / "log") as program:
        eventually(lambda: listens(port), "the page does not come up")
        yield program, port


def _fill(file: Path) -> None:
    """365 days, 30 votes a day at each place."""
    store = SqliteStore.open(file)
    store.publish_survey(survey := default_survey())
    for number, place in enumerate(PLACES):
        terminal = f"terminal-{number}"
        store.place(Placement(terminal, place, FIRST))
        sheets = []
        for day in (FIRST + timedelta(days) for days in range(365)):
            votes = {"4": 14 + day.day % 7, "3": 9, "2": 3, "1": 1 + day.month % 2}
            sheets += [
                Sheet(survey.id, Table.FACES, day.isoformat(), 1, votes),
                Sheet(survey.id, Table.ANSWERS, day.isoformat(), 1, {f"{s}:none": n for s, n in votes.items()}),
                Sheet(survey.id, Table.LANGUAGES, day.isoformat(), 1, {f"{s}:nb": n for s, n in votes.items()}),
            ]
        store.save([Received(terminal, f"installation-{number}", sheet) for sheet in sheets])
    store.close()
