"""The terminal's floor: an empty window, whose colour changes at a touch. `python -m tests.bench.kivy_floor`."""

from deploy.logs import set_up_logs
from kiosk.ui import window
from tests.bench.programs import say
from tests.bench.touch import SIZE


def main() -> None:
    set_up_logs("floor")
    with window.opened(SIZE, fullscreen=False) as opened:
        from kivy.base import runTouchApp
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

        def flip(_window: object) -> bool:
            opened.flip()
            say("frame")
            return True

        opened.bind(on_flip=flip)
        runTouchApp(Recoloured())


if __name__ == "__main__":
    main()
