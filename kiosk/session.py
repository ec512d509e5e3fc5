"""One visitor at the terminal, from first touch to idle: a pure state machine with an injected clock.

    question --face--> (on disk) --> why --answer, skip, time--> (on disk) --> thanks --time, touch--> question

A face counts at once, with no reason; a change of mind moves the count. What is shown after a touch waits until
the change is on the terminal's disk, so that nobody is thanked for a vote that a power cut can take.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct, structs

from contract.ids import NONE
from contract.sheets import Vote
from contract.survey import SCORES, Survey, side_of
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
    """How long the question why waits."""
    thanks: float = 3.0
    language: float = 20.0
    """How long a chosen language waits for a face before the first language comes back."""
    unavailable: float = 5.0
    """How long until the disk is tried again after it failed."""


class Change(Struct, frozen=True):
    """What the tally is to do: take `before` back, count `after`, in the periods of the session's first touch."""

    moment: Moment
    before: Vote | None
    after: Vote | None


class View(Struct, frozen=True):
    """All that the screen needs to know."""

    screen: Screen
    language: str
    score: int | None = None
    answer: str | None = None


class Recorder:
    """The port to the tally: takes changes and calls `done` of the session when they are on disk."""

    def record(self, change: Change) -> None:
        """Begins to put a change on disk; the outcome comes back through Session.recorded."""
        raise NotImplementedError

    def session_ended(self) -> None:
        """Nobody is at the terminal: gathered votes may be released."""
        raise NotImplementedError


@dataclass
class Session:
    """The state machine. Call from one thread only; `clock` is monotonic seconds."""

    survey: Survey
    languages: Sequence[str]
    recorder: Recorder
    clock: Callable[[], float]
    moment: Callable[[], Moment]
    timing: Timing = Timing()
