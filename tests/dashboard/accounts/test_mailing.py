"""The page on which managers ask for reports by mail: for their own places only, and what is wrong is said."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement
from contract.sheets import Vote
from dashboard.people.mailings import MOST
from dashboard.people.roles import Role
from tests.dashboard.conftest import app_over
from tests.dashboard.house import Browser, House, another, browser_of
from tests.dashboard.test_pages import text_of
from tests.fakes.read_store import FakeReadStore

PAGE = "/me/mail?language=en"
WISH = {"length": "quarter", "place": "oslo/pro", "email": "boss@example.org"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    store = FakeReadStore()
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1)), Placement("gate", "oslo/bus", date(2020, 1, 1))]
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    house = House(tmp_path, store)
    house.add("boss", Role.MANAGER, "oslo/pro")
    house.add("viewer", Role.VIEWER)
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def boss(client: TestClient[Litestar]) -> Browser:
    return browser_of(client, "boss")


def test_what_is_asked_for_is_listed_and_can_be_stopped(house: House, boss: Browser) -> None:
    assert boss.post(PAGE, WISH).status_code == 303
    text = text_of(boss.get(PAGE).text)
    assert "Every quarter · oslo/pro boss@example.org" in text
    (mailing,) = house.people.mailings.all()
    assert (mailing.language, mailing.sent) == ("en", "2023-Q3")  # the fourth is over for certain tomorrow
    assert boss.post("/me/mail/stop", {"mailing": str(mailing.id)}).status_code == 303
    assert house.people.mailings.all() == []


def test_asking_once_more_changes_the_address(house: House, boss: Browser) -> None:
    boss.post(PAGE, WISH)
    boss.post("/me/mail?language=nb", {**WISH, "email": "office@example.org"})
    (mailing,) = house.people.mailings.all()
    assert (mailing.email, mailing.language) == ("office@example.org", "nb")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"place": "oslo/bus"}, "You can only have reports of places whose numbers you may take with you."),
        ({"place": ""}, "You can only have reports of places"),
        ({"length": "week"}, "Please choose how often."),
        ({"length": ""}, "Please choose how often."),
        ({"email": "boss"}, "That is no e-mail address."),
        ({"email": "a@b.example, c@d.example"}, "That is no e-mail address."),
        ({"email": "boss@example.org\r\nBcc: all@example.org"}, "That is no e-mail address."),
        ({"email": "bøss@example.org"}, "That is no e-mail address."),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}"}, ""),
    ],
)
def test_what_cannot_be_asked_for(house: House, boss: Browser, wish: dict[str, str], said: str) -> None:
    answer = boss.post(PAGE, {**WISH, **wish})
    assert answer.status_code in ((422,) if said else (400,))
    assert said in answer.text
    assert house.people.mailings.all() == []


def test_there_is_an_end_to_asking(house: House, boss: Browser) -> None:
    for number in range(MOST):
        assert boss.post(PAGE, {**WISH, "place": f"oslo/pro/room-{number}"}).status_code == 303
    assert "These are enough" in boss.post(PAGE, {**WISH, "place": "oslo/pro/room-99"}).text
    assert len(house.people.mailings.all()) == MOST


def test_nobody_stops_or_sees_anothers(house: House, client: TestClient[Litestar], boss: Browser) -> None:
    boss.post(PAGE, WISH)
    (mailing,) = house.people.mailings.all()
    house.add("other", Role.MANAGER)
    other = browser_of(client, "other")
    assert "boss@example.org" not in other.get(PAGE).text
    assert other.post("/me/mail/stop", {"mailing": str(mailing.id)}).status_code == 303
    assert house.people.mailings.all() == [mailing]


def test_it_is_for_managers_and_led_to(client: TestClient[Litestar], boss: Browser) -> None:
    viewer = browser_of(client, "viewer")
    assert viewer.get(PAGE).status_code == 403
    assert viewer.post(PAGE, WISH).status_code == 403
    assert "/me/mail" not in viewer.get("/me?language=en").text
    for page in ("/me?language=en", "/?period=2023&language=en"):
        assert 'href="/me/mail?language=en"' in boss.get(page).text
    assert another(client).get(PAGE).status_code in (303, 401)


def test_where_no_mail_server_is_named_there_is_no_such_page(house: House) -> None:
    with TestClient(app_over(house.store)) as client:
        assert client.get(PAGE).status_code == 404
        assert "/me/mail" not in client.get("/?period=2023&language=en").text
