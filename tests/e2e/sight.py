"""Whether the real window shows a scene: it is compared with what the same drawings give without a window."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiosk.ui.layout import Box
from kiosk.ui.target import Scene
from tests.e2e.finger import PANEL
from tests.screen import Screen
from tests.screens import compose

ROUNDED = 3
"""Steps of a colour by which two programs that lay one picture over another may differ."""


def shows(screen: Screen, scene: Scene, boxes: Sequence[Box] = (Box(0, 0, *PANEL.size),)) -> bool:
    """Whether a scene is on the screen, or at least what is in some boxes of it."""
    alike = np.abs(_wanted(scene) - np.asarray(screen.image())).max(axis=2) <= ROUNDED
    return all(bool(alike[box.y : box.bottom, box.x : box.right].all()) for box in boxes)


@lru_cache(maxsize=4)
def _wanted(scene: Scene) -> NDArray[np.int16]:
    return np.asarray(compose(scene, PANEL)).astype(np.int16)
