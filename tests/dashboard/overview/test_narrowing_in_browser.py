"""Narrowing the overview in real Chromium, on every size of screen, on paper, and with the keyboard alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser import open_browser
from tests.dashboard.conftest import app_over
from tests.dashboard.overview.test_narrowing import store_of_places
from tests.dashboard.served import Served
from tests.dashboard.test_accessibility import complaints
from tests.polling import PATIENCE

pytestmark = pytest.mark.e2e

FULL = "/?period=2023-04&place=oslo&answer=wait"
SIZES = {"narrowest": (320, 640), "phone": (360, 740), "200 %": (640, 450), "wall": (1920, 1080), "4K": (3840, 2160)}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(app_over(store_of_places(), datetime(2024, 1, 1, 12, tzinfo=UTC)))
    yield served
    served.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}, base_url=served.address) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        yield page
        page.goto("about:blank")  # so that the stream of changes ends before the server


def test_place_period_and_answer_narrow_and_the_way_back_widens(page: Page) -> None:
    page.goto("/?period=2023&place=oslo&language=en")
    expect(page.get_by_role("heading", name="Share satisfied, place by place")).to_be_visible()
    page.get_by_role("link", name="Month").click()
    expect(page.locator(".step strong")).to_have_text("April 2023")
    page.get_by_role("link", name="The waiting").click()
    expect(page.locator("#answer-chart svg .bad_marks path")).to_have_count(2)
    page.locator("#answer .spots").get_by_role("link", name="klinikk").click()
    expect(page.locator("#answer")).to_contain_text("20 of 60 unsatisfied visitors")
    page.get_by_role("link", name="Earlier").click()
    expect(page.locator("#answer")).to_contain_text("60 of 80 unsatisfied visitors")
    assert page.url.partition("/?")[2] == "period=2023-03&place=oslo/klinikk&answer=wait&language=en"
    page.reload()
    expect(page.locator("#answer")).to_contain_text("60 of 80 unsatisfied visitors")
    page.go_back()
    expect(page.locator("#answer")).to_contain_text("20 of 60 unsatisfied visitors")
    page.go_back()
    expect(page.locator("#answer")).to_contain_text("42 of 82 unsatisfied visitors")
    page.get_by_role("link", name="All answers").click()
    expect(page.locator("#answer")).to_have_count(0)
    assert page.url.endswith("/?period=2023-04&place=oslo&language=en#why")


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_screen(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{FULL}&language=nb")
    expect(page.locator("#answer-chart svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for chart in page.locator(".chart").all():
        box, around = chart.locator("svg").bounding_box(), chart.bounding_box()
        assert box is not None
        assert around is not None
        assert box["x"] + box["width"] <= around["x"] + around["width"] + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    assert complaints(page, f"{FULL}&language=nb") == []


def test_on_paper_every_table_is_open_and_nothing_is_for_clicking(page: Page) -> None:
    page.goto(f"{FULL}&language=nb")
    expect(page.locator("#answer-chart svg")).to_be_visible()
    paper = PdfReader(BytesIO(page.pdf(format="A4")))
    text = " ".join(one.extract_text() for one in paper.pages)
    for words in ("februar 2023", "stille", "42 av 82", "Ingen enkeltbesøk er lagret", "klinikk"):
        assert words in text
    for words in ("Uke", "Alle svar", "Det samme som tabell", "Rapport (PDF)"):
        assert words not in text
    expect(page.locator("#answer-table")).not_to_have_attribute("open", "")


def test_the_keyboard_alone_reaches_everything_in_the_order_of_the_page(page: Page) -> None:
    page.goto(f"{FULL}&language=en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    reached: list[str] = []
    while not reached or reached[-1] != "How these numbers are made":
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", reached
    wanted = ["All places", "bod", "‹", "Year", "The same as a table", "The waiting", "All answers"]
    places = [reached.index(one) for one in wanted]
    assert places == sorted(places)
    assert reached.count("stua") == 3, "in the head, with the answer, and beside the other places"
