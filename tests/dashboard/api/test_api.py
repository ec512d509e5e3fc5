"""The API: the pages' numbers as JSON, for who has a token, as far as its person may see, and for nobody else."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement
from contract.periods import Period
from contract.sheets import Vote
from dashboard.api import shapes
from dashboard.api.openapi import FILE, render
from dashboard.api.pace import MOST, WITHIN_SECONDS
from dashboard.document import figures_document
from dashboard.people.person import Person
from dashboard.people.roles import Role
from dashboard.people.tokens import Kind
from tests.dashboard.conftest import NEW_YEAR, app_over, year_store
from tests.dashboard.house import House, another, browser_of
from tests.fakes.read_store import FakeReadStore

PATHS = ("places", "periods", "figures", "trend", "crossings", "surveys")


@pytest.fixture
def store() -> FakeReadStore:
    store = year_store()
    since = date(2020, 1, 1)
    store.moves = [Placement("stua-1", "oslo/pro/stua", since), Placement("gate", "oslo/bus", since)]
    store.vote(datetime(2023, 5, 2, 10), Vote(1, "ar", "wait"), terminal="gate", times=20)
    return store


@pytest.fixture
def house(tmp_path: Path, store: FakeReadStore) -> House:
    return House(tmp_path, store)


@pytest.fixture
def viewer(house: House) -> Person:
    return house.add("viewer", Role.VIEWER, "oslo/pro")


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


def ask(client: TestClient[Litestar], path: str, token: str = "") -> Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.get(f"/api/v1/{path}", headers=headers, follow_redirects=False)


def told(client: TestClient[Litestar], path: str, token: str = "") -> Any:  # noqa: ANN401 - JSON
    answer = ask(client, path, token)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


@pytest.fixture
def token(house: House, viewer: Person) -> str:
    return house.people.tokens.make(viewer, Kind.API, "page", "")


def test_figures_are_those_of_the_command(client: TestClient[Litestar], token: str, store: FakeReadStore) -> None:
    command = figures_document(store, Period.parse("2023"), "oslo/pro", today=NEW_YEAR.date())
    assert told(client, "figures?period=2023", token) == msgspec.to_builtins(command)
    assert set(command) == set(shapes.Figures.__struct_fields__)


def test_small_numbers_are_hidden_and_a_running_month_waits(client: TestClient[Litestar], token: str) -> None:
    assert told(client, "crossings?period=2023", token)["answers"]["unsatisfied"]["wait"] == "<5"
    running = told(client, "crossings?period=2024", token)
    assert running["answers"] is running["languages"] is running["pattern"] is None
    assert running["crossings_until"] == "2024-01-01"


def test_hours_are_told_by_quarter_and_year(client: TestClient[Litestar], token: str) -> None:
    assert told(client, "crossings?period=2023-Q1", token)["pattern"]["2-14"] == 733
    assert told(client, "crossings?period=2023-03", token)["pattern"] is None


def test_the_trend_has_gaps_where_it_was_silent(client: TestClient[Litestar], token: str) -> None:
    trend = told(client, "trend?period=2023", token)
    assert trend["step"] == "month"
    silent, march, *_ = trend["stretches"]
    assert (silent["until"], silent["votes"], silent["satisfied"]) == ("2023-03-01T00:00:00", None, None)
    assert (march["from"], march["votes"], march["satisfied"]["share"]) == ("2023-03-01T00:00:00", 733, 1.0)


def test_the_periods_that_have_votes(client: TestClient[Litestar], token: str) -> None:
    assert told(client, "periods", token) == {
        "place": "oslo/pro",
        "first": "2023-03-07",
        "last": "2023-09-12",
        "years": ["2023"],
        "quarters": ["2023-Q1", "2023-Q2", "2023-Q3"],
        "months": [f"2023-{month:02}" for month in range(3, 10)],
    }


def test_answers_have_their_texts(client: TestClient[Litestar], token: str) -> None:
    (survey,) = told(client, "surveys?period=2023", token)["surveys"]
    assert survey["id"] == "visit@1"
    assert survey["unsatisfied"]["options"][0]["text"]["nb"]


def test_where_nobody_voted_nothing_is_told_of_what_others_are_asked(client: TestClient[Litestar], token: str) -> None:
    figures = told(client, "figures?period=2021", token)
    assert figures["votes"] == 0
    assert figures["answers"] is figures["languages"] is None
    assert told(client, "crossings?period=2021-Q1", token)["pattern"] is None
    assert told(client, "surveys?period=2021", token)["surveys"] == []


def test_a_token_sees_the_places_of_its_person_alone(client: TestClient[Litestar], token: str) -> None:
    assert told(client, "places", token) == {
        "places": [{"place": "oslo/pro", "within": None}, {"place": "oslo/pro/stua", "within": "oslo/pro"}],
        "everything": False,
    }
    assert told(client, "figures?period=2023&place=oslo", token)["votes"] == 1112
    for path in PATHS[1:]:
        for place in ("oslo/bus", "bergen"):
            answer = ask(client, f"{path}?place={place}", token)
            assert answer.status_code == 404
            assert answer.json()["detail"] == f"place {place!r} is not known; no terminal stands there"


def test_a_token_of_one_place_sees_less_than_its_person(client: TestClient[Litestar], house: House) -> None:
    admin = house.add("admin", Role.ADMIN)
    token = house.people.tokens.make(admin, Kind.API, "page", "oslo/bus")
    assert told(client, "figures?period=2023", token)["votes"] == 20
    assert ask(client, "figures?place=oslo/pro", token).status_code == 404


def test_who_has_several_places_chooses_one(client: TestClient[Litestar], house: House) -> None:
    both = house.add("both", Role.VIEWER, "oslo/bus", "oslo/pro")
    token = house.people.tokens.make(both, Kind.API, "page", "")
    assert ask(client, "figures", token).json()["detail"] == "there are several places; choose one"
    assert told(client, "figures?period=2023&place=oslo/bus", token)["votes"] == 20


@pytest.mark.parametrize("given", ["", "x", "fjes_api_x", "wall", "ended"])
def test_without_a_good_token_nothing_is_told(
    client: TestClient[Litestar], house: House, viewer: Person, given: str
) -> None:
    token = given
    if given == "wall":
        token = house.people.tokens.make(viewer, Kind.WALL, "hall", "oslo/pro")
    elif given == "ended":
        token = house.people.tokens.make(viewer, Kind.API, "page", "")
        house.people.end_sessions(viewer)
    for path in PATHS:
        answer = ask(client, path, token)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert set(answer.json()) == {"error", "detail"}


def test_a_token_opens_the_api_and_nothing_else(client: TestClient[Litestar], token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Fragment": "1"}
    for path in ("/", "/me", "/live/oslo/pro", "/changes", "/schema/openapi.json"):
        assert client.get(path, headers=headers).status_code == 401, path
    browser = another(client)
    for cookie in ("fjes-wall", "fjes-session"):
        browser.take_cookie(cookie, token)
    for path in ("/live/oslo/pro", "/"):
        assert browser.get(path, **{"X-Fragment": "1"}).status_code == 401


def test_whoever_is_signed_in_may_look_at_it_too(client: TestClient[Litestar], viewer: Person) -> None:
    browser = browser_of(client, viewer.name)
    assert browser.get("/api/v1/figures?period=2023").json()["votes"] == 1112
    assert browser.get("/api/v1/figures", Authorization="Bearer x").status_code == 401


def test_looking_at_it_keeps_nobody_signed_in(client: TestClient[Litestar], house: House, viewer: Person) -> None:
    browser = browser_of(client, viewer.name)
    for _ in range(3):
        house.clock.advance(1000)
        assert browser.get("/api/v1/places").status_code == 200
    house.clock.advance(1000)
    assert browser.get("/api/v1/places").status_code == 401


def test_it_is_open_where_the_page_is() -> None:
    with TestClient(app_over(year_store())) as client:
        assert told(client, "figures?period=2023")["votes"] == 1112
        assert told(client, "places") == {"places": [{"place": "stua-1", "within": None}], "everything": True}


def test_what_is_wrong_is_one_sentence_in_json(client: TestClient[Litestar], token: str, store: FakeReadStore) -> None:
    assert "'2023-13'" in ask(client, "figures?period=2023-13", token).json()["detail"]
    assert ask(client, "nothing", token).json()["error"] == "No such page"
    assert client.post("/api/v1/places").json()["error"] == "That was not understood"
    store.broken = True
    answer = ask(client, "figures", token)
    assert answer.status_code == 503
    assert answer.json()["error"] == "The numbers cannot be read just now"


def test_whoever_asks_too_often_is_told_when_to_ask_again(
    client: TestClient[Litestar], token: str, house: House, viewer: Person
) -> None:
    for number in range(MOST):
        assert ask(client, ("places", "periods")[number % 2], token).status_code == 200
    refused = ask(client, "places", token)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WITHIN_SECONDS + 1
    assert ask(client, "places", house.people.tokens.make(viewer, Kind.API, "other", "")).status_code == 200
    house.clock.advance(WITHIN_SECONDS)
    assert ask(client, "places", token).status_code == 200


def test_the_document_is_served_as_it_is_written(client: TestClient[Litestar]) -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "run python -m dashboard.api.openapi"
    answer = ask(client, "openapi.json")
    assert answer.text == render()
    document = answer.json()
    assert set(document["paths"]) == {f"/api/v1/{path}" for path in PATHS}
    assert {method for path in document["paths"].values() for method in path} == {"get"}
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
