"""Which keys mean something to the terminal: enough for a keypad or a single switch, and no way out among them.

The numbers are Kivy's: SDL 1's for the arrows and the numeric keypad, the character for others
(https://github.com/kivy/kivy/blob/2.3.1/kivy/core/window/window_sdl2.py, `key_map`). SDL names the keys of a numeric
keypad alike whether Num Lock is on or off, so they count as arrows always: nobody types digits here.
"""

from enum import StrEnum

from kiosk.ui.entrance import Key


class Intent(StrEnum):
    """What a visitor wants with a key. Which of LEFT and RIGHT is onward depends on how the shown language runs."""

    NEXT = "next"
    PREVIOUS = "previous"
    LEFT = "left"
    RIGHT = "right"
    CHOOSE = "choose"


_BY_SCANCODE = 0x40000000
"""SDLK_SCANCODE_MASK: keys that have no character."""

INTENTS = {
    Key(9): Intent.NEXT,  # Tab
    Key(9, shift=True): Intent.PREVIOUS,
    Key(_BY_SCANCODE | 186): Intent.NEXT,  # the Tab of some keypads
    Key(_BY_SCANCODE | 186, shift=True): Intent.PREVIOUS,
}
"""Keys that go the other way with Shift."""
CODES = {
    13: Intent.CHOOSE,  # Enter
    32: Intent.CHOOSE,  # Space
    273: Intent.PREVIOUS,  # the arrows up, down, right and left
    274: Intent.NEXT,
    275: Intent.RIGHT,
    276: Intent.LEFT,
    264: Intent.PREVIOUS,  # 8, 2, 6, 4 and 5 of the numeric keypad
    258: Intent.NEXT,
    262: Intent.RIGHT,
    260: Intent.LEFT,
    261: Intent.CHOOSE,
    269: Intent.PREVIOUS,  # its minus, plus and Enter
    270: Intent.NEXT,
    271: Intent.CHOOSE,
    _BY_SCANCODE | 158: Intent.CHOOSE,  # the second Enter of some keypads
}
"""Keys that mean the same with Shift and without: some keypads send it for their arrows."""


def intent_of(key: Key) -> Intent | None:
    """What a key that went down means; None for all that a visitor has no use for."""
    return INTENTS.get(key) or CODES.get(key.code)
