"""One visitor at the terminal, from first touch to idle: a pure state machine with an injected clock.

    question --face--> voted --on disk--> why --answer, skip, time--> thanks --time, touch--> question

A face counts at once, with no reason; a change of mind moves the count. What is shown after a touch waits until
the change is on the terminal's disk, so that nobody is thanked for a vote that a power cut can take.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from contract.ids import NONE
from contract.sheets import Vote
from contract.survey import Survey, side_of
from kiosk.moment import Moment


class Screen(StrEnum):
    """What the terminal shows."""

    QUESTION = "question"
    WHY = "why"
    THANKS = "thanks"
    UNAVAILABLE = "unavailable"


class Timing(Struct, frozen=True):
    """Seconds on the monotonic clock."""

    debounce: float = 0.3
    """A second touch within this time is the same finger."""
    why: float = 15.0
    """How long the question why waits for an answer."""
    thanks: float = 3.0
    language: float = 20.0
    """How long a chosen language waits for a face before the first language comes back."""
    unavailable: float = 5.0
    """How long the terminal rests after its disk refused a vote."""


class Change(Struct, frozen=True):
    """What the tally is to do: take `before` back and count `after`, in the periods of the session's first touch."""

    survey: str
    moment: Moment
    before: Vote | None
    after: Vote | None


class View(Struct, frozen=True):
    """All that the screen needs to know. `score` and `answer` are what was touched, also while the disk is busy."""

    screen: Screen
    language: str
    score: int | None = None
    answer: str | None = None


class Recorder(Protocol):
    """The port to the tally."""

    def record(self, change: Change) -> None:
        """Begins to put a change on disk; the outcome comes back through Session.recorded."""
        ...

    def session_ended(self) -> None:
        """Nobody is at the terminal: votes that have gathered may be released."""
        ...


class Session:
    """The state machine. Call from one thread only.

    `clock` gives monotonic seconds; `moment` the time that a session's votes belong to.
    """

    def __init__(
        self,
        survey: Survey,
        languages: Sequence[str],
        recorder: Recorder,
        clock: Callable[[], float],
        moment: Callable[[], Moment],
        timing: Timing | None = None,
    ) -> None:
        self.survey = survey
        self.languages = tuple(languages)
        self.timing = timing or Timing()
        self._recorder = recorder
        self._clock = clock
        self._moment = moment
        self._view = View(Screen.QUESTION, self.languages[0])
        self._began: Moment | None = None
        self._counted: Vote | None = None
        self._next: Screen | None = None
        self._touched = float("-inf")
        self._deadline = float("inf")
        self._waits = 0.0

    @property
    def view(self) -> View:
        return self._view

    @property
    def idle(self) -> bool:
        """Whether nobody has touched anything since the last visitor."""
        return self._began is None

    @property
    def time_left(self) -> float:
        """How much of the current waiting time is left, 1 to 0; 1 when nothing runs out."""
        if self._deadline == float("inf"):
            return 1.0
        return min(1.0, max(0.0, (self._deadline - self._clock()) / self._waits))

    def choose_language(self, language: str) -> None:
        """A touch on a language's name; only before a face."""
        if self._view.screen is Screen.QUESTION and language in self.languages and self._accepts():
            self._begin()
            self._view = replace(self._view, language=language)
            self._wait(self.timing.language)

    def choose_face(self, score: int) -> None:
        """A touch on a face: the first one votes, another one changes the vote, and its reason with it."""
        if self._view.screen in (Screen.QUESTION, Screen.WHY) and score != self._view.score and self._accepts():
            self._begin()
            self._view = replace(self._view, score=score, answer=None)
            self._record(Vote(score, self._view.language), then=Screen.WHY)

    def choose_answer(self, option: str) -> None:
        """A touch on an answer of the chosen face's side."""
        score = self._view.score
        if self._view.screen is not Screen.WHY or score is None:
            return
        if option in self.survey.option_ids(side_of(score)) and self._accepts():
            self._view = replace(self._view, answer=option)
            self._record(Vote(score, self._view.language, option), then=Screen.THANKS)

    def skip(self) -> None:
        """A touch on "skip": the vote stays without a reason."""
        if self._view.screen is Screen.WHY and self._accepts():
            self._view = replace(self._view, answer=NONE)
            self._show(Screen.THANKS, self.timing.thanks)

    def dismiss(self) -> None:
        """A touch anywhere on the thanks: the next visitor need not wait."""
        if self._view.screen is Screen.THANKS and self._accepts():
            self._end()

    def recorded(self, ok: bool) -> None:
        """The change of the last touch is on disk, or (not ok) could not be written."""
        if self._next is None:
            return
        if not ok:
            self._show(Screen.UNAVAILABLE, self.timing.unavailable)
        elif self._next is Screen.WHY:
            self._show(Screen.WHY, self.timing.why)
        else:
            self._show(Screen.THANKS, self.timing.thanks)

    def tick(self) -> None:
        """Lets time-outs happen; call a few times a second."""
        if self._clock() < self._deadline:
            return
        if self._view.screen is Screen.WHY:
            self._show(Screen.THANKS, self.timing.thanks)
        else:
            self._end()

    def _accepts(self) -> bool:
        """Whether a touch counts now: not while the disk is busy, not as an echo of the last touch."""
        now = self._clock()
        if self._next is not None or now - self._touched < self.timing.debounce:
            return False
        self._touched = now
        return True

    def _begin(self) -> None:
        if self._began is None:
            self._began = self._moment()

    def _record(self, vote: Vote, then: Screen) -> None:
        assert self._began is not None
        before, self._counted = self._counted, vote
        self._next = then
        self._deadline = float("inf")
        self._recorder.record(Change(self.survey.id, self._began, before, vote))

    def _show(self, screen: Screen, seconds: float) -> None:
        self._next = None
        self._view = replace(self._view, screen=screen)
        self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        self._deadline = self._clock() + seconds
        self._waits = seconds

    def _end(self) -> None:
        self._view = View(Screen.QUESTION, self.languages[0])
        self._began = self._counted = self._next = None
        self._deadline = float("inf")
        self._recorder.session_ended()
