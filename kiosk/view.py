"""What the session shows: all that the screen and the voice need to know, and nothing that outlives a visitor."""

from enum import StrEnum

from msgspec import Struct

QUIETEST, LOUDEST = 1, 5


class Screen(StrEnum):
    """What the terminal shows."""

    QUESTION = "question"
    LANGUAGES = "languages"
    WHY = "why"
    THANKS = "thanks"
    UNAVAILABLE = "unavailable"


class Appearance(StrEnum):
    """How the screens are drawn, in the order in which a visitor goes through them."""

    NORMAL = "normal"
    LARGE = "large"
    CONTRAST = "contrast"

    @property
    def next(self) -> "Appearance":
        appearances = list(Appearance)
        return appearances[(appearances.index(self) + 1) % len(appearances)]


class View(Struct, frozen=True):
    """One moment of the terminal. `score` and `answer` are what was touched, also while the disk is busy."""

    screen: Screen
    language: str
    score: int | None = None
    answer: str | None = None
    chosen: bool = False
    """The visitor chose the language; else it is the one that the idle rotation shows or showed."""
    appearance: Appearance = Appearance.NORMAL
    speech: bool = False
    volume: int = 3
    """From QUIETEST to LOUDEST."""
    hurry: bool = False
    """The waiting time is nearly over, and the visitor is told so."""
    message: int | None = None
    """Which of the managers' messages the idle rotation shows instead of the question, counted from 0."""
