"""What is lit and what is spoken: pure, so that a visit with closed eyes can be tested without sound or window.

    scene --> its words, then each target lit and named, thrice round    (the walk)
    touch, key --> the walk stops; what the visitor finds is lit and named, and chosen by a second touch or by Enter

Whoever looks over a shoulder sees where the light is, so its rhythm must not tell one side's answers from the
other's: every step of the walk takes whole slots of time, however long its words are.
"""

from collections.abc import Callable, Iterator
from enum import Enum, auto
from math import ceil
from pathlib import Path

from msgspec import Struct

from kiosk.session import Screen, View
from kiosk.ui.keypad import Intent
from kiosk.ui.layout.box import Box
from kiosk.ui.speech import Speech, Voice, loudness
from kiosk.ui.target import Deed, Scene, Target
from locales.prompts import Prompt

__all__ = ["Narration", "Voice", "loudness"]

SLOT = 2.5
"""Seconds: each target is lit for a whole number of these. Nearly all names take less than two, and somebody with a
single switch needs half a second more to press it."""
WHY_SLOT = 4.0
"""The same for the question why, whose longest words take some three seconds: there every step must take as long."""
PAUSE = 0.5
"""Seconds of silence at least after each prompt."""
ROUNDS = 3
"""How often the walk goes round the targets; then time runs out as for anybody who went away."""

AT_ONCE = (Deed.SPEECH, Deed.LOUDER, Deed.QUIETER, Deed.DISMISS)
"""These act at the first touch: they undo nothing, and whoever wants less noise wants it now."""
STAYING = (Deed.SPEECH, Deed.APPEARANCE, Deed.LOUDER, Deed.QUIETER)
"""Choosing these by key leaves the light on them, to be chosen again."""
FIRST = {Screen.QUESTION: Deed.FACE, Screen.WHY: Deed.ANSWER, Screen.LANGUAGES: Deed.LANGUAGE}
"""Where the light begins on each screen; from there it goes on in reading order, and round."""
EAR = Target(Box(0, 0, 0, 0), Deed.SPEECH, "", ())
"""Stands for the ear while the idle rotation happens to show a language that has no voice."""


class _By(Enum):
    """Who put the light where it is."""

    WALK = auto()
    TOUCH = auto()
    KEY = auto()


class _Step(Struct, frozen=True):
    """One thing to say, and what is lit from then on; without a target the light stays where it is.

    What is `slotted` ends with a slot of time, the rest as soon as it is said.
    """

    prompt: Prompt | None
    target: Target | None = None
    slotted: bool = True


class Narration:
    """One for the app's life. Call from one thread only.

    `find` gives a prompt's recording, if there is one; `more_time` the prompt for who hesitates, in a language;
    `clock` monotonic seconds. That there was a touch or a key at all is for the app to tell the session.
    """

    def __init__(
        self,
        voice: Voice,
        find: Callable[[Prompt], Path | None],
        more_time: Callable[[str], Prompt],
        clock: Callable[[], float],
    ) -> None:
        self._speech = Speech(voice, find)
        self._more_time = more_time
        self._clock = clock
        self._scene = Scene()
        self._view: View | None = None
        self._lit: Target | None = None
        self._by = _By.WALK
        self._named = False
        self._steps: Iterator[_Step] | None = None
        self._slotted = False
        self._began = self._until = 0.0
        self._heard = False

    @property
    def lit(self) -> Target | None:
        """The target with the ring around it: always one of the shown scene's."""
        return self._lit

    @property
    def speaking(self) -> bool:
        """Whether the visitor is being told or shown something, and needs the time for it (`Session.listen`).

        Not while being asked whether more time is needed: else nobody's time would ever run out.
        """
        return self._steps is not None or self._speech.needs_time

    def show(self, scene: Scene, view: View) -> None:
        """Another scene or view is on the screen. The light that a key has put stays while the screen is the same."""
        before, self._scene, self._view = self._view, scene, view
        self._lit = self._again(self._lit)
        self._heard = self._heard or view.speech
        if before is None or _heading(view) != _heading(before):
            self._begin(view, keep=before is not None and view.screen is before.screen)
        elif view.speech and view.volume != before.volume:
            self._speech.repeat(view.volume)
        elif view.speech and view.hurry and not before.hurry and self._steps is None:
            self._speech.say(self._more_time(view.language), view.volume, hurrying=True)

    def forget(self) -> None:
        """Nobody is at the terminal any more (`Session.idle`). May be called again and again."""
        self._heard = False
        self._rest()
        self._speech.forget()

    def touched(self, target: Target | None) -> Target | None:
        """What a touch that landed on `target`, or beside all targets, chooses.

        While speech is on, that is only what the visitor has lit before: the first touch lights and names it. The
        walk's own light is no first touch, as it may have come under the finger by chance.
        """
        found = self._again(target)
        if found is None or found.deed in AT_ONCE:
            return found
        if self._speaks and not (found == self._lit and self._named and self._by is not _By.WALK):
            self._light(found, _By.TOUCH)
            return None
        self._rest()
        return found

    def key(self, intent: Intent) -> Target | None:
        """What a key chooses. Enter where nothing is lit begins the walk, for a single switch.

        Until a visitor has heard anything, keys also ask for speech: what is chosen is then the ear (it may be one that
        the scene does not show), and the light goes where the key puts it all the same.
        """
        if self._view is None or self._view.screen is Screen.THANKS:
            return self._target(Deed.DISMISS) if intent is Intent.CHOOSE else None
        if intent is not Intent.CHOOSE:
            self._move(forward=self._is_forward(intent))
        elif self._lit is None:
            self._walk(self._rounds())
        elif self._named or not self._speaks:
            return self._chosen_by_key(self._lit)
        else:
            self._light(self._lit, _By.KEY)
        return self._ear_to_ask(self._view)

    def tick(self) -> None:
        """Lets the walk go on; call ten times a second or so."""
        if self._steps is None:
            return
        now = self._clock()
        if self._speech.going_on:
            self._until = self._end_of_slot(now + PAUSE) if self._slotted else now + PAUSE
        elif now >= self._until:
            self._go_on(self._steps)

    @property
    def _speaks(self) -> bool:
        return self._view is not None and self._view.speech

    def _begin(self, view: View, *, keep: bool) -> None:
        """Begins the scene anew; a light that is kept is named at the end."""
        kept = self._lit if keep and self._by is _By.KEY else None
        self._rest()
        self._speech.forget()
        if kept:
            self._lit, self._by = kept, _By.KEY
        if view.speech:
            self._walk(self._told(kept))

    def _told(self, kept: Target | None) -> Iterator[_Step]:
        """The scene's words, and then what is lit already, or all targets."""
        spoken = [prompt for prompt in self._scene.spoken if self._speech.has(prompt)]
        for prompt in spoken:
            yield _Step(prompt, slotted=prompt is spoken[-1])
        if kept:
            yield _Step(kept.prompt, kept)
        else:
            yield from self._rounds()

    def _rounds(self) -> Iterator[_Step]:
        """Every target in turn. A language that cannot say its name is passed over when others can."""
        order = [target for target in self._scene.targets if target.deed is not Deed.DISMISS]
        start = order.index(first) if (first := self._first()) in order else 0
        for target in (*order[start:], *order[:start]) * ROUNDS:
            if target.deed is not Deed.LANGUAGE or not self._speaks or self._speech.has(target.prompt):
                yield _Step(target.prompt, target)

    def _walk(self, steps: Iterator[_Step]) -> None:
        self._steps = steps
        self._began = self._clock()
        if self._lit is None:
            self._by = _By.WALK
        self._go_on(steps)

    def _go_on(self, steps: Iterator[_Step]) -> None:
        """Takes the next step there is on the scene as it is now."""
        for step in steps:
            target = self._again(step.target)
            if target or step.target is None:
                self._take(step, target)
                return
        self._steps = None
        if self._by is _By.WALK:
            self._lit = None

    def _take(self, step: _Step, target: Target | None) -> None:
        now = self._clock()
        if target:
            self._lit, self._named = target, True
            self._began = now
        self._say(step.prompt)
        self._slotted = step.slotted
        self._until = self._end_of_slot(now) if step.slotted else now

    def _end_of_slot(self, moment: float) -> float:
        """When the slot ends that this moment is in."""
        slot = WHY_SLOT if self._view and self._view.screen is Screen.WHY else SLOT
        return self._began + slot * max(1, ceil((moment - self._began) / slot))

    def _light(self, target: Target, by: _By) -> None:
        """The visitor has found a target: it is lit and named, and the walk is over."""
        self._rest()
        self._lit, self._by, self._named = target, by, True
        self._say(target.prompt)

    def _say(self, prompt: Prompt | None) -> None:
        if self._view and self._view.speech:
            self._speech.say(prompt, self._view.volume)

    def _rest(self) -> None:
        """No walk, no sound, no light."""
        self._steps = self._lit = None
        self._named = False
        self._speech.hush()

    def _chosen_by_key(self, target: Target) -> Target:
        self._rest()
        if target.deed in STAYING:
            self._lit, self._by, self._named = target, _By.KEY, True
        return target

    def _move(self, *, forward: bool) -> None:
        targets = self._scene.targets
        if self._lit:
            way = 1 if forward else -1
            self._light(targets[(targets.index(self._lit) + way) % len(targets)], _By.KEY)
        elif first := self._first():
            self._light(first, _By.KEY)

    def _is_forward(self, intent: Intent) -> bool:
        return intent is Intent.NEXT or intent is (Intent.LEFT if self._scene.mirrored else Intent.RIGHT)

    def _first(self) -> Target | None:
        """Where the light begins."""
        own = FIRST.get(self._view.screen) if self._view else None
        targets = self._scene.targets
        return next((target for target in targets if target.deed is own), targets[0] if targets else None)

    def _ear_to_ask(self, view: View) -> Target | None:
        if self._heard:
            return None
        rotating = view.screen is Screen.QUESTION and not view.chosen
        return self._target(Deed.SPEECH) or (EAR if rotating else None)

    def _target(self, deed: Deed) -> Target | None:
        return next((target for target in self._scene.targets if target.deed is deed), None)

    def _again(self, target: Target | None) -> Target | None:
        """The same target on the scene as it is now, where it may look otherwise."""
        wanted = target and (target.deed, target.value)
        return next((found for found in self._scene.targets if (found.deed, found.value) == wanted), None)


def _heading(view: View) -> tuple[object, ...]:
    """What makes a screen another one to a listener."""
    return view.screen, view.language, view.score if view.screen is Screen.WHY else None, view.message, view.speech
