"""The real terminal, telling what goes into its session: `python -m tests.e2e.probed SETTINGS TALE`.

It is `fjes kiosk` with parts that write a line of JSON into the file TALE for all that reaches the session (fingers,
keys, beats, outcomes; with the clock as the session saw it), and else do the same. The session waits less long,
speech goes round only once, the clock of a session stands still while one event is handled, and the loudspeaker is
looked at more often. Lines of the input are done: `clock SECONDS` puts the time of day so far off, `finger
down|move|up NUMBER X Y` (from 0 to 1).
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any, TextIO

import deploy.kiosk
import kiosk.ui.narration
from contract.sheets import Vote
from contract.survey import Survey
from deploy.configuration import read_settings
from deploy.logs import set_up_logs
from kiosk.clock import TerminalClock, now_utc
from kiosk.counting import Change, Recorder
from kiosk.moment import Known, Moment
from kiosk.session import Session, Timing, View
from kiosk.ui.app import KioskApp
from kiosk.ui.entrance import Key
from kiosk.ui.sdl import Sdl
from kiosk.ui.target import Target
from kiosk.ui.voice import SdlVoice
from tests.fingers import push_finger

TIMING = Timing(debounce=0.02, why=1.2, thanks=0.3, language=1.0, unavailable=0.5, hurry=0.4, rotation=0.3, message=0.5)
"""Short, so that thousands of visitors come by in two minutes."""
WALK = {"SLOT": 0.5, "WHY_SLOT": 0.5, "PAUSE": 0.1, "ROUNDS": 1}
"""As short, as nobody's time runs out while speech goes round: thrice is three minutes where it is asked why."""
HOUSEKEEPING = 0.5
"""Seconds, as the day is over more often here."""


class Tale:
    """What is told, and the clocks that it is told by. Everything but `jump` is the main thread's."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._now: float | None = None
        self._told: dict[str, Any] = {}
        self._ahead = timedelta()

    def say(self, event: str, **facts: object) -> None:
        self._file.write(json.dumps({"event": event, **facts}) + "\n")

    def flush(self) -> None:
        self._file.flush()

    def clock(self) -> float:
        """Monotonic seconds, which stand still while something is handled."""
        return monotonic() if self._now is None else self._now

    def jump(self, seconds: float) -> None:
        """Puts the time of day so far off what it is."""
        self._ahead = timedelta(seconds=seconds)

    def utc(self) -> datetime:
        return now_utc() + self._ahead

    @contextmanager
    def standing(self) -> Iterator[float]:
        """Stops the clock until this is over."""
        before = self._now
        self._now = self.clock()
        try:
            yield self._now
        finally:
            self._now = before

    @contextmanager
    def call(self, name: str, *args: object) -> Iterator[None]:
        """A call of the session, and all that comes of it."""
        with self.standing() as now:
            self._told = {"name": name, "args": args, "now": now, "changes": [], "ended": 0}
            yield
        self.say("call", **self._told)

    def note(self, fact: str, value: object) -> None:
        """One thing that came of the call which is going on."""
        if isinstance(self._told.get(fact), list):
            self._told[fact].append(value)
        else:
            self._told[fact] = value


class TellingRecorder:
    """Tells what the session asks the tally to do."""

    def __init__(self, recorder: Recorder, tale: Tale) -> None:
        self._recorder = recorder
        self._tale = tale

    def record(self, change: Change) -> None:
        assert isinstance(change.moment, Known)
        votes = [_plain(change.before), _plain(change.after)]
        self._tale.note("changes", [change.survey, change.moment.local.isoformat(), *votes])
        self._recorder.record(change)

    def session_ended(self) -> None:
        self._tale.note("ended", 1)
        self._recorder.session_ended()


class TellingSession(Session):
    """Tells of every call, and of what is shown after it."""

    def __init__(
        self,
        tale: Tale,
        survey: Survey,
        languages: Sequence[str],
        recorder: Recorder,
        _clock: Callable[[], float],
        moment: Callable[[], Moment],
        **more: Any,  # noqa: ANN401
    ) -> None:
        self._tale = tale

        def told_moment() -> Moment:
            now = moment()
            assert isinstance(now, Known)
            tale.note("moment", now.local.isoformat())
            return now

        with tale.standing() as now:
            telling = TellingRecorder(recorder, tale)
            super().__init__(survey, languages, telling, tale.clock, told_moment, TIMING, **more)
        tale.say("session", survey=survey.id, now=now, speaks=sorted(self.speaks), volume=more["volume"])

    @contextmanager
    def _call(self, name: str, *args: object) -> Iterator[None]:
        with self._tale.call(name, *args):
            yield
            self._tale.note("view", _seen(self.view))
            self._tale.note("idle", self.idle)

    def touch(self) -> None:
        with self._call("touch"):
            super().touch()

    def listen(self) -> None:
        with self._call("listen"):
            super().listen()

    def choose_face(self, score: int) -> None:
        with self._call("face", str(score)):
            super().choose_face(score)

    def choose_answer(self, option: str) -> None:
        with self._call("answer", option):
            super().choose_answer(option)

    def choose_language(self, language: str) -> None:
        with self._call("language", language):
            super().choose_language(language)

    def show_languages(self) -> None:
        with self._call("languages", ""):
            super().show_languages()

    def skip(self) -> None:
        with self._call("skip", ""):
            super().skip()

    def oops(self) -> None:
        with self._call("oops", ""):
            super().oops()

    def dismiss(self) -> None:
        with self._call("dismiss", ""):
            super().dismiss()

    def toggle_speech(self) -> None:
        with self._call("speech", ""):
            super().toggle_speech()

    def next_appearance(self) -> None:
        with self._call("appearance", ""):
            super().next_appearance()

    def change_volume(self, step: int) -> None:
        with self._call("louder" if step > 0 else "quieter", ""):
            super().change_volume(step)

    def recorded(self, ok: bool) -> None:
        with self._call("recorded", ok):
            super().recorded(ok)

    def tick(self) -> None:
        with self._call("tick"):
            super().tick()


class TellingApp(KioskApp):
    """Tells of every finger and key before anything comes of it, with what is on the glass there and what is lit."""

    def __init__(self, tale: Tale, *args: Any, **more: Any) -> None:  # noqa: ANN401
        self._tale = tale
        self._studio = 0.0
        """Seconds in which the main thread waited for the studio, and that for a core."""
        beat = more.pop("on_beat", lambda: None)
        super().__init__(*args, on_ready=self._first, on_beat=lambda: self._tell_beat(beat), **more)

    def finger_down(self, finger: int, x: float, y: float) -> None:
        with self._tale.standing() as now:
            under = self._stage.target_at(x, y)
            self._tale.say("finger", finger=finger, x=x, y=y, now=now, under=_deed(under), lit=self._lit())
            super().finger_down(finger, x, y)
        self._tale.say("handled")

    def _keyed(self, key: Key) -> None:
        with self._tale.standing() as now:
            self._tale.say("key", code=key.code, shift=key.shift, now=now, lit=self._lit())
            super()._keyed(key)
        self._tale.say("handled")

    def _lay_out(self) -> None:
        super()._lay_out()
        self._tale.say("size", size=self._window.size)

    def _refresh(self) -> None:
        """The main thread may have to wait for the studio's pictures, and the studio for a core."""
        if self._session.view is self._view:
            super()._refresh()
            return
        before = _held_up_children()
        super()._refresh()
        self._studio += max(
            (now - before[task] for task, now in _held_up_children().items() if task in before), default=0
        )

    def _lit(self) -> list[str] | None:
        return _deed(self._narration.lit)

    def _first(self) -> None:
        self._tale.say("ready")
        self._tale.flush()

    def _tell_beat(self, beat: Callable[[], None]) -> None:
        beat()
        self._tale.say("beat", at=monotonic(), held_up=_held_up(Path("/proc/thread-self")) + self._studio)
        self._tale.flush()


def _held_up(task: Path) -> float:
    """Seconds in which a thread was ready to run, and the machine gave it no core, since it began."""
    return int((task / "schedstat").read_text().split()[1]) / 1e9


def _held_up_children() -> dict[str, float]:
    """The same of all threads of the processes that this one has started."""
    found = {}
    for listed in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # it has ended just now
            for child in listed.read_text().split():
                found.update({task.name: _held_up(task) for task in Path(f"/proc/{child}/task").iterdir()})
    return found


def _plain(vote: Vote | None) -> list[Any] | None:
    return [vote.score, vote.language, vote.answer, vote.suspect] if vote else None


def _deed(target: Target | None) -> list[str] | None:
    return [target.deed.value, target.value] if target else None


def _seen(view: View) -> list[Any]:
    return [getattr(view, field) for field in View.__struct_fields__]


def _listen(tale: Tale) -> None:
    """Does what is said on the input."""
    for line in sys.stdin:
        match line.split():
            case "clock", seconds:
                tale.jump(float(seconds))
            case "finger", way, number, x, y:
                sdl = Sdl.loaded()
                assert sdl is not None
                push_finger(sdl, way, int(number), float(x), float(y))


def main(settings: str, file: str) -> None:
    set_up_logs("kiosk")
    with Path(file).open("w") as out:
        tale = Tale(out)
        vars(deploy.kiosk).update(
            KioskApp=partial(TellingApp, tale),
            Session=partial(TellingSession, tale),
            TerminalClock=partial(TerminalClock, utc=tale.utc),
            SdlVoice=partial(SdlVoice, looks=0.5, lingers=1.0),
            _HOUSEKEEPING=HOUSEKEEPING,
        )
        vars(kiosk.ui.narration).update(WALK)
        Thread(target=_listen, args=(tale,), daemon=True).start()
        deploy.kiosk.run_kiosk(read_settings(Path(settings)))
        tale.say("end")


if __name__ == "__main__":
    main(*sys.argv[1:])
