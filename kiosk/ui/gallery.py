"""The pictures of all scenes: drawn ahead, kept as PNGs (some 5 KB each), and on the graphics card only while a painted
scene holds them; textures of all languages in all appearances would take more memory than the rest of the terminal.

Import only while kiosk.ui.window.opened() holds the window, which sets Kivy up.
"""

import gc
import io
from collections.abc import Iterable
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

from kivy.core.image import Image

from kiosk.ui.drawing import Drawing
from kiosk.ui.studio import Studio


class Gallery:
    """`smooth` pictures are smooth also when they are drawn smaller; without a graphics card that doubles the work."""

    def __init__(self, *, smooth: bool) -> None:
        self._filter = "linear" if smooth else "nearest"
        self._studio = Studio()
        self._pngs: dict[Drawing, bytes] = {}
        self._textures: WeakValueDictionary[Drawing, Any] = WeakValueDictionary()
        self._complete = False

    @property
    def weight(self) -> int:
        """Bytes of all textures there are."""
        return sum(4 * width * height for width, height in (texture.size for texture in self._textures.values()))

    def begin(self, studio: Studio) -> None:
        """Forgets all pictures; `studio` has been told what to draw."""
        self._studio.stop()
        self._studio = studio
        self._pngs.clear()
        self._textures.clear()
        self._complete = False
        gc.unfreeze()

    def end(self) -> None:
        self._studio.stop()

    def take_drawn(self, until: float) -> None:
        """Takes over what has been drawn meanwhile, until a monotonic time. Raises DrawingError."""
        while monotonic() < until and (drawn := self._studio.take()):
            self._keep(*drawn)
        if not self._complete and self._studio.finished:
            self._complete = True
            gc.freeze()  # the scenes stay, and looking through them for garbage would take a touch's time: 50 ms

    def hurry(self, drawings: Iterable[Drawing]) -> None:
        """These are needed before all others."""
        self._studio.hurry(drawing for drawing in drawings if drawing not in self._pngs)

    def texture(self, drawing: Drawing) -> Any:  # noqa: ANN401
        """The picture to paint with, which stays as long as somebody holds it. Waits for the studio where it must.

        Raises DrawingError.
        """
        texture = self._textures.get(drawing)
        if texture is None:
            while drawing not in self._pngs:
                self._keep(*self._studio.wait())
            texture = Image(io.BytesIO(self._pngs[drawing]), ext="png", nocache=True).texture
            texture.min_filter = texture.mag_filter = self._filter
            self._textures[drawing] = texture
        return texture

    def _keep(self, drawing: Drawing, png: bytes) -> None:
        self._pngs[drawing] = png
