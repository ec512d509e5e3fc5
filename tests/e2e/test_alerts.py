"""An alert as people meet it: a terminal goes away, a chat and a mailbox are told, and a manager has seen it."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from collector.store.protocol import Placement
from collector.store.sqlite import SqliteStore
from contract.messages import Presence
from dashboard.people.alerts import Happening, Kind
from dashboard.people.book import People
from dashboard.people.roles import Grant, Role
from tests.browser import open_browser
from tests.dashboard.house import PASSWORD, quick_passwords
from tests.e2e.served import Served, sign_in
from tests.fakes.hook import Hook
from tests.fakes.mail_server import MailServer
from tests.polling import PATIENCE, eventually

pytestmark = pytest.mark.e2e

SETTINGS = """\
[site]
languages = ["en", "nb"]
[alerts]
addresses_file = "addresses"
"""
MAIL = "mailto://127.0.0.1:{port}?from=fjes@example.org&to=kari@example.org&mode=insecure place=bergen"


class Alone(Served):
    """With a terminal that has been away, long enough already, at Oslo."""

    def __init__(self, directory: Path, hook: Hook, mail: MailServer) -> None:
        super().__init__(directory, SETTINGS)
        addresses = directory / "addresses"
        addresses.write_text(f"json://127.0.0.1:{hook.port}/secret-path\n{MAIL.format(port=mail.port)}\n")
        addresses.chmod(0o600)
        store = SqliteStore.open(directory / "fjes.db")
        store.place(Placement("stua-1", "oslo/pro", date(2020, 1, 1)))
        store.set_presences({"stua-1": Presence(v=1, online=False)})
        store.close()
        people = People.open(directory / "fjes-people.db", passwords=quick_passwords())
        people.add("kari", Grant("oslo", Role.MANAGER), by="", password=PASSWORD)
        people.alerts.begin([Happening(Kind.SILENT, "oslo/pro", "stua-1")])
        people.close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().running() as hook:
        yield hook


@pytest.fixture
def served(tmp_path: Path, hook: Hook) -> Iterator[Served]:
    with ExitStack() as stack:
        mail = stack.enter_context(MailServer().running())
        served = Alone(tmp_path, hook, mail)
        stack.callback(served.stop)
        served.start()
        yield served
        assert mail.taken == []  # it wants to know of another place only


@pytest.fixture
def page(served: Served) -> Iterator[Page]:
    with open_browser() as browser, browser.new_page(base_url=served.address) as page:
        page.set_default_timeout(PATIENCE * 1000)
        yield page


def test_an_alert_is_told_seen_and_commented(served: Served, hook: Hook, page: Page) -> None:
    eventually(lambda: hook.taken, "nobody was told")
    ((title, text),) = hook.taken
    assert title == "fjes: A terminal is away"
    assert text.endswith(f"\n\n{served.address}/alerts?language=en")
    page.goto("/sign-in?language=en")
    sign_in(page, "kari", PASSWORD)
    page.click("text=Alerts")
    alert = page.locator(".alert")
    expect(alert).to_contain_text("stua-1 (oslo/pro) has not been connected for half an hour")
    expect(page.locator(".amount")).to_contain_text("1")
    page.keyboard.press("Tab")
    alert.get_by_label("Comment").fill("The cable was out.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(alert).to_contain_text("Seen by kari")
    expect(alert).to_contain_text("The cable was out.")
    expect(page.locator(".amount")).to_have_count(0)
    assert len(hook.taken) == 1
    assert "secret-path" not in served.log.read_text()
