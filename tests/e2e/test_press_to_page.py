"""The whole path: a finger on the real window, a number in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from contract.sheets import Table
from tests.e2e.finger import QUESTION, WHY
from tests.e2e.site import Site
from tests.polling import eventually

pytestmark = pytest.mark.e2e


def test_a_visit_in_thai_with_a_change_of_mind_reaches_the_open_page_and_the_wall(
    make_site: Callable[[str], Site], page: Page
) -> None:
    site = make_site("busy")
    for role in ("broker", "collector", "dashboard", "kiosk"):
        site.start(role)
    for _ in range(10):  # under ten votes the page shows no faces
        site.visit(4)
    eventually(lambda: sum(site.stored().values()) == 10, "the votes are not in the store")
    page.goto(site.address)
    number = page.locator('[data-figure="votes"]')
    assert number.get_attribute("data-value") == "10"
    assert page.context.browser
    wall = page.context.browser.new_page()
    wall.goto(f"{site.address}/live")
    expect(wall.locator('[data-figure="score-4"]')).to_have_attribute("data-value", "10")

    site.speak("th")
    site.choose(4, QUESTION.faces)
    site.choose(1, WHY.faces)
    site.touch(WHY.answers[2].card)
    eventually(lambda: site.chosen() == [], "the terminal does not thank")
    site.leave()
    page.wait_for_selector('[data-figure="votes"][data-value="11"]')
    page.wait_for_function("document.querySelector('[data-figure=\"score-1\"]').dataset.value === '1'")

    eventually(lambda: site.stored(Table.ANSWERS).get("1:nohelp") == 1, "the answer is not in the store")
    assert number.get_attribute("data-value") == "11"
    assert site.stored() == {"4": 10, "1": 1}
    assert site.stored(Table.LANGUAGES) == {"4:nb": 10, "1:th": 1}
    site.visit(3)
    page.wait_for_selector('[data-figure="votes"][data-value="12"]')
    expect(wall.locator('[data-figure="votes"]')).to_have_attribute("data-value", "12")
    expect(wall.locator('[data-figure="score-1"]')).to_have_attribute("data-value", "1")
