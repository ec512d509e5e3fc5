"""The program tests.stage, as tests see it: what it said, what is on its screen, what it is told to do."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

from PIL import Image

from tests.polling import PATIENCE
from tests.screen import Screen

LOOK = 0.02
"""Seconds between looks."""


class StageProgram:
    def __init__(self, screen: Screen, size: str, **environment: str) -> None:
        self.screen = screen
        self._said: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.stage", size],
            env={**screen.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = Thread(target=self._read)
        self._reader.start()

    def said(self, event: str) -> list[dict[str, Any]]:
        """All that it has said of one kind."""
        return [said for said in tuple(self._said) if said["event"] == event]

    def wait_for(self, event: str, times: int = 1) -> None:
        """Until it has said something so often."""
        self._until(lambda: len(self.said(event)) >= times, event)

    def do(self, line: str) -> None:
        """Tells it to do something, and waits until it has."""
        done = len(self.said("done"))
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        self.wait_for("done", done + 1)

    def finger(self, way: str, number: int, at: tuple[int, int]) -> None:
        """A finger goes down or up on a touchscreen, as SDL tells of it."""
        said = {"down": "touched", "up": "lifted"}[way]
        before = len(self.said(said))
        self.do(f"finger {way} {number} {at[0] / self.screen.size[0]} {at[1] / self.screen.size[1]}")
        self.wait_for(said, before + 1)

    def colour(self, at: tuple[int, int]) -> str:
        return _colour(self.screen.image(), at)

    def until_colour(self, at: tuple[int, int], colour: str) -> None:
        self._until(lambda: self.colour(at) == colour, f"{colour} at {at}")

    def until_image(self, image: Image.Image) -> None:
        self._until(lambda: self.screen.image() == image, "the same picture")

    def images_until_colour(self, at: tuple[int, int], colour: str) -> list[Image.Image]:
        """All that was on the screen until a pixel had its colour."""
        images: list[Image.Image] = []

        def seen() -> bool:
            images.append(self.screen.image())
            return _colour(images[-1], at) == colour

        self._until(seen, f"{colour} at {at}")
        return images

    def wakes_in(self, seconds: float) -> int:
        """How often its main thread wakes in so many seconds."""
        before = self._switches()
        sleep(seconds)
        return self._switches() - before

    def settle(self) -> None:
        """Until it draws nothing any more."""
        drawn = -1
        while drawn != (drawn := len(self.said("frame"))):
            sleep(0.3)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self._reader.join()
        assert self.process.stdin is not None
        self.process.stdin.close()

    def _switches(self) -> int:
        status = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/status").read_text()
        return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])

    def _until(self, true: Any, what: str) -> None:  # noqa: ANN401
        patience = monotonic() + PATIENCE
        while not true():
            assert monotonic() < patience, what
            sleep(LOOK)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self._said.append(json.loads(line))


def _colour(image: Image.Image, at: tuple[int, int]) -> str:
    return "#" + image.crop((*at, at[0] + 1, at[1] + 1)).tobytes().hex().upper()
