"""Whatever a visitor does, in whatever order: no two sounds, no light beside the scene, no choice that nobody made."""

from hypothesis import given
from hypothesis import strategies as st

from contract.survey import SCORES
from kiosk.session import Appearance, Screen, View
from kiosk.ui.keypad import Intent
from kiosk.ui.narration import SLOT
from kiosk.ui.target import Deed
from tests.kiosk.ui.visit import BEAT, LANGUAGES, Visit


def _views() -> st.SearchStrategy[View]:
    return st.builds(
        View,
        st.sampled_from(Screen),
        st.sampled_from(LANGUAGES),
        score=st.sampled_from(SCORES),
        chosen=st.booleans(),
        appearance=st.sampled_from(Appearance),
        speech=st.booleans(),
        volume=st.integers(1, 5),
        hurry=st.booleans(),
    )


Act = tuple[str, object]
ACTS = st.one_of(
    st.tuples(st.just("touch"), st.integers(0, 99)),
    st.tuples(st.just("key"), st.sampled_from(Intent)),
    st.tuples(st.just("show"), _views()),
    st.tuples(st.just("time"), st.sampled_from((BEAT, 1.0, SLOT))),
    st.tuples(st.sampled_from(("end", "forget", "beside")), st.none()),
)


@given(st.lists(ACTS, max_size=40))
def test_whatever_comes_one_sound_plays_and_nothing_is_chosen_that_was_not_found(acts: list[Act]) -> None:
    visit = Visit()
    narration, voice, scene = visit.narration, visit.voice, visit.scenes.of(visit.view)
    view = visit.view
    for act, what in acts:
        lit, said = narration.lit, len(voice.said)
        match act, what:
            case "touch", int():
                touched = scene.targets[what % len(scene.targets)] if scene.targets else None
                chosen = narration.touched(touched)
                assert chosen in (None, touched)
                at_once = touched is None or touched.deed in (Deed.SPEECH, Deed.LOUDER, Deed.QUIETER, Deed.DISMISS)
                assert chosen == touched or (view.speech and not at_once and narration.lit == touched)
                assert chosen is None or at_once or not view.speech or chosen == lit
            case "key", Intent():
                chosen = narration.key(what)
                assert chosen is None or chosen == lit or chosen.deed in (Deed.SPEECH, Deed.DISMISS)
            case "show", View():
                view, scene = what, visit.scenes.of(what)
                narration.show(scene, what)
            case "time", float():
                visit.clock.advance(what)
                narration.tick()
            case "end", _:
                voice.end()
            case "forget", _:
                narration.forget()
                assert narration.lit is None
                assert not narration.speaking
            case _:
                assert narration.touched(None) is None
        assert narration.lit is None or narration.lit in scene.targets
        assert len(voice.said) <= said + 1
        assert view.speech or (len(voice.said) == said and not voice.playing)
        assert voice.now is None or voice.now.stem == "name" or voice.now.parent.name == view.language
