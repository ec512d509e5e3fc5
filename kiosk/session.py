r"""One visitor at the terminal, from first touch to idle: a pure state machine with an injected clock.

    question --face--> voted --on disk--> why --answer, skip, time--> thanks --time, touch--> question
       ^  \                                 |  \
       |   `--languages--> back to either <-+   `--oops--> taken back --on disk--> question

A face counts at once, with no reason; a change of mind moves the count, and "oops" takes it back. What is shown after
a touch waits until the change is on the terminal's disk, so that nobody is thanked for a vote that a power cut can
take. Whether a session looks like play changes where its vote is counted, and never what is shown.
"""

from collections.abc import Callable, Collection, Sequence

from msgspec.structs import replace

from contract.ids import NONE
from contract.sheets import Vote
from contract.survey import Survey, Text, side_of
from kiosk.counting import Change, Counting, Recorder
from kiosk.moment import Moment
from kiosk.play import EVERYBODY_HONEST, Play
from kiosk.rotation import Rotation
from kiosk.timing import Timing
from kiosk.view import LOUDEST, QUIETEST, Appearance, Screen, View

__all__ = ["Appearance", "Change", "Recorder", "Screen", "Session", "Timing", "View"]

_FOR_VISITORS = (Screen.QUESTION, Screen.LANGUAGES, Screen.WHY)
"""The screens that wait for a visitor's choice."""
_NEVER = float("inf")


class Session:
    """The state machine; one object serves one visitor after another. Call from one thread only.

    `clock` gives monotonic seconds; `moment` the time that a session's votes belong to. `messages` are the managers'
    for the idle rotation, `speaks` the languages with recordings, `volume` what every visitor begins with. Without
    `play` every visitor is taken for an honest one.
    """

    def __init__(
        self,
        survey: Survey,
        languages: Sequence[str],
        recorder: Recorder,
        clock: Callable[[], float],
        moment: Callable[[], Moment],
        timing: Timing | None = None,
        *,
        messages: Sequence[Text] = (),
        speaks: Collection[str] = (),
        volume: int = 3,
        play: Play | None = None,
    ) -> None:
        self.survey = survey
        self.languages = tuple(languages)
        self.timing = timing or Timing()
        self._recorder = recorder
        self._clock = clock
        self._moment = moment
        self.speaks = frozenset(speaks)
        self._volume = volume
        self._play = play or Play(EVERYBODY_HONEST)
        self._counting = Counting(recorder, survey.id)
        self._rotation = Rotation(self.languages, messages, self.timing)
        self._touched = -_NEVER
        self._view: View
        self._then: Screen
        self._back: Screen
        self._hears: bool
        self._deadline: float
        self._waits: float
        self._warns: float
        self._idle_since: float
        self._wait_for_anybody()

    @property
    def view(self) -> View:
        return self._view

    @property
    def idle(self) -> bool:
        """Whether nobody has touched anything since the last visitor, of whom all is on disk."""
        return not self._counting.begun and self._counting.settled

    @property
    def time_left(self) -> float:
        """How much of the current waiting time is left, 1 to 0; 1 when nothing runs out."""
        if self._deadline == _NEVER:
            return 1.0
        return min(1.0, max(0.0, (self._deadline - self._clock()) / self._waits))

    def touch(self) -> None:
        """A finger landed anywhere, or a key was pressed; to be told before what it does.

        Begins a session, or gives the one that is there its whole waiting time again.
        """
        now = self._clock()
        self._play.landed(now)
        if self._counting.begun:
            if self._view.screen in _FOR_VISITORS:
                self._go_on_waiting()
        elif not self._echoes(now):
            self._begin()
            self._wait()

    def listen(self) -> None:
        """Speech is going on: nobody's time runs out meanwhile, but for the time that they were told is nearly over."""
        if not self._view.hurry:
            self._go_on_waiting()

    def choose_face(self, score: int) -> None:
        """A touch on a face: the first one votes, another one changes the vote, and its reason with it."""
        if self._view.screen in (Screen.QUESTION, Screen.WHY) and score != self._view.score and self._accepts():
            self._begin()
            self._play.face()
            self._turn(score=score, answer=None)
            self._record(self._vote(score, NONE), then=Screen.WHY)

    def choose_answer(self, option: str) -> None:
        """A touch on an answer of the chosen face's side."""
        score = self._view.score
        if self._view.screen is not Screen.WHY or score is None:
            return
        if option in self.survey.option_ids(side_of(score)) and self._accepts():
            self._turn(answer=option)
            self._record(self._vote(score, option), then=Screen.THANKS)

    def skip(self) -> None:
        """A touch on "skip": the vote stays without a reason."""
        if self._view.screen is Screen.WHY and self._accepts():
            self._turn(answer=NONE)
            self._show(Screen.THANKS)

    def oops(self) -> None:
        """A touch on "start again": the vote is taken back, and the question asked anew."""
        if self._view.screen is Screen.WHY and self._accepts():
            self._turn()
            self._record(None, then=Screen.QUESTION)

    def show_languages(self) -> None:
        """A touch on the button that leads to all languages; choosing one leads back."""
        if self._view.screen in (Screen.QUESTION, Screen.WHY) and self._accepts():
            self._begin()
            self._show(Screen.LANGUAGES)

    def choose_language(self, language: str) -> None:
        """A touch on a language's name; a vote that is counted already moves to it."""
        if self._view.screen not in (Screen.QUESTION, Screen.LANGUAGES) or language not in self.languages:
            return
        if self._accepts():
            self._begin()
            self._turn(language=language, chosen=True, speech=self._hears and language in self.speaks)
            vote = self._counting.on_disk
            if vote is not None and vote.language != language:
                self._record(self._vote(vote.score, vote.answer), then=self._back)
            else:
                self._show(self._back)

    def toggle_speech(self) -> None:
        """A touch on the ear: speech on or off, in a language that has recordings.

        A visitor who has chosen no language yet, and reads none, hears the first one that can be heard.
        """
        language = self._view.language if self._view.speech else self._language_to_hear()
        if self._view.screen in _FOR_VISITORS and language is not None and self._accepts():
            self._begin()
            self._hears = not self._view.speech
            self._turn(language=language, speech=self._hears)
            self._wait()

    def next_appearance(self) -> None:
        """A touch on the sign for larger text and stronger colours."""
        if self._view.screen in _FOR_VISITORS and self._accepts():
            self._begin()
            self._turn(appearance=self._view.appearance.next)
            self._wait()

    def change_volume(self, step: int) -> None:
        """A touch on louder (`step` 1) or quieter (-1)."""
        if self._view.screen in _FOR_VISITORS and self._accepts():
            self._begin()
            self._turn(volume=min(LOUDEST, max(QUIETEST, self._view.volume + step)))
            self._wait()

    def dismiss(self) -> None:
        """A touch anywhere on the thanks: the next visitor need not wait."""
        if self._view.screen is Screen.THANKS and self._accepts():
            self._end()

    def recorded(self, ok: bool) -> None:
        """The change that was asked for first of those still under way is on disk, or (not ok) could not be written."""
        if self._counting.recorded(ok):
            self._show(self._then if ok else Screen.UNAVAILABLE)

    def tick(self) -> None:
        """Lets time-outs happen and the idle question move on; call a few times a second."""
        now = self._clock()
        if not self._counting.begun:
            self._rotate(now)
        elif now >= self._deadline:
            self._time_out()
        elif self._view.screen in _FOR_VISITORS and not self._view.hurry and self._deadline - now <= self._warns:
            self._view = replace(self._view, hurry=True)

    def _accepts(self) -> bool:
        """Whether a touch counts now: not while the disk is busy, not as an echo of the last touch."""
        now = self._clock()
        self._play.landed(now)
        if self._counting.busy or self._echoes(now):
            return False
        self._touched = now
        return True

    def _echoes(self, now: float) -> bool:
        return now - self._touched < self.timing.debounce

    def _begin(self) -> None:
        if not self._counting.begun:
            self._counting.begin(self._moment())
            self._play.began()
            self._turn(message=None)

    def _turn(self, **changes: object) -> None:
        """Changes the view after a touch: whoever touches has been told of the time."""
        self._view = replace(self._view, hurry=False, **changes)

    def _vote(self, score: int, answer: str) -> Vote:
        """In the language that was chosen: the one that the rotation happened to show says nothing of the visitor."""
        language = self._view.language if self._view.chosen else self.languages[0]
        return Vote(score, language, answer, self._play.suspect)

    def _record(self, vote: Vote | None, then: Screen) -> None:
        self._then = then
        self._deadline = _NEVER
        self._counting.change(vote)

    def _show(self, screen: Screen) -> None:
        if screen is Screen.QUESTION:
            self._turn(screen=screen, score=None, answer=None)
        else:
            self._turn(screen=screen)
        if screen in (Screen.QUESTION, Screen.WHY):
            self._back = screen
        elif screen is not Screen.LANGUAGES:
            self._play.done()
        self._wait()

    def _wait(self) -> None:
        """Begins the waiting time of the screen that is shown."""
        seconds = {
            Screen.WHY: self.timing.why,
            Screen.THANKS: self.timing.thanks,
            Screen.UNAVAILABLE: self.timing.unavailable,
        }.get(self._view.screen, self.timing.language)
        patience = 2 if self._view.speech and self._view.screen in _FOR_VISITORS else 1
        self._waits = seconds * patience
        self._warns = self.timing.hurry * patience
        self._deadline = self._clock() + self._waits

    def _go_on_waiting(self) -> None:
        if self._deadline != _NEVER:
            if self._view.hurry:
                self._turn()
            self._wait()

    def _time_out(self) -> None:
        match self._view.screen:
            case Screen.LANGUAGES:
                self._show(self._back)
            case Screen.WHY:
                self._show(Screen.THANKS)
            case _:
                self._end()

    def _language_to_hear(self) -> str | None:
        view = self._view
        if view.language in self.speaks:
            return view.language
        if view.screen is Screen.QUESTION and not view.chosen:
            return next((language for language in self.languages if language in self.speaks), None)
        return None

    def _rotate(self, now: float) -> None:
        language, message = self._rotation.at(now - self._idle_since)
        if (language, message) != (self._view.language, self._view.message):
            self._view = replace(self._view, language=language, message=message)

    def _end(self) -> None:
        suspect = self._play.suspect
        self._wait_for_anybody()
        self._counting.leave(suspect=suspect)
        self._recorder.session_ended()

    def _wait_for_anybody(self) -> None:
        """Forgets everything of a visitor but what the disk is to do."""
        self._view = View(Screen.QUESTION, self.languages[0], volume=self._volume)
        self._hears = False
        self._back = self._then = Screen.QUESTION
        self._deadline = _NEVER
        self._waits = self._warns = 0.0
        self._idle_since = self._clock()
