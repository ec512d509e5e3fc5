"""The page in real Chromium: charts under the strict policy, and numbers that change by themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from contract.sheets import Vote
from tests.browser import open_browser
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.served import Served
from tests.fakes.read_store import FakeReadStore
from tests.polling import PATIENCE

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def store() -> FakeReadStore:
    return year_store()


@pytest.fixture
def served(store: FakeReadStore) -> Iterator[Served]:
    served = Served(app_over(store))
    yield served
    served.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE * 1000)
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert not complaints


def test_charts_draw_under_the_policy(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/?period=2023&language=en")
    expect(page.locator("#trend-chart svg .mark-line path")).to_have_count(2)
    expect(page.locator("#pattern-chart svg .squares_marks path").first).to_be_visible()
    expect(page.locator("#trend-chart svg")).to_contain_text("100%")
    page.locator("#trend-chart svg .shares_marks path").first.hover()
    expect(page.locator("#vg-tooltip-element.visible")).to_contain_text("95% sure")


def test_the_page_fits_a_phone(served: Served, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{served.address}/?period=2023")
    expect(page.locator("#trend-chart svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_number_changes_by_itself_and_nothing_else_moves(served: Served, page: Page, store: FakeReadStore) -> None:
    page.goto(f"{served.address}/?period=2023&language=en")
    votes = page.locator('[data-figure="votes"]')
    expect(page.locator("#trend-chart svg")).to_be_visible()
    page.locator("#trend-table summary").click()
    page.evaluate("window.sameVotes = document.querySelector('[data-figure=votes]'); scrollTo(0, 300)")
    store.vote(datetime(2023, 9, 13, 11), Vote(4, "nb", "help"), times=5)
    expect(votes).to_have_attribute("data-value", "1117")
    assert page.evaluate("window.sameVotes.isConnected")
    assert page.evaluate("scrollY") == 300
    expect(page.locator("#trend-table")).to_have_attribute("open", "")
    expect(page.locator("#trend-chart svg")).to_have_count(1)


def test_an_empty_page_fills_itself(page: Page) -> None:
    store = FakeReadStore()
    served = Served(app_over(store, datetime(2023, 3, 8, 12, tzinfo=UTC)))
    page.goto(f"{served.address}/?language=en")
    expect(page.get_by_role("heading", name="No votes have come yet")).to_be_visible()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=12)
    expect(page.locator('[data-figure="votes"]')).to_have_attribute("data-value", "12")
    expect(page).to_have_title("March 2023 – fjes")
    served.stop()  # an open page does not keep the server from it
    page.goto("about:blank")
