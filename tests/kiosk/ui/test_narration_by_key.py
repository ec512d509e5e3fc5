"""A visit by keypad, by a single switch, and with eyes closed."""

import pytest

from contract.sheets import Vote
from kiosk.session import Appearance
from kiosk.ui.narration import WHY_SLOT
from kiosk.ui.target import Deed
from tests.kiosk.ui.visit import BEAT, CHOOSE, LEFT, NEXT, PREVIOUS, QUESTION, RIGHT, SPEAKS, Visit


@pytest.fixture
def visit() -> Visit:
    """Somebody who has pressed the ear."""
    visit = Visit()
    assert visit.touch(Deed.SPEECH)
    return visit


def test_the_first_key_lights_the_first_face_and_turns_speech_on() -> None:
    visit = Visit()
    visit.key(NEXT)
    assert visit.view.speech
    assert visit.lit == "face 4"
    visit.wait(60)
    assert visit.heard[:4] == [*QUESTION, "face-4"], "and then it waits for another key"
    assert not visit.narration.speaking


def test_what_has_not_been_named_yet_is_not_chosen() -> None:
    visit = Visit()
    visit.key(NEXT)
    assert not visit.key(CHOOSE)
    assert visit.heard == ["question", "face-4"]
    assert visit.key(CHOOSE)
    assert visit.view.score == 4
    visit = Visit()
    visit.key(NEXT)
    assert not visit.touch(Deed.FACE, "4"), "not by a finger either"


def test_keys_go_through_everything_in_reading_order_and_round() -> None:
    visit = Visit()
    visit.key(NEXT)
    targets = visit.scenes.of(visit.view).targets
    lit = []
    for _ in targets:
        lit.append(visit.narration.lit)
        visit.key(NEXT)
    assert lit == list(targets)
    assert visit.lit == "face 4"
    visit.key(PREVIOUS, PREVIOUS)
    assert visit.narration.lit == targets[-2]


def test_arrows_go_where_they_point() -> None:
    visit = Visit("nb", "ar")
    visit.key(NEXT, RIGHT)
    assert visit.lit == "face 3"
    visit.key(LEFT)
    assert visit.lit == "face 4"
    visit.touch(Deed.LANGUAGE, "ar")
    visit.touch(Deed.LANGUAGE, "ar")
    visit.key(NEXT, LEFT)
    assert visit.lit == "face 3"
    assert visit.target(Deed.FACE, "3").box.x < visit.target(Deed.FACE, "4").box.x
    visit.key(RIGHT)
    assert visit.lit == "face 4"


def test_a_key_in_the_rotation_finds_a_language_that_can_be_heard() -> None:
    visit = Visit("th", "nb")
    visit.key(NEXT)
    assert visit.voice.names == ["nb/question"]
    assert visit.lit == "face 4"


def test_who_turned_speech_off_is_not_spoken_to_by_the_next_key(visit: Visit) -> None:
    visit.touch(Deed.SPEECH)
    visit.key(NEXT)
    assert not visit.view.speech
    assert visit.lit == "face 4"


def test_keys_and_a_single_switch_work_where_nothing_can_be_heard() -> None:
    visit = Visit(speaks=())
    visit.key(NEXT, NEXT)
    assert visit.lit == "face 3"
    assert visit.key(CHOOSE)
    assert visit.view.score == 3
    assert not visit.narration.lit
    visit.key(CHOOSE)
    assert visit.lit == "answer social"
    visit.wait(WHY_SLOT + BEAT)
    assert visit.lit == "answer help"
    assert visit.key(CHOOSE)
    assert visit.view.answer == "help"
    assert visit.heard == []


def test_what_is_turned_on_and_off_keeps_the_light(visit: Visit) -> None:
    while visit.lit != "louder":
        visit.key(NEXT)
    visit.key(CHOOSE, CHOOSE)
    assert (visit.lit, visit.view.volume) == ("louder", 5)
    visit.key(NEXT, CHOOSE)
    assert (visit.lit, visit.view.appearance) == ("appearance", Appearance.LARGE)
    visit.key(NEXT, CHOOSE)
    assert (visit.lit, visit.view.speech) == ("speech", False)
    visit.key(CHOOSE)
    assert (visit.lit, visit.view.speech) == ("speech", True)


def test_one_switch_is_enough_for_a_visit() -> None:
    """Enter alone: to begin, at the second face, at the third answer, and at the thanks."""
    visit = Visit()
    visit.key(CHOOSE)
    assert visit.heard == ["question"]
    for wanted in ("face 3", "answer health"):
        while visit.lit != wanted:
            visit.beat()
        assert visit.key(CHOOSE)
    assert visit.heard[-1] == "thanks"
    assert visit.key(CHOOSE)
    assert visit.session.idle
    assert visit.recorder.changes[-1].after == Vote(3, "nb", "health")


@pytest.mark.parametrize("language", SPEAKS)
def test_a_visit_with_closed_eyes(language: str) -> None:
    """Tab and Enter alone, in the visitor's language, from the first key to the next visitor."""
    visit = Visit()
    visit.key(NEXT)
    visit.listen()
    expected = [f"nb/{name}" for name in (*QUESTION, "face-4")]
    assert visit.voice.names == expected
    first = "nb"
    if language != first:
        while visit.lit != f"language {language}":
            visit.key(NEXT)
        expected = [*visit.voice.names, f"{language}/question"]
        visit.key(CHOOSE)
        assert visit.voice.names == expected
        visit.key(NEXT)
        expected += [f"{language}/face-4"]
    visit.key(NEXT)
    visit.key(CHOOSE)
    expected += [f"{language}/face-3", f"{language}/why-satisfied"]
    assert visit.voice.names == expected
    visit.key(NEXT, NEXT)
    visit.key(CHOOSE)
    expected += [f"{language}/answer-social", f"{language}/answer-help", f"{language}/thanks"]
    assert visit.voice.names == expected
    assert visit.recorder.changes[-1].after == Vote(3, language, "help")
    visit.wait(10)
    assert visit.session.idle
    assert visit.voice.names == expected
