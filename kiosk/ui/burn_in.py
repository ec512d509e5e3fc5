"""Where the whole picture is moved to, so that no pixel of the screen shows the same for years."""

REACH = 4
"""Pixels from its place, at most: less than the margin of any screen, and nobody notices."""
STEP = 180.0
"""Seconds from one pixel to the next."""

_SWING = 4 * REACH


def shift_at(seconds: float) -> tuple[int, int]:
    """How far to the right and down the picture is at a monotonic time.

    It swings to and fro, one pixel at a step, and one row further at the end of each swing; after some 13 hours it has
    been everywhere.
    """
    step = int(seconds // STEP)
    return _swing(step), _swing(step // _SWING)


def _swing(step: int) -> int:
    """0, 1, … REACH, … 0, … -REACH, … 0."""
    phase = (step + REACH) % _SWING
    return min(phase, _SWING - phase) - REACH
