"""The staff corner as a pure state machine: only the right PIN gets past the pad, and all of it closes by itself.

    closed --gesture--> pad --right PIN--> home --> languages, touch test, leaving
      ^------ 20 s ------'                   '--> restart, leave (outcomes)
      ^--------------- 60 s without a touch, close --------------'

What takes time (the PIN's hash, the facts) is done by an executor; `tick` takes what is ready.
"""

from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future
from math import ceil
from typing import Protocol

import structlog
from msgspec.structs import replace

from kiosk.staff import pin
from kiosk.staff.door import Verdict
from kiosk.staff.facts import Facts, FactSource
from kiosk.staff.throttle import RESTS
from kiosk.staff.view import ACTS, Act, Outcome, Page, View
from kiosk.view import LOUDEST, QUIETEST

log = structlog.get_logger()

PAD_STAYS = 20.0
"""Seconds that the pad waits for a key that does something; only so long has a child taken the screen from visitors."""
CORNER_STAYS = 60.0
"""Seconds that the rest waits for a touch, so that nobody finds it open."""


class Sounds(Protocol):
    """The port to the loudspeaker."""

    def say(self, language: str, volume: int) -> None:
        """Begins to say a language's name and its question, where they are recorded, in place of what is said now."""
        ...

    def tick(self) -> None:
        """Goes on from the name to the question; call a few times a second."""
        ...

    def hush(self) -> None:
        """Ends what is said."""
        ...

    @property
    def working(self) -> bool:
        """Whether there is a device to be heard from, as far as is known this moment."""
        ...


class Lock(Protocol):
    """The port to kiosk.staff.door.Door."""

    @property
    def there(self) -> bool:
        """Whether a PIN was ever set."""
        ...

    def wait(self) -> float:
        """Seconds until a PIN may be tried."""
        ...

    def check(self, digits: str) -> Verdict:
        """Tries a PIN; called on the executor."""
        ...


class Corner:
    """The state machine. Call from one thread only. `view` is None while it is closed.

    `clock` gives monotonic seconds; `languages` can be heard, at `volume` to begin with.
    """

    def __init__(
        self,
        lock: Lock,
        facts: FactSource,
        sounds: Sounds,
        languages: Collection[str],
        executor: Executor,
        clock: Callable[[], float],
        volume: int = 3,
    ) -> None:
        self._lock = lock
        self._facts = facts
        self._sounds = sounds
        self._languages = languages
        self._executor = executor
        self._clock = clock
        self._volume = volume
        self._view: View | None = None
        self._outcome: Outcome | None = None
        self._typed = ""
        self._checked: Future[tuple[Verdict, Facts | None]] | None = None
        self._gathered: Future[Facts | None] | None = None
        self._deadline = float("inf")
        self._used = False

    @property
    def view(self) -> View | None:
        return self._view

    @property
    def outcome(self) -> Outcome | None:
        """How the process is to end, once somebody past the pad has asked for it."""
        return self._outcome

    @property
    def used(self) -> bool:
        """Whether a key was touched since the pad opened last."""
        return self._used

    def open(self) -> None:
        """The gesture was made: shows the pad, where a PIN was ever set."""
        if self._view is None and self._lock.there:
            self._used = False
            self._view = View(Page.PAD, rest=_rounded(self._lock.wait()), volume=self._volume)
            self._stay(PAD_STAYS)

    def close(self) -> None:
        """Forgets everything, also what was typed."""
        self._sounds.hush()
        self._view = None
        self._typed = ""
        self._checked = self._gathered = None
        self._deadline = float("inf")

    def do(self, asked: str) -> None:
        """A touch on a target: an act, and its word where it has one. What this page does not offer is ignored."""
        name, _, word = asked.partition(" ")
        if self._view is None or name not in ACTS[self._view.page]:
            return
        act = Act(name)
        if self._view.page is Page.PAD:
            self._do_on_pad(act, word)
        else:
            self._stay(CORNER_STAYS)
            self._do_within(act, word)

    def mark(self, cell: int) -> None:
        """A finger is on a cell of the touch test."""
        if self._view is not None and self._view.page is Page.TOUCH:
            self._stay(CORNER_STAYS)
            self._change(marked=self._view.marked | {cell})

    def tick(self) -> None:
        """Takes what is ready, and lets time-outs happen; call a few times a second."""
        if self._view is None:
            return
        self._sounds.tick()
        self._take_verdict()
        self._take_facts()
        if self._view.rest:
            self._change(rest=_rounded(self._lock.wait()))
        if self._view.page is Page.LANGUAGES:
            self._change(working=self._sounds.working)
        if self._clock() >= self._deadline:
            self.close()

    def _do_on_pad(self, act: Act, word: str) -> None:
        if act is Act.CLOSE:
            self._used = True
            self.close()
            return
        assert self._view is not None
        if self._view.checking or self._view.rest:
            return
        before = self._typed
        if act is Act.DIGIT and word in tuple("0123456789") and len(self._typed) < pin.LONGEST:
            self._typed += word
        elif act is Act.ERASE:
            self._typed = self._typed[:-1]
        elif act is Act.ENTER and len(self._typed) >= pin.SHORTEST:
            self._checked = self._executor.submit(self._check, self._typed)
            self._typed = ""
            self._change(checking=True)
        if before != self._typed:  # a drop of water on a key does not keep the pad open for ever
            self._used = True
            self._stay(PAD_STAYS)
            self._change(digits=len(self._typed), wrong=False)

    def _do_within(self, act: Act, word: str) -> None:
        assert self._view is not None
        match act:
            case Act.CLOSE:
                self.close()
            case Act.BACK:
                self._go_home()
            case Act.TURN:
                self._change(part=self._view.part + 1)
            case Act.LANGUAGES:
                self._change(page=Page.LANGUAGES, heard="", working=self._sounds.working)
            case Act.HEAR if word in self._languages:
                self._hear(word)
            case Act.LOUDER | Act.QUIETER:
                self._turn_volume(1 if act is Act.LOUDER else -1)
            case Act.TOUCH:
                self._change(page=Page.TOUCH, marked=frozenset())
            case Act.LEAVING:
                self._change(page=Page.LEAVING)
            case Act.RESTART | Act.LEAVE:
                log.info("staff-ends-terminal", how=act)
                self._outcome = Outcome(act)

    def _go_home(self) -> None:
        self._sounds.hush()
        self._change(page=Page.HOME, part=0, marked=frozenset())
        self._gathered = self._executor.submit(self._gather)

    def _hear(self, language: str) -> None:
        assert self._view is not None
        self._sounds.say(language, self._view.volume)
        self._change(heard=language)

    def _turn_volume(self, step: int) -> None:
        assert self._view is not None
        volume = self._view.volume + step
        if QUIETEST <= volume <= LOUDEST:
            self._change(volume=volume)
            if self._view.heard:
                self._hear(self._view.heard)

    def _check(self, digits: str) -> tuple[Verdict, Facts | None]:
        """On the executor; the facts are wanted next, and gathered only for who may see them."""
        try:
            verdict = self._lock.check(digits)
        except Exception:  # the top of this task: whatever is broken, the door stays closed
            log.exception("staff-pin")
            return Verdict(False), None
        return verdict, self._gather() if verdict.right else None

    def _gather(self) -> Facts | None:
        """On the executor."""
        try:
            return self._facts()
        except Exception:  # the top of this task: whatever is broken may be why the staff came, to restart
            log.exception("staff-facts")
            return None

    def _take_verdict(self) -> None:
        if self._checked is None or not self._checked.done():
            return
        checked, self._checked = self._checked, None
        verdict, facts = checked.result()
        if verdict.right:
            self._stay(CORNER_STAYS)
            self._change(page=Page.HOME, checking=False, digits=0, facts=facts)
        else:
            self._stay(PAD_STAYS)
            self._change(checking=False, digits=0, wrong=True, rest=_rounded(verdict.wait))

    def _take_facts(self) -> None:
        if self._gathered is not None and self._gathered.done():
            gathered, self._gathered = self._gathered, None
            self._change(facts=gathered.result())

    def _change(self, **changes: object) -> None:
        assert self._view is not None
        changed = replace(self._view, **changes)
        if changed != self._view:
            self._view = changed

    def _stay(self, seconds: float) -> None:
        self._deadline = self._clock() + seconds


def _rounded(wait: float) -> int:
    """A wait as one of the few that the pad has words for."""
    return next((rest for rest in RESTS if rest >= ceil(wait)), RESTS[-1]) if wait > 0 else 0
