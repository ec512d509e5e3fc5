"""Signing in as managers do it: a real `fjes dashboard`, `fjes person` at the command line, and real Chromium."""

import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from collector.store.protocol import Placement, Received
from collector.store.sqlite import SqliteStore
from contract.sheets import Sheet, Table
from tests.browser import open_browser
from tests.dashboard.conftest import year_store
from tests.e2e.served import Served, sign_in
from tests.polling import PATIENCE, eventually
from tests.ports import free_port, listens

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
_SETTINGS = """\
[dashboard.openid]
issuer = "{issuer}"
client_id = "fjes"
client_secret = "secret"
"""


class Manned(Served):
    """The page of a site with two places."""

    def __init__(self, directory: Path, issuer: str) -> None:
        super().__init__(directory, _SETTINGS.format(issuer=issuer))
        (directory / "secret").write_text("secret\n")
        (directory / "secret").chmod(0o600)
        self.store = SqliteStore.open(directory / "fjes.db")
        self.store.save(list(year_store().sheets(["stua-1"], Table, date.min, date.max)))
        self.store.place(Placement("stua-1", "oslo/pro", date(2020, 1, 1)))
        self.vote(1)

    def vote(self, revision: int) -> None:
        """At the other place, so many times thirty."""
        sheet = Sheet("visit@1", Table.FACES, "2023-05-02", revision, {"1": 30 * revision})
        self.store.save([Received("gate", "another-life", sheet)])

    def stop(self) -> None:
        super().stop()
        self.store.close()

    def add(self, name: str, *more: str, role: str = "viewer") -> None:
        self.fjes("person", "add", name, "--role", role, *more, typed=f"{PASSWORD}\n")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """In a process of its own: what it warns of is no error of fjes."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: listens(port), "the provider does not start")
        yield f"http://localhost:{port}"
    finally:
        running.terminate()
        running.wait(PATIENCE)


@pytest.fixture(scope="module")
def site(issuer: str) -> Iterator[Manned]:
    with tempfile.TemporaryDirectory() as directory:
        site = Manned(Path(directory), issuer)
        try:
            site.start()
            yield site
        finally:
            site.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Whatever a page complains of but the answers that tests provoke is an error."""
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints


def come_in(
    page: Page, site: Manned, name: str, password: str = PASSWORD, path: str = "/?period=2023&language=en"
) -> None:
    page.goto(f"{site.address}{path}")
    sign_in(page, name, password)


def votes(page: Page) -> str | None:
    return page.locator('[data-figure="votes"]').get_attribute("data-value")


def test_first_the_page_says_what_to_do_and_then_it_is_done(site: Manned, page: Page) -> None:
    page.goto(f"{site.address}/?language=en")
    command = page.locator("code").inner_text()
    assert command == "fjes person add NAME --role admin"
    site.fjes(*command.replace("NAME", "kari").split()[1:], typed=f"{PASSWORD}\n")
    page.reload()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("kari")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="kari")).to_be_visible()
    expect(page.locator("[data-figure]").first).to_be_visible()


def test_who_signs_out_leaves_no_number_behind(site: Manned, page: Page) -> None:
    site.add("out")
    come_in(page, site, "out")
    expect(page.locator('[data-figure="votes"]')).to_have_attribute("data-value", "1142")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.locator("[data-figure]").count() == 0


def test_wrong_passwords_are_told_and_then_have_to_wait(site: Manned, page: Page) -> None:
    site.add("slow")
    come_in(page, site, "slow", "wrong wrong wrong")
    for _ in range(15):  # each try that is let in doubles the pause, until it is longer than this test takes for one
        expect(page.get_by_role("alert")).to_be_visible()
        if "Please wait" in page.get_by_role("alert").inner_text():
            break
        expect(page.get_by_label("Password")).to_be_focused()
        page.get_by_label("Password").fill("wrong wrong wrong")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Please wait")
    assert page.get_by_label("Name").input_value() == "slow"


def test_a_viewer_of_a_place_sees_that_place(site: Manned, page: Page) -> None:
    site.add("viewer", "--place", "oslo/pro")
    come_in(page, site, "viewer")
    expect(page.locator('[data-figure="votes"]')).to_have_attribute("data-value", "1112")
    expect(page.get_by_text("gate")).to_have_count(0)
    expect(page.get_by_role("button", name="CSV")).to_have_count(0)
    page.goto(f"{site.address}/?period=2023&place=gate&language=en")
    expect(page.get_by_role("heading", name="No such place")).to_be_visible()
    page.goto(f"{site.address}/people?language=en")
    expect(page.get_by_role("heading", name="That is not yours to do")).to_be_visible()


def test_a_change_at_the_command_line_takes_the_numbers_off_an_open_page(site: Manned, page: Page) -> None:
    site.add("gone")
    come_in(page, site, "gone")
    expect(page.locator("[data-figure]").first).to_be_visible()
    site.fjes("person", "remove", "gone")
    site.vote(2)
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.locator("[data-figure]").count() == 0


def test_an_admin_adds_somebody_who_chooses_their_own_password(site: Manned, page: Page, chromium: Browser) -> None:
    site.add("boss", role="admin")
    come_in(page, site, "boss", path="/people?language=en")
    page.get_by_label("Name").fill("berit")
    page.get_by_label("Role", exact=True).last.select_option("manager")
    page.get_by_role("button", name="Add", exact=True).click()
    password = page.locator(".handed code").inner_text()
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        phone = context.new_page()
        come_in(phone, site, "berit", password)
        expect(phone.get_by_role("status")).to_contain_text("choose your own")
        assert phone.evaluate("document.documentElement.scrollWidth") == 360
        phone.get_by_label("The one you have now").fill(password)
        phone.get_by_label("The new one", exact=True).fill("en blå hest i regn")
        phone.get_by_label("The new one once more").fill("en blå hest i regn")
        phone.keyboard.press("Enter")
        expect(phone.locator("[data-figure]").first).to_be_visible()
        phone.goto(f"{site.address}/?period=2023&language=en")
        with phone.expect_download() as download:
            phone.get_by_role("button", name="PDF").click()
        assert download.value.suggested_filename == "fjes-2023.pdf"
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        with phone.expect_download() as download:
            phone.get_by_role("button", name="CSV").click()
        assert download.value.suggested_filename == "fjes-2023.csv"
        assert "scores,4,1063" in download.value.path().read_text("utf-8-sig")
    page.goto(f"{site.address}/audit?language=en")
    expect(page.locator(".log tbody tr").first).to_contain_text("exported figures.csv 2023: all places")
    expect(page.locator(".log tbody tr").nth(1)).to_contain_text("exported report.pdf 2023: all places")
    expect(page.locator(".log tbody tr").nth(2)).to_contain_text("changed their own password")
    expect(page.locator(".log tbody tr").nth(3)).to_contain_text("added berit as manager: all places")


@pytest.mark.parametrize("path", ["/sign-in", "/people", "/audit", "/me", "/?period=2023"])
def test_every_page_fits_a_phone_and_can_be_walked_with_the_keyboard(site: Manned, page: Page, path: str) -> None:
    name = f"walker-{re.sub('[^a-z]', '', path)}"
    site.add(name, role="admin")
    come_in(page, site, name)
    expect(page.get_by_role("link", name=name)).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site.address}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    unnamed = page.evaluate(
        """[...document.querySelectorAll("input:not([type=hidden]):not([hidden]), select")]
            .filter((one) => !one.labels.length).map((one) => one.outerHTML)"""
    )
    assert unnamed == []
    page.keyboard.press("Tab")
    reached = page.evaluate("document.activeElement.textContent || document.activeElement.name")
    assert reached, "the first Tab reaches something"


@contextmanager
def another_site(address: str) -> Iterator[str]:
    """One that is another to a browser, with a form that it sends to this one."""
    body = f'<form method="post" action="{address}"><button>A kitten</button></form>'.encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_another_sites_form_does_nothing(site: Manned, page: Page, context: BrowserContext) -> None:
    site.add("target", role="admin")
    come_in(page, site, "target", path="/me?language=en")
    expect(page.get_by_role("heading", name="target")).to_be_visible()
    with another_site(f"{site.address}/me/sign-out-everywhere") as evil:
        other = context.new_page()
        other.goto(evil)
        with other.expect_response(f"{site.address}/me/sign-out-everywhere") as answer:
            other.get_by_role("button").click()
        assert answer.value.request.method == "POST"
        assert answer.value.status in (401, 403)
        other.close()
    page.reload()
    expect(page.get_by_role("heading", name="target")).to_be_visible()


def test_the_cookies_in_the_browser_are_shut_away(site: Manned, page: Page, context: BrowserContext) -> None:
    site.add("cookies")
    come_in(page, site, "cookies")
    expect(page.locator("[data-figure]").first).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(cookies) == {"fjes-session", "fjes-known"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies.values())
    assert page.evaluate("document.cookie") == ""


def test_a_work_account_signs_in_at_a_real_provider(site: Manned, page: Page, issuer: str) -> None:
    anna = {"email": "anna@example.org", "email_verified": True}
    httpx.put(f"{issuer}/users/anna-1", json=anna, timeout=PATIENCE).raise_for_status()
    site.fjes("person", "add", "anna", "--role", "viewer", "--openid", "anna@example.org")
    page.goto(f"{site.address}/?period=2023&language=en")
    page.get_by_role("link", name="work account").click()
    expect(page).to_have_url(re.compile(issuer))
    page.locator("input[name=sub]").fill("anna-1")
    page.locator("input[name=sub]").press("Enter")
    expect(page.get_by_role("link", name="anna")).to_be_visible()
    assert votes(page)
    assert "period=2023" in page.url


def test_a_host_that_is_not_this_pages_is_not_answered(site: Manned) -> None:
    for path in ("/", "/sign-in", "/changes"):
        assert httpx.get(site.address + path, headers={"Host": "evil.example"}, timeout=PATIENCE).status_code == 400


def test_nothing_that_was_kept_or_logged_tells_who_looked_and_when(site: Manned) -> None:
    """Beyond the audit log there are no names, addresses or browsers with a time."""
    log = site.log.read_text()
    assert not re.search(r"kari|berit|127\.0\.0\.1:\d+.*(GET|POST)|Mozilla|anna", log.replace(site.address, ""))
    kept = b"".join(file.read_bytes() for file in site.directory.glob("fjes-people.db*"))
    assert b"kari" in kept
    assert not re.search(rb"127\.0\.0\.1|Mozilla|Chrom|correct horse", kept)
