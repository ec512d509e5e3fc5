"""What is on each frame of a film in which one screen fades into another."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kiosk.ui.layout import Box
from tests.kiosk.ui.onlooker import Pixels, part

ROUNDED = 3
"""Steps of a colour by which a mix of two may be off."""
TORN = 2
"""Rows of a picture that may be taken while they change, before all of it counts as torn."""
THIN = 4
"""Every so manyth row and column is looked at."""


class Frame(Struct, frozen=True):
    """One frame between two screens.

    `strange` is how many steps of a colour its worst pixel is from every mix of paper and what either screen has there.
    `thick` is how much of the best such mix is paper, if it is the same from left to right; None where it is not, as in
    a frame that was looked at while the next one came.
    """

    strange: float
    thick: float | None


def develop(film: list[Pixels], touched: Box, paper: Pixels) -> list[Frame]:
    """The frames between the first and the last picture. What is touched sinks, and has only colours that it had."""
    before, *frames, after = (frame[::THIN, ::THIN] for frame in film)
    sinks = np.zeros((*before.shape[:2], 1), dtype=bool)
    sinks[part(Box(touched.x // THIN, touched.y // THIN, touched.width // THIN + 1, touched.height // THIN + 1))] = True
    sunk = np.vstack((before[sinks[..., 0]], paper[0]))
    developed = []
    for frame in frames:
        beyond = np.maximum(sunk.min(0) - frame, frame - sunk.max(0)).max(2)
        elsewhere, there = (np.where(sinks, paper, one) for one in (frame, before))
        leaving, coming = _Mix(elsewhere, there, paper), _Mix(frame, after, paper)
        strange = float(np.minimum(coming.pixels, np.where(sinks[..., 0], beyond, leaving.pixels)).max())
        best = min(leaving, coming, key=lambda mix: np.count_nonzero(mix.rows > ROUNDED))
        developed.append(Frame(strange, best.thick if np.count_nonzero(best.rows > ROUNDED) <= TORN else None))
    return developed


class _Mix:
    """How far each pixel of a frame is from a still picture under paper, and each row from one of one thickness."""

    def __init__(self, frame: Pixels, still: Pixels, paper: Pixels) -> None:
        way, gone = (paper - still).astype(np.float32), (frame - still).astype(np.float32)
        along, length = (gone * way).sum(2), (way * way).sum(2)
        pixel = (along / np.maximum(length, 1)).clip(0, 1)
        row = along.sum(1) / np.maximum(length.sum(1), 1)
        self.thick = float(along.sum() / max(length.sum(), 1))
        self.pixels: NDArray[np.float32] = np.abs(gone - pixel[..., None] * way).max(2)
        self.rows: NDArray[np.float32] = np.abs(gone - row[:, None, None] * way).max((1, 2))
