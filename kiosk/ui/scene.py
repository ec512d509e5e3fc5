"""What is shown for a view, in every language and appearance; the screens themselves are in kiosk.ui.scenes."""

from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from contract.survey import SCORES, Survey, Text
from kiosk.session import Appearance, Screen, View
from kiosk.ui.layout.panel import Panel
from kiosk.ui.look import BAR, BAR_TRACK, CARD, INK, LOOKS, PAPER
from kiosk.ui.scenes.brush import Brush
from kiosk.ui.scenes.languages import languages_scene
from kiosk.ui.scenes.mirror import mirrored
from kiosk.ui.scenes.notice import thanks_scene, unavailable_scene
from kiosk.ui.scenes.question import question_scene
from kiosk.ui.scenes.tools import Offer
from kiosk.ui.scenes.why import why_scene
from kiosk.ui.target import Deed, Picture, Scene, Target
from locales.catalogue import right_to_left
from locales.prompts import Prompts

__all__ = ["BAR", "BAR_TRACK", "CARD", "INK", "PAPER", "Deed", "Picture", "Scene", "Scenes", "Target"]


class Scenes:
    """The scenes of one survey on one panel; each is made once, and the same object from then on.

    `speaks` are the languages with sound; `messages` what the managers say.
    """

    def __init__(
        self,
        survey: Survey,
        languages: Sequence[str],
        panel: Panel,
        *,
        speaks: Collection[str] = (),
        messages: Sequence[Text] = (),
    ) -> None:
        self.survey = survey
        self.languages = tuple(languages)
        self.panel = panel
        self._speaks = frozenset(speaks)
        self._prompts = {language: Prompts(survey, language, messages) for language in self.languages}
        self._names = tuple(prompts.name for prompts in self._prompts.values())
        self._messages = len(messages)
        self._made: dict[View, Scene] = {}

    def of(self, view: View) -> Scene:
        """What to show for a view."""
        view = _seen(view)
        if view not in self._made:
            self._made[view] = self._make(view)
        return self._made[view]

    def ahead(self) -> Iterator[Scene]:
        """Scenes that have every drawing there is, the likeliest first."""
        for appearance in Appearance:
            begin = [View(Screen.QUESTION, language, appearance=appearance) for language in self.languages]
            for view in begin:
                yield self.of(view)
            for view in begin:
                yield from map(self.of, self._after(view))

    def _after(self, view: View) -> Iterator[View]:
        """What may follow the question, and the question's other forms."""
        for score in SCORES:
            yield replace(view, screen=Screen.WHY, score=score)
        yield replace(view, screen=Screen.THANKS)
        for number in range(self._messages):
            yield replace(view, message=number)
        yield replace(view, chosen=True, speech=True)
        for score in SCORES[::3]:
            yield replace(view, screen=Screen.WHY, score=score, hurry=True, speech=True)
        yield replace(view, screen=Screen.LANGUAGES, speech=True)
        yield replace(view, screen=Screen.UNAVAILABLE)

    def _make(self, view: View) -> Scene:
        look = LOOKS[view.appearance]
        # While the question rotates only its words change: no face may move under a finger on its way.
        still = view.screen is Screen.QUESTION and not view.chosen
        backwards = right_to_left(self.languages[0] if still else view.language)
        scene = self._draw(view, Brush(self.panel, look, mirrored=backwards))
        scene = replace(scene, paper=look.paper, ink=look.ink, bar_colours=(look.bar_track, look.bar))
        return mirrored(scene, self.panel.size[0]) if backwards else scene

    def _draw(self, view: View, brush: Brush) -> Scene:
        prompts = self._prompts[view.language]
        offer = Offer(len(self.languages) > 1, view.language in self._speaks, view.speech)
        match view.screen:
            case Screen.WHY if view.score is not None:
                return why_scene(brush, self.survey, prompts, view.score, offer, hurry=view.hurry)
            case Screen.THANKS:
                return thanks_scene(brush, prompts)
            case Screen.UNAVAILABLE:
                return unavailable_scene(brush, prompts)
            case Screen.LANGUAGES:
                return languages_scene(brush, prompts, self._names, offer)
        message = None if view.message is None else prompts.message(view.message)
        return question_scene(brush, prompts, self._names, offer, message)


def _seen(view: View) -> View:
    """The view without what does not show."""
    view = replace(view, answer=None, volume=3)
    if view.screen is not Screen.WHY:
        view = replace(view, score=None, hurry=False)
    return view if view.screen is Screen.QUESTION else replace(view, message=None, chosen=False)
