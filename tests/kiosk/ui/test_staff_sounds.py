"""The sound test: a language's name and then its question, as far as they are recorded."""

from pathlib import Path

from kiosk.ui.narration import loudness
from kiosk.ui.staff.sounds import LanguageSounds
from locales.prompts import Prompt
from locales.voices import Recording, Voices
from tests.kiosk.staff import SURVEY


class Speaker:
    """A voice that says what it is told until the test ends it."""

    def __init__(self) -> None:
        self.said: list[tuple[str, float]] = []
        self.playing = False

    def say(self, file: Path, volume: float) -> None:
        self.said.append((file.name, volume))
        self.playing = True

    def hush(self) -> None:
        self.playing = False


class SomeVoices(Voices):
    """Norwegian is recorded, and of Thai only the question."""

    def find(self, prompt: Prompt) -> Recording | None:
        if prompt.language == "nb" or (prompt.language, prompt.name) == ("th", "question"):
            return Recording(Path(f"{prompt.language}-{prompt.name}.ogg"), placeholder=False)
        return None


def sounds(speaker: Speaker) -> LanguageSounds:
    return LanguageSounds(SURVEY, SomeVoices(), speaker, lambda: True)


def test_the_name_comes_first_and_then_the_question() -> None:
    speaker = Speaker()
    test = sounds(speaker)
    test.say("nb", 5)
    test.tick()
    assert speaker.said == [("nb-name.ogg", loudness(5))]
    speaker.playing = False
    for _ in range(3):
        test.tick()
        speaker.playing = False
    assert speaker.said == [("nb-name.ogg", loudness(5)), ("nb-question.ogg", loudness(5))]


def test_another_language_takes_its_place_at_once() -> None:
    speaker = Speaker()
    test = sounds(speaker)
    test.say("nb", 3)
    test.say("th", 1)
    speaker.playing = False
    test.tick()
    assert speaker.said == [("nb-name.ogg", loudness(3)), ("th-question.ogg", loudness(1))]


def test_what_is_not_recorded_is_left_out_and_hushed_is_hushed() -> None:
    speaker = Speaker()
    test = sounds(speaker)
    test.say("bg", 3)
    assert (speaker.said, speaker.playing) == ([], False)
    test.say("nb", 3)
    test.hush()
    test.tick()
    assert (len(speaker.said), speaker.playing) == (1, False)


def test_whether_there_is_a_device_is_asked_each_time() -> None:
    there = [True, False]
    test = LanguageSounds(SURVEY, SomeVoices(), Speaker(), lambda: there.pop(0))
    assert [test.working, test.working] == [True, False]
