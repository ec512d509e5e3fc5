"""Pictures of what a terminal would show, for the page: the terminal's own scenes and letters, put together.

In the page's own process and without a window: the window does no more than put each picture in its place.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from contract.survey import Survey, Text
from dashboard.surveys.desk import Draw, Size

if TYPE_CHECKING:
    from kiosk.ui.target import Picture, Scene
    from kiosk.ui.typesetter import Typesetter

_KEPT = 64
"""Pictures that are kept, as a page asks for the same ones again; of some 50 KB."""
_TIME_LEFT = 0.6
"""Of the bar on the screens that wait, so that it is seen what it is."""


def make_draw() -> Draw | None:
    """None where the terminal's drawing is not installed."""
    try:
        from kiosk.ui.typesetter import Typesetter
    except ImportError:
        return None
    return Drawer(Typesetter).draw


class Drawer:
    """Draws one screen at a time, whoever asks. Its typesetter is made when it is first needed."""

    def __init__(self, make: "type[Typesetter]") -> None:
        self._make = make
        self._typesetter: Typesetter | None = None
        self._lock = Lock()
        self._kept = lru_cache(maxsize=_KEPT)(self._drawn)

    def draw(self, survey: Survey, messages: Sequence[Text], language: str, screen: str, size: Size) -> bytes:
        """A PNG of a screen: `question`, `satisfied`, `unsatisfied` or `message-0`."""
        return self._kept(msgspec.json.encode((survey, tuple(messages))), language, screen, size)

    def _drawn(self, shown: bytes, language: str, screen: str, size: Size) -> bytes:
        survey, messages = msgspec.json.decode(shown, type=tuple[Survey, tuple[Text, ...]])
        with self._lock:
            self._typesetter = self._typesetter or self._make()
            return compose(scene_of(survey, messages, language, screen, size), size, self._typesetter)


def scene_of(survey: Survey, messages: Sequence[Text], language: str, screen: str, size: Size) -> "Scene":
    """What the terminal shows to a visitor who chose the language."""
    from kiosk.ui.layout import Panel
    from kiosk.ui.scene import Scenes
    from kiosk.view import Screen, View

    views = {
        "satisfied": View(Screen.WHY, language, score=4, chosen=True),
        "unsatisfied": View(Screen.WHY, language, score=1, chosen=True),
    }
    number = int(screen.rpartition("-")[2]) if screen.startswith("message-") else None
    view = views.get(screen, View(Screen.QUESTION, language, chosen=number is None, message=number))
    whole = [{language: next(iter(text.values())), **text} for text in messages]
    return Scenes(survey, survey.languages, Panel.of(size), messages=whole).of(view)


def compose(scene: "Scene", size: Size, typesetter: "Typesetter") -> bytes:
    """All pictures of a scene in their places, as one PNG."""
    from kiosk.ui.drawing import Vector

    width, height = size
    bar = [(scene.bar, scene.bar_colours[0]), (scene.time_left(_TIME_LEFT), scene.bar_colours[1])]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{scene.paper}"/>'
        + "".join(_images(scene.all_pictures(), typesetter))
        + "".join(
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{box.height / 2}"'
            f' fill="{colour}"/>'
            for box, colour in bar
            if box
        )
        + "</svg>"
    )
    return typesetter.png(Vector(svg, width, height))


def _images(pictures: "Iterator[Picture]", typesetter: "Typesetter") -> Iterator[str]:
    for picture in pictures:
        png = typesetter.png(picture.drawing)
        box = picture.place(*_size_of(png))
        yield (
            f'<image x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
            f' href="data:image/png;base64,{b64encode(png).decode()}"/>'
        )


def _size_of(png: bytes) -> Size:
    """Width and height, which every PNG has at the same place (RFC 2083, 4.1.1)."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
