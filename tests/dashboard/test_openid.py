"""Signing in elsewhere: an honest provider lets its people in, and every lie, mix-up and silence lets in nobody."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from dashboard.people import openid
from dashboard.people.openid import OpenIdProvider
from dashboard.people.person import email_of, subject_of
from dashboard.people.provider import ProviderAwayError
from dashboard.people.roles import Grant, Role
from tests.dashboard.conftest import year_store
from tests.dashboard.house import Browser, House
from tests.dashboard.house import another as further
from tests.fakes.openid_provider import CLIENT, SECRET, Claims, LyingProvider

pytestmark = pytest.mark.e2e

BACK = "http://testserver.local/sign-in/openid/back"
EMAIL = "anna@example.org"


@pytest.fixture
def provider() -> Iterator[LyingProvider]:
    provider = LyingProvider()
    yield provider
    provider.stop()


class Time:
    """The real one, with what a test adds to it."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def house(tmp_path: Path, provider: LyingProvider, now: Time) -> House:
    client = OpenIdProvider(provider.issuer, CLIENT, SECRET, BACK, now)
    house = House(tmp_path, year_store(), provider=client)
    house.add("kari", Role.ADMIN)
    house.people.add("anna", Grant("", Role.VIEWER), by="", openid=email_of(EMAIL))
    house.people.add("bert", Grant("", Role.VIEWER), by="", openid=subject_of(provider.issuer, "bert-1"))
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with house.open() as client:
        yield client


@pytest.fixture
def browser(client: TestClient[Litestar]) -> Browser:
    return Browser(client)


def another(browser: Browser) -> Browser:
    assert isinstance(browser.client, TestClient)
    return further(browser.client)


def leave(browser: Browser, then: str = "/") -> str:
    """To the provider; its address."""
    answer = browser.get(f"/sign-in/openid?{urlencode({'then': then})}")
    assert answer.status_code == 303
    return answer.headers["Location"]


def come_back(browser: Browser, **query: str) -> Response:
    return browser.get(f"/sign-in/openid/back?{urlencode(query)}")


def sign_in(
    browser: Browser, provider: LyingProvider, subject: str, email: str = "", *, verified: bool = True
) -> Response:
    return come_back(browser, **provider.authorize(leave(browser), subject, email, verified=verified))


def assert_not_in(browser: Browser, answer: Response, status: int = 401) -> None:
    assert answer.status_code == status
    assert browser.cookie("fjes-session") is None
    assert browser.get("/").status_code == 303


def test_the_way_there_asks_for_what_the_standard_asks(browser: Browser, provider: LyingProvider) -> None:
    first, second = (parse_qs(urlsplit(leave(browser)).query) for _ in range(2))
    assert first["scope"] == ["openid email"]
    assert first["redirect_uri"] == [BACK]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 32
        assert first[name] != second[name]


def test_somebody_who_was_added_gets_in_and_where_they_wanted(browser: Browser, provider: LyingProvider) -> None:
    there = leave(browser, "/?period=2023")
    answer = come_back(browser, **provider.authorize(there, "bert-1"))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?period=2023"
    assert ">bert</a>" in browser.get("/?period=2023").text
    assert browser.cookie("fjes-openid") is None


def test_the_button_is_there_only_where_there_is_a_provider(browser: Browser, tmp_path: Path) -> None:
    assert 'href="/sign-in/openid?then=' in browser.get("/sign-in?then=/me").text
    (tmp_path / "other").mkdir()
    without = House(tmp_path / "other", year_store())
    without.add("kari", Role.ADMIN)
    with without.open() as client:
        plain = Browser(client)
        assert "openid" not in plain.get("/sign-in").text
        assert plain.get("/sign-in/openid").status_code == 404
        assert come_back(plain, code="x", state="y").status_code == 404


def test_an_address_counts_only_once_and_only_when_it_is_verified(
    browser: Browser, provider: LyingProvider, house: House
) -> None:
    assert_not_in(browser, sign_in(browser, provider, "anna-1", EMAIL, verified=False), 403)
    assert sign_in(browser, provider, "anna-1", EMAIL.upper()).status_code == 303
    thief = another(browser)
    assert_not_in(thief, sign_in(thief, provider, "somebody-else", EMAIL), 403)
    assert sign_in(another(browser), provider, "anna-1", "new@example.org").status_code == 303
    assert house.people.known_as(subject_of(provider.issuer, "anna-1"))


def test_a_stranger_is_told_what_to_ask_for_and_nothing_else(browser: Browser, provider: LyingProvider) -> None:
    answer = sign_in(browser, provider, "<b>stranger</b>", "stranger@example.org")
    assert_not_in(browser, answer, 403)
    assert "&lt;b&gt;stranger&lt;/b&gt;" in answer.text
    assert "anna" not in answer.text


def test_somebody_who_was_removed_is_a_stranger(browser: Browser, provider: LyingProvider, house: House) -> None:
    bert = house.people.named("bert")
    assert bert
    house.people.remove(bert, by="")
    assert_not_in(browser, sign_in(browser, provider, "bert-1"), 403)


@pytest.mark.parametrize("state", ["", "x", "another browser's"])
def test_another_state_is_refused_before_anything_is_asked(
    browser: Browser, provider: LyingProvider, state: str
) -> None:
    query = provider.authorize(leave(browser), "bert-1")
    others = provider.authorize(leave(another(browser)), "bert-1")
    given = others["state"] if state == "another browser's" else state
    assert_not_in(browser, come_back(browser, code=query["code"], state=given))
    assert provider.token_requests == []


def test_who_did_not_leave_from_here_cannot_come_back(browser: Browser, provider: LyingProvider) -> None:
    query = provider.authorize(leave(another(browser)), "bert-1")
    assert_not_in(browser, come_back(browser, **query))
    browser.take_cookie("fjes-openid", "forged")
    assert_not_in(browser, come_back(browser, **query))
    assert provider.token_requests == []


def test_the_way_back_is_open_once_and_for_ten_minutes(browser: Browser, provider: LyingProvider, now: Time) -> None:
    query = provider.authorize(leave(browser), "bert-1")
    carried = browser.cookie("fjes-openid") or ""
    now.ahead = 601
    assert_not_in(browser, come_back(browser, **query))
    now.ahead = 0
    browser.take_cookie("fjes-openid", carried)
    assert come_back(browser, **query).status_code == 303
    again = another(browser)
    again.take_cookie("fjes-openid", carried)
    assert_not_in(again, come_back(again, **query))


def test_the_provider_is_asked_once_for_each_way_back(browser: Browser, provider: LyingProvider) -> None:
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    carried = browser.cookie("fjes-openid") or ""
    for code in ("x", "y", "z"):
        browser.take_cookie("fjes-openid", carried)
        assert_not_in(browser, come_back(browser, code=code, state=state))
    assert [asked["code"] for asked in provider.token_requests] == ["x"]


def test_only_a_few_at_once_make_the_provider_be_asked(
    browser: Browser, provider: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "_AT_ONCE", 0)
    query = provider.authorize(leave(browser), "bert-1")
    assert_not_in(browser, come_back(browser, **query), 503)
    assert provider.token_requests == []


def test_the_log_has_one_line_for_many_that_come_back_with_nothing(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(5):
        leave(browser)
        assert_not_in(browser, come_back(browser, code="x", state="another's"))
    assert capsys.readouterr().out.count("was refused") == 1


def test_a_code_that_was_made_for_another_browser_is_refused(browser: Browser, provider: LyingProvider) -> None:
    """An attacker's own code, put into a visitor's way back: PKCE at the provider, and the nonce here."""
    attackers = provider.authorize(leave(another(browser)), "bert-1")
    mine = provider.authorize(leave(browser), "bert-1")
    assert_not_in(browser, come_back(browser, code=attackers["code"], state=mine["state"]))


LIES = {
    "another nonce": lambda claims: claims.update(nonce="x" * 32),
    "no nonce": lambda claims: claims.pop("nonce"),
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "no issuer": lambda claims: claims.pop("iss"),
    "for another page": lambda claims: claims.update(aud="another"),
    "for nobody": lambda claims: claims.pop("aud"),
    "for others too, and given to one of them": lambda claims: claims.update(aud=[CLIENT, "x"], azp="x"),
    "too old": lambda claims: claims.update(iat=1, exp=100),
    "for ever": lambda claims: claims.pop("exp"),
    "not yet": lambda claims: claims.update(nbf=int(time.time()) + 3600),
    "of nobody": lambda claims: claims.pop("sub"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_here_and_now_is_refused(browser: Browser, provider: LyingProvider, lie: str) -> None:
    def tell(claims: Claims) -> None:
        LIES[lie](claims)

    provider.lie = tell
    answer = sign_in(browser, provider, "bert-1")
    assert_not_in(browser, answer)
    assert "slapp deg ikke inn" in answer.text


@pytest.mark.parametrize("how", ["with_another_key", "with_the_clients_secret", "with_nothing"])
def test_a_token_that_the_provider_did_not_sign_is_refused(browser: Browser, provider: LyingProvider, how: str) -> None:
    provider.sign = getattr(provider, how)
    assert_not_in(browser, sign_in(browser, provider, "bert-1"))


def test_what_is_no_token_is_refused(browser: Browser, provider: LyingProvider) -> None:
    for token in ("", "a.b.c", "x" * 100):
        provider.sign = lambda _, token=token: token  # type: ignore[misc]
        assert_not_in(browser, sign_in(browser, provider, "bert-1"))


def test_an_answer_of_another_provider_is_refused(browser: Browser, provider: LyingProvider) -> None:
    query = provider.authorize(leave(browser), "bert-1")
    assert_not_in(browser, come_back(browser, **query, iss="https://evil.example"))
    assert provider.token_requests == []


def test_a_refusal_at_the_provider_is_no_fault(browser: Browser, provider: LyingProvider) -> None:
    query = provider.authorize(leave(browser), "bert-1")
    assert_not_in(browser, come_back(browser, state=query["state"], error="access_denied"))


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": 3},
        {"jwks_uri": "http://localhost:1/"},
        {"authorization_endpoint": None},
    ],
)
def test_a_description_that_is_not_the_providers_is_as_none(
    browser: Browser, provider: LyingProvider, metadata: dict[str, object]
) -> None:
    provider.metadata = metadata
    answer = browser.get("/sign-in/openid?language=en")
    if answer.status_code == 303:
        answer = come_back(browser, **provider.authorize(answer.headers["Location"], "bert-1"))
    assert_not_in(browser, answer, 503)


def test_a_provider_that_is_away_is_said_and_the_own_sign_in_works(
    browser: Browser, provider: LyingProvider, now: Time
) -> None:
    query = provider.authorize(leave(browser), "bert-1")
    provider.stop()
    assert_not_in(browser, come_back(browser, **query), 503)
    now.ahead = 601  # what the provider said of itself is known for ten minutes
    assert browser.get("/sign-in/openid").status_code == 503
    assert browser.sign_in("kari").status_code == 303


def test_a_provider_that_is_away_is_not_asked_again_at_once(now: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def get(_: OpenIdProvider, address: str) -> object:
        asked.append(address)
        raise ProviderAwayError("nobody answers")

    monkeypatch.setattr(OpenIdProvider, "_get", get)

    async def story() -> None:
        away = OpenIdProvider("http://localhost:1", CLIENT, SECRET, BACK, now)
        tries = await asyncio.gather(*(away.begin("/", None) for _ in range(20)), return_exceptions=True)
        assert {str(error) for error in tries} == {"nobody answers"}
        assert len(asked) == 1
        now.ahead = 6
        with pytest.raises(ProviderAwayError):
            await away.begin("/", None)
        assert len(asked) == 2

    asyncio.run(story())


def test_a_provider_that_was_never_there_is_said_in_words(tmp_path: Path) -> None:
    away = OpenIdProvider("http://localhost:1", CLIENT, SECRET, BACK)
    house = House(tmp_path, year_store(), provider=away)
    house.add("kari", Role.ADMIN)
    with house.open() as client:
        browser = Browser(client)
        answer = browser.get("/sign-in/openid?language=en")
        assert answer.status_code == 503
        assert "With name and password you can sign in here" in answer.text
        assert re.search(r'<input id="password"', answer.text)
        assert browser.sign_in("kari").status_code == 303


def test_an_admin_adds_somebody_who_signs_in_elsewhere(browser: Browser, provider: LyingProvider, house: House) -> None:
    browser.sign_in("kari")
    fields = {"name": "cato", "role": "viewer", "openid": "Cato@example.org"}
    assert browser.post("/people", fields).status_code == 303
    cato = house.people.named("cato")
    assert cato
    assert cato.password is None
    cato_at = another(browser)
    assert sign_in(cato_at, provider, "c", "cato@example.org").status_code == 303
    assert "current-password" not in cato_at.get("/me").text
