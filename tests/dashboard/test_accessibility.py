"""Every page in real Chromium, looked at by axe: WCAG 2.2, levels A and AA, and what axe calls best practice."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from dashboard.people.roles import Role
from tests.browser import open_browser
from tests.dashboard.alerts.site import alarmed
from tests.dashboard.conftest import year_store
from tests.dashboard.house import PASSWORD
from tests.dashboard.served import Served
from tests.polling import PATIENCE

pytestmark = pytest.mark.e2e

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
NEW = "/sign-in"
PAGES = (
    "/?period=2023",
    "/?period=2023-Q1",
    "/?period=2023&answer=help",
    "/?period=2023-03",
    "/?period=2023-03-07",
    "/?period=2022",
    "/?place=no/such/place",
    "/me",
    "/me/mail",
    "/me/tokens",
    "/live",
    "/live/stua-1",
    "/people",
    "/audit",
    "/surveys",
    "/surveys/edit",
    "/visits?period=2023",
    "/alerts",
)
NARROW = (640, 320)
"""Half of 1280 pixels, as with letters of 200 %, and a quarter, as with 400 %."""
SMALL, LARGE = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    house = alarmed(tmp_path_factory.mktemp("house"), year_store())
    house.add("kari", Role.ADMIN)
    served = Served(house.app())
    yield served
    served.stop()


@pytest.mark.parametrize(
    ("language", "scheme", "size"), [("nb", "light", LARGE), ("en", "dark", SMALL)], ids=["large", "small and dark"]
)
def test_axe_finds_nothing(
    browser: Browser, served: Served, language: str, scheme: Literal["light", "dark"], size: ViewportSize
) -> None:
    with browser.new_context(viewport=size, color_scheme=scheme, base_url=served.address) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        found = {NEW: complaints(page, f"{NEW}?language={language}")}
        page.fill("[name=name]", "kari")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit], main button:not([type])")
        page.wait_for_url(lambda address: NEW not in address)
        for path in PAGES:
            mark = "&" if "?" in path else "?"
            found[path] = complaints(page, f"{path}{mark}language={language}")
        page.goto("about:blank")
    assert not [f"{path}: {said}" for path, all_said in found.items() for said in all_said]


def complaints(page: Page, path: str) -> list[str]:
    page.goto(path, wait_until="load")
    size = page.viewport_size
    assert size
    for width in (*NARROW, size["width"]):
        page.set_viewport_size({"width": width, "height": size["height"]})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} pixels wide on a screen of {width}"
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes']][:3]}" for one in found]
