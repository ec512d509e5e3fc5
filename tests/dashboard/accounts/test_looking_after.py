"""The pages of admins: people are added, changed and removed, each admin's own ones only, and the log tells it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from dashboard.people.person import Person
from dashboard.people.roles import FREE, Grant, Role
from tests.dashboard.conftest import year_store
from tests.dashboard.house import Browser, House, another, browser_of
from tests.dashboard.test_pages import text_of


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path, year_store())
    house.add("kari", Role.ADMIN)
    house.add("oslo-admin", Role.ADMIN, "oslo")
    house.add("ola", Role.VIEWER, "oslo/pro")
    house.add("bjarne", Role.VIEWER, "bergen")
    house.add("both", Role.VIEWER, "oslo", "bergen")
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def kari(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "kari")


@pytest.fixture
def oslo(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "oslo-admin")


def named(house: House, name: str) -> Person:
    person = house.people.named(name)
    assert person
    return person


def acts(house: House) -> list[tuple[str, str, str]]:
    return [(entry.who, str(entry.act), entry.whom) for entry in house.people.audit.entries(FREE, 100)]


def test_who_is_added_gets_a_password_for_one_time_that_is_shown_once(
    kari: Browser, house: House, client: TestClient[Litestar]
) -> None:
    page = kari.post("/people?language=en", {"name": "Berit", "role": "manager", "place": "oslo/pro"})
    assert page.status_code == 200
    password = re.search(r"<code>([^<]+)</code>", page.text)
    assert password
    assert password[1] not in kari.get("/people").text
    assert named(house, "berit").grants == (Grant("oslo/pro", Role.MANAGER),)
    assert acts(house)[0] == ("kari", "added", "Berit")
    berit = another(client)
    assert berit.sign_in("berit", unescape(password[1])).status_code == 303
    assert berit.get("/").headers["Location"] == "/me"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "ola", "role": "viewer"}, "called that already"),
        ({"name": "", "role": "viewer"}, "A name has letters"),
        ({"name": "new", "role": "king"}, "choose a role"),
        ({"name": "new"}, "choose a role"),
        ({"name": "new", "role": "viewer", "place": "Oslo!"}, "A place is written as"),
        ({"name": "new", "role": "viewer", "openid": "a@b.example"}, "no other sign-in here"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    kari: Browser, house: House, fields: dict[str, str], words: str
) -> None:
    answer = kari.post("/people?language=en", fields)
    assert answer.status_code == 422
    assert words in text_of(answer.text)
    assert f'value="{fields.get("place", "")}"' in answer.text
    assert len(house.people.all()) == 5


def test_an_admin_of_a_place_sees_those_who_are_wholly_within(oslo: Browser) -> None:
    people = re.findall(r"<h2>([^<]*)</h2>", oslo.get("/people").text)
    assert people == ["ola", "oslo-admin"]


@pytest.mark.parametrize("name", ["kari", "bjarne", "both", "nobody"])
@pytest.mark.parametrize("act", ["role", "password", "remove"])
def test_anybody_else_is_nobody_to_them(oslo: Browser, house: House, name: str, act: str) -> None:
    before = house.people.all()
    person = house.people.named(name)
    fields = {"role": "viewer", "place": "oslo"} if act == "role" else {}
    answer = oslo.post(f"/people/{person.id if person else 999}/{act}?language=en", fields)
    assert answer.status_code == 404
    assert house.people.all() == before


@pytest.mark.parametrize("number", [2**63, 10**20])
def test_a_number_that_none_can_have_is_nobodys(kari: Browser, number: int) -> None:
    assert kari.post(f"/people/{number}/remove").status_code == 404
    assert kari.get(f"/audit?before={number}").status_code == 400
    assert kari.get(f"/audit?before={2**63 - 1}").status_code == 200


def test_a_work_account_gets_no_password_that_would_shut_it_out(kari: Browser, house: House) -> None:
    anna = house.people.add("anna", Grant("", Role.VIEWER), by="", openid="email:anna@example.org")
    assert f'action="/people/{anna.id}/password' not in kari.get("/people").text
    answer = kari.post(f"/people/{anna.id}/password?language=en")
    assert answer.status_code == 422
    assert "with a work account needs no password" in text_of(answer.text)
    assert named(house, "anna") == anna


@pytest.mark.parametrize("place", ["", "bergen", "osl", "oslo-2", "/"])
def test_nobody_gives_what_they_do_not_have(oslo: Browser, house: House, place: str) -> None:
    before = house.people.all()
    for path in ("/people", f"/people/{named(house, 'ola').id}/role"):
        answer = oslo.post(f"{path}?language=en", {"name": "new", "role": "admin", "place": place})
        assert answer.status_code == 422
        assert "places that you look after" in answer.text
    assert house.people.all() == before


def test_a_role_is_changed_and_taken(oslo: Browser, house: House) -> None:
    path = f"/people/{named(house, 'ola').id}/role"
    assert oslo.post(path, {"role": "manager", "place": "oslo/bus"}).status_code == 303
    assert named(house, "ola").grants == (Grant("oslo/bus", Role.MANAGER), Grant("oslo/pro", Role.VIEWER))
    assert oslo.post(path, {"role": "none", "place": "oslo/pro"}).status_code == 303
    assert named(house, "ola").grants == (Grant("oslo/bus", Role.MANAGER),)
    last = oslo.post(f"{path}?language=en", {"role": "none", "place": "oslo/bus"})
    assert last.status_code == 422
    assert "remove the person instead" in last.text


def test_a_new_password_and_a_removal_end_sessions(kari: Browser, house: House, client: TestClient[Litestar]) -> None:
    ola = browser_of(client, "ola")
    number = named(house, "ola").id
    assert kari.post(f"/people/{number}/password").status_code == 200
    assert ola.get("/").status_code == 303
    assert named(house, "ola").must_change
    assert kari.post(f"/people/{number}/remove").status_code == 303
    assert house.people.named("ola") is None
    assert acts(house)[:2] == [("kari", "removed", "ola"), ("kari", "password-reset", "ola")]


@pytest.mark.parametrize(("act", "fields"), [("role", {"role": "viewer"}), ("password", {}), ("remove", {})])
def test_nobody_does_that_to_themselves(kari: Browser, house: House, act: str, fields: dict[str, str]) -> None:
    answer = kari.post(f"/people/{named(house, 'kari').id}/{act}?language=en", fields)
    assert answer.status_code == 422
    assert "ask another admin" in answer.text
    assert named(house, "kari").access.may(Role.ADMIN, None)


def test_the_log_is_told_in_words_page_by_page(kari: Browser, oslo: Browser, house: House) -> None:
    for number in range(105):
        house.people.audit.exported("ola", "figures.csv", "bergen" if number % 2 else "oslo/pro", f"{1900 + number}")
    first = kari.get("/audit?language=en").text
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older
    assert "exported figures.csv 2004: oslo/pro" in first
    assert "1 Jan 2024" in first
    second = kari.get("/audit" + unescape(older[1])).text
    assert "added ola as viewer: oslo/pro" in second
    assert "command line" in second
    assert len(re.findall("<time", first + second)) == 105 + 6
    theirs = kari.get("/audit?language=nb").text
    assert "eksporterte figures.csv" in theirs
    own = oslo.get("/audit?language=en").text
    assert "oslo/pro" in own
    assert not re.search(r"bergen|bjarne|kari\b.*as admin", text_of(own))
