"""The terminal's side of the keeper: says that it answers, dies with it, and tells why it cannot run."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import NoReturn

from deploy import keeper
from deploy.notify import Notifier

BEAT_SECONDS = 1.0
"""Between two beats on the pipe; more would only wake the keeper."""
_PR_SET_PDEATHSIG = 1


class Heartbeat:
    """Beats on the pipe of the keeper that started this process; without one, as in a test, nothing is said."""

    def __init__(self, pipe: int | None, clock: Callable[[], float] = monotonic) -> None:
        self._pipe = pipe
        self._clock = clock
        self._due = float("-inf")

    def start(self) -> None:
        """From now on this process ends when the keeper is killed, and as abruptly: a power cut is no different."""
        if self._pipe is not None:
            os.set_inheritable(self._pipe, False)
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def alive(self) -> None:
        """To be called by the thread that answers touches, as often as it likes, once faces are on the screen."""
        if self._pipe is not None and (now := self._clock()) >= self._due:
            self._due = now + BEAT_SECONDS
            self._write(keeper.BEAT)

    def tell(self, problem: str) -> None:
        """Why the terminal is about to end with the status `keeper.PROBLEM`."""
        self._write(problem.encode())

    def _write(self, raw: bytes) -> None:
        if self._pipe is None:
            return
        try:
            os.write(self._pipe, raw)
        except BrokenPipeError:  # the keeper was gone before start()
            signal.raise_signal(signal.SIGTERM)


def become_keeper() -> NoReturn:
    """Replaces this process by the keeper of a terminal that is started as this process was."""
    notify = Notifier().descriptor()
    told = [] if notify is None else ["--notify", str(notify)]
    line = [sys.executable, "-P", str(Path(keeper.__file__)), *told, sys.executable, *sys.orig_argv[1:]]
    os.execv(sys.executable, line)  # noqa: S606 - no word of it is anybody else's
