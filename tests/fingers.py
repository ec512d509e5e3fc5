"""Fingers on a touchscreen that is not there, put into the queue in which SDL would have them."""

import ctypes

from kiosk.ui.sdl import _EVENT_BYTES, Sdl

_KINDS = {"down": 0x700, "up": 0x701, "move": 0x702}
"""SDL_FINGERDOWN, SDL_FINGERUP and SDL_FINGERMOTION."""


class _Event(ctypes.Structure):
    """SDL_TouchFingerEvent, in as many bytes as any event has."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("touch", ctypes.c_int64),
        ("finger", ctypes.c_int64),
        ("x", ctypes.c_float),
        ("y", ctypes.c_float),
        ("rest", ctypes.c_uint8 * (_EVENT_BYTES - 32)),
    )


def push_finger(sdl: Sdl, way: str, finger: int, x: float, y: float) -> None:
    """A finger goes `down`, moves or goes `up`, at x and y from 0 to 1. From any thread."""
    event = _Event(type=_KINDS[way], touch=1, finger=finger, x=x, y=y)
    sdl._sdl.SDL_PushEvent(ctypes.byref(event))
