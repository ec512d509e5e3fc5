"""A scene as a mirror shows it, for languages written from right to left.

Everything changes sides, the faces too: who reads from the right looks there first and expects the best there, as
others do on the left. So the happiest face is first in reading order in every language, and a visitor's habit holds.
The drawings themselves are not mirrored: letters stay letters, and signs that point along the text were turned before.
"""

from msgspec.structs import replace

from kiosk.ui.drawing import Label
from kiosk.ui.target import Picture, Scene, Target

_OTHER_SIDE = {"left": "right", "center": "center", "right": "left"}


def mirrored(scene: Scene, width: int) -> Scene:
    """The scene on a screen so wide, seen from the other side."""
    return replace(
        scene,
        pictures=tuple(_picture(picture, width) for picture in scene.pictures),
        targets=tuple(_target(target, width) for target in scene.targets),
        bar=scene.bar and scene.bar.mirrored(width),
        mirrored=True,
    )


def _target(target: Target, width: int) -> Target:
    pictures = tuple(_picture(picture, width) for picture in target.pictures)
    return replace(target, box=target.box.mirrored(width), pictures=pictures)


def _picture(picture: Picture, width: int) -> Picture:
    drawing = picture.drawing
    if isinstance(drawing, Label):
        drawing = replace(drawing, align=_OTHER_SIDE[drawing.align])
    return Picture(picture.box.mirrored(width), drawing)
