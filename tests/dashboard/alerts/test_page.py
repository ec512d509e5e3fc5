"""The page of alerts: each reader's own places, managers who have seen them, and the count in every page's head."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from dashboard.people.alerts import Happening, Kind
from dashboard.people.roles import FREE, Role
from tests.dashboard.alerts.site import ELSEWHERE, FULL, SILENT, alarmed
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.house import Browser, House, another, browser_of
from tests.dashboard.test_pages import text_of

PAGE = "/alerts?language=en"


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = alarmed(tmp_path, year_store())
    house.add("admin", Role.ADMIN)
    house.add("boss", Role.MANAGER, "oslo/pro")
    house.add("viewer", Role.VIEWER, "oslo")
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def boss(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "boss")


def number_of(house: House, happening: Happening) -> int:
    return next(one.id for one in house.people.alerts.lasting() if one.happening.key == happening.key)


def seen(house: House, happening: Happening) -> str:
    return next(one.who for one in house.people.alerts.lasting() if one.happening.key == happening.key)


@pytest.mark.parametrize(
    ("name", "there", "not_there"),
    [
        ("admin", ["stua-1 (oslo/pro)", "gate (bergen)", "900 MB", "99.8% of 733"], []),
        ("viewer", ["stua-1 (oslo/pro)", "99.8% of 733"], ["bergen", "900 MB"]),
    ],
)
def test_everybody_sees_those_of_their_places(
    client: TestClient[Litestar], name: str, there: list[str], not_there: list[str]
) -> None:
    browser = browser_of(client, name)
    text = text_of(browser.get(PAGE).text)
    assert [one for one in there if one not in text] == []
    assert [one for one in not_there if one in text] == []
    assert text.index("stua-1 (oslo/pro)") < text.index(" Over ") < text.index("99.8% of 733")
    number = "3" if name == "admin" else "1"
    assert f"Alerts {number} not seen yet" in text_of(browser.get("/?period=2023&language=en").text)


def test_the_overview_leads_to_them_and_they_lead_to_the_numbers(boss: Browser) -> None:
    overview = boss.get("/?period=2023&place=oslo/pro&language=en").text
    assert '<a href="/alerts?language=en">1 alert that nobody has seen</a>' in overview
    assert 'href="/?period=2023-03&amp;place=oslo/pro&amp;language=en"' in boss.get(PAGE).text


def test_a_manager_has_seen_one_and_says_something(house: House, client: TestClient[Litestar], boss: Browser) -> None:
    boss.get(PAGE)
    path = f"/alerts/{number_of(house, SILENT)}?language=en"
    answer = boss.post(path, {"comment": "The cable was out <b>."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?language=en")
    page = boss.get(PAGE).text
    assert "Seen by boss, 1 Jan 2024 13:00" in page
    assert "The cable was out &lt;b&gt;." in page
    assert "not seen yet" not in page
    assert "alert that nobody has seen" not in boss.get("/?period=2023&language=en").text
    other = browser_of(client, "admin")
    other.get(PAGE)
    assert other.post(path, {"comment": "Mended."}).status_code == 303
    page = other.get(PAGE).text
    assert "Seen by boss" in page
    assert "Mended." in page
    log = text_of(other.get("/audit?language=en").text)
    assert "boss has seen an alert (silent stua-1): oslo/pro" in log
    assert "admin has seen an alert (silent stua-1): oslo/pro" in log
    assert "Mended" not in log


def test_it_is_for_managers_of_that_place(house: House, client: TestClient[Litestar]) -> None:
    for name, happening in (("viewer", SILENT), ("boss", ELSEWHERE), ("boss", FULL)):
        browser = browser_of(client, name)
        browser.get(PAGE)
        answer = browser.post(f"/alerts/{number_of(house, happening)}?language=en", {"comment": "x"})
        assert answer.status_code == 422
        assert "There is no such alert any more." in answer.text
        assert seen(house, happening) == ""
    assert house.people.audit.entries(FREE, 50)[0].act != "acknowledged"


def test_an_alert_that_is_not_there(boss: Browser) -> None:
    boss.get(PAGE)
    for number in ("0", "99", "-1", "9" * 30):
        assert boss.post(f"/alerts/{number}?language=en", {"comment": ""}).status_code == 422


def test_a_form_of_another_site_changes_nothing(house: House, boss: Browser) -> None:
    path = f"/alerts/{number_of(house, SILENT)}"
    assert boss.post(path, {"form": "guessed"}).status_code == 403
    assert boss.post(path, {}, origin="https://evil.example").status_code == 403
    assert boss.post(path, {"comment": "x" * 256}).status_code == 400
    assert seen(house, SILENT) == ""


def test_a_viewer_is_offered_no_form_and_nobody_else_the_page(client: TestClient[Litestar]) -> None:
    viewer = browser_of(client, "viewer")
    assert "/alerts/" not in viewer.get(PAGE).text
    assert another(client).get(PAGE).status_code == 303


def test_what_is_long_over_is_on_further_pages(house: House, boss: Browser) -> None:
    for day in range(1, 61):
        house.people.alerts.begin([Happening(Kind.QUIET, "oslo/pro", str(day), f"2023-05-{day % 28 + 1:02}")])
    house.people.alerts.end([one for one in house.people.alerts.lasting() if one.happening.kind == Kind.QUIET])
    first = boss.get(PAGE).text
    assert first.count("No votes come</h3>") == 50
    older = first.split("?before=")[1].split("&")[0]
    second = boss.get(f"/alerts?before={older}&language=en").text
    assert second.count("No votes come</h3>") == 10
    assert "Over" in second
    assert "stua-1 (oslo/pro)" not in second


def test_without_sign_in_or_a_watch_there_is_no_such_page(house: House) -> None:
    with TestClient(app_over(house.store)) as client:
        assert client.get(PAGE).status_code == 404
        assert "/alerts" not in client.get("/?period=2023&language=en").text
