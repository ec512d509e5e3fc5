"""The terminal's floor: an empty window as Kivy opens it, run by Kivy's own loop, whose colour changes at a touch.

`python -m tests.bench.kivy_floor`. Nothing of the terminal's own window is in it.
"""

import os
import tempfile

from tests.bench.programs import say

SIZE = (1280, 800)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_FILELOG="1", KIVY_NO_CONSOLELOG="1", KIVY_HOME=home
        )
        from kivy.config import Config

        for option, _ in Config.items("input"):
            Config.remove_option("input", option)
        Config.set("input", "mouse", "mouse,disable_multitouch")  # its default counts a touch twice
        Config.set("graphics", "multisamples", 0)
        for option, pixels in zip(("width", "height"), SIZE, strict=True):
            Config.set("graphics", option, pixels)
        _run()


def _run() -> None:
    from kivy.base import runTouchApp
    from kivy.core.window import Window
    from kivy.graphics import Color, Rectangle
    from kivy.input import MotionEvent
    from kivy.uix.widget import Widget

    class Recoloured(Widget):  # type: ignore[misc]  # Kivy has no types
        def __init__(self) -> None:
            super().__init__()
            with self.canvas:
                self.colour = Color(1, 1, 1)
                Rectangle(size=SIZE)

        def on_touch_down(self, _touch: MotionEvent) -> bool:
            self.colour.r = 1 - self.colour.r
            say("touched")
            return True

    def flip(window: object) -> bool:
        Window.flip()
        say("frame")
        return True

    Window.bind(on_flip=flip)
    runTouchApp(Recoloured())


if __name__ == "__main__":
    main()
