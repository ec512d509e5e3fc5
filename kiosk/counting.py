"""What of the visitor's vote is on the terminal's disk, and the port to the tally that puts it there."""

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from contract.sheets import Vote
from kiosk.moment import Moment


class Change(Struct, frozen=True):
    """What the tally is to do: take `before` back and count `after`, in the periods of the session's first touch."""

    survey: str
    moment: Moment
    before: Vote | None
    after: Vote | None


class Recorder(Protocol):
    """The port to the tally."""

    def record(self, change: Change) -> None:
        """Begins to put a change on disk; the outcome comes back through Session.recorded.

        Outcomes come in the order of the changes.
        """
        ...

    def session_ended(self) -> None:
        """Nobody is at the terminal: votes that have gathered may be released."""
        ...


class Counting:
    """The one vote of the visitor who is there, moved by one change at a time.

    `on_disk` is what the tally has of this visitor, also after a change that it refused. The outcome of a change may
    be heard when its visitor has left: nobody waits for it, and it is not the next visitor's.
    """

    def __init__(self, recorder: Recorder, survey: str) -> None:
        self.on_disk: Vote | None = None
        self.busy = False
        self._recorder = recorder
        self._survey = survey
        self._moment: Moment | None = None
        self._after: Vote | None = None
        self._unheard = 0

    @property
    def begun(self) -> bool:
        """Whether a visitor is there."""
        return self._moment is not None

    @property
    def settled(self) -> bool:
        """Whether the outcome of every change is known."""
        return not self.busy and not self._unheard

    def begin(self, moment: Moment) -> None:
        """A visitor is there, whose vote will belong to `moment`."""
        self._moment = moment

    def change(self, after: Vote | None) -> None:
        """Begins to make `after` the visitor's vote; None takes it back."""
        assert self._moment is not None
        assert not self.busy
        self._after, self.busy = after, True
        self._recorder.record(Change(self._survey, self._moment, self.on_disk, after))

    def recorded(self, ok: bool) -> bool:
        """Hears an outcome; says whether it is that of the change which the visitor waits for."""
        if self._unheard:
            self._unheard -= 1
            return False
        if not self.busy:
            return False
        self.busy = False
        if ok:
            self.on_disk = self._after
        return True

    def leave(self, *, suspect: bool) -> None:
        """The visitor has gone. A vote that turned out to be suspect only now is moved."""
        assert not self.busy
        vote, moment = self.on_disk, self._moment
        self.on_disk = self._moment = None
        if suspect and vote is not None and not vote.suspect and moment is not None:
            self._unheard += 1
            self._recorder.record(Change(self._survey, moment, vote, replace(vote, suspect=True)))
