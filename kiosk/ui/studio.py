"""A second process that draws all pictures ahead and then ends.

typst and its fonts take some 40 MB that a terminal needs for half a second only; this gives them back. It also keeps
the window's frames free of drawing, and works while the window opens.
"""

import subprocess
import sys
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

import msgspec

from kiosk.ui.drawing import Drawing

PATIENCE = 20.0
"""Seconds that a picture may take, on the slowest device at its busiest."""


class DrawingError(Exception):
    """The pictures of the screens could not be drawn; what the second process said is on stderr."""


class Studio:
    """One round of drawings. `start` before they are known, then `draw`; they come in the order asked for."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: Thread | None = None
        self._drawn: SimpleQueue[tuple[Drawing, bytes] | None] = SimpleQueue()

    def start(self) -> None:
        command = [sys.executable, "-m", "kiosk.ui.typesetter"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def draw(self, drawings: Iterable[Drawing]) -> None:
        """Begins to draw each different drawing once. Only once per studio."""
        assert self._process is not None
        work = (self._process, tuple(dict.fromkeys(drawings)))
        self._worker = Thread(target=self._work, args=work, daemon=True)
        self._worker.start()

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

    def stop(self) -> None:
        """Ends the process, whatever it still has to draw."""
        if self._process:
            self._process.kill()
            if self._worker:
                self._worker.join()
                self._process.wait()
            else:
                self._process.communicate()

    def _work(self, process: subprocess.Popen[bytes], drawings: tuple[Drawing, ...]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with process.stdin, process.stdout:
                process.stdin.write(msgspec.msgpack.encode(drawings))
                process.stdin.close()
                for drawing in drawings:
                    self._drawn.put((drawing, _read(process.stdout)))
                process.wait()
        except (OSError, EOFError):
            self._drawn.put(None)


def _read(stream: IO[bytes]) -> bytes:
    length = int.from_bytes(stream.read(4))
    if not length:
        raise EOFError
    return stream.read(length)
