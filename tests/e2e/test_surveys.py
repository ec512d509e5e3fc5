"""A manager writes another question in a browser, and it is asked on the terminal's screen; votes go to its version."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page

from collector.store.published import read_published
from collector.store.reading import SqliteReadStore
from kiosk.ui import layout
from tests.e2e.finger import PANEL
from tests.e2e.site import Site
from tests.polling import eventually

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
LANGUAGES = ("nb", "en")
NEW = "Hvordan var kaffen?"


def command(site: Site, *words: str, given: str = "") -> None:
    line = [sys.executable, "-m", "deploy", "--config", str(site.file), *words]
    subprocess.run(line, input=given, text=True, check=True, stdout=subprocess.DEVNULL)


def shown(site: Site) -> str | None:
    with closing(SqliteReadStore.open(site.directory / "fjes.db")) as store:
        presence = store.presences().get("stua-1")
    return presence.survey if presence else None


def question(site: Site) -> bytes:
    """What stands above the faces."""
    box = layout.question(PANEL, LANGUAGES).question
    return site.screen.image().crop((box.x, box.y, box.right, box.bottom)).tobytes()


def test_what_a_manager_publishes_is_asked_on_the_terminal(
    make_site: Callable[..., Site], page: Page, tmp_path: Path
) -> None:
    site = make_site("busy", LANGUAGES)
    settings = site.file.read_text().replace("sign_in = false", "sign_in = true")
    site.file.write_text(settings)
    command(site, "person", "add", "kari", "--role", "manager", given=f"{PASSWORD}\n")
    for role in ("broker", "collector", "dashboard", "kiosk"):
        site.start(role)
    site.visit(4)
    eventually(lambda: shown(site) == "visit@1", "the terminal does not say what it shows")

    page.goto(f"{site.address}sign-in?language=en")
    page.get_by_label("Name").fill("kari")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Questions", exact=True).click()
    page.get_by_role("link", name="Change all places").click()
    page.locator('textarea[name="question.nb"]').fill(NEW)
    page.locator('textarea[name="question.en"]').fill("How was the coffee?")
    page.get_by_role("button", name="Keep, and look at it").click()
    picture = page.get_by_role("img", name="The question")
    picture.wait_for()
    eventually(lambda: picture.evaluate("one => one.complete && one.naturalWidth"), "there is no picture of it")
    before = question(site)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("How was the coffee?").wait_for()

    eventually(lambda: shown(site) == "visit@2", "the terminal does not take it up")
    eventually(lambda: site.asks() and question(site) != before, "the screen does not change")
    (one,) = read_published(site.directory / "fjes-published.db")
    assert one.survey
    assert one.survey.question == {"nb": NEW, "en": "How was the coffee?"}
    site.visit(1)
    eventually(lambda: sum(site.stored().values()) == 2, "the vote for the new question is not in the store")
    with closing(SqliteReadStore.open(site.directory / "fjes.db")) as store:
        assert set(store.surveys()) == {"visit@1", "visit@2"}
