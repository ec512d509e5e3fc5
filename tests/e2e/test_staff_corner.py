"""The staff corner on the real terminal: a held finger and the PIN open it, and nothing that a visitor does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import sleep

import pytest

from deploy.configuration import read_settings
from deploy.pin import run_pin
from kiosk.staff.facts import Facts, Versions, language_facts
from kiosk.staff.view import Act, Page, View
from kiosk.ui.gesture import HOLD
from kiosk.ui.layout import Box
from kiosk.ui.staff import layout
from kiosk.ui.staff.scenes import StaffScenes
from kiosk.ui.staff.words import Words
from kiosk.ui.target import Deed
from locales.catalogue import default_survey
from locales.voices import Voices
from tests.e2e import sight
from tests.e2e.ear import Ear
from tests.e2e.finger import PANEL
from tests.e2e.site import TERMINAL, Site
from tests.polling import eventually

pytestmark = pytest.mark.e2e

LANGUAGES = ("nb", "th")
PIN, WRONG = "7294", "7295"
CORNER = (20, 60)
OTHER_CORNER = (PANEL.size[0] - 20, 60)
EVERYTHING = (Box(0, 0, *PANEL.size),)
SCENES = StaffScenes(default_survey(), LANGUAGES, PANEL, Words("nb"))
FACTS = Facts(
    terminal=TERMINAL,
    connected=True,
    acknowledged=None,
    owed=0,
    clock_trusted=True,
    now=datetime(2026, 3, 24, 14, 5).astimezone(),
    versions=Versions("", "", "", "", "", ""),
    languages=language_facts(default_survey(), LANGUAGES, Voices()),
    faults=("screen",),
)
"""What is to be read, but for what depends on the day and the machine."""


@pytest.fixture
def site(make_site: Callable[..., Site], ear: Ear) -> Site:
    site = make_site("busy", LANGUAGES)
    site.set(of_terminal='staff_pin = "pin"')
    site.environment = {**ear.environment}
    run_pin(read_settings(site.file), lambda _: PIN)
    for role in ("broker", "collector", "kiosk"):
        site.start(role)
    return site


def test_only_a_held_finger_and_the_pin_open_it(site: Site, ear: Ear) -> None:
    site.visit(4)
    for corner in (CORNER, OTHER_CORNER) * 3:
        site.screen.touch(corner)
    hold(site, seconds=HOLD + 0.5)  # somebody is at the terminal since
    assert site.asks()
    site.visit(1)
    eventually(lambda: site.stored() == {"4": 1, "1": 1}, f"stored {site.stored()}")

    open_pad(site)
    enter(site, WRONG)
    eventually(lambda: shows(site, View(Page.PAD, wrong=True)), "the wrong PIN is not told")
    enter(site, PIN)
    home = View(Page.HOME, facts=FACTS)
    rows = layout.home(PANEL, len(SCENES.of(home).targets)).rows
    known = [box for number in (0, 1, 2, 4) for box in rows[number]]  # the third is the day of the last acknowledgement
    eventually(lambda: shows(site, home, known), "the facts are not shown")

    press(site, home, Act.LANGUAGES)
    listening = View(Page.LANGUAGES, facts=FACTS)
    eventually(lambda: shows(site, listening), "the sound test does not come")
    press(site, listening, f"{Act.HEAR} nb")
    assert [ear.next(), ear.next()] == ["nb/name", "nb/question"]
    press(site, listening, Act.BACK)
    eventually(lambda: shows(site, home, known), "the facts are not shown again")

    before = site.terminal()
    press(site, home, Act.RESTART)
    eventually(lambda: site.terminal() not in (0, before), "there is no other process")
    eventually(site.asks, "the terminal does not come back")

    open_pad(site)
    enter(site, PIN)
    eventually(lambda: shows(site, home, known), "the facts are not shown")
    press(site, home, Act.LEAVING)
    leaving = View(Page.LEAVING)
    eventually(lambda: shows(site, leaving), "nobody is asked whether to leave")
    press(site, leaving, Act.LEAVE)
    assert site.wait("kiosk") == 0


def open_pad(site: Site) -> None:
    site.screen.press(CORNER)
    eventually(lambda: shows(site, View(Page.PAD)), "the pad does not open")
    site.screen.lift()


def hold(site: Site, seconds: float) -> None:
    site.screen.press(CORNER)
    sleep(seconds)
    site.screen.lift()


def enter(site: Site, pin: str) -> None:
    for digit in pin:
        press(site, View(Page.PAD), f"{Act.DIGIT} {digit}")
    press(site, View(Page.PAD), Act.ENTER)


def press(site: Site, view: View, asked: str) -> None:
    site.screen.touch(SCENES.of(view).find(Deed.STAFF, asked).box.centre)


def shows(site: Site, view: View, boxes: Sequence[Box] = EVERYTHING) -> bool:
    return sight.shows(site.screen, SCENES.of(view), boxes)
