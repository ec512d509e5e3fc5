"""A reader of one place learns nothing of another: no number, no name, not even that it is there."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import pytest
from httpx import Client, Response
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement, Refusals
from contract.messages import Presence
from contract.sheets import Vote
from dashboard import live
from dashboard.people.roles import Role
from tests.dashboard.house import Browser, House, browser_of, without_token
from tests.dashboard.served import Served
from tests.dashboard.test_pages import figure, text_of
from tests.fakes.read_store import FakeReadStore
from tests.polling import PATIENCE, eventually

BEGIN = date(2020, 1, 1)


def store_of_three_places() -> FakeReadStore:
    """`stua-1` in oslo/pro; `gate` in oslo/bus; `wander` in oslo/pro until July, and then in bergen."""
    store = FakeReadStore()
    store.moves = [
        Placement("stua-1", "oslo/pro", BEGIN),
        Placement("gate", "oslo/bus", BEGIN),
        Placement("wander", "oslo/pro", BEGIN),
        Placement("wander", "bergen", date(2023, 7, 1)),
    ]
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=20)
    store.vote(datetime(2023, 4, 7, 14), Vote(4, "th", "help"), times=30, terminal="wander")
    store.vote(datetime(2023, 9, 7, 14), Vote(1, "ro", "wait"), times=700, terminal="wander")
    store.vote(datetime(2022, 2, 7, 14), Vote(1, "ro", "wait"), times=900, terminal="gate")
    store.vote(datetime(2023, 11, 7, 14), Vote(1, "ro", "wait"), times=900, terminal="gate")
    faults = ("damaged",)
    store.online = {name: Presence(v=1, online=True, faults=faults) for name in ("stua-1", "gate", "wander")}
    store.refused = Refusals(17, ())
    return store


@pytest.fixture
def store() -> FakeReadStore:
    return store_of_three_places()


@pytest.fixture
def house(tmp_path: Path, store: FakeReadStore) -> House:
    house = House(tmp_path, store)
    house.add("admin", Role.ADMIN)
    house.add("pro", Role.VIEWER, "oslo/pro")
    house.add("two", Role.VIEWER, "oslo/pro", "oslo/bus")
    house.add("boss", Role.MANAGER, "oslo/pro")
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.mark.parametrize("asked", ["", "&place=oslo", "&place=oslo/pro", "&place=/oslo/pro/"])
def test_a_viewer_gets_their_own_place_whatever_is_around_it(client: TestClient[Litestar], asked: str) -> None:
    page = browser_of(client, "pro").get(f"/?period=2023&language=en{asked}").text
    assert figure(page, "votes") == "50"
    text = text_of(page)
    assert not re.search(r"bus|bergen|gate|wander|All places|17|700|900|1,650", text)
    assert "stua-1 should be looked at" in text
    assert "place=oslo/pro&amp;" in page
    assert not re.search(r"place=(?!oslo/pro)", page)
    assert all("place=oslo/pro" in link for link in re.findall(r'href="(/[^"]*period=[^"]*)"', page))


def test_the_whole_is_for_those_who_have_it(client: TestClient[Litestar]) -> None:
    page = browser_of(client, "admin").get("/?period=2023&language=en").text
    assert figure(page, "votes") == "1650"
    assert "17 messages could not be counted" in text_of(page)
    assert "gate should be looked at" in text_of(page)


@pytest.mark.parametrize(
    "other",
    ["bergen", "oslo/bus", "oslo/bus/x", "gate", "wander", "stua-1", "osl", "oslo/pr", "oslo/pro-2", "OSLO/PRO"],
)
def test_a_place_that_is_anothers_is_told_as_one_that_is_not(client: TestClient[Litestar], other: str) -> None:
    browser = browser_of(client, "pro")
    for period in ("2023", "2023-11-07", "2001"):
        there = browser.get(f"/?period={period}&place={other}&language=en")
        nowhere = browser.get(f"/?period={period}&place=nowhere&language=en")
        assert there.status_code == nowhere.status_code == 404
        assert without_token(there.text) == without_token(nowhere.text)
        for answer in (there, nowhere):
            del answer.headers["Content-Length"]  # another token is compressed to another length
        assert [*there.headers.items()] == [*nowhere.headers.items()]


def test_the_answer_does_not_depend_on_the_store_being_there(
    client: TestClient[Litestar], store: FakeReadStore
) -> None:
    browser = browser_of(client, "pro")
    store.broken = True
    assert browser.get("/?place=bergen").status_code == browser.get("/?place=nowhere").status_code == 404
    assert browser.get("/").status_code == 503


def test_periods_do_not_tell_when_others_voted(client: TestClient[Litestar]) -> None:
    """Not by the default month, nor the ways to earlier and later, nor where a shorter length leads."""
    browser = browser_of(client, "pro")
    assert "April 2023" in text_of(browser.get("/?language=en").text), "the last vote while it stood here"
    page = browser.get("/?period=2023&language=en").text
    assert "period=2022" not in page, "2022 is another's"
    assert not re.search(r"period=2023-(09|11|W3[5-9]|W4)", page)
    assert figure(browser.get("/?period=2023-09&language=en").text, "votes") == "0"


def test_with_several_places_one_chooses(client: TestClient[Litestar]) -> None:
    browser = browser_of(client, "two")
    for asked in ("/?language=en", "/?place=oslo&language=en"):
        page = browser.get(asked)
        assert page.status_code == 200
        assert set(re.findall(r"place=([a-z/]+)", page.text)) >= {"oslo/pro", "oslo/bus"}
        assert "data-figure" not in page.text
        assert "bergen" not in page.text
    shown = browser.get("/?place=oslo/bus&period=2023&language=en").text
    assert figure(shown, "votes") == "900"
    assert "Your places" in shown


def test_a_fragment_and_the_stream_are_held_to_the_same(client: TestClient[Litestar]) -> None:
    browser = browser_of(client, "pro")
    fragment = browser.get("/?period=2023&place=oslo&language=en", **{"X-Fragment": "1"}).text
    assert figure(fragment, "votes") == "50"
    assert re.fullmatch(r"[0-9a-f]{12}", state_of(browser)), "which does not count what happened elsewhere"


def state_of(browser: Browser) -> str:
    state = re.search(r'data-state="([^"]*)"', browser.get("/?period=2023&language=en").text)
    assert state
    return state[1]


def changes(stream: Response) -> Iterator[str]:
    return (line for line in stream.iter_lines() if line.startswith("event: change"))


@pytest.mark.e2e
def test_nothing_tells_the_second_of_a_vote_elsewhere(
    house: House, store: FakeReadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AFRESH_EVERY_LOOKS", 10**9)
    app = house.app()
    served = Served(app)
    eventually(lambda: "live" in app.state and app.state.live.of_some.changes == 1)
    with ExitStack() as stack:
        admin, pro = (Browser(stack.enter_context(Client(base_url=served.address))) for _ in range(2))
        for browser, name in ((admin, "admin"), (pro, "pro")):
            assert browser.sign_in(name).status_code == 303
        before = state_of(admin), state_of(pro)
        loud, quiet = (
            stack.enter_context(one.client.stream("GET", "/changes", timeout=PATIENCE)) for one in (admin, pro)
        )
        heard = changes(loud)
        next(heard)
        store.vote(datetime(2023, 11, 7, 15), Vote(1, "ro", "wait"), terminal="gate")
        next(heard)
        assert state_of(admin) != before[0]
        assert state_of(pro) == before[1]
        served.stop()
        assert len(list(changes(quiet))) == 1


def test_who_is_not_signed_in_is_not_told_either(client: TestClient[Litestar]) -> None:
    for path in ("/nothing-here", "/sign-in"):
        assert 'data-state=""' in client.get(path).text


def test_a_file_is_for_managers_of_the_place(client: TestClient[Litestar], house: House) -> None:
    fields = {"period": "2023", "place": "oslo/pro"}
    assert browser_of(client, "pro").post("/figures.csv", fields).status_code == 403
    boss = browser_of(client, "boss")
    for place in ("oslo/pro", "oslo", ""):
        answer = boss.post("/figures.csv", {**fields, "place": place})
        assert answer.status_code == 200
        assert "votes,,50" in answer.text
        assert "oslo/pro" in answer.text
    assert boss.post("/figures.csv", {**fields, "place": "bergen"}).status_code == 404
    from dashboard.people.roles import FREE

    assert [(e.who, e.place, e.detail) for e in house.people.audit.entries(FREE, 3)] == [
        ("boss", "oslo/pro", "figures.csv 2023")
    ] * 3


def test_the_openapi_document_names_no_place_and_no_person(client: TestClient[Litestar]) -> None:
    document = browser_of(client, "pro").get("/schema/openapi.json").text
    assert not re.search(r"oslo|bergen|stua-1|gate\b|boss", document)


def test_a_place_without_terminals_yet_is_no_fault(house: House) -> None:
    house.add("new", Role.VIEWER, "tromso")
    with house.open() as client:
        answer = browser_of(client, "new").get("/?language=en")
        assert answer.status_code == 404
        assert "oslo" not in answer.text


@pytest.mark.parametrize("path", ["/people", "/audit"])
@pytest.mark.parametrize("name", ["pro", "boss"])
def test_people_and_log_are_for_admins(client: TestClient[Litestar], path: str, name: str) -> None:
    browser = browser_of(client, name)
    answer = browser.get(f"{path}?language=en")
    assert answer.status_code == 403
    assert "admin" not in text_of(answer.text)
    assert "/people" not in browser.get("/?language=en").text
    assert browser.post("/people", {"name": "x", "role": "admin"}).status_code == 403
    assert browser.post("/people/1/remove").status_code == 403
