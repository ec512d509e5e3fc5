"""Screens on a wall: today so far, guarded, without names, for whoever sees the place or has the link."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement
from contract.sheets import Vote
from dashboard.people.person import Person
from dashboard.people.roles import Role
from dashboard.people.tokens import Kind
from tests.dashboard.conftest import OSLO, app_over
from tests.dashboard.house import Browser, House, another, browser_of
from tests.dashboard.test_pages import text_of
from tests.fakes.read_store import FakeReadStore

NOW = datetime(2023, 3, 7, 14, 20, tzinfo=UTC)
WALL = "/live/oslo/pro?language=en"


def store_with(votes: int, profile: str = "small") -> FakeReadStore:
    """So many votes of today at oslo/pro, all but one of them very happy; and 50 a week ago."""
    store = FakeReadStore()
    since = date(2020, 1, 1)
    store.moves = [Placement("stua-1", "oslo/pro", since), Placement("gate", "oslo/bus", since)]
    store.vote(datetime(2023, 3, 1, 11, tzinfo=OSLO), Vote(3, "nb", "none"), times=50, profile=profile)
    if votes:
        at = datetime(2023, 3, 7, 12, 40, tzinfo=OSLO)
        store.vote(at, Vote(4, "nb", "help"), times=votes - 1, profile=profile)
        store.vote(at, Vote(1, "th", "wait"), profile=profile)
    store.vote(datetime(2023, 3, 7, 11, tzinfo=OSLO), Vote(2, "nb", "none"), times=90, terminal="gate", profile=profile)
    return store


def shown(store: FakeReadStore, path: str = WALL) -> str:
    with TestClient(app_over(store, NOW)) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def figures(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="([^"]+)" data-value="([^"]+)"', page))


def test_it_has_todays_faces_and_the_months_share() -> None:
    page = shown(store_with(12))
    assert figures(page) == {
        "score-4": "11",
        "score-3": "0",
        "score-2": "0",
        "score-1": "1",
        "votes": "12",
        "satisfied": str(61 / 62),
    }
    text = text_of(page)
    assert "Tuesday, 7 March 2023" in text
    assert "12 votes today" in text
    assert "98.4% satisfied" in text
    assert "How satisfied are you with your visit today?" in text


def test_under_ten_votes_no_face_is_shown() -> None:
    page = shown(store_with(9))
    assert figures(page) == {"votes": "9", "satisfied": str(58 / 59)}
    assert "Too few to say" in text_of(page)


def test_a_day_without_votes_says_so_and_names_the_question_of_the_month() -> None:
    page = shown(store_with(0))
    assert figures(page) == {"votes": "0", "satisfied": "1.0"}
    assert "No votes yet today" in page


def test_the_time_of_the_newest_votes_is_told_by_the_hour_where_they_are_kept_so_and_else_not() -> None:
    assert "12 votes today , until 13:00" in text_of(shown(store_with(12, "busy")))
    assert not re.search(r"\d:\d\d", text_of(shown(store_with(12))))


def test_it_has_no_answer_no_language_no_terminal_and_no_way_to_other_pages() -> None:
    page = shown(store_with(40))
    assert not re.search(r"<a |<form|<nav|stua-1|gate|waiting|Thai", page.split("<body>")[1].replace("languages", ""))


def test_without_a_place_it_is_everything() -> None:
    assert figures(shown(store_with(12), "/live?language=en"))["votes"] == "102"


def test_a_place_that_is_not_there_is_said() -> None:
    with TestClient(app_over(store_with(12), NOW)) as client:
        assert client.get("/live/bergen").status_code == 404
        assert client.get("/live/bergen").headers["Refresh"] == "60"
        assert "Refresh" not in client.get("/?place=bergen").headers
        assert client.get("/live/bergen", headers={"X-Fragment": "1"}).text.lstrip().startswith("<main")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path, store_with(12))
    house.clock.now = NOW
    return house


@pytest.fixture
def viewer(house: House) -> Person:
    return house.add("viewer", Role.VIEWER, "oslo/pro")


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def screen(client: TestClient[Litestar], house: House, viewer: Person) -> Browser:
    """On the wall: nobody has ever signed in there, and the link was opened."""
    key = house.people.tokens.make(viewer, Kind.WALL, "hall", "oslo/pro")
    screen = another(client)
    answer = screen.get(f"/wall?language=en&key={key}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == WALL
    (cookie,) = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie
    return screen


def test_a_link_opens_its_wall_and_nothing_else(screen: Browser) -> None:
    page = screen.get(WALL)
    assert figures(page.text)["votes"] == "12"
    assert "viewer" not in page.text
    for path in ("/", "/me", "/api/v1/figures", "/schema/openapi.json"):
        assert screen.get(path, **{"X-Fragment": "1"}).status_code == 401, path
    for path in ("/live/oslo/bus", "/live/bergen"):
        assert screen.get(path).status_code == 404
    assert screen.get("/live?language=en").text.count("12 votes today") == 1, "and no more by any other address"


def test_who_sees_the_place_needs_no_link(client: TestClient[Litestar], viewer: Person) -> None:
    assert figures(browser_of(client, viewer.name).get(WALL).text)["votes"] == "12"
    assert another(client).get(WALL).status_code == 303


def test_a_link_that_was_ended_opens_nothing_and_the_open_wall_is_told(
    screen: Browser, house: House, viewer: Person
) -> None:
    house.people.tokens.revoke(viewer, 1)
    assert screen.get(WALL, **{"X-Fragment": "1"}).status_code == 401
    assert screen.get("/changes").status_code == 401


@pytest.mark.parametrize("key", ["", "x", "api"])
def test_a_key_that_is_none_says_so(client: TestClient[Litestar], house: House, viewer: Person, key: str) -> None:
    if key == "api":
        key = house.people.tokens.make(viewer, Kind.API, "page", "")
    answer = another(client).get(f"/wall?language=en&key={key}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "This link opens no wall screen any more" in answer.text
