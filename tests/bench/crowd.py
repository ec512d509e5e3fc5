"""Visitors who take no time: what each of them touches, as fast as the terminal draws.

Fingers go through SDL's own queue. The time that visitors take is skipped on the terminal's clocks.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from time import monotonic
from typing import Any

from contract.survey import SCORES
from kiosk.clock import now_utc
from kiosk.ui.app import KioskApp
from kiosk.ui.narration import AT_ONCE
from kiosk.ui.sdl import Sdl
from kiosk.ui.target import Deed, Target
from kiosk.view import Screen
from tests.bench.terminal import LANGUAGES
from tests.fingers import push_finger

YEARS = 18
"""On the calendar, from the first session to the last."""
HAND = 0.7
"""Seconds from one touch to the next, at least."""
LISTENS = 2.0
"""Seconds of the machine's own clock for which one in a thousand visitors hears what is said."""
FIRST, CURIOUS = 1_000, 4
"""So many visitors try tools and languages out so many times as often as all others: then most scenes are made."""
QUEUE, QUIET = (1.5, 2.5), (3.0, 40.0)
"""Seconds until the next visitor: the question has not moved on, or has gone some way round the languages."""
QUEUES = 0.7
"""The part of the visitors who come close behind another."""

Touch = tuple[Deed, str]


class Hurry:
    """The clock of visitors who take no time: as far ahead of the machine's as they say that they took."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._calendar = timedelta()

    def now(self) -> float:
        return monotonic() + self._ahead

    def skip(self, seconds: float) -> None:
        self._ahead += seconds

    def skip_days(self, days: float) -> None:
        """On the calendar only."""
        self._calendar += timedelta(days=days)

    def utc(self) -> datetime:
        return now_utc() + self._calendar


class Crowd:
    """One visitor after another; what is touched next is decided as soon as the last touch is all over.

    `gone` is called after each session with how many there were, `all_gone` in the end with how many have voted. What
    the window has drawn after a touch must be told. All on the main thread, once the window is open.
    """

    def __init__(
        self, app: KioskApp, hurry: Hurry, sessions: int, gone: Callable[[int], None], all_gone: Callable[[int], None]
    ) -> None:
        self._hurry = hurry
        self._app: Any = app
        self._sessions = sessions
        self._done = 0
        self._votes = 0
        self._chance = random.Random(1)
        self._languages = cycle(LANGUAGES)
        self._visit = self._visitor()
        self._until: Callable[[], bool] = lambda: True
        self._gone, self._all_gone = gone, all_gone
        self._waits_for_frame = False
        self._sdl = Sdl.loaded()

    def drawn(self) -> None:
        """The frame of the last touch is on the screen."""
        self._waits_for_frame = False

    def step(self, _dt: float) -> None:
        """Called on each pass of the window's loop: does the next thing once the last one is over."""
        while not self._waits_for_frame and self._app._session._counting.settled and self._until():
            self._until = lambda: True
            try:
                touch = next(self._visit)
            except StopIteration:
                return
            if touch:
                self._touch(*touch)

    def _touch(self, deed: Deed, value: str) -> None:
        width, height = self._app._window.size
        x, y = self._find(deed, value).box.centre
        self._waits_for_frame = True
        assert self._sdl is not None
        for way in ("down", "up"):
            push_finger(self._sdl, way, 1, x / width, y / height)

    def _find(self, deed: Deed, value: str) -> Target:
        target: Target = self._app._stage._shown.scene.find(deed, value)
        return target

    def _offers(self, deed: Deed, value: str = "") -> bool:
        try:
            return bool(self._find(deed, value))
        except LookupError:
            return False

    def _visitor(self) -> Iterator[Touch | None]:
        """All of them, one after another; None is time that goes by."""
        while self._done < self._sessions:
            yield from self._after(self._chance.uniform(*(QUEUE if self._chance.random() < QUEUES else QUIET)))
            yield from self._session()
            self._done += 1
            self._gone(self._done)
            self._hurry.skip_days(YEARS * 365.25 / self._sessions)
        self._hurry.skip_days(2)
        self._all_gone(self._votes)

    def _session(self) -> Iterator[Touch | None]:
        """A face at least; one in some has another language, appearance, speech, another mind, or goes away."""
        chance, often = self._chance, CURIOUS if self._done < FIRST else 1
        if chance.random() < 0.2 * often:
            yield from self._choose_language()
        for _ in range(chance.randint(1, 2) if chance.random() < 0.05 * often else 0):
            yield from self._press(Deed.APPEARANCE)
        if chance.random() < 0.05 * often and self._offers(Deed.SPEECH):
            yield from self._press(Deed.SPEECH)
            yield from self._press(chance.choice((Deed.LOUDER, Deed.QUIETER)))
        yield from self._press(Deed.FACE, str(chance.choice(SCORES)))
        self._votes += 1
        while chance.random() < 0.15:
            yield from self._press(Deed.FACE, str(chance.choice([one for one in SCORES if one != self._score])))
        if chance.random() < 0.02:
            yield from self._press(Deed.OOPS)
            yield from self._press(Deed.FACE, str(chance.choice(SCORES)))
        yield from self._end()

    def _choose_language(self) -> Iterator[Touch]:
        """Where the question has no room for all languages, they are on a screen of their own."""
        if self._offers(Deed.LANGUAGES):
            yield from self._press(Deed.LANGUAGES)
        yield from self._press(Deed.LANGUAGE, next(self._languages))

    def _end(self) -> Iterator[Touch | None]:
        """An answer, no answer, or nothing more at all; then the thanks are touched away or go by themselves.

        Time does not run out while speech goes on, and speech takes the machine's own time.
        """
        chance, view = self._chance, self._app._session.view
        if view.speech and not chance.randrange(50):
            until = monotonic() + LISTENS
            self._until = lambda: monotonic() > until
            yield None
        what = chance.random()
        if what < 0.7:
            answers = [one.value for one in self._app._stage._shown.scene.targets if one.deed is Deed.ANSWER]
            yield from self._press(Deed.ANSWER, chance.choice(answers))
        elif what < 0.95 or view.speech:
            yield from self._press(Deed.SKIP)
        while (screen := self._app._session.view.screen) is Screen.WHY:
            yield from self._after(5)
        if screen is Screen.THANKS and (view.speech or chance.random() < 0.7):
            yield from self._press(Deed.DISMISS)
        while not self._app._session.idle:
            yield from self._after(1)

    @property
    def _score(self) -> int:
        score: int = self._app._session.view.score
        return score

    def _press(self, deed: Deed, value: str = "") -> Iterator[Touch]:
        """A touch, and with speech on the second one that chooses what the first has lit."""
        for _ in range(1 + (self._app._session.view.speech and deed not in AT_ONCE)):
            self._hurry.skip(self._chance.uniform(HAND, 2 * HAND))
            yield deed, value

    def _after(self, seconds: float) -> Iterator[None]:
        """Nothing is done for so long, and the terminal notices."""
        self._hurry.skip(seconds)
        self._app._beat()
        yield None
