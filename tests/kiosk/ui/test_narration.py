"""What is lit and spoken, on the real session and scenes: by touch, by keypad, by a single switch, with eyes closed."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile
from msgspec.structs import replace

from contract.sheets import Vote
from contract.survey import SCORES, Side
from kiosk.session import Appearance, Screen, View
from kiosk.ui.narration import PAUSE, ROUNDS, SLOT, WHY_SLOT, loudness
from kiosk.ui.target import Deed
from locales.catalogue import languages
from locales.prompts import Prompts
from locales.voices import Voices
from tests.kiosk.ui.visit import BEAT, CHOOSE, FACES, NEXT, PREVIOUS, QUESTION, SATISFIED, SURVEY, Visit


@pytest.fixture
def visit() -> Visit:
    """Somebody who has pressed the ear."""
    visit = Visit()
    assert visit.touch(Deed.SPEECH)
    return visit


def walked(visit: Visit) -> Iterator[tuple[str | None, str]]:
    """What is lit with each thing said, until all is said."""
    said = 0
    while visit.narration.speaking:
        if len(visit.heard) > said:
            said = len(visit.heard)
            yield visit.lit, visit.voice.names[-1]
        visit.beat()


def test_the_ear_speaks_the_question_and_then_names_everything_as_it_lights_up(visit: Visit) -> None:
    said = list(walked(visit))
    once = [
        *((f"face {score}", f"nb/face-{score}") for score in SCORES),
        ("language nb", "nb/name"),
        ("language en", "en/name"),
        ("language ar", "ar/name"),
        ("quieter", "nb/quieter"),
        ("louder", "nb/louder"),
        ("appearance", "nb/appearance"),
        ("speech", "nb/listen"),
    ]
    assert said == [*((None, f"nb/{name}") for name in QUESTION), *once * ROUNDS]
    assert visit.lit is None
    assert not visit.narration.speaking


def test_one_thing_is_said_after_the_other(visit: Visit) -> None:
    visit.lengths = {"question": 7.0}
    visit.wait(6)
    assert visit.heard == ["question"]
    visit.wait(2)
    assert visit.heard == QUESTION[:2]


def test_a_language_that_cannot_say_its_name_is_passed_over(visit: Visit) -> None:
    lit = set()
    while visit.narration.speaking:
        visit.beat()
        lit.add(visit.lit)
    assert lit >= {"language nb", "language ar"}
    assert "language th" not in lit
    visit.key(PREVIOUS)
    while visit.lit != "language th":
        visit.key(PREVIOUS)
    assert visit.key(CHOOSE), "by key it can be reached"


def test_no_name_runs_into_the_next(visit: Visit) -> None:
    visit.lengths = {"face-4": SLOT - PAUSE / 2}
    while visit.lit is None:
        visit.beat()
    visit.wait(SLOT + PAUSE)
    assert visit.lit == "face 4"


def test_walk_waits_for_a_long_name_and_lights_a_short_one_no_shorter(visit: Visit) -> None:
    visit.lengths = {"face-4": 6.0, "face-3": 0.2}
    while visit.lit is None:
        visit.beat()
    visit.wait(6)
    assert visit.lit == "face 4"
    while visit.lit == "face 4":
        visit.beat()
    visit.wait(SLOT - 2 * BEAT)
    assert visit.lit == "face 3"


def test_what_has_no_recording_is_lit_in_silence_and_words_without_one_are_left_out() -> None:
    visit = Visit("nb", missing=("how-to", "face-3"))
    visit.touch(Deed.SPEECH)
    said = list(walked(visit))
    assert said[:5] == [
        (None, "nb/question"),
        (None, "nb/nobody-sees"),
        ("face 4", "nb/face-4"),
        ("face 2", "nb/face-2"),
        ("face 1", "nb/face-1"),
    ]
    visit.key(CHOOSE)
    lit = []
    while visit.narration.speaking:
        lit.append(visit.lit)
        visit.beat()
    assert lit.count("face 3") == pytest.approx(ROUNDS * SLOT / BEAT, abs=ROUNDS)


def test_the_walk_goes_on_without_a_loudspeaker() -> None:
    visit = Visit(working=False)
    visit.touch(Deed.SPEECH)
    visit.wait(2 * SLOT + BEAT)
    assert visit.lit == "face 3"


def test_the_visitor_is_given_time_as_long_as_something_is_said(visit: Visit) -> None:
    visit.listen()
    assert visit.view.speech
    assert visit.session.time_left == pytest.approx(1, abs=0.01)
    visit.wait(60)
    assert visit.session.idle


def test_a_touch_names_before_it_chooses(visit: Visit) -> None:
    assert not visit.touch(Deed.FACE, "2")
    assert (visit.lit, visit.heard[-1]) == ("face 2", "face-2")
    assert not visit.recorder.changes
    assert not visit.touch(Deed.FACE, "3")
    assert (visit.lit, visit.heard[-1]) == ("face 3", "face-3")
    assert visit.touch(Deed.FACE, "3")
    assert visit.recorder.changes[-1].after == Vote(3, "nb")


def test_a_touch_ends_the_walk(visit: Visit) -> None:
    visit.touch(Deed.FACE, "1")
    visit.wait(10)
    assert (visit.lit, visit.heard) == ("face 1", ["question", "face-1"])
    assert not visit.narration.speaking


def test_a_touch_beside_everything_lets_the_walk_go_on(visit: Visit) -> None:
    assert visit.narration.touched(None) is None
    visit.wait(20)
    assert visit.lit


def test_a_light_that_came_by_itself_under_the_finger_is_no_first_touch(visit: Visit) -> None:
    while visit.lit != "face 3":
        visit.beat()
    assert not visit.touch(Deed.FACE, "3")
    assert visit.touch(Deed.FACE, "3")


def test_the_ear_and_the_loudness_act_at_once(visit: Visit) -> None:
    visit.wait(1)
    assert visit.touch(Deed.LOUDER)
    assert visit.view.volume == 4
    assert visit.touch(Deed.QUIETER)
    assert visit.view.volume == 3
    assert visit.touch(Deed.SPEECH)
    assert not visit.view.speech


def test_another_volume_says_the_last_thing_again_at_that_volume(visit: Visit) -> None:
    visit.touch(Deed.FACE, "4")
    visit.wait(5)
    visit.touch(Deed.LOUDER)
    visit.touch(Deed.QUIETER)
    visit.touch(Deed.QUIETER)
    assert [f"{file.stem} {volume:.3f}" for file, volume in visit.voice.said[1:]] == [
        "face-4 0.251",
        "face-4 0.501",
        "face-4 0.251",
        "face-4 0.126",
    ]
    assert visit.lit == "face 4"


def test_the_walk_goes_on_after_another_volume(visit: Visit) -> None:
    visit.wait(0.5)
    visit.touch(Deed.LOUDER)
    assert visit.heard == ["question", "question"]
    visit.listen()
    assert visit.heard[:4] == ["question", *QUESTION]


def test_volumes_are_even_steps_to_the_ear() -> None:
    amplitudes = [loudness(volume) for volume in range(1, 6)]
    assert amplitudes[-1] == 1
    ratios = {round(louder / quieter, 9) for quieter, louder in pairwise(amplitudes)}
    assert len(ratios) == 1


def test_without_speech_a_touch_chooses_at_once_and_in_silence() -> None:
    visit = Visit()
    assert visit.touch(Deed.FACE, "4")
    assert visit.touch(Deed.ANSWER, "help")
    visit.wait(10)
    assert visit.heard == []
    assert visit.lit is None


def test_speech_off_is_silence_at_once(visit: Visit) -> None:
    while visit.lit is None:
        visit.beat()
    said = len(visit.heard)
    visit.touch(Deed.SPEECH)
    assert not visit.voice.playing
    assert not visit.narration.lit
    visit.wait(10)
    assert len(visit.heard) == said


def test_who_hesitates_is_asked_once_and_not_given_time_for_it(visit: Visit) -> None:
    visit.touch(Deed.FACE, "4")
    while not visit.view.hurry:
        visit.beat()
    assert visit.heard[-1] == "more-time"
    assert (visit.lit, visit.voice.playing, visit.narration.speaking) == ("face 4", True, False)
    later = replace(visit.view, score=4)
    visit.narration.show(visit.scenes.of(later), later)
    visit.wait(60)
    assert visit.heard.count("more-time") == 1
    assert visit.session.idle


def test_another_appearance_changes_neither_light_nor_words(visit: Visit) -> None:
    while visit.lit != "face 3":
        visit.beat()
    heard = visit.heard
    large = replace(visit.view, appearance=Appearance.LARGE)
    visit.narration.show(visit.scenes.of(large), large)
    assert visit.narration.lit in visit.scenes.of(large).targets
    assert (visit.lit, visit.heard) == ("face 3", heard)


def test_another_language_begins_anew_in_that_language(visit: Visit) -> None:
    visit.touch(Deed.LANGUAGE, "ar")
    assert visit.voice.names[-1] == "ar/name"
    visit.touch(Deed.LANGUAGE, "ar")
    assert visit.voice.names[-1] == "ar/question"
    assert visit.lit is None


def test_a_language_without_a_voice_is_silent_and_the_next_one_speaks_again(visit: Visit) -> None:
    visit.touch(Deed.LANGUAGE, "th")
    visit.touch(Deed.LANGUAGE, "th")
    assert (visit.view.language, visit.voice.playing) == ("th", False)
    visit.touch(Deed.LANGUAGE, "en")
    assert visit.voice.names[-1] == "en/question"


def test_why_begins_with_the_answers(visit: Visit) -> None:
    visit.touch(Deed.FACE, "4")
    visit.touch(Deed.FACE, "4")
    once = [*SATISFIED, "skip", "languages", "quieter", "louder", "appearance", "listen", *FACES, "start-again"]
    visit.listen()
    assert visit.heard[2:] == ["why-satisfied", *once * ROUNDS]


def test_another_face_of_the_same_side_is_answered_with_the_question_again(visit: Visit) -> None:
    for score in ("4", "4", "3", "3"):
        visit.touch(Deed.FACE, score)
    assert visit.heard[-3:] == ["why-satisfied", "face-3", "why-satisfied"]
    assert visit.view.score == 3


def test_thanks_and_rest_are_spoken() -> None:
    visit = Visit("nb")
    visit.touch(Deed.SPEECH)
    for deed, value in ((Deed.FACE, "1"), (Deed.FACE, "1"), (Deed.SKIP, ""), (Deed.SKIP, "")):
        visit.touch(deed, value)
    assert visit.heard[-1] == "thanks"
    assert visit.lit is None
    assert visit.touch(Deed.DISMISS), "the whole screen makes room at the first touch"
    assert not visit.voice.playing
    resting = View(Screen.UNAVAILABLE, "nb", speech=True)
    visit.narration.show(visit.scenes.of(resting), resting)
    assert visit.heard[-1] == "resting"


def test_what_one_visitor_left_on_is_off_for_the_next(visit: Visit) -> None:
    visit.touch(Deed.FACE, "4")
    visit.wait(60)
    assert visit.session.idle
    assert (visit.lit, visit.view.speech, visit.voice.playing) == (None, False, False)
    visit.key(NEXT)
    assert visit.view.speech, "the next one's first key asks for speech again"


def test_while_a_vote_goes_to_the_disk_all_is_quiet(visit: Visit) -> None:
    visit.touch(Deed.FACE, "4")
    view, heard = replace(visit.view, score=4), visit.heard
    assert visit.narration.touched(visit.target(Deed.FACE, "4"))
    visit.narration.show(visit.scenes.of(view), view)
    assert (visit.heard, visit.voice.now, visit.lit) == (heard, None, None)


def test_what_was_said_before_is_not_said_again_on_another_screen() -> None:
    visit = Visit("nb", missing=("thanks",))
    visit.touch(Deed.SPEECH)
    for volume in (3, 4):
        view = View(Screen.THANKS, "nb", speech=True, volume=volume)
        visit.narration.show(visit.scenes.of(view), view)
    assert visit.heard == ["question"]
    assert not visit.voice.playing


def test_enter_leaves_out_the_words_before_the_walk() -> None:
    visit = Visit("nb", missing=("face-4",))
    visit.touch(Deed.SPEECH)
    assert not visit.key(CHOOSE)
    assert (visit.lit, visit.voice.now) == ("face 4", None)


def test_the_staffs_own_sounds_are_let_be() -> None:
    visit = Visit()
    visit.voice.say(Path("nb/question.ogg"), 1)
    visit.narration.forget()
    assert visit.voice.playing


@pytest.mark.parametrize("score", SCORES[1:])
def test_light_and_sound_do_not_tell_from_behind_which_face_was_touched(score: int) -> None:
    """The answers of the two sides are not equally long; where and when light falls is the same all the same."""

    def seen(chosen: int) -> list[tuple[float, object]]:
        visit = Visit()
        visit.lengths = {name: 0.4 + 0.5 * number for number, name in enumerate(SATISFIED)}
        visit.lengths |= {"why-satisfied": 1.6, "why-unsatisfied": 3.2, "answer-nohelp": 3.1}
        visit.touch(Deed.SPEECH)
        for _ in range(2):
            visit.touch(Deed.FACE, str(chosen))
        lights: list[tuple[float, object]] = []
        while visit.narration.speaking:
            box = visit.narration.lit and visit.narration.lit.box
            if not lights or lights[-1][1] != box:
                lights.append((round(visit.clock.seconds, 6), box))
            visit.beat()
        return lights

    assert seen(score) == seen(4)


@pytest.mark.parametrize("language", languages("kiosk"))
def test_what_is_said_on_either_side_takes_no_more_than_a_slot(language: str) -> None:
    """Of the recordings that come with fjes; else light would stay longer on some answers than on others."""
    voices, prompts = Voices(), Prompts(SURVEY, language)
    said = [prompt for side in Side for prompt in (prompts.why(side), *prompts.answers(side))]
    files = [recording.file for recording in map(voices.find, said) if recording]
    assert [file.name for file in files if soundfile.info(file).duration > WHY_SLOT - PAUSE] == []
