"""What each screen offers and says: its targets in reading order, their prompts, and what is said before them."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from contract.survey import SCORES, Side
from kiosk.session import Appearance, Screen, View
from kiosk.ui.drawing import Label, Vector
from kiosk.ui.layout import Box, Panel
from kiosk.ui.scene import Deed, Picture, Scene, Scenes, Target
from locales.prompts import Prompts
from tests.kiosk.ui.samples import LANGUAGES, MESSAGES, SURVEY, scenes, views

PANEL = Panel.of((1280, 800))
FEW = ("nb", "en", "ar")
NB = Prompts(SURVEY, "nb", MESSAGES)
TOOLS = [Deed.QUIETER, Deed.LOUDER, Deed.APPEARANCE, Deed.SPEECH]


def few(speaks: Sequence[str] = FEW) -> Scenes:
    return Scenes(SURVEY, FEW, PANEL, speaks=speaks, messages=MESSAGES)


def deeds(scene: Scene) -> list[Deed]:
    return [target.deed for target in scene.targets]


def test_the_question_has_faces_languages_and_tools_in_this_order() -> None:
    scene = few().of(View(Screen.QUESTION, "nb", speech=True))
    assert deeds(scene) == [Deed.FACE] * 4 + [Deed.LANGUAGE] * 3 + TOOLS
    assert [target.value for target in scene.targets[:4]] == ["4", "3", "2", "1"]
    assert [target.prompt for target in scene.targets[:4]] == [NB.face(score) for score in SCORES]
    assert [t.prompt for t in scene.targets[4:7]] == [Prompts(SURVEY, language).name for language in FEW]
    assert scene.spoken == (NB.question, NB.how_to, NB.nobody_sees)


def test_where_languages_do_not_fit_one_button_opens_them() -> None:
    scene = scenes(Panel.of((800, 480))).of(View(Screen.QUESTION, "th"))
    assert Deed.LANGUAGE not in deeds(scene)
    thai = Prompts(SURVEY, "th")
    opens = scene.find(Deed.LANGUAGES)
    assert opens.prompt == thai.languages
    assert thai.name.text in [p.drawing.text for p in opens.pictures if isinstance(p.drawing, Label)]


def test_why_has_faces_a_way_back_answers_a_way_on_and_tools() -> None:
    for score in SCORES:
        side = Side.SATISFIED if score > 2 else Side.UNSATISFIED
        scene = few().of(View(Screen.WHY, "nb", score=score, speech=True))
        assert deeds(scene) == [Deed.FACE] * 4 + [Deed.OOPS] + [Deed.ANSWER] * 5 + [Deed.SKIP, Deed.LANGUAGES] + TOOLS
        answers = [target for target in scene.targets if target.deed is Deed.ANSWER]
        assert [target.value for target in answers] == list(SURVEY.option_ids(side))
        assert [target.prompt for target in answers] == list(NB.answers(side))
        assert scene.find(Deed.OOPS).prompt == NB.start_again
        assert scene.find(Deed.SKIP).prompt == NB.skip
        assert scene.spoken == (NB.why(side),)
        assert scene.bar


def test_who_is_to_hurry_is_told_so_in_words_and_may_do_all_the_same() -> None:
    made = few()
    calm = View(Screen.WHY, "nb", score=2)
    scene = made.of(replace(calm, hurry=True))
    assert scene.spoken == (NB.more_time,)
    assert NB.more_time.text in [p.drawing.text for p in scene.pictures if isinstance(p.drawing, Label)]
    assert scene.targets == made.of(calm).targets


def test_the_languages_say_their_own_names() -> None:
    scene = few().of(View(Screen.LANGUAGES, "nb", speech=True))
    assert deeds(scene) == [Deed.LANGUAGE] * 3 + TOOLS
    assert [target.prompt for target in scene.targets[:3]] == [Prompts(SURVEY, language).name for language in FEW]
    assert scene.spoken == (NB.languages,)


def test_thanks_and_rest_show_one_thing_and_who_listens_hears_the_managers_too() -> None:
    made = few()
    thanks = made.of(View(Screen.THANKS, "nb", score=1))
    assert [(t.deed, t.box, t.prompt) for t in thanks.targets] == [(Deed.DISMISS, Box(0, 0, 1280, 800), None)]
    assert thanks.spoken == (NB.thanks, *NB.messages)
    assert len(NB.messages) == len(MESSAGES)
    resting = made.of(View(Screen.UNAVAILABLE, "nb"))
    assert (resting.targets, resting.spoken) == ((), (NB.resting,))


def test_a_message_of_the_managers_stands_in_the_questions_place() -> None:
    made = few()
    asked, told = (made.of(View(Screen.QUESTION, "nb", message=number)) for number in (None, 0))
    assert told.targets == asked.targets
    message = NB.message(0)
    assert message
    assert told.spoken == (message, NB.question)
    words = [p.drawing.text for p in told.pictures if isinstance(p.drawing, Label)]
    assert message.text in words
    assert NB.question.text not in words


def test_a_message_that_is_not_written_in_a_language_leaves_the_question() -> None:
    made = few()
    assert made.of(View(Screen.QUESTION, "en", message=0)).spoken[0] == Prompts(SURVEY, "en").question


@pytest.mark.parametrize("appearance", Appearance)
def test_every_drawing_is_among_those_drawn_ahead(appearance: Appearance) -> None:
    made = scenes(PANEL)
    ahead = {picture.drawing for scene in made.ahead() for picture in scene.all_pictures()}
    for language in LANGUAGES:
        for view in views(language, appearance):
            assert {picture.drawing for picture in made.of(view).all_pictures()} <= ahead, view


def test_the_first_scenes_drawn_ahead_are_the_questions() -> None:
    made = few()
    first = [made.of(View(Screen.QUESTION, language)) for language in FEW]
    assert [scene for scene, _ in zip(made.ahead(), FEW, strict=False)] == first


def test_the_same_view_gives_the_same_scene() -> None:
    made = few()
    view = View(Screen.WHY, "nb", score=4)
    assert made.of(view) is made.of(replace(view, volume=5, answer="talk", chosen=True))


def test_the_bar_goes_the_way_the_words_run() -> None:
    bar = Box(100, 10, 400, 8)
    assert Scene(bar=bar).time_left(0.25) == Box(100, 10, 100, 8)
    assert Scene(bar=bar, mirrored=True).time_left(0.25) == Box(400, 10, 100, 8)
    assert Scene().time_left(0.25) is None


def test_signs_that_point_along_the_words_turn_with_them() -> None:
    made = few()
    ways = {}
    for language in ("nb", "ar"):
        skip = made.of(View(Screen.WHY, language, score=4)).find(Deed.SKIP)
        ways[language] = next(p.drawing.svg for p in skip.pictures[1:] if isinstance(p.drawing, Vector))
    assert ways["nb"] != ways["ar"]


def test_a_text_is_placed_by_its_alignment() -> None:
    box = Box(100, 20, 300, 50)
    places = [
        Picture(box, Label("a", "en", 300, 50, 20, 15, "#000000", align=align)).place(80, 30)
        for align in ("left", "center", "right")
    ]
    assert [(place.x, place.y) for place in places] == [(100, 30), (210, 30), (320, 30)]


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(LookupError, match="oops"):
        Scene(targets=(Target(Box(0, 0, 1, 1), Deed.SKIP, "", ()),)).find(Deed.OOPS)
