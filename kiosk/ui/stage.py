"""What is on the window: the scene, a touched thing that sinks, the next scene that fades in, and the light.

Import only while kiosk.ui.window.opened() holds the window, which sets Kivy up.
"""

from collections import OrderedDict
from collections.abc import Iterable
from time import monotonic

from kivy.clock import Clock
from kivy.graphics import InstructionGroup, PopMatrix, PushMatrix, Translate

from kiosk.ui.gallery import Gallery
from kiosk.ui.painting import Light, Painted, Veil, colour
from kiosk.ui.studio import Studio
from kiosk.ui.target import Scene, Target
from kiosk.ui.window import Opened

LEAVES, FADES = 0.06, 0.15
"""Seconds after which the old scene is gone, and the new one all there."""
CALM = 1 / 30
"""Seconds from one frame to the next where a fade changes some words only, as it does day and night while idle."""
ROOM = 3
"""How many screens full of pixels the painted scenes may hold; those not shown for longest give theirs back. Ten
languages' questions take one and a half; whatever is painted anew costs a few milliseconds."""
BLACK = (0.0, 0.0, 0.0, 1.0)


class Stage:
    """The scenes on one window. It watches the fingers only to let what they touch sink."""

    def __init__(self, window: Opened) -> None:
        self._window = window
        self._gallery = Gallery(smooth=not window.is_software)
        self._painted: OrderedDict[Scene, Painted] = OrderedDict()
        self._shown: Painted | None = None
        self._next: Painted | None = None
        self._fingers: dict[int, Target] = {}
        self._lit: Target | None = None
        self._began = 0.0
        self._asleep = False
        self._veil, self._light = Veil(), Light()
        self._scene = InstructionGroup()
        self._moved = Translate(0, 0, 0)
        self._all = InstructionGroup()
        for part in (PushMatrix(), self._moved, self._scene, self._veil.group, self._light.group, PopMatrix()):
            self._all.add(part)
        window.kivy.canvas.add(self._all)
        window.entrance.watchers.append(self)

    def begin(self, studio: Studio) -> None:
        """Forgets all scenes, for another survey or another size; `studio` has been told what to draw."""
        self._gallery.begin(studio)
        for painted in self._painted.values():
            if painted not in (self._shown, self._next):
                painted.free()
        self._painted.clear()

    def end(self) -> None:
        """Ends the studio."""
        self._gallery.end()

    def take_drawn(self, until: float) -> None:
        """Takes over what has been drawn meanwhile, until a monotonic time. Raises DrawingError."""
        self._gallery.take_drawn(until)

    def prepare(self, scenes: Iterable[Scene]) -> None:
        """Has these drawn before all others: they may be shown soon."""
        self._gallery.hurry(picture.drawing for scene in scenes for picture in scene.all_pictures())

    def show(self, scene: Scene, *, fade: bool) -> None:
        """Puts a scene on the window: at once, or within 150 ms. Waits where it is not drawn yet.

        Raises DrawingError.
        """
        if (goal := self._next or self._shown) and goal.scene == scene:
            return
        painted = self._paint(scene)
        if fade and self._shown and not self._asleep:
            self._next = painted
            whole = self._veil.lay(self._shown.scene, scene, self._window.size)
            self._began = monotonic()
            Clock.unschedule(self._fade)
            Clock.schedule_interval(self._fade, 0 if whole else CALM)
        else:
            self._put(painted)

    def show_time_left(self, share: float) -> None:
        """Lets the bar of the scene be as long as the time that is left, 1 to 0."""
        if painted := self._next or self._shown:
            painted.show_time_left(share)

    def light(self, target: Target | None) -> None:
        """Puts a ring around a target of the scene, until another one is lit, None is, or the scene goes."""
        if target != self._lit:
            self._lit = target
            self._put_light()

    def shift(self, right: int, down: int) -> None:
        """Moves the whole picture by some pixels; fingers still hit what they see."""
        if (right, -down) != (self._moved.x, self._moved.y):
            self._moved.x, self._moved.y = right, -down

    def sleep(self, asleep: bool) -> None:
        """Darkens the screen, and turns down its light where that can be done; or brings all back.

        While it sleeps scenes may change, unseen, and a finger touches nothing but the screen.
        """
        if asleep == self._asleep:
            return
        self._asleep = asleep
        canvas = self._window.kivy.canvas
        (canvas.remove if asleep else canvas.add)(self._all)
        self._clear_with()
        canvas.ask_update()
        self._window.darken(asleep)

    def target_at(self, x: float, y: float) -> Target | None:
        """What a finger there touches; in pixels from the window's top left corner."""
        if self._shown is None or self._asleep:
            return None
        x, y = x - self._moved.x, y + self._moved.y
        return next((target for target in self._shown.scene.targets if target.box.holds(x, y)), None)

    def finger_down(self, finger: int, x: float, y: float) -> None:
        """What is touched sinks."""
        target = self.target_at(x, y)
        if target and self._shown:
            self._fingers[finger] = target
            self._shown.sink(target, sunk=True)

    def finger_move(self, finger: int, x: float, y: float) -> None:
        """What was touched stays down while the finger does."""

    def finger_up(self, finger: int) -> None:
        target = self._fingers.pop(finger, None)
        if target and self._shown and target not in self._fingers.values():
            self._shown.sink(target, sunk=False)

    def _paint(self, scene: Scene) -> Painted:
        """The scene painted, as it was before or anew."""
        painted = self._painted.get(scene)
        if painted is None:
            self.prepare([scene])
            painted = self._painted[scene] = Painted(scene, self._gallery, self._window.size[1])
            self._make_room()
        self._painted.move_to_end(scene)
        return painted

    def _make_room(self) -> None:
        """The scenes not shown for longest go; the newest stays, and what is on the window."""
        width, height = self._window.size
        for scene, painted in tuple(self._painted.items())[:-1]:
            if self._gallery.weight <= ROOM * 4 * width * height:
                break
            if painted not in (self._shown, self._next):
                del self._painted[scene]
                painted.free()

    def _put(self, painted: Painted) -> None:
        if self._shown:
            for target in self._fingers.values():
                self._shown.sink(target, sunk=False)
        self._fingers.clear()
        self._shown, self._next = painted, None
        self._scene.clear()
        self._scene.add(painted.group)
        self._clear_with()
        self._put_light()
        self._veil.thicken(0)

    def _clear_with(self) -> None:
        if self._asleep:
            self._window.kivy.clearcolor = BLACK
        elif self._shown:
            self._window.kivy.clearcolor = (*colour(self._shown.scene.paper), 1.0)

    def _put_light(self) -> None:
        if self._shown:
            scene = self._shown.scene
            self._light.put(self._lit if self._lit in scene.targets else None, scene, self._window.size)

    def _fade(self, _dt: float) -> None:
        """A veil comes over what goes, and goes from what comes."""
        past = monotonic() - self._began
        if self._next and past >= LEAVES:
            self._put(self._next)
        self._veil.thicken(past / LEAVES if self._next else (FADES - past) / (FADES - LEAVES))
        if past >= FADES:
            self._veil.lift()
            Clock.unschedule(self._fade)
