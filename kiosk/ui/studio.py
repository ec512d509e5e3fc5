"""A second process that draws all pictures ahead and then ends.

typst and its fonts take some 40 MB that a terminal needs for some seconds only; this gives them back. It also keeps
the window's frames free of drawing, and works while the window opens. When the process is killed, another one goes on.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO

import msgspec
import structlog

from kiosk.ui.drawing import Drawing

PATIENCE = 20.0
"""Seconds that a picture may take, on the slowest device at its busiest."""
EAGER = 40
"""Pictures drawn as fast as can be, so that the first faces are seen; the rest is drawn with what time is left."""
POLITE = 10
"""How far its priority is lowered then (nice)."""
TRIES = 3
"""Processes that may die over one picture before it is the picture's fault."""

log = structlog.get_logger()


class DrawingError(Exception):
    """The pictures of the screens could not be drawn; what the second process said is on stderr."""


class Studio:
    """`start` before it is known what to draw, so that the process is ready by then. Pictures come in the order asked
    for, but for those that are hurried. All calls from one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: Thread | None = None
        self._lock = Lock()
        self._pending: deque[Drawing] = deque()
        self._known: set[Drawing] = set()
        self._drawn: SimpleQueue[tuple[Drawing, bytes] | None] = SimpleQueue()
        self._asked = 0
        self._stopping = False

    def start(self) -> None:
        """Starts the process. Raises OSError."""
        self._process = _typesetter()

    def draw(self, drawings: Iterable[Drawing]) -> None:
        """Begins to draw each drawing that is new to it."""
        with self._lock:
            for drawing in drawings:
                if drawing not in self._known:
                    self._known.add(drawing)
                    self._pending.append(drawing)
            self._work_on()

    def hurry(self, drawings: Iterable[Drawing]) -> None:
        """Draws these next, whether they were asked for already or not; those at work or drawn are left alone."""
        with self._lock:
            for drawing in reversed(tuple(dict.fromkeys(drawings))):
                if drawing not in self._known:
                    self._known.add(drawing)
                    self._pending.appendleft(drawing)
                elif drawing in self._pending:
                    self._pending.remove(drawing)
                    self._pending.appendleft(drawing)
            self._work_on()

    def wait(self) -> tuple[Drawing, bytes]:
        """The next drawing and its PNG. Raises DrawingError when none comes any more."""
        try:
            drawn = self._drawn.get(timeout=PATIENCE)
        except Empty:
            drawn = None
        if drawn is None:
            raise DrawingError("a picture could not be drawn")
        return drawn

    def take(self) -> tuple[Drawing, bytes] | None:
        """The next drawing and its PNG, if it is there already."""
        return None if self._drawn.empty() else self.wait()

    @property
    def finished(self) -> bool:
        """Whether all that was asked for has been drawn and taken."""
        return self._worker is None and not self._pending and self._drawn.empty()

    def stop(self) -> None:
        """Ends the process, whatever it still has to draw."""
        with self._lock:
            self._stopping = True
            self._pending.clear()
            if self._process:
                self._process.kill()
        if self._worker:
            self._worker.join()
        self._end_process()

    def _work_on(self) -> None:
        """Sees to it that somebody works; with the lock held."""
        if self._pending and self._worker is None and not self._stopping:
            self._worker = Thread(target=self._work, name="studio", daemon=True)
            self._worker.start()

    def _work(self) -> None:
        while (drawing := self._next()) is not None:
            png = self._draw(drawing)
            if png is None:
                if not self._stopping:
                    self._drawn.put(None)
                return
            self._drawn.put((drawing, png))

    def _next(self) -> Drawing | None:
        """What to draw now; the worker ends with None, and the process with it."""
        with self._lock:
            if self._pending:
                return self._pending.popleft()
            self._end_process()
            self._worker = None
            return None

    def _draw(self, drawing: Drawing) -> bytes | None:
        """The PNG, by another process where one dies; None where that does not help."""
        for _ in range(TRIES):
            try:
                return self._ask(drawing)
            except (OSError, EOFError):
                if self._stopping:
                    return None
                log.warning("studio-restarted")
                self._end_process()
        return None

    def _ask(self, drawing: Drawing) -> bytes:
        """Raises OSError or EOFError when the process is gone, or cannot be started."""
        with self._lock:
            if self._process is None and not self._stopping:
                self._process = _typesetter()
            process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        request = msgspec.msgpack.encode(drawing)
        process.stdin.write(len(request).to_bytes(4) + request)
        process.stdin.flush()
        self._asked += 1
        if self._asked >= EAGER:
            os.setpriority(os.PRIO_PROCESS, process.pid, POLITE)
        return _read(process.stdout)

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()


def _typesetter() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kiosk.ui.typesetter"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _read(stream: IO[bytes]) -> bytes:
    head = stream.read(4)
    length = int.from_bytes(head)
    if len(head) < 4 or not length:
        raise EOFError
    png = stream.read(length)
    if len(png) < length:
        raise EOFError
    return png
