"""The OpenAPI document is complete and true: every route, and every answer that was seen is one that it tells of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from dashboard.alerts.watch import Watching
from dashboard.people.roles import Role
from tests.dashboard.conftest import year_store
from tests.dashboard.house import PASSWORD, Browser, House, another

FILES = ("/surveys/import", "/visits/import")
"""Where a file is taken."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    house = House(tmp_path, year_store(), watching=Watching())
    house.add("kari", Role.ADMIN)
    house.add("ola", Role.VIEWER, "stua-1")
    with house.open() as client:
        yield client


def test_every_route_is_in_it_with_what_it_may_answer(client: TestClient[Litestar]) -> None:
    browser = Browser(client)
    browser.sign_in("kari")
    document = browser.get("/schema/openapi.json").json()
    routes = {route.path for route in client.app.routes if not route.path.startswith("/schema")}
    told = {path.replace("{person}", "{person:int}").replace("{alert}", "{alert:int}") for path in document["paths"]}
    assert told == {path.replace(":str", "").replace(":path", "") for path in routes}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "post":
                assert {"400", "403", "413"} <= set(operation["responses"]), path
                form = operation["requestBody"]["content"]
                takes = "multipart/form-data" if path in FILES else "application/x-www-form-urlencoded"
                assert list(form) == [takes], path
    assert client.get("/schema/swagger").status_code in (303, 404)


@pytest.mark.parametrize("name", ["nobody", "kari", "ola"])
def test_what_is_answered_is_told_of(client: TestClient[Litestar], name: str) -> None:
    browser = Browser(client)
    browser.sign_in("kari")
    document = browser.get("/schema/openapi.json").json()
    browser = another(client)
    if name != "nobody":
        browser.sign_in(name)
    queries = [
        "",
        "?period=2023",
        "?period=x",
        "?place=x",
        "?before=x",
        "?before=-1",
        "?language=%00",
        "?state=x&code=y",
    ]
    forms: list[dict[str, str]] = [
        {},
        {"name": "x", "role": "viewer"},
        {"role": "king"},
        {"name": "x" * 300},
        {"old": PASSWORD, "new": "x"},
    ]
    for path, methods in document["paths"].items():
        if path in ("/changes", "/sign-out", "/me/sign-out-everywhere", "/me/password"):
            continue
        at = path.replace("{person}", "99").replace("{alert}", "99").replace("{edition}/{name}", "0/page.css")
        answers = [("get", query, browser.get(at + query)) for query in queries if "get" in methods]
        answers += [("post", str(form), browser.post(at, form)) for form in forms if "post" in methods]
        for method, given, answer in answers:
            told = methods[method]["responses"]
            assert str(answer.status_code) in told, (method, at, given)
            kinds = told[str(answer.status_code)].get("content", {})
            kind = answer.headers.get("content-type", "").split(";")[0]
            assert not kinds or not answer.content or kind in kinds, (method, at, given, kind)
