"""Play is counted apart, and an honest queue is not: real fingers' times, and the terminal's own rules."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import sleep

import pytest
from playwright.sync_api import Page

from contract.sheets import Table
from kiosk.ui.layout import Box
from tests.e2e.finger import QUESTION, WHY
from tests.e2e.site import Site
from tests.e2e.x11 import X11, connected
from tests.polling import eventually

pytestmark = pytest.mark.e2e

HAMMERS, FOR = 0.1, 7.0
"""Seconds between a child's touches, and for how long it goes on."""
ALONE = 0.35
"""Seconds between the touches of somebody whose hand stays at the screen: a little more than an echo."""
LOOKS, TURNS = 0.35, 1.5
"""Seconds in which a pupil finds the next thing to touch, and in which two pupils change places."""
TOUCHES_TO_PLAY = 3
"""So many visits, without time to change places between them, are honest: friends before the terminal together."""


@pytest.fixture
def site(make_site: Callable[[str], Site]) -> Site:
    """With the rules that terminals come with, and not those for a test's quick finger."""
    site = make_site("busy")
    site.file.write_text(re.sub(r"\[terminal\.play\].*?(?=\[collector\])", "", site.file.read_text(), flags=re.DOTALL))
    for role in ("broker", "collector", "dashboard", "kiosk"):
        site.start(role)
    return site


@pytest.fixture
def x11(site: Site) -> Iterator[X11]:
    with connected(site.screen.environment) as x11:
        yield x11


def test_play_is_counted_apart_and_a_school_class_is_not(site: Site, x11: X11, page: Page) -> None:
    child_hammers(x11)
    eventually(site.asks, "the terminal does not ask again")
    site.visit(4)  # it goes when its last visit is over
    honest, suspect = counted(site)
    assert honest <= TOUCHES_TO_PLAY, "the first votes of a burst may count"
    assert suspect >= 3

    sleep(TURNS)
    for _ in range(15):
        visit(x11, ALONE)
    eventually(site.asks, "somebody is still there")
    eventually(lambda: sum(counted(site)) == honest + suspect + 15, f"counted {counted(site)}")
    assert counted(site) == (honest + TOUCHES_TO_PLAY, suspect + 15 - TOUCHES_TO_PLAY)

    honest, suspect = counted(site)
    for _ in range(12):
        sleep(TURNS)
        visit(x11, LOOKS)
    eventually(site.asks, "the last pupil is still there")
    eventually(lambda: counted(site) == (honest + 12, suspect), f"counted {counted(site)}, before {(honest, suspect)}")

    assert_told_apart(site, page, honest + 12, suspect)


def child_hammers(x11: X11) -> None:
    """Both hands on what is there: the face, then what is under it, then anywhere."""
    places = (QUESTION.faces[4], WHY.skip, WHY.skip)
    for number in range(round(FOR / HAMMERS)):
        tap(x11, places[number // 4 % len(places)])
        sleep(HAMMERS)


def visit(x11: X11, pace: float) -> None:
    """A face, a reason, and the thanks; each after a moment."""
    for box in (QUESTION.faces[3], WHY.answers[1].card, WHY.answers[1].card):
        sleep(pace)
        tap(x11, box)


def tap(x11: X11, box: Box) -> None:
    x11.move(*box.centre)
    x11.button(1, down=True)
    x11.button(1, down=False)
    x11.sync()


def counted(site: Site) -> tuple[int, int]:
    """Votes in the store, and suspect ones."""
    return sum(site.stored().values()), sum(site.stored(Table.SUSPECT).values())


def assert_told_apart(site: Site, page: Page, honest: int, suspect: int) -> None:
    """By `fjes figures` and by the page; nothing else counts the suspect ones."""
    page.goto(f"{site.address}?language=en")
    figures = site.figures(f"{datetime.now(UTC):%Y}")
    assert (figures["votes"], figures["suspect"]) == (honest, suspect)
    assert page.locator('[data-figure="votes"]').get_attribute("data-value") == str(honest)
    assert f"{suspect} suspect votes are left out" in page.inner_text("body")
    assert {sum(site.stored(table).values()) for table in Table if table is not Table.SUSPECT} == {honest}
