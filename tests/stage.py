"""The real window and stage over two plain scenes, as a program: `python -m tests.stage WIDTHxHEIGHT`, or SCREEN.

Prints a line of JSON for everything that happens, and does what the lines of its input say: `show NAME`, `fade NAME`,
`light NUMBER`, `shift RIGHT DOWN`, `sleep`, `wake`, `tick NUMBER`, `finger down|up NUMBER X Y`, `kill`.
"""

import json
import signal
import subprocess
import sys
from threading import Thread
from time import monotonic

import structlog

from kiosk.ui import window
from kiosk.ui.drawing import Vector
from kiosk.ui.entrance import Key
from kiosk.ui.layout import Box
from kiosk.ui.sdl import Sdl
from kiosk.ui.studio import Studio
from kiosk.ui.target import Deed, Picture, Scene, Target
from tests.fingers import push_finger

BOXES = (Box(100, 100, 200, 200), Box(500, 100, 200, 200))
PLATE, OTHER, SIGN = "#157F5F", "#B8412F", "#0000FF"
LIGHT, DARK = "#FBF8F3", "#101010"
SIGN_BOX = Box(100, 400, 80, 40)


def plate(box: Box, colour: str) -> Picture:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box.width} {box.height}">'
        f'<rect width="{box.width}" height="{box.height}" fill="{colour}"/></svg>'
    )
    return Picture(box, Vector(svg, box.width, box.height))


def scene(colour: str, paper: str, ink: str, sign: str) -> Scene:
    targets = tuple(Target(box, Deed.FACE, str(i), (plate(box, colour),)) for i, box in enumerate(BOXES))
    return Scene((plate(SIGN_BOX, sign),), targets, paper=paper, ink=ink)


SCENES = {
    "first": scene(PLATE, LIGHT, DARK, SIGN),
    "sign": scene(PLATE, LIGHT, DARK, OTHER),
    "dark": scene(OTHER, DARK, LIGHT, SIGN),
}


def say(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, "at": monotonic(), **facts}), flush=True)


class Program:
    """What is told of the window, and what is done to it."""

    def __init__(self, opened: window.Opened, studio: Studio) -> None:
        from kiosk.ui.stage import Stage

        self._opened = opened
        self._stage = Stage(opened)
        studio.draw(picture.drawing for scene in SCENES.values() for picture in scene.all_pictures())
        self._stage.begin(studio)
        self._studio = studio
        sdl = Sdl.loaded()
        assert sdl is not None
        self._sdl = sdl
        self._ready = False
        opened.on_frame = self._frame
        opened.on_resize = lambda: say("resized", size=opened.size)
        opened.entrance.keyed = self._keyed
        opened.entrance.watchers.append(self)

    def run(self) -> None:
        self._stage.show(SCENES["first"], fade=False)
        Thread(target=self._listen, daemon=True).start()
        self._opened.run()
        self._stage.end()

    def finger_down(self, finger: int, x: float, y: float) -> None:
        target = self._stage.target_at(x, y)
        say("touched", finger=finger, target=target and target.value)

    def finger_move(self, finger: int, x: float, y: float) -> None:
        say("moved", finger=finger)

    def finger_up(self, finger: int) -> None:
        say("lifted", finger=finger)

    def _keyed(self, key: Key) -> None:
        say("key", code=key.code, shift=key.shift)

    def _frame(self, at: float) -> None:
        say("frame")
        if not self._ready:
            self._ready = True
            say("ready", size=self._opened.size)

    def _listen(self) -> None:
        for line in sys.stdin:
            words = line.split()
            self._opened.call_soon(lambda words=words: self._do(*words))  # type: ignore[misc]

    def _do(self, command: str, *words: str) -> None:
        match command, words:
            case (("show" | "fade"), (name,)):
                self._stage.show(SCENES[name], fade=command == "fade")
            case "light", (number,):
                scene = self._stage._shown.scene  # type: ignore[union-attr]
                self._stage.light(scene.targets[int(number)] if int(number) >= 0 else None)
            case "shift", (right, down):
                self._stage.shift(int(right), int(down))
            case (("sleep" | "wake"), ()):
                self._stage.sleep(command == "sleep")
            case "tick", (number,):
                self._tick(int(number))
            case "finger", (way, number, x, y):
                push_finger(self._sdl, way, int(number), float(x), float(y))
            case "kill", ():
                process: subprocess.Popen[bytes] | None = self._studio._process
                if process:
                    process.send_signal(signal.SIGKILL)
        say("done", command=command)

    def _tick(self, number: int) -> None:
        """Counts so many calls of a timer of every frame."""
        from kivy.clock import Clock

        left = number

        def tick(_dt: float) -> bool:
            nonlocal left
            left -= 1
            if not left:
                say("ticked")
            return left > 0

        Clock.schedule_interval(tick, 0)


def main(size: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    studio = Studio()
    studio.start()
    width, _, height = size.partition("x")
    pixels = None if size == "SCREEN" else (int(width), int(height))
    with window.opened(pixels, fullscreen=pixels is None) as opened:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: opened.stop())
        Program(opened, studio).run()
    say("end")


if __name__ == "__main__":
    main(*sys.argv[1:])
