"""The gate: forms of other sites, strange hosts, cookies, and what every answer says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from dashboard.people.roles import Role
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.house import PASSWORD, Browser, House, another

CHANGES = [
    ("/sign-in", {"name": "kari", "password": PASSWORD}),
    ("/sign-out", {}),
    ("/me/password", {"old": PASSWORD, "new": "another long password", "again": "another long password"}),
    ("/me/sign-out-everywhere", {}),
    ("/people", {"name": "new", "role": "viewer"}),
    ("/people/2/role", {"role": "admin"}),
    ("/people/2/password", {}),
    ("/people/2/remove", {}),
    ("/figures.csv", {"period": "2023"}),
    ("/report.pdf", {"period": "2023"}),
    ("/report.xlsx", {"period": "2023"}),
    ("/me/mail", {"length": "month", "email": "kari@example.org"}),
    ("/me/mail/stop", {"mailing": "1"}),
    ("/me/tokens", {"kind": "api", "name": "x"}),
    ("/me/tokens/end", {"token": "1"}),
    ("/surveys/edit", {"question.nb": "?"}),
    ("/surveys/import", {}),
    ("/surveys/publish", {"since": "2024-01-01"}),
    ("/surveys/follow", {}),
    ("/surveys/call-off", {"publication": "1"}),
    ("/surveys/drop", {}),
    ("/visits", {"2023-01": "7"}),
    ("/visits/import", {}),
]

PAGES = (
    "/sign-in",
    "/people",
    "/me/mail",
    "/me/tokens",
    "/surveys/edit",
    "/surveys/publish",
    "/visits",
)
"""Of these, the addresses that are also those of pages."""


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
    browser = Browser(client)
    browser.sign_in("kari")
    return browser


def test_every_way_to_change_something_is_tried_below(client: TestClient[Litestar]) -> None:
    paths = {(route.path, method) for route in client.app.routes for method in getattr(route, "methods", ())}
    changing = {path for path, method in paths if method not in ("GET", "HEAD", "OPTIONS")}
    assert {re.sub(r"\{person:int\}", "2", path) for path in changing} == {path for path, _ in CHANGES}


@pytest.mark.parametrize("token", ["", "x", "anothers", "before"])
def test_a_form_without_the_pages_own_token_changes_nothing(
    client: TestClient[Litestar], browser: Browser, house: House, token: str
) -> None:
    other = another(client)
    if token == "anothers":
        other.sign_in("ola")
    elif token == "before":
        other.get("/sign-in")
    else:
        other.token = token
    before = house.people.all()
    for path, fields in CHANGES:
        browser.token = other.token
        answer = browser.post(f"{path}?language=en", fields)
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers
        assert "page.js" not in answer.text, "which would ask again, by GET"
        assert browser.client.get("/", follow_redirects=False).status_code == 200, "and the session goes on"
    assert house.people.all() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.local:81"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_form_is_refused_even_with_the_token(
    browser: Browser, house: House, headers: dict[str, str]
) -> None:
    before, token = house.people.all(), browser.token
    for path, fields in CHANGES:
        browser.token = token
        assert browser.post(path, fields, **headers).status_code == 403, path
    assert house.people.all() == before


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://testserver.local"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}]
)
def test_the_pages_own_forms_are_taken(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.post("/figures.csv", {"period": "2023"}, **headers).status_code == 200


def test_nothing_is_changed_by_a_link(browser: Browser) -> None:
    for path, _ in CHANGES:
        if path not in PAGES:
            assert browser.get(path).status_code == 405


def _part(more: bytes, content: bytes) -> bytes:
    """A form with one field, which is no file."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"' + more
    return head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 403),
        (b"\xff\xfe=\x00", "application/x-www-form-urlencoded", 403),
        (b"form=a&form=b&name=x", "application/x-www-form-urlencoded", 403),
        (b"x" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"--b\r\n", "multipart/form-data; boundary=b", 400),
        (b"--b\r\n", "multipart/form-data", 400),
        (_part(b"", b"\x89PNG"), "multipart/form-data; boundary=b", 400),
        (_part(b"\r\nContent-Type: text/plain; charset=none-such", b"x"), "multipart/form-data; boundary=b", 400),
        (b"", "", 403),
    ],
)
def test_a_body_that_is_no_form_is_no_fault(browser: Browser, content: bytes, kind: str, status: int) -> None:
    for path in ("/sign-in", "/people"):
        answer = browser.client.post(path, content=content, headers={"Content-Type": kind} if kind else {})
        assert answer.status_code == status, (path, answer.text[-300:])


def test_fields_that_are_too_long_or_twice_are_refused(browser: Browser) -> None:
    assert browser.post("/people", {"name": "x" * 300, "role": "viewer"}).status_code == 400
    twice = f"form={browser.token}&name=a&name=b&role=viewer".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.client.post("/people", content=twice, headers=form).status_code in (400, 403)


def test_no_cookie_comes_before_it_is_needed_and_each_is_for_this_page_alone(client: TestClient[Litestar]) -> None:
    browser = Browser(client)
    style = re.search(r'/assets/[^"]+page.css', browser.get("/sign-in").text)
    assert style
    fresh = another(client)
    for path in ("/", "/nothing", style[0], "/changes", "/sign-in/openid"):
        assert "set-cookie" not in fresh.get(path).headers, path
    assert [cookie.split("=")[0] for cookie in fresh.get("/sign-in").headers.get_list("set-cookie")] == ["fjes-form"]
    fresh.sign_in("kari")
    assert "set-cookie" not in fresh.get("/").headers
    assert "set-cookie" not in fresh.get("/people").headers


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(client: TestClient[Litestar]) -> None:
    browser = Browser(client)
    browser.get("/sign-in")
    cookies = browser.post("/sign-in", {"name": "kari", "password": PASSWORD}).headers.get_list("set-cookie")
    assert {cookie.split("=")[0] for cookie in cookies} >= {"fjes-session", "fjes-known"}
    for cookie in cookies:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "path=/", "samesite=lax"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)
        assert "secure" not in flags, "plain http, on this machine alone"


def test_over_https_cookies_are_kept_to_it_and_to_this_host(tmp_path: Path) -> None:
    house = House(tmp_path, year_store(), https=True)
    house.add("kari", Role.ADMIN)
    with house.open() as client:
        browser = Browser(client)
        cookies = browser.get("/sign-in").headers.get_list("set-cookie")
        answer = browser.post("/sign-in", {"name": "kari", "password": PASSWORD})
        cookies += answer.headers.get_list("set-cookie")
        assert all(cookie.startswith("__Host-fjes-") and "Secure" in cookie for cookie in cookies)
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
        assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", "/nothing", "/people", "/?period=x", "/assets/0/page.css", "/changes", "/schema/openapi.json"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_answer_is_strict(client: TestClient[Litestar], path: str, method: str) -> None:
    for headers in ({}, {"Host": "evil.example"}):
        answer = client.request(method, path, headers=headers, follow_redirects=False)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers


def test_assets_are_for_everybody_and_strict_too(client: TestClient[Litestar]) -> None:
    page = client.get("/sign-in").text
    addresses = set(re.findall(r"/assets/[^\"]+", page))
    assert addresses
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost", True),
        ("localhost:8000", True),
        ("127.0.0.1:9000", True),
        ("[::1]:8000", True),
        ("FJES.example.org", True),
        ("fjes.example.org:443", True),
        ("evil.example", False),
        ("fjes.example.org.evil.example", False),
        ("localhost.evil.example", False),
        ("evil@localhost.x", False),
        ("[", False),
        ("", False),
    ],
)
def test_only_names_of_this_page_are_answered(house: House, host: str, known: bool) -> None:
    with house.open(hosts={"localhost", "127.0.0.1", "::1", "fjes.example.org"}) as client:
        for path in ("/sign-in", "/changes", "/assets/0/page.css"):
            answer = client.get(path, headers={"Host": host}, follow_redirects=False)
            assert (answer.status_code != 400) is known
            assert "evil" not in answer.text


def test_no_page_has_inline_style_or_script(browser: Browser) -> None:
    browser.post("/people", {"name": "new", "role": "viewer"})
    for path in ("/", "/?period=2023", "/people", "/audit", "/me", "/sign-in", "/nothing"):
        page = browser.get(path).text
        assert not re.search(r"\sstyle=|<style|\son\w+=", page), path
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page)), path


def test_where_there_is_no_sign_in_there_is_no_cookie_no_way_in_and_no_foreign_form() -> None:
    with TestClient(app_over(year_store())) as client:
        browser = Browser(client)
        for path in ("/sign-in", "/people", "/audit", "/me"):
            assert browser.get(path).status_code == 404
        page = browser.get("/?period=2023&language=en")
        assert "Sign out" not in page.text
        answer = browser.post("/figures.csv", {"period": "2023"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert browser.post("/figures.csv", Origin="https://evil.example").status_code == 403
        assert client.get("/schema/openapi.json").status_code == 200
