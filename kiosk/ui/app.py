"""The terminal's face to the visitor: shows what the session says, and hands it every touch.

Not a kivy.app.App: that brings settings, key bindings and ways out which a terminal must not have.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from contract.survey import Survey, side_of
from kiosk.session import Screen, Session, View
from kiosk.ui import window
from kiosk.ui.layout import Size
from kiosk.ui.scene import Deed, Scenes, Target
from kiosk.ui.studio import Studio

if TYPE_CHECKING:
    from kiosk.ui.stage import Stage

BEAT = 0.1
"""Seconds between looks at the time."""
TAKING = 0.008
"""Seconds of each beat that may go into taking over pictures drawn ahead."""


class KioskApp:
    """One window over one session at a time. Everything but call_soon, change_survey and stop is the main thread's.

    `make_session` builds the session that asks a survey; `on_ready` is called once the first faces are on the screen;
    `on_frame` gets the monotonic time of every frame drawn.
    """

    def __init__(
        self,
        make_session: Callable[[Survey], Session],
        survey: Survey,
        *,
        size: Size | None = None,
        fullscreen: bool = False,
        on_ready: Callable[[], None] | None = None,
        on_frame: Callable[[float], None] | None = None,
    ) -> None:
        self._make_session = make_session
        self._survey: Survey | None = survey
        self._size = size
        self._fullscreen = fullscreen
        self._on_ready = on_ready
        self._on_frame = on_frame
        self._stopping = False
        self._stage: Stage
        self._session: Session
        self._scenes: Scenes
        self._view: View | None = None

    def run(self) -> None:
        """Shows the terminal until stop(), SIGTERM, SIGINT or the window's end.

        Raises kiosk.ui.display.NoScreenError and kiosk.ui.studio.DrawingError.
        """
        studio = Studio()
        with _stopped_by_signals(self.stop):
            studio.start()
            try:
                with window.opened(self._size, fullscreen=self._fullscreen) as opened:
                    self._show(opened, studio)
            finally:
                studio.stop()

    def _show(self, opened: Any, studio: Studio) -> None:  # noqa: ANN401
        from kivy.base import runTouchApp
        from kivy.clock import Clock

        from kiosk.ui.stage import Stage

        self._window = opened
        self._clock = Clock
        self._stage = Stage(opened, self._touched)
        self._open_session(studio)
        opened.bind(on_resize=lambda *_: self._lay_out(), on_flip=self._after_frame)
        Clock.schedule_interval(lambda _: self._beat(), BEAT)
        try:
            runTouchApp()
        finally:
            self._stage.end()

    def call_soon(self, work: Callable[[], None]) -> None:
        """Has `work` done on the main thread before the next frame, and what it changed shown. From any thread."""

        def do(_dt: float) -> None:
            work()
            self._refresh()

        self._clock.schedule_once(do, -1)

    def change_survey(self, survey: Survey) -> None:
        """Asks another survey as soon as nobody is at the terminal. From any thread."""
        self._survey = survey

    def stop(self) -> None:
        """Ends run() within a tenth of a second. From any thread, and from a signal handler."""
        self._stopping = True

    def _open_session(self, studio: Studio | None = None) -> None:
        survey, self._survey = self._survey, None
        assert survey is not None
        self._session = self._make_session(survey)
        self._lay_out(studio)

    def _lay_out(self, studio: Studio | None = None) -> None:
        """Begins anew with the session's survey on the window's size, in a studio that may be open already."""
        self._scenes = Scenes(self._session.survey, self._session.languages, tuple(self._window.size))
        if studio is None:
            studio = Studio()
            studio.start()
        studio.draw(picture.drawing for scene in self._scenes.all() for picture in scene.all_pictures())
        self._stage.begin(studio)
        self._view = None
        self._refresh()

    def _beat(self) -> None:
        if self._stopping:
            from kivy.base import stopTouchApp

            stopTouchApp()
        elif self._survey and self._session.idle:
            self._open_session()
        self._session.tick()
        self._stage.take_drawn(monotonic() + TAKING)
        self._refresh()

    def _refresh(self) -> None:
        """Shows what the session has come to, if it changed."""
        view, before = self._session.view, self._view
        if view is not before:
            self._view = view
            self._stage.show(self._scenes.of(view), fade=before is not None and _turned(before, view))
        self._stage.show_time_left(self._session.time_left)

    def _touched(self, target: Target) -> None:
        match target.deed:
            case Deed.FACE:
                self._session.choose_face(int(target.value))
            case Deed.ANSWER:
                self._session.choose_answer(target.value)
            case Deed.LANGUAGE:
                self._session.choose_language(target.value)
            case Deed.SKIP:
                self._session.skip()
            case Deed.DISMISS:
                self._session.dismiss()
        self._refresh()

    def _after_frame(self, opened: Any) -> bool:  # noqa: ANN401
        """Takes the flip from Kivy, so that what follows comes after it."""
        opened.flip()
        if self._on_frame:
            self._on_frame(monotonic())
        if self._on_ready:
            ready, self._on_ready = self._on_ready, None
            ready()
        return True


def _turned(before: View, after: View) -> bool:
    """Whether the visitor comes to another screen, or to the other side's answers."""
    if after.screen is Screen.WHY and before.screen is Screen.WHY:
        return side_of(before.score or 0) is not side_of(after.score or 0)
    return before.screen is not after.screen


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
