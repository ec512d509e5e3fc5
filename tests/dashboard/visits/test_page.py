"""The page of visits: managers tell those of their own places, all fields or none, and the log tells who did."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement
from contract.sheets import Vote
from dashboard.people.roles import Role
from dashboard.people.visits import Entry
from tests.dashboard.conftest import app_over
from tests.dashboard.house import Browser, House, another, browser_of, without_token
from tests.dashboard.test_pages import text_of
from tests.fakes.read_store import FakeReadStore

PRO = {"period": "2023", "place": "oslo/pro"}
PAGE = "/visits?period=2023&place=oslo/pro&language=en"


@pytest.fixture
def house(tmp_path: Path) -> House:
    store = FakeReadStore()
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1)), Placement("gate", "oslo/bus", date(2020, 1, 1))]
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=24)
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=7, terminal="gate")
    house = House(tmp_path, store)
    house.add("boss", Role.MANAGER, "oslo/pro")
    house.add("both", Role.MANAGER, "oslo/pro", "oslo/bus")
    house.add("all", Role.ADMIN)
    house.add("viewer", Role.VIEWER)
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def boss(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "boss")


def bring(browser: Browser, text: str) -> str:
    """Sends a file, and returns what the page says to it."""
    browser.get("/visits?period=2023&language=en")
    answer = browser.client.post(
        "/visits/import?language=en",
        data={"form": browser.token, **PRO},
        files={"file": ("visits.csv", text.encode())},
    )
    assert answer.status_code in (200, 422)
    return text_of(answer.text)


def test_a_manager_tells_the_visits_of_a_year(house: House, boss: Browser) -> None:
    assert boss.get("/visits?language=en").status_code == 200
    answer = boss.post("/visits?language=en", {**PRO, "2023": "4 611", "2023-03": "120", "2023-04": " "})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert house.people.visits.all() == [Entry("oslo/pro", "2023", 4611), Entry("oslo/pro", "2023-03", 120)]
    page = boss.get(PAGE).text
    assert 'name="2023-03" type="text" value="120"' in page
    assert "1% of 4,611 visits" in text_of(page)
    assert "20% of 120 visits" in text_of(boss.get("/?period=2023-03&language=en").text)
    assert "visits" not in text_of(boss.get("/?period=2023-04&language=en").text).lower().replace("visits", "", 1)
    boss.post("/visits?language=en", {**PRO, "2023": "", "2023-03": "20"})
    assert house.people.visits.all() == [Entry("oslo/pro", "2023-03", 20)]
    assert "More votes than visits (20)" in text_of(boss.get("/?period=2023-03&language=en").text)


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the year's form, with nothing typed."""
    return dict(re.findall(r'<input[^>]* name="((?:before-)?2023[^"]*)"[^>]* value="([^"]*)"', page))


def test_what_a_colleague_wrote_meanwhile_stays(house: House, client: TestClient[Litestar]) -> None:
    """Of a page that was open for long only the fields count that somebody typed in, also after a mistake in one."""
    boss, colleague = browser_of(client, "boss"), browser_of(client, "all")
    open_for_long = fields_of(boss.get(PAGE).text)
    assert len(open_for_long) == 2 * 13
    assert colleague.post("/visits", {**PRO, "2023-03": "50", "2023-05": "8"}).status_code == 303
    mistaken = boss.post("/visits", {**PRO, **open_for_long, "2023-04": "seven", "2023-05": "9"})
    assert mistaken.status_code == 422
    assert boss.post("/visits", {**PRO, **fields_of(mistaken.text), "2023-04": "7"}).status_code == 303
    assert house.people.visits.all() == [
        Entry("oslo/pro", "2023-03", 50),
        Entry("oslo/pro", "2023-04", 7),
        Entry("oslo/pro", "2023-05", 9),
    ]


def test_what_is_no_number_is_said_beside_it_and_nothing_is_kept(house: House, boss: Browser) -> None:
    answer = boss.post("/visits?language=en", {**PRO, "2023-02": "1.5", "2023-03": "120"})
    assert answer.status_code == 422
    assert text_of(answer.text).count("Write a whole number, or nothing.") == 1
    for typed in ('name="2023-02" type="text" value="1.5"', 'name="2023-03" type="text" value="120"'):
        assert typed in answer.text
    assert house.people.visits.all() == []


def test_what_counts_while_a_field_is_empty_is_told(house: House, client: TestClient[Litestar]) -> None:
    house.people.visits.keep([Entry("oslo/pro", "2023-02", 30), Entry("oslo/bus", "2023-02", 4)], by="")
    everything = browser_of(client, "all")
    assert "Added up: 34" in text_of(everything.get("/visits?period=2023&place=oslo&language=en").text)
    assert "Added up:" not in text_of(everything.get(PAGE).text)


def test_a_year_that_runs_has_the_months_that_have_begun(boss: Browser) -> None:
    page = boss.get("/visits?language=en").text  # it is New Year's Day of 2024
    assert 'name="2024-01"' in page
    assert 'name="2024-02"' not in page
    assert without_token(boss.get("/visits?period=2025&language=en").text) == without_token(page)
    boss.post("/visits?language=en", {**PRO, "period": "2024", "2024-02": "5"})
    assert "2024-02" not in boss.get("/visits?period=2024&language=en").text


def test_a_file_is_taken_whole_or_not_at_all(house: House, boss: Browser) -> None:
    assert "2 numbers of the file were taken." in bring(
        boss, "place,period,visits\noslo/pro,2023,480\noslo/pro,2023-03-07,9\n"
    )
    kept = house.people.visits.all()
    assert kept == [Entry("oslo/pro", "2023", 480), Entry("oslo/pro", "2023-03-07", 9)]
    for text, said in (
        ("place,period,visits\noslo/pro,2023,1\noslo/pro,2022,?\n", "Line 3: “?” is no number of visits"),
        ("place,period,visits\noslo/pro,2023,1\noslo/bus,2023,1\n", "Line 3: no terminal stands at “oslo/bus”"),
        ("place,period,visits\n,2023,1\n", "Line 2: no terminal stands at “”"),
        ("place,period,visits\noslo/none,2023,1\n", "Line 2: no terminal stands at “oslo/none”"),
    ):
        told = bring(boss, text)
        assert said in told
        assert "Nothing of the file was taken." in told
    assert house.people.visits.all() == kept


def test_nobody_tells_visits_of_places_that_are_not_theirs(house: House, client: TestClient[Litestar]) -> None:
    boss, viewer = browser_of(client, "boss"), browser_of(client, "viewer")
    for place in ("oslo/bus", "oslo", "", "oslo/none"):
        assert boss.post("/visits?language=en", {**PRO, "place": place, "2023": "5"}).status_code == 404
    assert boss.get("/visits?place=oslo/bus").status_code == 404
    assert "gate" not in boss.get("/visits?place=oslo/pro&period=2023").text
    assert browser_of(client, "all").post("/visits", {**PRO, "place": "oslo/none", "2023": "5"}).status_code == 404
    assert viewer.get("/visits").status_code == 403
    assert viewer.post("/visits", {**PRO, "2023": "5"}).status_code == 403
    assert another(client).post("/visits", {**PRO, "2023": "5"}).status_code in (401, 403)
    boss.token = "forged"
    assert boss.post("/visits", {**PRO, "2023": "5"}).status_code == 403
    assert house.people.visits.all() == []


def test_where_there_are_several_places_one_is_chosen(house: House, client: TestClient[Litestar]) -> None:
    both = browser_of(client, "both")
    page = both.get("/visits?language=en").text
    assert 'href="/visits?place=oslo/bus&amp;language=en"' in page
    assert both.post("/visits?language=en", {"period": "2023", "2023": "5"}).status_code == 404
    assert 'action="/visits?language=en"' in both.get("/visits?place=oslo/bus&language=en").text
    assert house.people.visits.all() == []


def test_the_log_tells_who_told_which(house: House, client: TestClient[Litestar], boss: Browser) -> None:
    boss.post("/visits?language=en", {**PRO, "2023": "480"})
    boss.post("/visits?language=en", {**PRO, "2023": "480"})
    log = text_of(browser_of(client, "all").get("/audit?language=en").text)
    assert log.count("boss wrote down visits of 2023: oslo/pro") == 1, "what was there already is nothing new"


def test_it_is_led_to_and_only_where_people_sign_in(house: House, boss: Browser) -> None:
    assert 'href="/visits?language=en"' in boss.get("/?period=2023&language=en").text
    with TestClient(app_over(house.store)) as client:
        assert client.get("/visits").status_code == 404
