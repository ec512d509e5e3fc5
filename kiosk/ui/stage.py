"""Scenes on the window: each is painted once and kept, the touched thing sinks, the next screen fades in.

Import only while kiosk.ui.window.opened() holds the window, which sets Kivy up.
"""

import io
from collections.abc import Callable
from time import monotonic
from typing import Any

from kivy.clock import Clock
from kivy.core.image import Image
from kivy.graphics import Color, InstructionGroup, PopMatrix, PushMatrix, Rectangle, Scale, SmoothRoundedRectangle
from kivy.utils import get_color_from_hex

from kiosk.ui.drawing import Drawing, Label
from kiosk.ui.layout import Box
from kiosk.ui.scene import BAR, BAR_TRACK, PAPER, Picture, Scene, Target
from kiosk.ui.studio import Studio

SUNK = 0.96
LEAVES, FADES = 0.06, 0.15
"""Seconds after which the old screen is gone, and the new one all there."""


class Painted:
    """A scene as Kivy instructions: a scale for every target, and the bar's rectangle."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.group = InstructionGroup()
        self.scales: dict[Target, Any] = {}
        self.bar: Any = None


class Stage:
    """What is on the window. `touched` is called with the target under a finger."""

    def __init__(self, window: Any, touched: Callable[[Target], None]) -> None:  # noqa: ANN401
        self._window = window
        self._touched = touched
        self._studio = Studio()
        self._textures: dict[Drawing, Any] = {}
        self._painted: dict[Scene, Painted] = {}
        self._shown: Painted | None = None
        self._next: Painted | None = None
        self._began = 0.0
        self._root = InstructionGroup()
        self._veil = Color(*get_color_from_hex(PAPER)[:3], 0)
        self._sheet = Rectangle()
        window.canvas.add(self._root)
        window.canvas.add(self._veil)
        window.canvas.add(self._sheet)
        window.bind(on_touch_down=self._on_touch_down, on_touch_up=self._on_touch_up)

    def begin(self, studio: Studio) -> None:
        """Forgets every painted scene, for another survey or another size; `studio` has been told what to draw."""
        self._studio.stop()
        self._studio = studio
        self._textures.clear()
        self._painted.clear()

    def end(self) -> None:
        self._studio.stop()

    def take_drawn(self, until: float) -> None:
        """Takes over what has been drawn meanwhile, until a monotonic time."""
        while monotonic() < until and (drawn := self._studio.take()):
            self._keep(*drawn)

    def show(self, scene: Scene, *, fade: bool) -> None:
        """Puts a scene on the window: at once, or within 150 ms."""
        painted = self._painted.get(scene) or self._paint(scene)
        if painted is (self._next or self._shown):
            return
        if fade and self._shown:
            self._next = painted
            self._began = monotonic()
            Clock.unschedule(self._fade)
            Clock.schedule_interval(self._fade, 0)
        else:
            self._put(painted)

    def show_time_left(self, share: float) -> None:
        """Lets the bar of the shown scene be as long as the time that is left, 1 to 0."""
        painted = self._next or self._shown
        if painted and painted.bar:
            box = painted.scene.bar
            assert box is not None
            width = round(box.width * share)
            if painted.bar.size[0] != width:
                painted.bar.size = (width, box.height)

    def _put(self, painted: Painted) -> None:
        self._next = None
        self._release()
        self._root.clear()
        self._root.add(painted.group)
        self._shown = painted
        self._veil.a = 0

    def _fade(self, _dt: float) -> None:
        """A veil of paper comes over the old screen and goes from the new one."""
        past = monotonic() - self._began
        if self._next and past >= LEAVES:
            self._put(self._next)
        gone = past / LEAVES if self._next else (FADES - past) / (FADES - LEAVES)
        self._sheet.size = self._window.size
        self._veil.a = min(1.0, max(0.0, gone))
        if past >= FADES:
            Clock.unschedule(self._fade)

    def _paint(self, scene: Scene) -> Painted:
        painted = self._painted[scene] = Painted(scene)
        group = painted.group
        group.add(Color(1, 1, 1, 1))
        for picture in scene.pictures:
            group.add(self._rectangle(picture))
        for target in scene.targets:
            x, y = target.box.centre
            scale = painted.scales[target] = Scale(1, 1, 1, origin=(x, self._window.height - y))
            group.add(PushMatrix())
            group.add(scale)
            for picture in target.pictures:
                group.add(self._rectangle(picture))
            group.add(PopMatrix())
        if scene.bar:
            for colour in (BAR_TRACK, BAR):
                group.add(Color(*get_color_from_hex(colour)))
                painted.bar = SmoothRoundedRectangle(
                    pos=self._position(scene.bar),
                    size=(scene.bar.width, scene.bar.height),
                    radius=[scene.bar.height / 2],
                )
                group.add(painted.bar)
        return painted

    def _rectangle(self, picture: Picture) -> Any:  # noqa: ANN401
        texture = self._texture(picture.drawing)
        width, height = texture.size
        room = picture.box.width - width
        align = picture.drawing.align if isinstance(picture.drawing, Label) else "center"
        left = picture.box.x + {"start": 0, "center": room // 2, "end": room}[align]
        top = picture.box.y + (picture.box.height - height) // 2
        return Rectangle(texture=texture, pos=self._position(Box(left, top, width, height)), size=texture.size)

    def _position(self, box: Box) -> tuple[int, int]:
        """Kivy counts from the bottom left corner."""
        return box.x, self._window.height - box.y - box.height

    def _texture(self, drawing: Drawing) -> Any:  # noqa: ANN401
        while drawing not in self._textures:
            self._keep(*self._studio.wait())
        return self._textures[drawing]

    def _keep(self, drawing: Drawing, png: bytes) -> None:
        self._textures[drawing] = Image(io.BytesIO(png), ext="png", nocache=True).texture

    def _on_touch_down(self, _window: object, touch: Any) -> bool:  # noqa: ANN401
        """A touch acts when the finger lands; a wheel or a second button is no touch."""
        if touch.button == "left" and self._shown:
            x, y = touch.sx * self._window.width, (1 - touch.sy) * self._window.height
            for target, scale in self._shown.scales.items():
                if target.box.holds(x, y):
                    scale.x = scale.y = SUNK
                    self._touched(target)
                    break
        return True

    def _on_touch_up(self, _window: object, _touch: object) -> bool:
        self._release()
        return True

    def _release(self) -> None:
        for scale in self._shown.scales.values() if self._shown else ():
            if scale.x != 1:
                scale.x = scale.y = 1
