"""Signing in and out: who gets in, for how long, and what an answer tells to those who do not."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import escape, unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from dashboard.people.errors import PeopleError
from dashboard.people.person import Person
from dashboard.people.roles import Grant, Role
from dashboard.people.sessions import IDLE_SECONDS, LONGEST_SECONDS
from dashboard.people.throttle import FREE
from tests.dashboard.conftest import year_store
from tests.dashboard.house import PASSWORD, Browser, House
from tests.dashboard.house import another as further
from tests.fakes.read_store import FakeReadStore

NEW = "another long password"
Open = Callable[[], Browser]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path, year_store())
    house.add("kari", Role.ADMIN)
    house.add("ola", Role.VIEWER)
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def browser(client: TestClient[Litestar]) -> Browser:
    return Browser(client)


@pytest.fixture
def another(client: TestClient[Litestar]) -> Open:
    """Opens further browsers before the same page."""
    return partial(further, client)


@pytest.mark.parametrize("path", ["/", "/?period=2023", "/me", "/people", "/audit", "/schema/openapi.json", "/schema"])
def test_without_signing_in_every_page_is_the_sign_in_page(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
    assert answer.text == ""
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-out", "/me/password", "/people", "/people/1/remove", "/figures.csv"])
def test_without_signing_in_nothing_is_changed(browser: Browser, path: str) -> None:
    answer = browser.post(path)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("path", "headers"), [("/changes", {}), ("/?period=2023", {"X-Fragment": "1"})])
def test_an_open_page_is_told_plainly_that_it_is_out(browser: Browser, path: str, headers: dict[str, str]) -> None:
    assert browser.get(path, **headers).status_code == 401


def test_with_the_right_password_one_gets_where_one_wanted(browser: Browser) -> None:
    wanted = browser.get("/?period=2023&language=en")
    page = browser.get(wanted.headers["Location"])
    assert '<html lang="en">' in page.text
    then = re.search(r'name="then" value="([^"]*)"', page.text)
    assert then
    answer = browser.sign_in("Kari", then=then[1].replace("&amp;", "&"))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?period=2023&language=en"
    shown = browser.get(answer.headers["Location"])
    assert 'data-figure="votes" data-value="1112"' in shown.text
    assert ">kari</a>" in shown.text


def test_the_language_that_is_chosen_at_the_door_is_kept_within(browser: Browser) -> None:
    """Also when another is chosen there than that of the link that somebody came by, which is not forgotten."""
    for then, goes in (
        ("/", "/?language=en"),
        ("/?period=2023&place=oslo/pro", "/?period=2023&place=oslo/pro&language=en"),
        ("/?language=nb&period=2023", "/?period=2023&language=en"),
        ("/live/oslo/pro?language=nb", "/live/oslo/pro?language=en"),
    ):
        first = browser.get(f"/sign-in?language=nb&{urlencode({'then': then})}").text
        links = re.findall(r'href="(/sign-in[^"]+)" hreflang="en"', first)
        page = browser.get(unescape(links[0])).text
        assert '<html lang="en">' in page
        assert f'name="then" value="{escape(goes)}"' in page


@pytest.mark.parametrize(
    ("then", "goes"),
    [
        ("/?period=2023", "/?period=2023"),
        ("/audit", "/audit"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil", "/"),
        ("", "/"),
        ("/" + "x" * 250, "/" + "x" * 250),
        ("/å", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_one_only_ever_gets_to_a_page_of_this_site(browser: Browser, then: str, goes: str) -> None:
    assert browser.sign_in("kari", then=then).headers["Location"] == goes


def test_a_wrong_password_and_a_name_that_does_not_exist_are_told_alike(another: Open) -> None:
    answers = []
    for name in ("kari", "nobody"):
        answer = another().sign_in(name, "wrong wrong wrong")
        answers.append((answer.status_code, re.sub(r"kari|nobody|value=\"[^\"]*\"", "", answer.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert "do not belong together" in answers[0][1]


def test_what_was_typed_comes_back_but_the_password(browser: Browser) -> None:
    page = browser.sign_in('"><script>alert(1)</script>', "wrong wrong wrong").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "wrong wrong" not in page


def test_guessing_gets_slower_also_for_names_that_do_not_exist_and_over_a_restart(house: House, another: Open) -> None:
    for name in ("ola", "nobody"):
        for _ in range(FREE + 1):
            assert another().sign_in(name, "wrong wrong wrong").status_code == 401
        refused = another().sign_in(name, PASSWORD)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "2"
        assert "Please wait 2 s" in refused.text
    with house.open() as client:
        assert Browser(client).sign_in("ola").status_code == 429
        house.clock.advance(2)
        assert Browser(client).sign_in("ola").status_code == 303


def test_who_has_signed_in_here_before_does_not_wait_for_an_attacker(another: Open) -> None:
    own = another()
    own.sign_in("ola")
    own.post("/sign-out")
    for _ in range(FREE + 1):
        another().sign_in("ola", "wrong wrong wrong")
    assert another().sign_in("ola").status_code == 429
    assert own.sign_in("ola").status_code == 303
    stolen = another()
    stolen.take_cookie("fjes-known", own.cookie("known") or own.cookie("fjes-known") or "")
    assert stolen.sign_in("kari", "wrong wrong wrong").status_code == 401


def test_who_signs_out_is_out_and_the_cookie_is_worth_nothing(browser: Browser, another: Open) -> None:
    browser.sign_in("kari")
    kept = browser.cookie("fjes-session")
    answer = browser.post("/sign-out?language=en")
    assert answer.headers["Location"] == "/sign-in?language=en"
    assert browser.cookie("fjes-session") is None
    thief = another()
    thief.take_cookie("fjes-session", kept or "")
    assert thief.get("/").status_code == 303


def test_the_session_has_another_name_after_each_sign_in(browser: Browser) -> None:
    browser.take_cookie("fjes-session", "chosen-by-an-attacker")
    browser.sign_in("kari")
    first = browser.cookie("fjes-session")
    assert first != "chosen-by-an-attacker"
    browser.sign_in("kari")
    second = browser.cookie("fjes-session")
    assert second != first
    browser.take_cookie("fjes-session", first or "")
    assert browser.get("/").status_code == 303, "the one before has ended"


def test_a_session_ends_by_itself(browser: Browser, house: House) -> None:
    browser.sign_in("kari")
    for _ in range(LONGEST_SECONDS // 3000):
        house.clock.advance(3000)
        assert browser.get("/me").status_code == 200
    house.clock.advance(3000)
    assert browser.get("/me").status_code == 303
    browser.sign_in("kari")
    for _ in range(2):
        house.clock.advance(IDLE_SECONDS / 2)
        answer = browser.get("/?period=2023", **{"X-Fragment": "1"})
    assert answer.status_code == 401, "a page that refreshes by itself keeps nobody signed in"


@pytest.mark.parametrize("change", ["password", "role", "role of another place", "remove", "everywhere"])
def test_a_change_to_a_person_ends_their_sessions_everywhere_at_once(
    house: House, another: Open, tmp_path: Path, change: str
) -> None:
    first, second, other = another(), another(), another()
    for browser in (first, second):
        assert browser.sign_in("ola").status_code == 303
    other.sign_in("kari")
    ola = house.people.named("ola")
    assert ola
    match change:
        case "password":
            house.people.set_password(ola, NEW, by="", one_time=False)
        case "role":
            house.people.set_role(ola, Grant("", Role.MANAGER), by="")
        case "role of another place":
            house.people.set_role(ola, Grant("oslo", Role.VIEWER), by="")
        case "remove":
            house.people.remove(ola, by="")
        case _:
            assert first.post("/me/sign-out-everywhere").status_code == 303
    for browser in (first, second):
        assert browser.get("/").status_code == 303
        assert browser.get("/changes").status_code == 401
    assert other.get("/").status_code == 200


def test_a_restart_signs_everybody_out(house: House, browser: Browser) -> None:
    browser.sign_in("kari")
    with house.open() as client:
        again = Browser(client)
        again.take_cookie("fjes-session", browser.cookie("fjes-session") or "")
        assert again.get("/").status_code == 303


def test_until_there_is_anyone_the_page_says_what_to_do(tmp_path: Path) -> None:
    house = House(tmp_path, year_store())
    with house.open() as client:
        browser = Browser(client)
        page = browser.get("/sign-in?language=en").text
        assert "fjes person add NAME --role admin" in page
        assert "<input" not in page
        for path in ("/", "/people", "/changes", "/schema/openapi.json"):
            assert browser.get(path).status_code in (303, 401)
        house.add("kari", Role.ADMIN)
        assert browser.sign_in("kari").status_code == 303, "at once, without a restart"


def test_a_new_password_is_asked_for_the_old_one_and_keeps_this_browser_signed_in(
    browser: Browser, another: Open
) -> None:
    elsewhere = another()
    elsewhere.sign_in("ola")
    browser.sign_in("ola")
    for fields, words in (
        ({"old": "wrong wrong wrong", "new": NEW, "again": NEW}, "not the password you have now"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "are not the same"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 12"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "please choose a new one"),
        ({}, "not the password you have now"),
    ):
        answer = browser.post("/me/password?language=en", fields)
        assert answer.status_code == 422
        assert words in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert PASSWORD not in answer.text
    answer = browser.post("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 303
    assert browser.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert another().sign_in("ola", NEW).status_code == 303


def test_guessing_the_old_password_in_a_session_is_throttled_too(browser: Browser) -> None:
    browser.sign_in("ola")
    fields = {"old": "wrong wrong wrong", "new": NEW, "again": NEW}
    for _ in range(FREE + 1):
        assert browser.post("/me/password", fields).status_code == 422
    assert browser.post("/me/password", fields).status_code == 429


def test_changing_it_does_not_wait_for_what_others_try(browser: Browser, house: House, another: Open) -> None:
    browser.sign_in("ola")
    ola = house.people.named("ola")
    assert ola
    for _ in range(FREE + 1):
        another().sign_in(f"own:{ola.id}", "wrong wrong wrong")
    answer = browser.post("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 303


def test_who_is_removed_while_they_sign_out_is_told(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("ola")
    ola = house.people.named("ola")
    assert ola
    end = house.people.end_sessions

    def removed_meanwhile(person: Person) -> Person:
        house.people.remove(person, by="")
        return end(person)

    monkeypatch.setattr(house.people, "end_sessions", removed_meanwhile)
    answer = browser.post("/me/sign-out-everywhere?language=en")
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert "There is nobody of that name." in answer.text


def test_a_password_for_one_time_has_to_be_changed_before_anything_else(house: House, browser: Browser) -> None:
    ola = house.people.named("ola")
    assert ola
    house.people.set_password(ola, "k7mp-4wxr-hq2d-9tbe", by="kari", one_time=True)
    assert browser.sign_in("ola", "k7mp-4wxr-hq2d-9tbe").status_code == 303
    for path in ("/", "/schema/openapi.json"):
        assert browser.get(path).headers["Location"] == "/me"
    assert browser.get("/changes").status_code == 403
    assert browser.post("/figures.csv").status_code == 403
    assert "Please choose your own" in browser.get("/me?language=en").text
    answer = browser.post("/me/password", {"old": "k7mp-4wxr-hq2d-9tbe", "new": NEW, "again": NEW})
    assert answer.status_code == 303
    assert browser.get("/").status_code == 200


def test_a_file_of_people_that_cannot_be_read_lets_nobody_in(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("kari")

    def fail(*_: object) -> None:
        raise PeopleError("people somewhere: disk I/O error")

    monkeypatch.setattr(house.people, "find", fail)
    answer = browser.get("/?language=en")
    assert answer.status_code == 503
    assert "Nobody can be let in just now" in answer.text
    assert "somewhere" not in answer.text
    assert browser.get("/changes").status_code == 503


def test_the_store_is_away_but_the_person_is_known(tmp_path: Path) -> None:
    store = FakeReadStore()
    store.broken = True
    house = House(tmp_path, store)
    house.add("kari", Role.ADMIN)
    with house.open() as client:
        browser = Browser(client)
        browser.sign_in("kari")
        answer = browser.get("/?language=en")
        assert answer.status_code == 503
        assert ">kari</a>" in answer.text


def test_no_log_line_tells_of_anybody(browser: Browser, capfd: pytest.CaptureFixture[str]) -> None:
    browser.sign_in("kari", "wrong wrong wrong")
    browser.sign_in("kari")
    browser.get("/?period=2023")
    browser.post("/sign-out")
    said = "".join(capfd.readouterr())
    assert not re.search(r"kari|sign-in|testclient|127\.0\.0\.1|period", said)
