"""Reports by mail as a manager meets them: asked for on the page, and in the mailbox when the month is over."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from collector.store.protocol import Placement, Received
from collector.store.sqlite import SqliteStore
from contract.periods import Granularity, Period
from contract.sheets import Sheet, Table
from dashboard.people.book import People
from dashboard.people.roles import Grant, Role
from dashboard.reports.mail import last_over
from tests.browser import open_browser
from tests.dashboard.house import PASSWORD, quick_passwords
from tests.e2e.served import Served, sign_in
from tests.fakes.clock import OSLO
from tests.fakes.mail_server import MailServer
from tests.polling import PATIENCE, eventually

pytestmark = pytest.mark.e2e

TO = "kari@example.org"
SETTINGS = """\
[site]
languages = ["en", "nb"]
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "fjes@example.org"
"""
VOTES = 40


@pytest.fixture
def month() -> Period:
    """Whose report is the newest that may be mailed, by the clock of the place."""
    return last_over(Granularity.MONTH, datetime.now(OSLO).replace(tzinfo=None))


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with MailServer().running() as mailbox:
        yield mailbox


@pytest.fixture
def served(tmp_path: Path, mailbox: MailServer, month: Period) -> Iterator[Served]:
    """A manager of Oslo's, and votes at her place in that month."""
    served = Served(tmp_path, SETTINGS.format(port=mailbox.port))
    store = SqliteStore.open(tmp_path / "fjes.db")
    store.place(Placement("stua-1", "oslo/pro", date(2020, 1, 1)))
    day = Period.of(Granularity.DAY, datetime.combine(month.start, time()))
    store.save([Received("stua-1", "a-life", Sheet("visit@1", Table.FACES, str(day), 1, {"4": VOTES}))])
    store.close()
    people = People.open(tmp_path / "fjes-people.db", passwords=quick_passwords())
    people.add("kari", Grant("oslo", Role.MANAGER), by="", password=PASSWORD)
    people.close()
    served.start()
    yield served
    served.stop()


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    with open_browser() as browser, browser.new_page(base_url=served.address) as page:
        page.set_default_timeout(PATIENCE * 1000)
        yield page


def test_a_month_is_asked_for_comes_and_is_stopped(
    served: Served, mailbox: MailServer, page: Page, month: Period, tmp_path: Path
) -> None:
    page.goto("/?language=en")
    sign_in(page, "kari", PASSWORD)
    page.get_by_role("link", name="kari").click()
    page.get_by_role("link", name="Reports by mail").click()
    page.get_by_label("How often").select_option("Every month")
    page.get_by_label("Place").fill("oslo/pro")
    page.get_by_label("E-mail address").fill(TO)
    page.get_by_role("button", name="Send me reports").click()
    expect(page.locator("main")).to_contain_text(f"Every month · oslo/pro {TO}", use_inner_text=True)
    served.stop()
    assert mailbox.taken == [], "what was over when it was asked for does not come"

    was_asked_for_a_month_ago(tmp_path, month)
    served.start()
    eventually(lambda: mailbox.taken, "no mail has come")
    (mail,) = mailbox.taken
    assert (mail["To"], mail["From"]) == (TO, "fjes@example.org")
    (attached,) = mail.iter_attachments()
    assert f"{VOTES} votes" in PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()
    text = mail.get_body(("plain",))
    assert text is not None
    numbers, stop = (urlsplit(word) for word in text.get_content().split() if word.startswith("http"))

    page.goto(f"{numbers.path}?{numbers.query}")
    sign_in(page, "kari", PASSWORD)
    expect(page.locator('[data-figure="votes"]')).to_have_attribute("data-value", str(VOTES))
    page.goto(f"{stop.path}?{stop.query}")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)


def was_asked_for_a_month_ago(directory: Path, month: Period) -> None:
    people = People.open(directory / "fjes-people.db")
    (mailing,) = people.mailings.all()
    people.mailings.note_sent(mailing, str(month.previous()))
    people.close()
