"""A page where people sign in, for tests: its people, its clock, and browsers before it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from argon2 import PasswordHasher
from httpx import Client, Response
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import ReadStore
from collector.store.published import PublishedFile
from contract.survey import Survey, Text
from dashboard.alerts.watch import Watching
from dashboard.app import create_app
from dashboard.people.book import People
from dashboard.people.passwords import Passwords
from dashboard.people.person import Person
from dashboard.people.provider import Provider
from dashboard.people.roles import Grant, Role
from dashboard.surveys.desk import Publishing, Size
from locales.catalogue import default_survey
from tests.dashboard.conftest import NEW_YEAR, OSLO
from tests.fakes.clock import FakeClock
from tests.fakes.postbox import FakePostbox
from tests.fakes.read_store import FakeReadStore

PASSWORD = "correct horse battery"
"""Everybody's, in these tests."""


def quick_passwords() -> Passwords:
    """Hashes that anybody could guess, so that tests do not wait for good ones."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def open_people(directory: Path, clock: FakeClock | None = None) -> People:
    moving = clock or FakeClock(NEW_YEAR)
    return People.open(directory / "people.db", passwords=quick_passwords(), clock=lambda: moving.now.timestamp())  # noqa: PLW0108 - the time moves


def without_token(page: str) -> str:
    """The page but for what is another each time that it is asked for."""
    return re.sub(r'(name="form" value=")[^"]+', r"\1", page)


class Browser:
    """Somebody's browser: keeps cookies, follows no redirect by itself, and fills in forms with the page's token."""

    def __init__(self, client: TestClient[Litestar] | Client) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **headers: str) -> Response:
        answer = self.client.get(path, headers=headers, follow_redirects=False)
        if found := re.search(r'name="form" value="([^"]+)"', answer.text):
            self.token = unescape(found[1])
        return answer

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Response:
        data = {"form": self.token, **(fields or {})}
        answer = self.client.post(path, data=data, headers=headers, follow_redirects=False)
        if found := re.search(r'name="form" value="([^"]+)"', answer.text):
            self.token = unescape(found[1])
        return answer

    def sign_in(self, name: str, password: str = PASSWORD, then: str = "/") -> Response:
        self.get("/sign-in?language=en")
        answer = self.post("/sign-in?language=en", {"name": name, "password": password, "then": then})
        if answer.status_code == 303:
            self.get("/me?language=en")  # where every form has the session's token
        return answer

    def take_cookie(self, name: str, value: str) -> None:
        """As an attacker plants one, or has copied it."""
        if self.cookie(name) is not None:
            self.client.cookies.delete(name)
        self.client.cookies.set(name, value, domain="testserver.local")

    def cookie(self, name: str) -> str | None:
        return next((one.value for one in self.client.cookies.jar if one.name == name), None)


def another(client: TestClient[Litestar]) -> Browser:
    """A further browser before the same page."""
    return Browser(TestClient(client.app, base_url=str(client.base_url)))


def browser_of(client: TestClient[Litestar], name: str) -> Browser:
    """A further browser, in which somebody is signed in."""
    browser = another(client)
    assert browser.sign_in(name).status_code == 303
    return browser


def draw_nothing(survey: Survey, messages: Sequence[Text], language: str, screen: str, size: Size) -> bytes:
    """In place of the terminal's drawing, which is tried where it is: tells what was asked for."""
    return f"{survey.question[language]} {len(messages)} {language} {screen} {size[0]}x{size[1]}".encode()


class House:
    """The app over a store, with people in a file."""

    def __init__(
        self,
        directory: Path,
        store: FakeReadStore,
        *,
        provider: Provider | None = None,
        https: bool = False,
        watching: Watching | None = None,
    ) -> None:
        self.clock = FakeClock(NEW_YEAR)
        self.directory = directory
        self.people = open_people(directory, self.clock)
        self.store = store
        self.publishing = Publishing(self.published, default_survey(), ("nb", "en", "th"), draw=draw_nothing)
        self.postbox = FakePostbox()
        self._provider = provider
        self._https = https
        self._watching = watching

    def app(self, *, hosts: Collection[str] | None = None) -> Litestar:
        def open_store() -> ReadStore:
            self.store.version()
            return self.store

        return create_app(
            open_store,
            timezone=OSLO,
            languages=["nb", "en"],
            clock=lambda: self.clock.now,
            people=self.people,
            provider=self._provider,
            publishing=self.publishing,
            postbox=self.postbox,
            watching=self._watching,
            page="https://fjes.example.org",
            https=self._https,
            hosts=hosts,
            since_start=self.clock.monotonic,
        )

    def published(self) -> PublishedFile:
        return PublishedFile.open(self.directory / "published.db")

    @contextmanager
    def open(self, *, hosts: Collection[str] | None = None) -> Iterator[TestClient[Litestar]]:
        scheme = "https" if self._https else "http"
        with TestClient(self.app(hosts=hosts), base_url=f"{scheme}://testserver.local") as client:
            yield client

    def add(self, name: str, role: Role, *places: str) -> Person:
        """A person with the role at these places, or at all."""
        first, *others = places or ("",)
        person = self.people.add(name, Grant(first, role), by="", password=PASSWORD)
        for place in others:
            self.people.set_role(person, Grant(place, role), by="")
        found = self.people.find(person.id)
        assert found
        return found
