"""The page of tokens and links: shown once, of own places only, and ended by whoever made them."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement
from dashboard.people.roles import Role
from dashboard.people.tokens import Kind
from tests.dashboard.conftest import year_store
from tests.dashboard.house import Browser, House, another, browser_of
from tests.dashboard.test_pages import text_of

PAGE = "/me/tokens?language=en"


@pytest.fixture
def house(tmp_path: Path) -> House:
    store = year_store()
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1))]
    house = House(tmp_path, store)
    house.add("kari", Role.ADMIN)
    house.add("ola", Role.VIEWER, "oslo/pro")
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def ola(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "ola")


def handed(page: str) -> str:
    found = re.search(r"<code>(.*?)</code>", page)
    assert found, page
    return unescape(found[1])


def test_a_token_is_shown_once_and_works_until_it_is_ended(client: TestClient[Litestar], ola: Browser) -> None:
    made = ola.post(PAGE, {"kind": "api", "name": "the town's page"})
    assert made.status_code == 200
    token = handed(made.text)
    assert "until 4 February 2025" in text_of(made.text)
    again = ola.get(PAGE).text
    assert token not in again
    assert "the town" in again
    headers = {"Authorization": f"Bearer {token}"}
    program = TestClient(client.app, base_url=str(client.base_url))
    assert program.get("/api/v1/figures?period=2023", headers=headers).json()["place"] == "oslo/pro"
    assert ola.post("/me/tokens/end?language=en", {"token": "1"}).headers["Location"] == PAGE
    assert program.get("/api/v1/figures", headers=headers).status_code == 401
    assert "the town" not in ola.get(PAGE).text


def test_a_link_opens_the_wall(client: TestClient[Litestar], ola: Browser) -> None:
    link = handed(ola.post(PAGE, {"kind": "wall", "name": "hall", "place": "/oslo/pro/"}).text)
    assert link.startswith("https://fjes.example.org/wall?")
    screen = another(client)
    opened = screen.get(link.removeprefix("https://fjes.example.org"))
    assert screen.get(opened.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "wall", "name": "hall", "place": "oslo"}, "a place that you see yourself"),
        ({"kind": "wall", "name": "hall"}, "a place that you see yourself"),
        ({"kind": "api", "name": "x", "place": "bergen"}, "a place that you see yourself"),
        ({"kind": "api"}, "Please give it a name"),
        ({"kind": "king", "name": "x"}, "Please choose what it is for"),
    ],
)
def test_what_cannot_be_made_says_why(ola: Browser, house: House, fields: dict[str, str], said: str) -> None:
    answer = ola.post(PAGE, fields)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    person = house.people.named("ola")
    assert person
    assert house.people.tokens.of(person) == []


def test_nobody_ends_what_another_made(client: TestClient[Litestar], ola: Browser, house: House) -> None:
    token = handed(ola.post(PAGE, {"kind": "api", "name": "x"}).text)
    browser_of(client, "kari").post("/me/tokens/end", {"token": "1"})
    assert house.people.tokens.find(token, Kind.API)


def test_the_log_tells_of_it(client: TestClient[Litestar], ola: Browser) -> None:
    ola.post(PAGE, {"kind": "wall", "name": "hall & <door>", "place": "oslo/pro"})
    ola.post(PAGE, {"kind": "api", "name": "page"})
    ola.post("/me/tokens/end", {"token": "2"})
    log = unescape(text_of(browser_of(client, "kari").get("/audit?language=en").text))
    assert "made the link of the wall screen “hall & <door>”: oslo/pro" in log
    assert "made a token for the program “page”: oslo/pro" in log
    assert "ended the token of the program “page”: oslo/pro" in log


def test_the_own_page_leads_there(ola: Browser) -> None:
    assert 'href="/me/tokens?language=en"' in ola.get("/me?language=en").text
