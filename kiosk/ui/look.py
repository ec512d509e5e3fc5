"""The colours of each appearance; every text has a contrast of 7:1 or more against what it stands on (WCAG 1.4.6)."""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.session import Appearance


class Look(Struct, frozen=True):
    """One appearance. `solid` is the ground of what stands out (the ear, skip, the chosen language)."""

    paper: str
    ink: str
    quiet: str
    line: str
    card: str
    solid: str
    on_solid: str
    bar: str
    bar_track: str
    large: bool = False
    strong: bool = False
    """Whether the faces are drawn in light colours on a dark ground."""


_NORMAL = Look(
    paper="#FBF8F3",
    ink="#22303C",
    quiet="#47535E",
    line="#D9D2C5",
    card="#FFFFFF",
    solid="#22303C",
    on_solid="#FFFFFF",
    bar="#6B7684",
    bar_track="#E9E2D6",
)
_CONTRAST = Look(
    paper="#000000",
    ink="#FFFFFF",
    quiet="#FFFFFF",
    line="#FFFFFF",
    card="#000000",
    solid="#FFFFFF",
    on_solid="#000000",
    bar="#FFFFFF",
    bar_track="#4D4D4D",
    large=True,
    strong=True,
)
LOOKS = {
    Appearance.NORMAL: _NORMAL,
    Appearance.LARGE: replace(_NORMAL, large=True),
    Appearance.CONTRAST: _CONTRAST,
}
"""The looks by appearance."""

PAPER, INK, CARD = _NORMAL.paper, _NORMAL.ink, _NORMAL.card
BAR, BAR_TRACK = _NORMAL.bar, _NORMAL.bar_track
"""The colours that the terminal begins with."""
