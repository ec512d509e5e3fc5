"""A visitor at a terminal without a window, on the real session, scenes and narration."""

from collections.abc import Callable
from pathlib import Path

from contract.survey import SCORES
from kiosk.session import Session, View
from kiosk.ui.keypad import Intent
from kiosk.ui.layout import Panel
from kiosk.ui.narration import Narration
from kiosk.ui.scene import Scenes
from kiosk.ui.target import Deed, Target
from locales.catalogue import default_survey
from locales.prompts import Prompt, Prompts
from tests.fakes.clock import FakeClock
from tests.fakes.recorder import FakeRecorder
from tests.fakes.voice import FakeVoice

SURVEY = default_survey()
LANGUAGES = ("nb", "en", "th", "ar")
SPEAKS = ("nb", "en", "ar")
PANEL = Panel.of((1280, 800), None)
BEAT = 0.1
QUESTION = ["question", "how-to", "nobody-sees"]
FACES = [f"face-{score}" for score in SCORES]
SATISFIED = ["answer-social", "answer-help", "answer-health", "answer-talk", "answer-place"]
NEXT, PREVIOUS, LEFT, RIGHT, CHOOSE = Intent


class Visit:
    """A visitor at a terminal that has no window: does with session and narration what the window's app does."""

    def __init__(
        self, *shown: str, speaks: tuple[str, ...] = SPEAKS, missing: tuple[str, ...] = (), working: bool = True
    ) -> None:
        shown = shown or LANGUAGES
        self.clock = FakeClock()
        self.voice = FakeVoice(working=working)
        self.lengths: dict[str, float] = {}
        self.recorder = FakeRecorder(self._recorded)
        self.scenes = Scenes(SURVEY, shown, PANEL, speaks=speaks)
        self.session = Session(SURVEY, shown, self.recorder, self.clock.monotonic, self.clock.moment, speaks=speaks)

        def find(prompt: Prompt) -> Path | None:
            spoken = prompt.language in speaks and prompt.name not in missing
            return Path(prompt.language, f"{prompt.name}.ogg") if spoken else None

        self.narration = Narration(
            self.voice, find, lambda language: Prompts(SURVEY, language).more_time, self.clock.monotonic
        )
        self._view: View | None = None
        self._sound = 0
        self._ends = 0.0
        self.refresh()

    @property
    def view(self) -> View:
        return self.session.view

    @property
    def lit(self) -> str | None:
        """The lit target as `face 4`."""
        lit = self.narration.lit
        return f"{lit.deed} {lit.value}".strip() if lit else None

    @property
    def heard(self) -> list[str]:
        """What was said, as `question`."""
        return [name.partition("/")[2] for name in self.voice.names]

    def refresh(self) -> None:
        if self._view is not self.view:
            self._view = self.view
            self.narration.show(self.scenes.of(self.view), self.view)

    def target(self, deed: Deed, value: str = "") -> Target:
        return self.scenes.of(self.view).find(deed, value)

    def touch(self, deed: Deed, value: str = "") -> bool:
        """A finger on a target; whether it chose something. No finger is an echo of the last."""
        self.clock.advance(0.4)
        target = self.target(deed, value)
        self.session.touch()
        return self._do(self.narration.touched(target))

    def key(self, *intents: Intent) -> bool:
        """Keys pressed one after the other; whether the last chose something."""
        chose = False
        for intent in intents:
            self.clock.advance(0.4)
            self.session.touch()
            chose = self._do(self.narration.key(intent))
        return chose

    def wait(self, seconds: float) -> None:
        """Time passes, beat by beat; each sound takes its length, or 1 s."""
        for _ in range(round(seconds / BEAT)):
            self.beat()

    def beat(self) -> None:
        self.clock.advance(BEAT)
        if len(self.voice.said) > self._sound:
            self._sound = len(self.voice.said)
            self._ends = self.clock.seconds + self.lengths.get(self.heard[-1], 1.0)
        if self.voice.playing and self.clock.seconds >= self._ends:
            self.voice.end()
        self.session.tick()
        if self.narration.speaking:
            self.session.listen()
        self.narration.tick()
        if self.session.idle:
            self.narration.forget()
        self.refresh()

    def listen(self) -> None:
        """Until all is said."""
        while self.narration.speaking:
            self.beat()

    def _recorded(self, ok: bool) -> None:
        self.session.recorded(ok)

    def _do(self, target: Target | None) -> bool:
        session = self.session
        deeds: dict[Deed, Callable[[str], None]] = {
            Deed.FACE: lambda value: session.choose_face(int(value)),
            Deed.ANSWER: session.choose_answer,
            Deed.LANGUAGE: session.choose_language,
            Deed.LANGUAGES: lambda _: session.show_languages(),
            Deed.SKIP: lambda _: session.skip(),
            Deed.OOPS: lambda _: session.oops(),
            Deed.DISMISS: lambda _: session.dismiss(),
            Deed.SPEECH: lambda _: session.toggle_speech(),
            Deed.APPEARANCE: lambda _: session.next_appearance(),
            Deed.LOUDER: lambda _: session.change_volume(1),
            Deed.QUIETER: lambda _: session.change_volume(-1),
        }
        if target is not None:
            deeds[target.deed](target.value)
        self.refresh()
        return target is not None
