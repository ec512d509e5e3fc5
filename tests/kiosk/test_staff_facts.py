"""What the staff corner tells: how far each language is, and nothing that a vote changes."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.staff.facts import Facts, LanguageFacts, Voice, language_facts
from kiosk.staff.view import Page, View
from kiosk.tally import Tally
from kiosk.ui.layout.panel import Panel
from kiosk.ui.staff.scenes import StaffScenes
from kiosk.ui.staff.words import Words
from kiosk.ui.target import Scene
from locales.prompts import Prompt, Prompts
from locales.voices import Recording, Voices
from tests.kiosk.samples import make_tally, press
from tests.kiosk.staff import FACTS, SURVEY


class SomeVoices(Voices):
    """Recordings of one language by people, and of another partly by a machine."""

    def find(self, prompt: Prompt) -> Recording | None:
        if prompt.language not in ("nb", "en"):
            return None
        return Recording(Path("some.ogg"), placeholder=prompt.language == "en" and prompt.name == "thanks")


def test_a_language_is_spoken_by_people_by_a_machine_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.staff.facts.reviewed", {"nb": "2026-11-21 Kari N.", "en": "", "th": ""}.__getitem__)
    facts = language_facts(SURVEY, ("nb", "en", "th"), SomeVoices())
    assert [(one.language, one.voice) for one in facts] == [
        ("nb", Voice.PEOPLE),
        ("en", Voice.PLACEHOLDER),
        ("th", Voice.NONE),
    ]
    assert [one.reviewed for one in facts] == ["2026-11-21 Kari N.", "", ""]


def test_a_language_that_lacks_one_recording_has_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    last = list(Prompts(SURVEY, "nb").needed())[-1]
    found = SomeVoices()
    monkeypatch.setattr(found, "find", lambda prompt: None if prompt == last else SomeVoices().find(prompt))
    assert [one.voice for one in language_facts(SURVEY, ("nb",), found)] == [Voice.NONE]


def shown(tally: Tally) -> list[Scene]:
    """Every page of facts, with what the presence would say of this tally."""
    facts = replace(FACTS, owed=tally.owed_count())
    scenes = StaffScenes(SURVEY, SURVEY.languages, Panel.of((800, 480)), Words("nb"))
    view = View(Page.HOME, facts=facts)
    return [scenes.of(replace(view, part=part)) for part in range(scenes.parts(view))]


def test_nothing_that_is_shown_changes_before_the_votes_of_a_release_have_gathered() -> None:
    tally = make_tally()
    before = shown(tally)
    for _ in range(4):
        press(tally)
        assert shown(tally) == before
    press(tally)
    tally.release()
    assert shown(tally) != before
    tally.close()


@pytest.mark.parametrize(
    ("changed", "name", "value"),
    [
        ({"owed": 0}, "Sheets to send", "None"),
        ({"owed": 1}, "Sheets to send", "1"),
        ({"acknowledged": None}, "Last received", "Not yet"),
        ({"acknowledged": date(2026, 3, 24)}, "Last received", "Today"),
        ({"acknowledged": date(2026, 3, 23)}, "Last received", "March 23, 2026"),
        ({"clock_trusted": False}, "Clock", "Not sure, nobody has set it: March 24, 2026, 14:05"),
        ({"connected": False}, "Connection", "Not connected; votes are kept here until it is."),
        ({"faults": ("disk",)}, "Fault", "Votes cannot be kept on this disk."),
        ({"faults": ("newer",)}, "Fault", "newer"),
        ({"languages": (LanguageFacts("th", "", Voice.NONE),)}, "ไทย", "Not read through by anybody yet · no voice"),
    ],
)
def test_every_fact_is_told_in_words(changed: dict[str, Any], name: str, value: str) -> None:
    assert (name, value) in [(row.name, row.value) for row in Words("en").rows(replace(FACTS, **changed))]


def test_there_is_no_place_for_a_count_of_votes() -> None:
    """A new fact is looked at here before it is shown."""
    assert set(Facts.__struct_fields__) == {
        *("terminal", "connected", "acknowledged", "owed", "clock_trusted", "now", "versions", "languages", "faults")
    }
