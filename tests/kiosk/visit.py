"""A session with its surroundings: a clock and a disk that the test moves by hand."""

from collections.abc import Callable, Collection, Sequence

from contract.sheets import Vote
from contract.survey import Text
from kiosk.play import Play
from kiosk.session import Change, Screen, Session, Timing, View
from locales.catalogue import default_survey
from tests.fakes.clock import FakeClock

SURVEY = default_survey()


class SlowRecorder:
    """Notes what it is asked to record, and is done when the test says so."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.ended = 0

    def record(self, change: Change) -> None:
        self.changes.append(change)

    def session_ended(self) -> None:
        self.ended += 1


class Visit:
    """A session, and what the visitor does to it."""

    def __init__(
        self,
        *,
        languages: Sequence[str] = ("nb", "en", "th"),
        timing: Timing | None = None,
        messages: Sequence[Text] = (),
        speaks: Collection[str] = (),
        volume: int = 3,
        play: Play | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.recorder = SlowRecorder()
        self.session = Session(
            SURVEY,
            languages,
            self.recorder,
            self.clock.monotonic,
            self.clock.moment,
            timing,
            messages=messages,
            speaks=speaks,
            volume=volume,
            play=play,
        )
        self._answered = 0

    def touch(self, what: Callable[[], None] = lambda: None, *, after: float = 1.0, on_disk: bool = True) -> None:
        """One finger, some seconds after the last one; unless told, the disk is done at once."""
        self.clock.advance(after)
        self.session.touch()
        what()
        if on_disk:
            self.disk_answers()

    def face(self, score: int, *, after: float = 1.0, on_disk: bool = True) -> None:
        self.touch(lambda: self.session.choose_face(score), after=after, on_disk=on_disk)

    def answer(self, option: str, *, on_disk: bool = True) -> None:
        self.touch(lambda: self.session.choose_answer(option), on_disk=on_disk)

    def language(self, language: str, *, on_disk: bool = True) -> None:
        self.touch(lambda: self.session.choose_language(language), on_disk=on_disk)

    def disk_answers(self, *, ok: bool = True) -> None:
        """To all that it was asked."""
        while self._answered < len(self.recorder.changes):
            self._answered += 1
            self.session.recorded(ok)

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.session.tick()

    def shows(self, screen: Screen) -> bool:
        return self.session.view.screen is screen

    def view(self) -> View:
        return self.session.view

    def idle(self) -> bool:
        return self.session.idle

    def votes(self) -> list[tuple[Vote | None, Vote | None]]:
        """What was taken back and what was counted, change by change."""
        return [(change.before, change.after) for change in self.recorder.changes]
