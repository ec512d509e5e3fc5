"""Who is judged to play and who is not: queues, wet fingers, children, and somebody who votes again and again."""

import itertools
import random
from collections import Counter
from collections.abc import Callable

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from contract.survey import SCORES, side_of
from kiosk.play import EVERYBODY_HONEST, Play, Rules
from kiosk.session import Screen
from tests.kiosk.visit import SURVEY, Visit


class Hall(Visit):
    """A terminal with the usual rules, and people before it."""

    def __init__(self, rules: Rules | None = None) -> None:
        super().__init__(play=Play(rules))
        self.wait(60)

    def votes_by_suspicion(self) -> Counter[bool]:
        """How many votes there are, honest (False) and suspect (True), when everybody has gone."""
        for _ in range(4):
            self.wait(60)
        self.disk_answers()
        found: Counter[bool] = Counter()
        for before, after in self.votes():
            if before is not None:
                found[before.suspect] -= 1
            if after is not None:
                found[after.suspect] += 1
        return +found

    def finger(self, after: float, deed: Callable[[], None], stutter: int = 0) -> None:
        """One touch, some seconds after the last; a wet one comes again and again without a rest."""
        self.touch(deed, after=after)
        self.session.tick()
        for _ in range(stutter):
            self.touch(deed, after=0.07)

    def one_step_on(self, after: float, score: int = 4, stutter: int = 0) -> None:
        """What takes a visit on from the screen that is shown: a face, skip, the thanks."""
        deeds = {Screen.WHY: self.session.skip, Screen.THANKS: self.session.dismiss}
        self.finger(after, deeds.get(self.view().screen, lambda: self.session.choose_face(score)), stutter)

    def visit(self, arrives: float, pace: float, score: int = 4, answer: int | None = 0) -> None:
        """Somebody touches the last one's thanks away, a face, and an answer or skip; `pace` seconds apart."""
        if self.view().screen is Screen.THANKS:
            self.finger(arrives, self.session.dismiss)
            arrives = pace
        self.finger(arrives, lambda: self.session.choose_face(score))
        if answer is None:
            self.finger(pace, self.session.skip)
        else:
            self.finger(pace, lambda: self.session.choose_answer(SURVEY.option_ids(side_of(score))[answer]))


def test_a_school_class_voting_one_by_one_is_honest() -> None:
    """Each has three seconds at the terminal, and a second and a half to change places."""
    hall = Hall()
    for child in range(28):
        hall.visit(arrives=1.5, pace=1.5, score=SCORES[child % 4], answer=child % 5)
    assert hall.votes_by_suspicion() == {False: 28}


def test_a_class_that_waits_for_the_thanks_to_end_is_honest_too() -> None:
    hall = Hall()
    for _ in range(28):
        hall.visit(arrives=3.2, pace=1.5, answer=None)
    assert hall.votes_by_suspicion() == {False: 28}


@pytest.mark.parametrize("last_touch_by", ["the one who leaves", "the one who comes"])
def test_a_hurried_line_is_honest_whoever_touches_the_thanks_away(last_touch_by: str) -> None:
    """Each has two seconds at the terminal, and 1.2 to change places."""
    hall = Hall()
    for _ in range(40):
        if last_touch_by == "the one who leaves":
            hall.visit(arrives=1.2, pace=1.0)
            hall.finger(1.0, hall.session.dismiss)
        else:
            hall.visit(arrives=1.2, pace=0.9)
    assert hall.votes_by_suspicion() == {False: 40}


@pytest.mark.parametrize("stutter", [1, 5, 25])
def test_a_wet_finger_is_honest(stutter: int) -> None:
    """It comes down many times within the echo of each touch; the visitor then looks at what happened."""
    hall = Hall()
    for _ in range(20):
        for score in (4, 1, 3):
            hall.finger(1.3, lambda score=score: hall.session.choose_face(score), stutter)  # type: ignore[misc]
        hall.finger(1.3, hall.session.skip, stutter)
        hall.wait(60)
    found = hall.votes_by_suspicion()
    assert found[True] == 0
    assert found[False] >= 20


def test_someone_who_tries_every_face_and_hesitates_is_honest() -> None:
    hall = Hall()
    for score in (4, 3, 2, 1, 4, 3):
        hall.face(score)
    assert hall.votes_by_suspicion() == {False: 1}


def test_friends_who_stand_there_together_are_honest() -> None:
    hall = Hall()
    for _ in range(3):
        hall.visit(arrives=0.5, pace=0.5)
        hall.finger(0.5, hall.session.dismiss)
    assert hall.votes_by_suspicion() == {False: 3}


def test_who_leaves_the_ear_and_the_volume_no_rest_is_honest() -> None:
    hall = Hall()
    for _ in range(10):
        hall.finger(0.4, lambda: hall.session.change_volume(1))
    hall.visit(arrives=1, pace=1)
    assert hall.votes_by_suspicion() == {False: 1}


def test_a_child_that_hammers_all_faces_is_not() -> None:
    hall = Hall()
    for score, _ in zip(itertools.cycle(SCORES), range(8), strict=False):
        hall.finger(0.4, lambda score=score: hall.session.choose_face(score))  # type: ignore[misc]
    assert hall.votes_by_suspicion() == {True: 1}


@pytest.mark.parametrize("pace", [0.35, 0.6, 0.9])
def test_fifteen_votes_in_a_row_by_somebody_alone_are_not_but_for_the_first(pace: float) -> None:
    hall = Hall()
    for _ in range(15 * 3):
        hall.one_step_on(pace)
    assert hall.votes_by_suspicion() == {False: 3, True: 12}


def test_oops_again_and_again_is_not() -> None:
    hall = Hall()
    for _ in range(8):
        hall.face(4)
        hall.touch(hall.session.oops)
    hall.face(4)
    assert hall.votes_by_suspicion() == {True: 1}


@pytest.mark.parametrize("seed", range(20))
def test_mashing_is_not(seed: int) -> None:
    """Both hands anywhere for half a minute: what it leaves is suspect, but for the first votes."""
    chance = random.Random(seed)
    hall = Hall()
    deeds = (
        *(lambda score=score: hall.session.choose_face(score) for score in SCORES),
        *(lambda option=option: hall.session.choose_answer(option) for option in SURVEY.option_ids(side_of(1))),
        *(lambda language=language: hall.session.choose_language(language) for language in hall.session.languages),
        hall.session.skip,
        hall.session.dismiss,
        hall.session.show_languages,
        hall.session.next_appearance,
        lambda: None,
    )
    for _ in range(120):
        hall.finger(chance.uniform(0.05, 0.45), chance.choice(deeds))
    found = hall.votes_by_suspicion()
    assert found[False] <= 3
    assert found[True] >= 1


def test_mashing_on_one_visit_that_changes_no_face_is_not() -> None:
    hall = Hall()
    hall.face(4)
    for _ in range(20):
        hall.finger(0.4, lambda: None)
    assert hall.votes_by_suspicion() == {True: 1}


def test_after_play_the_next_visitor_is_honest() -> None:
    hall = Hall()
    for _ in range(15 * 3):
        hall.one_step_on(0.5)
    before = hall.votes_by_suspicion()
    hall.visit(arrives=2, pace=1)
    assert hall.votes_by_suspicion() == before + Counter([False])


def test_who_finds_a_session_that_a_player_left_behind_is_honest() -> None:
    hall = Hall()
    for _ in range(30):
        hall.finger(0.4, lambda: None)
    hall.one_step_on(after=1.5)
    assert hall.votes_by_suspicion() == {False: 1}


def test_a_vote_found_suspect_only_at_the_end_is_moved_then() -> None:
    hall = Hall(Rules(hammering=2))
    hall.face(4)
    hall.touch(hall.session.skip)
    for _ in range(5):
        hall.finger(0.5, lambda: None)
    assert len(hall.votes()) == 1
    hall.finger(0.5, hall.session.dismiss)
    before, after = hall.votes()[-1]
    assert before is not None
    assert after == msgspec.structs.replace(before, suspect=True)
    assert hall.recorder.ended == 1


def test_once_it_is_play_the_vote_is_counted_apart_at_once() -> None:
    hall = Hall(Rules(in_a_row=1))
    for _ in range(4):
        hall.one_step_on(0.5)
    assert [after and after.suspect for _, after in hall.votes()] == [False, True]


def test_hammering_goes_on_into_the_next_session() -> None:
    play = Play()
    for tenth in range(0, 70, 4):
        play.landed(tenth / 10)
    play.began()
    assert play.suspect
    play.landed(20)
    play.began()
    assert not play.suspect


def test_the_answer_to_a_move_is_not_the_next_visitors() -> None:
    """Whose own vote the disk has not answered yet. Until it has, nobody may replace the session either."""
    hall = Hall(Rules(hammering=1))
    hall.face(4)
    for _ in range(4):
        hall.finger(0.5, lambda: None)
    hall.touch(hall.session.skip)
    hall.touch(hall.session.dismiss, on_disk=False)
    assert len(hall.votes()) == 2
    assert not hall.idle()
    hall.wait(hall.session.timing.rotation)
    assert hall.view().language == "en", "but for that it is as if nobody were there"
    hall.face(1, on_disk=False)
    hall.session.recorded(ok=False)
    assert hall.view().screen is Screen.QUESTION
    hall.session.recorded(ok=True)
    assert hall.view().screen is Screen.WHY


def test_presses_that_are_no_fingers_are_never_judged() -> None:
    hall = Hall(EVERYBODY_HONEST)
    for _ in range(100):
        hall.one_step_on(0.3)
    assert hall.votes_by_suspicion()[True] == 0


def test_play_holds_nothing_that_a_visitor_chose() -> None:
    """Times, two counts and a verdict, whichever faces were touched."""
    memories = []
    for scores in ((4, 3, 4), (1, 2, 1)):
        hall = Hall()
        play = hall.session._play
        for score in scores:
            hall.face(score)
        hall.touch(hall.session.skip)
        memories.append(vars(play) | {"_rules": None})
    assert memories[0] == memories[1]


touches = st.floats(0.4, 1.5)


@given(
    st.lists(
        st.tuples(st.floats(1.01, 8), st.lists(touches, max_size=3), touches, st.integers(0, 25), st.booleans()),
        max_size=12,
    )
)
def test_no_queue_in_which_people_change_places_is_ever_suspect(
    people: list[tuple[float, list[float], float, int, bool]],
) -> None:
    hall = Hall()
    for arrives, changes, leaves, stutter, waits in people:
        hall.one_step_on(arrives)
        for change, score in zip(changes, (1, 3, 2), strict=False):
            hall.finger(change, lambda score=score: hall.session.choose_face(score))  # type: ignore[misc]
        hall.one_step_on(leaves, stutter=stutter)
        if waits:
            hall.wait(4)
    assert hall.votes_by_suspicion()[True] == 0


@given(st.lists(st.floats(0.31, 0.95), min_size=60, max_size=80))
def test_nobody_alone_gets_more_than_the_first_votes_of_a_burst(paces: list[float]) -> None:
    hall = Hall()
    for pace in paces:
        hall.one_step_on(pace)
    assert hall.votes_by_suspicion()[False] <= Rules().in_a_row


@pytest.mark.parametrize("field", msgspec.inspect.type_info(Rules).fields, ids=lambda field: field.name)  # type: ignore[attr-defined]
def test_every_threshold_is_a_setting_whose_default_is_within_its_bounds(field: msgspec.inspect.Field) -> None:
    assert msgspec.convert({field.name: field.default}, Rules) == Rules()
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({field.name: 0}, Rules)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({field.name: 1000}, Rules)
