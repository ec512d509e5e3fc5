"""Which keys a visitor can use, by the numbers that SDL and Kivy give them."""

import pytest

from kiosk.ui.entrance import Key
from kiosk.ui.keypad import Intent, intent_of

TAB, ENTER, SPACE, ESCAPE, BACKSPACE, DELETE = 9, 13, 32, 27, 8, 127
UP, DOWN, RIGHT, LEFT = 273, 274, 275, 276
KP_0, KP_2, KP_4, KP_5, KP_6, KP_8 = 256, 258, 260, 261, 262, 264
KP_MINUS, KP_PLUS, KP_ENTER = 269, 270, 271
F1, F4, F11, PRINT, MENU, SUPER, SHIFT, NUM_LOCK = 282, 285, 292, 0x40000046, 0x40000065, 309, 304, 300


@pytest.mark.parametrize(
    ("codes", "intent"),
    [
        ((TAB, DOWN, KP_2, KP_PLUS), Intent.NEXT),
        ((UP, KP_8, KP_MINUS), Intent.PREVIOUS),
        ((LEFT, KP_4), Intent.LEFT),
        ((RIGHT, KP_6), Intent.RIGHT),
        ((ENTER, SPACE, KP_5, KP_ENTER), Intent.CHOOSE),
    ],
)
def test_what_keys_mean(codes: tuple[int, ...], intent: Intent) -> None:
    assert [intent_of(Key(code)) for code in codes] == [intent] * len(codes)


def test_shift_turns_tab_round_and_nothing_else() -> None:
    assert intent_of(Key(TAB, shift=True)) is Intent.PREVIOUS
    assert intent_of(Key(ENTER, shift=True)) is Intent.CHOOSE
    assert intent_of(Key(KP_4, shift=True)) is Intent.LEFT


def test_all_other_keys_mean_nothing() -> None:
    others = (ESCAPE, BACKSPACE, DELETE, F1, F4, F11, PRINT, MENU, SUPER, SHIFT, NUM_LOCK, KP_0, ord("a"), ord("1"))
    assert [intent_of(Key(code)) for code in others] == [None] * len(others)
