"""A wall screen in real Chromium: opened by its link, kept up to date by itself, and shut when the link is ended."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contract.sheets import Vote
from dashboard import live
from dashboard.people.roles import Role
from dashboard.people.tokens import Kind
from tests.browser import open_browser
from tests.dashboard.conftest import OSLO, app_over
from tests.dashboard.house import House
from tests.dashboard.served import Served
from tests.dashboard.test_wall import NOW, store_with
from tests.polling import PATIENCE

pytestmark = pytest.mark.e2e


@pytest.fixture
def page() -> Iterator[Page]:
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(PATIENCE * 1000)
        yield page
        page.goto("about:blank")


def test_a_wall_by_its_link(tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AFRESH_EVERY_LOOKS", 5)  # a minute, for who sees some places only
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 1.0)
    house = House(tmp_path, store_with(12))
    house.clock.now = NOW
    viewer = house.add("viewer", Role.VIEWER, "oslo/pro")
    key = house.people.tokens.make(viewer, Kind.WALL, "hall", "oslo/pro")
    served = Served(house.app())
    page.goto(f"{served.address}/wall?language=en&key={key}")
    assert page.url == f"{served.address}/live/oslo/pro?language=en"
    votes = page.locator('[data-figure="votes"]')
    expect(votes).to_have_attribute("data-value", "12")
    house.store.vote(datetime(2023, 3, 7, 13, tzinfo=OSLO), Vote(2, "nb", "none"), times=5)
    expect(votes).to_have_attribute("data-value", "17")
    expect(page.locator('[data-figure="score-2"]')).to_have_text("5")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    house.people.tokens.revoke(viewer, 1)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    served.stop()


def test_a_wall_says_when_it_is_not_connected(page: Page) -> None:
    served = Served(app_over(store_with(12), NOW))
    page.goto(f"{served.address}/live/oslo/pro?language=en")
    expect(page.locator('[data-figure="votes"]')).to_have_attribute("data-value", "12")
    lost = page.get_by_text("Not connected just now")
    expect(lost).to_be_hidden()
    served.stop()
    expect(lost).to_be_visible()
