"""Play is counted apart, and an honest queue is not: by the terminal's own rules, but for the pause.

In that pause people can have changed places. Here it is so long that no visit on a busy machine takes it for one.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest
from playwright.sync_api import Page

from contract.sheets import Table
from kiosk.ui.layout import Box
from tests.e2e.finger import QUESTION, WHY
from tests.e2e.site import Site
from tests.e2e.x11 import X11, connected
from tests.polling import PATIENCE, eventually

pytestmark = pytest.mark.e2e

HAMMERS = 0.1
"""Seconds between a child's touches."""
PAUSE, TURNS = 8.0, 9.0
"""Seconds in which people can have changed places, and in which two pupils do."""
TOUCHES_TO_PLAY = 3
"""So many visits, without time to change places between them, are honest: friends before the terminal together."""


@pytest.fixture
def site(make_site: Callable[[str], Site]) -> Site:
    """With the rules that terminals come with, and not those for a test's quick finger; only the pause is longer."""
    site = make_site("busy")
    rules = f"[terminal.play]\npause = {PAUSE}\n"
    site.file.write_text(
        re.sub(r"\[terminal\.play\].*?(?=\[collector\])", rules, site.file.read_text(), flags=re.DOTALL)
    )
    for role in ("broker", "collector", "dashboard", "kiosk"):
        site.start(role)
    return site


@pytest.fixture
def x11(site: Site) -> Iterator[X11]:
    with connected(site.screen.environment) as x11:
        yield x11


def test_play_is_counted_apart_and_a_school_class_is_not(site: Site, x11: X11, page: Page) -> None:
    child_hammers(x11, site)
    eventually(site.asks, "the terminal does not ask again")
    honest, _ = all_counted(site)
    assert honest <= TOUCHES_TO_PLAY, "the first votes of a burst may count"
    site.visit(4)  # it goes when its last visit is over
    honest, suspect = all_counted(site)

    sleep(TURNS)
    for _ in range(15):
        site.visit(3, answer=1)
    assert all_counted(site) == (honest + TOUCHES_TO_PLAY, suspect + 15 - TOUCHES_TO_PLAY)

    honest, suspect = counted(site)
    for _ in range(5):
        sleep(TURNS)
        site.visit(3, answer=1)
    assert all_counted(site) == (honest + 5, suspect)

    assert_told_apart(site, page, honest + 5, suspect)


def child_hammers(x11: X11, site: Site) -> None:
    """Both hands on what is there: the face, then what is under it, then anywhere; until three votes are suspect."""
    deadline = monotonic() + PATIENCE
    while counted(site)[1] < 3:
        if monotonic() > deadline:
            pytest.fail(f"a game is not noticed: {counted(site)}")
        for box in (QUESTION.faces[4], WHY.skip, WHY.skip):
            for _ in range(4):
                tap(x11, box)
                sleep(HAMMERS)


def tap(x11: X11, box: Box) -> None:
    x11.move(*box.centre)
    x11.button(1, down=True)
    x11.button(1, down=False)
    x11.sync()


def counted(site: Site) -> tuple[int, int]:
    """Votes in the store, and suspect ones."""
    return sum(site.stored().values()), sum(site.stored(Table.SUSPECT).values())


def all_counted(site: Site) -> tuple[int, int]:
    """The same, once the store has what is on the terminal's disk."""
    eventually(
        lambda: counted(site) == (site.tallied(), site.tallied(Table.SUSPECT)),
        f"counted {counted(site)}, tallied {(site.tallied(), site.tallied(Table.SUSPECT))}",
    )
    return counted(site)


def assert_told_apart(site: Site, page: Page, honest: int, suspect: int) -> None:
    """By `fjes figures` and by the page; nothing else counts the suspect ones."""
    page.goto(f"{site.address}?language=en")
    figures = site.figures(f"{datetime.now(UTC):%Y}")
    assert (figures["votes"], figures["suspect"]) == (honest, suspect)
    assert page.locator('[data-figure="votes"]').get_attribute("data-value") == str(honest)
    assert f"{suspect} suspect votes are left out" in page.inner_text("body")
    assert {sum(site.stored(table).values()) for table in Table if table is not Table.SUSPECT} == {honest}
