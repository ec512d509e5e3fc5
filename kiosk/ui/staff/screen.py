"""The staff corner as the app has it: every finger goes in, a scene comes out while it is open.

How the app uses it, all on the main thread:

    staff.begin(survey, panel)           with the session's, and again when one of them changes
    staff.finger_down(…)                 for every finger that lands, before the session hears of it; where it answers
                                         True the touch was the corner's, and is nobody else's
    staff.finger_move(…), finger_up(…)   for every finger
    staff.key()                          for every key: it ends a gesture, and does nothing else here
    staff.tick()                         a few times a second
    staff.scene                          what to show instead of the session's scene; None while it is closed
    staff.ahead()                        what to draw meanwhile; ask after every change of `scene`, it tells each once
    staff.outcome                        RESTART or LEAVE: end the process so

While it is open the session goes on unseen, and must neither speak nor end what the corner says; narration rests.
The scenes of the touch test are many and short-lived; keep none of them painted.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Executor

from contract.survey import Survey
from kiosk.staff.corner import Corner, Lock, Sounds
from kiosk.staff.facts import Facts, FactSource
from kiosk.staff.view import Outcome, Page, View
from kiosk.ui.gesture import CornerHold
from kiosk.ui.layout.panel import Panel
from kiosk.ui.staff.scenes import StaffScenes
from kiosk.ui.staff.words import Words, staff_language
from kiosk.ui.target import Deed, Scene, Target


class StaffScreen:
    """Gesture, state machine and scenes together. Constructing does nothing; `begin` first.

    `make_sounds` gives the loudspeaker for a survey; `clock` gives monotonic seconds; `executor` has one thread, which
    is the corner's own.
    """

    def __init__(
        self,
        lock: Lock,
        facts: FactSource,
        make_sounds: Callable[[Survey], Sounds],
        languages: Sequence[str],
        executor: Executor,
        clock: Callable[[], float],
        volume: int = 3,
    ) -> None:
        self._languages = tuple(languages)
        self._words = Words(staff_language(languages))
        self._lock = lock
        self._facts = facts
        self._make_sounds = make_sounds
        self._executor = executor
        self._clock = clock
        self._volume = volume
        self._corner: Corner
        self._was_open = False
        self._hold: CornerHold
        self._scenes: StaffScenes
        self._drawn: tuple[View, Scene] | None = None
        self._told: tuple[bool, Facts | None] | None = None

    def begin(self, survey: Survey, panel: Panel) -> None:
        """Closed, for a survey and a panel."""
        sounds = self._make_sounds(survey)
        self._corner = Corner(
            self._lock, self._facts, sounds, self._languages, self._executor, self._clock, self._volume
        )
        self._was_open = False
        self._hold = CornerHold(panel.size, panel.per_mm, self._clock)
        self._scenes = StaffScenes(survey, self._languages, panel, self._words)
        self._drawn = self._told = None

    @property
    def scene(self) -> Scene | None:
        """The same object for as long as nothing changes."""
        view = self._corner.view
        if view is None:
            self._drawn = self._told = None
            return None
        if self._drawn is None or self._drawn[0] is not view:
            self._drawn = view, self._scenes.of(view)
        return self._drawn[1]

    @property
    def opened(self) -> bool:
        """Whether somebody is past the pad."""
        view = self._corner.view
        return view is not None and view.page is not Page.PAD

    @property
    def outcome(self) -> Outcome | None:
        """How the process is to end, once it is."""
        return self._corner.outcome

    def ahead(self) -> Iterator[Scene]:
        """What may be shown next, told once: for the pad, and then for everything behind it with the same facts."""
        view = self._corner.view
        before, self._told = self._told, (self.opened, view.facts) if view else None
        return iter(()) if view is None or self._told == before else self._scenes.ahead(view)

    def finger_down(self, finger: Hashable, x: float, y: float, *, target: Target | None, idle: bool) -> bool:
        """A finger lands, in pixels from the top left: on a target of the shown scene, or on none.

        `idle` when nobody is at the terminal. Returns whether the touch was the corner's.
        """
        if self._corner.view is None:
            self._hold.finger_down(finger, x, y, free=idle and target is None)
            return False
        if target is not None and target.deed is Deed.STAFF:
            self._corner.do(target.value)
        elif target is None:
            self._mark(x, y)
        self._look()
        return True

    def finger_move(self, finger: Hashable, x: float, y: float) -> None:
        """A finger moves."""
        if self._corner.view is None:
            self._hold.finger_move(finger, x, y)
        else:
            self._mark(x, y)

    def finger_up(self, finger: Hashable) -> None:
        """A finger leaves."""
        self._hold.finger_up(finger)

    def key(self) -> None:
        """A key was pressed: somebody is at the terminal who is no member of staff."""
        self._hold.cancel()

    def tick(self) -> None:
        """Lets time pass."""
        if self._corner.view is None and self._hold.take():
            self._corner.open()
        self._corner.tick()
        self._look()

    def _mark(self, x: float, y: float) -> None:
        if (cell := self._scenes.cells.at(x, y)) is not None:
            self._corner.mark(cell)

    def _look(self) -> None:
        """A pad that closed without a key was opened by no member of staff."""
        is_open = self._corner.view is not None
        if self._was_open and not is_open and not self._corner.used:
            self._hold.rest()
        self._was_open = is_open
