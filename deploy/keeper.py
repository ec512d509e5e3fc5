"""Keeps the terminal alive: starts it, watches that it answers, and starts it again when it crashes or hangs.

A program of its own, `python deploy/keeper.py COMMAND`, that imports little of the standard library and nothing else:
it takes memory for as long as the terminal runs. The command gets `--kept PIPE` and writes a byte a second to that
pipe once it shows faces; deploy/heartbeat.py is its side. Started with `--notify FILE`, it passes on to systemd through
that open file that the terminal answers; so systemd starts both again when the keeper is stuck too.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

RESTART = os.EX_TEMPFAIL
"""Exit status of a terminal that asks to be started again at once."""
PROBLEM = os.EX_UNAVAILABLE
"""Exit status of a terminal that cannot run for a reason that a person can mend, which it has written to the pipe."""
BEAT = b"\0"
ANSWERS = b"READY=1\nWATCHDOG=1"
"""What systemd is told (sd_notify(3)); the first is news only once."""
NEWS = 10
"""Looks from one such word to the next: systemd is woken no more often than it needs."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


class Pace(NamedTuple):
    """Seconds of patience."""

    look: float = 1.0
    """Between two looks at whether the terminal has said that it answers. Silence is counted in looks: a machine that
    stood still, terminal and keeper alike, says nothing of the terminal."""
    hung: float = 10.0
    """Of silence, after which a terminal that has shown faces is taken to hang."""
    first_face: float = 120.0
    """The same before its first face, on a slow card that is read for the first time."""
    goodbye: float = 4.0
    """For an orderly end: less than the 5 that `fjes demo` grants the keeper."""
    steady: float = 60.0
    """Of answering, after which a crash does not belong to those before."""
    pauses: tuple[float, ...] = (0.0, 0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
    """Before each start in a series of crashes; the last one repeats."""


class Keeper:
    """One terminal, started as often as it takes by `command`. Main thread only.

    `notify` is an open file to systemd, from deploy/notify.py.
    """

    def __init__(self, command: Sequence[str], pace: Pace | None = None, notify: int | None = None) -> None:
        self._command = tuple(command)
        self._pace = pace or Pace()
        self._notify = notify
        self._has_worked = False
        self._failures = 0
        self._told = ""

    def run(self) -> int:
        """Returns when the terminal is to end: 0, or 1 when it never came to show faces and has said why."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # they are waited for, and interrupt nothing
        if self._notify is not None:
            os.set_inheritable(self._notify, False)  # a terminal must not speak for the keeper
        while True:
            life = _Life(self._command, self._pace, self._answers)
            code = life.run()
            self._has_worked = self._has_worked or life.beats > 0
            if code == 0:
                return 0
            if code == PROBLEM and not self._has_worked:
                _say(life.said)
                return 1
            if code != RESTART and self._is_told_to_end(self._pause_after(life, code)):
                return 0

    def _answers(self) -> None:
        if self._notify is not None:
            with suppress(OSError):  # systemd is gone, or busy: there will be another word
                os.write(self._notify, ANSWERS)

    def _pause_after(self, life: "_Life", code: int) -> float:
        """Says what happened, and how long to wait until the next start."""
        if life.beats * self._pace.look >= self._pace.steady:
            self._failures = 0
        pause = self._pace.pauses[min(self._failures, len(self._pace.pauses) - 1)]
        self._failures += 1
        if code != PROBLEM:
            _log("terminal-hung" if life.hung else "terminal-crashed", status=code, again_after=pause)
        elif self._told != life.said:
            _say(f"{life.said}; trying again until it works")
            self._told = life.said
        return pause

    def _is_told_to_end(self, seconds: float) -> bool:
        """Waits, and says whether SIGTERM or SIGINT came."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            told = signal.sigtimedwait(_SIGNALS, left)
            if told and told.si_signo != signal.SIGCHLD:
                return True
        return False


class _Life:
    """The terminal from one start to its end."""

    def __init__(self, command: Sequence[str], pace: Pace, answers: Callable[[], None]) -> None:
        self._pace = pace
        self._answers = answers
        self._pipe, writing = os.pipe()
        os.set_blocking(self._pipe, False)
        os.set_inheritable(writing, True)
        line = [*command, "--kept", str(writing)]
        self._child = os.posix_spawn(line[0], line, os.environ, setsigmask=())
        os.close(writing)
        self._heard = b""
        self._status: int | None = None
        self.beats = 0
        """Looks at which it had said that it answers."""
        self.hung = False

    @property
    def said(self) -> str:
        """What it wrote beside its beats: why it cannot run."""
        return self._heard.decode(errors="replace")

    def run(self) -> int:
        """Until it ends: its exit status, or minus the signal that ended it; 0 when the keeper was told to end."""
        told_to_end = self._watch()
        if told_to_end:
            self._end_gently()
        if self._status is None:
            os.kill(self._child, signal.SIGKILL)
            self._status = os.waitpid(self._child, 0)[1]
        self._listen()
        os.close(self._pipe)
        return 0 if told_to_end else os.waitstatus_to_exitcode(self._status)

    def _watch(self) -> bool:
        """Until it has ended or hangs (False), or SIGTERM or SIGINT says that it is enough."""
        silence = 0.0
        while not self._has_ended():
            told = signal.sigtimedwait(_SIGNALS, self._pace.look)
            if told and told.si_signo != signal.SIGCHLD:
                return True
            if self._listen():
                if self.beats % NEWS == 0:
                    self._answers()
                self.beats += 1
                silence = 0.0
            elif not told:
                silence += self._pace.look
            if silence >= (self._pace.hung if self.beats else self._pace.first_face):
                self.hung = True
                return False
        return False

    def _end_gently(self) -> None:
        os.kill(self._child, signal.SIGTERM)
        until = monotonic() + self._pace.goodbye
        while not self._has_ended() and (left := until - monotonic()) > 0:
            signal.sigtimedwait((signal.SIGCHLD,), left)

    def _has_ended(self) -> bool:
        if self._status is None:
            child, status = os.waitpid(self._child, os.WNOHANG)
            self._status = status if child else None
        return self._status is not None

    def _listen(self) -> bool:
        """Takes what it has written; says whether there was a beat."""
        new = b""
        while more := self._read():
            new += more
        self._heard += new.replace(BEAT, b"")
        return BEAT in new

    def _read(self) -> bytes:
        try:
            return os.read(self._pipe, 65536)
        except BlockingIOError:
            return b""


def _say(sentence: str) -> None:
    _write(f"fjes: {sentence}")


def _log(event: str, **facts: object) -> None:
    """A line as deploy/logs.py writes them, which would take more memory than all the rest of the keeper."""
    now = datetime.now(UTC).isoformat()
    _write(json.dumps({"process": "keeper", "event": event, **facts, "level": "error", "timestamp": now}))


def _write(line: str) -> None:
    """Who read this may be gone; the terminal is kept all the same."""
    with suppress(OSError):
        os.write(2, f"{line}\n".encode(errors="backslashreplace"))


def main(line: Sequence[str]) -> int:
    """`[--notify FILE] COMMAND…`"""
    notify = int(line[1]) if line[0] == "--notify" else None
    return Keeper(line if notify is None else line[2:], notify=notify).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
