"""A virtual screen with a finger on it: Xvfb for windows to open on, xdotool to touch them, and pictures of it."""

import os
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image


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
            self._server.wait(10)
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
        subprocess.run(["xdotool", *words], env=dict(self.environment), check=True, timeout=10)
