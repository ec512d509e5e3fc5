"""A virtual screen with a finger on it: Xvfb for windows to open on, xdotool to touch them, and pictures of it."""

import ctypes
import os
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from tests.polling import PATIENCE

_CLIENT_MESSAGE = 33
"""Of X11/X.h."""


class Screen:
    """An X server of its own on a free display; `environment` is what a program needs to open a window on it."""

    def __init__(self, size: tuple[int, int] = (1280, 800)) -> None:
        self.size = size
        self._frames = tempfile.TemporaryDirectory(prefix="fjes-screen-")
        self._server: subprocess.Popen[str] | None = None
        self.environment: Mapping[str, str] = {}

    def start(self) -> None:
        width, height = self.size
        read, write = os.pipe()
        screen = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-fbdir", self._frames.name, *screen],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
            text=True,
        )
        os.close(write)
        with os.fdopen(read) as announced:
            display = announced.readline().strip()
        if not display:
            raise RuntimeError("Xvfb did not start")
        self.environment = {**os.environ, "DISPLAY": f":{display}"}

    def stop(self) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(PATIENCE)
        self._frames.cleanup()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def touch(self, at: tuple[int, int], hold: float = 0.05) -> None:
        """One finger, down and up, at (x, y) from the top left corner."""
        self.press(at)
        self._xdotool("sleep", str(hold), "mouseup", "1")

    def press(self, at: tuple[int, int]) -> None:
        """A finger down, and left there."""
        x, y = at
        self._xdotool("mousemove", str(x), str(y), "mousedown", "1")

    def lift(self) -> None:
        self._xdotool("mouseup", "1")

    def drag(self, to: tuple[int, int]) -> None:
        """The finger that is down moves."""
        self._xdotool("mousemove", str(to[0]), str(to[1]))

    def click(self, at: tuple[int, int], button: int) -> None:
        """A mouse's button: 2 is the middle one, 3 the right one, 4 to 7 its wheel."""
        self._xdotool("mousemove", str(at[0]), str(at[1]), "click", str(button))

    def keys(self, *names: str) -> None:
        """Keys as xdotool names them: Escape, F1, alt+F4."""
        self._xdotool("key", *names)

    def window(self, pid: int, *words: str) -> None:
        """What xdotool can do to the window of a process: `windowunmap`, `windowsize 300 200`."""
        self._xdotool(*_window_of(pid), *words)

    def has_window(self, pid: int) -> bool:
        """Whether a process has a window, or had one that the server has not taken away yet."""
        found = subprocess.run(["xdotool", *_window_of(pid)], env=dict(self.environment), capture_output=True)
        return bool(found.stdout)

    def ask_to_close(self, pid: int) -> None:
        """What a window manager does when the cross of a window is clicked (ICCCM, WM_DELETE_WINDOW)."""
        found = subprocess.run(
            ["xdotool", *_window_of(pid)], env=dict(self.environment), check=True, capture_output=True, text=True
        )
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.environment["DISPLAY"].encode()))
        delete, protocols = (x11.XInternAtom(display, name, 0) for name in (b"WM_DELETE_WINDOW", b"WM_PROTOCOLS"))
        window = int(found.stdout.split()[0])
        message = (ctypes.c_long * 24)(_CLIENT_MESSAGE, 0, 1, 0, window, protocols, 32, delete)
        x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), message)
        x11.XCloseDisplay(display)

    def image(self) -> Image.Image:
        """What is on the screen now, read from the server's own frame buffer (an XWD file)."""
        raw = Path(self._frames.name, "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", raw[:100])
        size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        pixels = raw[size + 12 * colours :]
        return Image.frombytes("RGB", (width, height), pixels, "raw", "BGRX", line)

    def screenshot(self, path: Path) -> None:
        self.image().save(path)

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=dict(self.environment), check=True, timeout=PATIENCE)


def _window_of(pid: int) -> tuple[str, ...]:
    """How xdotool finds the window of a process."""
    return "search", "--all", "--pid", str(pid), "--class", ".*"
