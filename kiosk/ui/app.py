"""The terminal's face to the visitor: shows and speaks what the session says, and hands it every touch and key.

Not a kivy.app.App: that brings settings, key bindings and ways out which a terminal must not have.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from contract.survey import side_of
from kiosk.faults import Fault, Faults
from kiosk.session import Screen, Session, View
from kiosk.staff.view import Outcome
from kiosk.surveys import Shown
from kiosk.ui import speech, window
from kiosk.ui.burn_in import shift_at
from kiosk.ui.entrance import Key
from kiosk.ui.keypad import intent_of
from kiosk.ui.layout import Panel, Size
from kiosk.ui.narration import Narration
from kiosk.ui.scene import Scenes
from kiosk.ui.staff.screen import StaffScreen
from kiosk.ui.studio import Studio
from kiosk.ui.target import Deed, Scene, Target
from locales.prompts import Prompt, Prompts
from locales.voices import Voices

if TYPE_CHECKING:
    from kiosk.ui.stage import Stage

BEAT = 0.1
"""Seconds between looks at the time."""
TAKING = 0.008
"""Seconds of each beat that may go into taking over pictures drawn ahead."""
AWAKE = 60.0
"""Seconds after the last touch until the screen sleeps, outside opening hours."""


class Voice(speech.Voice, Protocol):
    """The loudspeaker, which knows whether it is there."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    @property
    def working(self) -> bool:
        """Whether there is a sound device."""
        ...


class Fittings(Struct, frozen=True):
    """What one terminal is fitted with: its screen, its voice, its hours, the staff's corner.

    `size` in pixels, None for the full screen; `inches` its diagonal, None for what is usual; `low` keeps all targets
    in the lower part; `is_open` tells whether visitors are expected now; with `aloud` the managers' messages are
    spoken into the room as they are shown, as loud as `volume`, 1 to 5.
    """

    voice: Voice
    voices: Voices
    faults: Faults
    size: Size | None = None
    inches: float | None = None
    low: bool = False
    staff: StaffScreen | None = None
    is_open: Callable[[], bool] = lambda: True
    aloud: bool = False
    volume: int = 3


def _nothing() -> None:
    """What is done where nobody wants to be told."""


class KioskApp:
    """One window over one session at a time. Everything but call_soon, change and stop is the main thread's.

    `make_session` builds the session that asks a survey, with the languages that can be heard; `on_ready` is called
    once the first faces are on the screen, `on_beat` while the main thread is alive, `on_frame` with the monotonic
    time of every frame drawn.
    """

    def __init__(
        self,
        make_session: Callable[[Shown, Sequence[str]], Session],
        shown: Shown,
        languages: Sequence[str],
        fittings: Fittings,
        *,
        on_ready: Callable[[], None] = _nothing,
        on_beat: Callable[[], None] = _nothing,
        on_frame: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._make_session = make_session
        self._shown = shown
        self._languages = tuple(languages)
        self._fittings = fittings
        self._staff = fittings.staff
        self._on_ready = on_ready
        self._on_beat = on_beat
        self._on_frame = on_frame
        self._next: Shown | None = None
        self._stopping = False
        self._audible = False
        self._began = self._used = monotonic()
        self._asleep = self._announcing = False
        self._renderer = ""
        self._view: View | None = None
        self._scene: Scene | None = None
        self._session: Session
        self._scenes: Scenes
        self._stage: Stage
        self._window: window.Opened
        self._narration = Narration(fittings.voice, self._recording, self._more_time, monotonic)

    def run(self) -> Outcome | None:
        """Shows the terminal until stop(), SIGTERM or SIGINT (None), or until the staff end it.

        Raises kiosk.ui.display.NoScreenError and kiosk.ui.studio.DrawingError.
        """
        studio = Studio()
        with _stopped_by_signals(self.stop):
            studio.start()
            try:
                with window.opened(self._fittings.size, fullscreen=self._fittings.size is None) as opened:
                    self._show(opened, studio)
            finally:
                studio.stop()
        return self._staff.outcome if self._staff else None

    def _show(self, opened: window.Opened, studio: Studio) -> None:
        from kivy.clock import Clock

        from kiosk.ui.stage import Stage

        self._window = opened
        self._stage = Stage(opened)
        self._renderer = opened.renderer
        if opened.is_software:
            self._fittings.faults.report(Fault.SCREEN, renderer=opened.renderer)
        self._open_session()
        self._lay_out()
        self._draw(studio)
        opened.on_resize, opened.on_frame = self._resized, self._after_frame
        opened.entrance.watchers.append(self)
        opened.entrance.keyed = self._keyed
        Clock.schedule_interval(lambda _: self._beat(), BEAT)
        self._fittings.voice.start()  # after the window: two parts of SDL must not begin in two threads at once
        try:
            opened.run()
        finally:
            self._fittings.voice.stop()
            self._stage.end()

    @property
    def renderer(self) -> str:
        """What draws the window; "" before there is one."""
        return self._renderer

    def call_soon(self, work: Callable[[], None]) -> None:
        """Has `work` done on the main thread before the next frame, and what it changed shown. From any thread."""

        def do() -> None:
            work()
            self._refresh()

        self._window.call_soon(do)

    def change(self, shown: Shown) -> None:
        """Asks another survey, or shows other messages, as soon as nobody is at the terminal. From any thread."""
        self._next = shown

    def stop(self) -> None:
        """Ends run() within a tenth of a second. From any thread, and from a signal handler."""
        self._stopping = True

    def _open_session(self) -> None:
        """Begins anew with what is to be shown, and with what can be heard now."""
        fittings, survey = self._fittings, self._shown.survey
        self._audible = fittings.voice.working
        needed = {language: tuple(Prompts(survey, language).needed()) for language in self._languages}
        recorded = [language for language, prompts in needed.items() if fittings.voices.speaks(prompts)]
        partly = [language for language, prompts in needed.items() if any(map(fittings.voices.find, prompts))]
        if partly == recorded:
            fittings.faults.clear(Fault.VOICES)
        else:
            fittings.faults.report(Fault.VOICES, languages=" ".join(sorted({*partly} - {*recorded})))
        self._session = self._make_session(self._shown, recorded if self._audible else ())

    def _lay_out(self) -> None:
        """Makes the session's screens for the window's size."""
        panel = Panel.of(self._window.size, self._fittings.inches, low=self._fittings.low)
        self._scenes = Scenes(
            self._shown.survey,
            self._languages,
            panel,
            speaks=self._session.speaks,
            messages=self._shown.messages,
        )
        if self._staff:
            self._staff.begin(self._shown.survey, panel)
        self._view = self._scene = None

    def _draw(self, studio: Studio) -> None:
        """Has all screens drawn in a studio that is open already, and nothing of former ones kept."""
        self._stage.begin(studio)
        self._stage.prepare(self._scenes.ahead())
        self._refresh()

    def _resized(self) -> None:
        self._lay_out()
        studio = Studio()
        studio.start()
        self._draw(studio)

    def _beat(self) -> None:
        self._on_beat()
        self._session.tick()
        if self._staff:
            self._staff.tick()
        if self._stopping or (self._staff and self._staff.outcome):
            self._window.stop()
        elif not (self._staff and self._staff.scene):
            self._attend()
        self._stage.take_drawn(monotonic() + TAKING)
        self._refresh()

    def _attend(self) -> None:
        """Goes on speaking to the visitor, or rests until there is one."""
        if self._narration.speaking:
            self._session.listen()
        self._narration.tick()
        if self._session.idle:
            self._rest()

    def _rest(self) -> None:
        """What is done while nobody is at the terminal."""
        self._narration.forget()
        if self._next is not None:
            self._shown, self._next = self._next, None
            self._open_session()
            self._resized()
        elif self._fittings.voice.working is not self._audible:
            self._open_session()
            self._lay_out()
            self._stage.prepare(self._scenes.ahead())
        self._stage.shift(*shift_at(monotonic() - self._began))
        closed = not self._fittings.is_open() and monotonic() - self._used > AWAKE
        if closed is not self._asleep:
            self._sleep(asleep=closed)
        if self._fittings.voice.working:
            self._fittings.faults.clear(Fault.SOUND)
        else:
            self._fittings.faults.report(Fault.SOUND)

    def _sleep(self, *, asleep: bool) -> None:
        self._asleep = asleep
        self._stage.sleep(asleep)

    def _refresh(self) -> None:
        """Shows what the session, or the staff's corner, has come to, if it changed."""
        if self._staff and (scene := self._staff.scene):
            if scene is not self._scene:
                if self._scene is not None and self._view is not None:
                    self._narration.forget()
                self._scene, self._view = scene, None
                self._stage.prepare(self._staff.ahead())
                self._stage.show(scene, fade=False)
            return
        view, before = self._session.view, self._view
        if view is not before:
            self._view, self._scene = view, self._scenes.of(view)
            self._stage.show(self._scene, fade=before is not None and _turned(before, view))
            self._narration.show(self._scene, view)
            self._announce(view)
        self._stage.light(self._narration.lit)
        self._stage.show_time_left(self._session.time_left)

    def _announce(self, view: View) -> None:
        """Speaks a message of the managers into the room, where that is wanted, until somebody is there."""
        fittings = self._fittings
        if self._announcing and not self._session.idle:
            self._announcing = False
            fittings.voice.hush()
        if fittings.aloud and self._session.idle and not self._asleep and view.message is not None:
            prompt = Prompts(self._shown.survey, view.language, self._shown.messages).message(view.message)
            if prompt and (file := self._recording(prompt)):
                self._announcing = True
                fittings.voice.say(file, speech.loudness(fittings.volume))

    def finger_down(self, finger: int, x: float, y: float) -> None:
        """A finger acts when it lands; on a screen asleep it only wakes."""
        if self._wakes():
            return
        target = self._stage.target_at(x, y)
        idle = self._session.idle
        if not (self._staff and self._staff.finger_down(finger, x, y, target=target, idle=idle)):
            self._session.touch()
            self._do(self._narration.touched(target))
        self._refresh()

    def finger_move(self, finger: int, x: float, y: float) -> None:
        """A finger that strays does nothing more, but for the staff's touch test."""
        if self._staff:
            self._staff.finger_move(finger, x, y)
            self._refresh()

    def finger_up(self, finger: int) -> None:
        if self._staff:
            self._staff.finger_up(finger)

    def _keyed(self, key: Key) -> None:
        if self._staff:
            self._staff.key()
        if (intent := intent_of(key)) is None or self._wakes() or (self._staff and self._staff.scene):
            return
        self._session.touch()
        self._do(self._narration.key(intent))
        self._refresh()

    def _wakes(self) -> bool:
        """Whether what came now found the screen asleep."""
        self._used = monotonic()
        was_asleep = self._asleep
        if was_asleep:
            self._sleep(asleep=False)
        return was_asleep

    def _do(self, target: Target | None) -> None:
        if target is None:
            return
        session = self._session
        match target.deed:
            case Deed.FACE:
                session.choose_face(int(target.value))
            case Deed.ANSWER:
                session.choose_answer(target.value)
            case Deed.LANGUAGE:
                session.choose_language(target.value)
            case Deed.LANGUAGES:
                session.show_languages()
            case Deed.SKIP:
                session.skip()
            case Deed.OOPS:
                session.oops()
            case Deed.DISMISS:
                session.dismiss()
            case Deed.SPEECH:
                session.toggle_speech()
            case Deed.APPEARANCE:
                session.next_appearance()
            case Deed.LOUDER:
                session.change_volume(1)
            case Deed.QUIETER:
                session.change_volume(-1)

    def _recording(self, prompt: Prompt) -> Path | None:
        recording = self._fittings.voices.find(prompt)
        return recording.file if recording else None

    def _more_time(self, language: str) -> Prompt:
        return Prompts(self._shown.survey, language).more_time

    def _after_frame(self, at: float) -> None:
        self._on_frame(at)
        ready, self._on_ready = self._on_ready, _nothing
        ready()


def _turned(before: View, after: View) -> bool:
    """Whether other words come, or another screen: then they fade in."""
    if after.screen is Screen.WHY and before.screen is Screen.WHY:
        return side_of(before.score or 0) is not side_of(after.score or 0)
    return (before.screen, before.language, before.message) != (after.screen, after.language, after.message)


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Kivy would turn SIGTERM into a request that a window may refuse."""
    names = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(name, lambda *_: stop()) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)
