"""What happens to a terminal that nobody looks after, with the real window: it goes on asking, and counts what is so.

What is done to its window and by its keys is in tests/kiosk/ui/test_left_alone.py, and a crash in test_crash.py.
"""

import json
import os
from collections.abc import Callable, Sequence

import pytest

from contract.sheets import Table
from contract.survey import Text
from kiosk.ui import layout
from kiosk.ui.layout import Box
from kiosk.ui.scene import Scene, Scenes
from kiosk.view import Screen, View
from locales.catalogue import default_survey
from tests.e2e.finger import PANEL, SIZE, WHY
from tests.e2e.sight import shows
from tests.e2e.site import Site
from tests.kiosk.ui.test_window import Terminal
from tests.polling import eventually
from tests.screen import Screen as VirtualScreen

pytestmark = pytest.mark.e2e

MESSAGE = {"nb": "Dere sa at det er kaldt. Nå er det varmt."}


def test_the_language_that_the_rotation_shows_is_not_taken_for_the_visitors(make_site: Callable[..., Site]) -> None:
    languages = ("nb", "th")
    site = make_site("busy", languages)
    for role in ("broker", "collector", "kiosk"):
        site.start(role)
    thai, asked = (scene(languages, view) for view in (View(Screen.QUESTION, "th"), View(Screen.WHY, "th", score=3)))
    shows(site.screen, asked)  # so that what is waited for is drawn before it is needed
    eventually(lambda: not shows(site.screen, thai), "the question goes on in Thai")
    eventually(lambda: shows(site.screen, thai), "the question does not come in Thai")  # and has just begun to
    site.choose(3, site.faces)
    eventually(lambda: shows(site.screen, asked, [WHY.question]), "the visitor is asked in another language")
    site.touch(WHY.skip)
    eventually(lambda: site.chosen() == [], "the terminal does not thank")
    eventually(lambda: site.stored(Table.LANGUAGES) == {"3:nb": 1}, f"stored {site.stored(Table.LANGUAGES)}")


def test_what_the_managers_say_comes_from_the_collectors_settings(make_site: Callable[..., Site]) -> None:
    site = make_site("busy", ("nb",))
    site.start("broker")
    site.start("kiosk")
    site.set(of_site=f"[[site.messages]]\nnb = {json.dumps(MESSAGE['nb'])}")
    site.start("collector")
    told = scene(("nb",), View(Screen.QUESTION, "nb", message=0), [MESSAGE])
    eventually(lambda: shows(site.screen, told), "the message is not shown")
    site.visit(4)
    eventually(lambda: site.stored() == {"4": 1}, f"stored {site.stored()}")


def test_without_a_sound_device_there_is_no_ear_and_operators_are_told(make_site: Callable[..., Site]) -> None:
    site = make_site("busy", ("nb", "en"))
    site.environment = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": "/nowhere/loudspeaker"}
    for role in ("broker", "collector", "kiosk"):
        site.start(role)
    tools = layout.question(PANEL, ("nb", "en")).tools
    eventually(lambda: is_blank(site.screen, tools.ear), "there is an ear")  # the device is tried once faces are shown
    assert not is_blank(site.screen, tools.appearance)
    eventually(lambda: "sound" in site.faults(), f"told {site.faults()}")
    site.screen.keys("Tab", "Right")
    site.screen.keys("Return")
    eventually(lambda: site.chosen() == [3], "a keypad does not work without sound")


def test_under_another_name_it_begins_anew_and_sends_nothing_a_second_time(make_site: Callable[..., Site]) -> None:
    site = make_site("busy")
    for role in ("broker", "collector", "kiosk"):
        site.start(role)
    site.visit(4)
    eventually(lambda: site.stored() == {"4": 1}, f"stored {site.stored()}")
    site.kill("kiosk")
    site.set(terminal="stua-9")
    site.start("kiosk")
    site.visit(3)
    eventually(lambda: site.stored(terminal="stua-9"), "the new name has no votes")
    assert (site.stored(), site.stored(terminal="stua-9")) == ({"4": 1}, {"3": 1})
    assert "another-tally" in (site.directory / "kiosk.log").read_text()


def test_it_goes_on_when_nobody_reads_what_it_says_any_more(make_site: Callable[..., Site]) -> None:
    site = make_site("busy")
    site.start("broker")
    site.start("collector")
    reader, log = os.pipe()
    site.log = log
    site.start("kiosk")
    for end in (reader, log):
        os.close(end)
    site.kill("broker")
    site.visit(4)
    site.start("broker")
    eventually(lambda: site.stored() == {"4": 1}, f"stored {site.stored()}")
    site.choose(2, site.faces)
    site.crash()
    eventually(site.asks, "the terminal does not come back")
    eventually(lambda: site.stored() == {"4": 1, "2": 1}, f"stored {site.stored()}")


def test_outside_opening_hours_it_sleeps_and_a_touch_wakes_it_and_does_no_more() -> None:
    languages = ("nb", "en", "th")
    asked = Scenes(default_survey(), languages, PANEL).of(View(Screen.QUESTION, "nb"))
    face = layout.question(PANEL, languages).faces[4]
    with VirtualScreen(SIZE) as screen:
        terminal = Terminal(screen, "slow", "closed", size="SCREEN")
        try:
            terminal.wait_for("ready")
            shows(screen, asked)  # so that what is waited for is drawn before it is needed
            for _ in range(2):
                eventually(lambda: is_dark(screen), "the screen does not sleep")
                screen.touch(face.centre)
                eventually(lambda: shows(screen, asked), "it does not wake")
            assert terminal.changes == []

            def vote() -> bool:
                screen.touch(face.centre)  # on a slow machine it may be asleep again, and wakes
                return bool(terminal.changes)

            eventually(vote, "somebody who stays cannot vote")
        finally:
            terminal.stop()


def scene(languages: Sequence[str], view: View, messages: Sequence[Text] = ()) -> Scene:
    """As at a terminal where the Thai have no voice."""
    speaks = [language for language in languages if language != "th"]
    return Scenes(default_survey(), languages, PANEL, speaks=speaks, messages=messages).of(view)


def is_blank(screen: VirtualScreen, box: Box) -> bool:
    return screen.image().crop((box.x, box.y, box.right, box.bottom)).getcolors(1) is not None


def is_dark(screen: VirtualScreen) -> bool:
    return screen.image().getextrema() == ((0, 0),) * 3
