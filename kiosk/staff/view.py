"""What the staff corner shows, and what can be asked of it on each of its pages."""

from enum import StrEnum

from msgspec import Struct

from kiosk.staff.facts import Facts


class Page(StrEnum):
    """What the corner shows."""

    PAD = "pad"
    HOME = "home"
    LANGUAGES = "languages"
    TOUCH = "touch"
    LEAVING = "leaving"


class Outcome(StrEnum):
    """How the corner ends the terminal's process."""

    RESTART = "restart"
    LEAVE = "leave"


class Act(StrEnum):
    """What a touch asks of the corner; `DIGIT` and `HEAR` come with a word, as "digit 5" and "hear nb"."""

    DIGIT = "digit"
    ERASE = "erase"
    ENTER = "enter"
    CLOSE = "close"
    BACK = "back"
    TURN = "turn"
    LANGUAGES = "languages"
    HEAR = "hear"
    LOUDER = "louder"
    QUIETER = "quieter"
    TOUCH = "touch"
    RESTART = "restart"
    LEAVING = "leaving"
    LEAVE = "leave"


ACTS: dict[Page, frozenset[Act]] = {
    Page.PAD: frozenset({Act.DIGIT, Act.ERASE, Act.ENTER, Act.CLOSE}),
    Page.HOME: frozenset({Act.TURN, Act.LANGUAGES, Act.TOUCH, Act.RESTART, Act.LEAVING, Act.CLOSE}),
    Page.LANGUAGES: frozenset({Act.HEAR, Act.LOUDER, Act.QUIETER, Act.BACK}),
    Page.TOUCH: frozenset({Act.BACK}),
    Page.LEAVING: frozenset({Act.LEAVE, Act.BACK}),
}
"""All that can be done on each page; whatever else is asked there does nothing."""


class View(Struct, frozen=True):
    """What to show. Of a PIN it has the number of digits and never one of them."""

    page: Page
    digits: int = 0
    checking: bool = False
    wrong: bool = False
    rest: int = 0
    """Seconds until another PIN may be tried, rounded up to one of kiosk.staff.throttle.RESTS; 0 when one may."""
    facts: Facts | None = None
    """None where they could not be gathered."""
    part: int = 0
    """How often the facts were turned over."""
    heard: str = ""
    """The language that was touched last."""
    volume: int = 3
    working: bool = True
    """Whether there is a sound device."""
    marked: frozenset[int] = frozenset()
    """Cells of the touch test that a finger was on."""
