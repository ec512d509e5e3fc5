"""A client of the X server that moves fast: fingers, keys and blows at windows without a program started for each.

Calls Xlib, XTest and RandR through ctypes, which a machine with xdotool and Chromium has.
"""

import ctypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from msgspec import Struct

from kiosk.ui.layout import Size

_Id = ctypes.c_ulong
_VIEWABLE = 2
"""IsViewable of X.h."""
_CLIENT_MESSAGE = 33
_REVERT_TO_ROOT = 1


class Place(Struct, frozen=True):
    """Where a window is, in pixels of the screen, and whether it can be seen."""

    x: int
    y: int
    width: int
    height: int
    seen: bool


class _Attributes(ctypes.Structure):
    """The beginning of XWindowAttributes, and room for the rest."""

    _fields_ = (
        ("x", ctypes.c_int),
        ("y", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("border_width", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("visual", ctypes.c_void_p),
        ("root", _Id),
        ("window_class", ctypes.c_int),
        ("bit_gravity", ctypes.c_int),
        ("win_gravity", ctypes.c_int),
        ("backing_store", ctypes.c_int),
        ("backing_planes", ctypes.c_ulong),
        ("backing_pixel", ctypes.c_ulong),
        ("save_under", ctypes.c_int),
        ("colormap", _Id),
        ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("rest", ctypes.c_byte * 128),
    )


class _Message(ctypes.Structure):
    """XClientMessageEvent, in as many bytes as any event has."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("sent", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", _Id),
        ("kind", _Id),
        ("form", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_byte * 128),
    )


class _Mode(ctypes.Structure):
    """XRRModeInfo."""

    _fields_ = (
        ("id", _Id),
        ("width", ctypes.c_uint),
        ("height", ctypes.c_uint),
        ("clock", ctypes.c_ulong),
        ("timings", ctypes.c_uint * 7),
        ("name", ctypes.c_char_p),
        ("name_length", ctypes.c_uint),
        ("flags", ctypes.c_ulong),
    )


class _Resources(ctypes.Structure):
    """XRRScreenResources."""

    _fields_ = (
        ("timestamp", _Id),
        ("config_timestamp", _Id),
        ("crtc_count", ctypes.c_int),
        ("crtcs", ctypes.POINTER(_Id)),
        ("output_count", ctypes.c_int),
        ("outputs", ctypes.POINTER(_Id)),
        ("mode_count", ctypes.c_int),
        ("modes", ctypes.POINTER(_Mode)),
    )


_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


_IGNORED = _Handler(lambda _display, _error: 0)
"""A window may be gone, or not focusable yet, at the moment it is asked for; Xlib would end the process."""


class X11:
    """One connection to the server named in `environment`. Call from one thread only."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._x, self._test, self._randr = (
            ctypes.CDLL(f"lib{name}") for name in ("X11.so.6", "Xtst.so.6", "Xrandr.so.2")
        )
        self._x.XOpenDisplay.restype = self._randr.XRRGetScreenResources.restype = ctypes.c_void_p
        for function in (
            self._x.XDefaultRootWindow,
            self._x.XStringToKeysym,
            self._x.XInternAtom,
            self._randr.XRRCreateMode,
        ):
            function.restype = _Id
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(environment["DISPLAY"].encode()))
        if not self._display:
            raise RuntimeError(f"no X server at {environment['DISPLAY']}")
        self._x.XSetErrorHandler(_IGNORED)
        self._root = _Id(self._x.XDefaultRootWindow(self._display))

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)

    def flush(self) -> None:
        """Sends all that was asked, and waits for nothing."""
        self._x.XFlush(self._display)

    def sync(self) -> None:
        """Returns when the server has done all that was asked."""
        self._x.XSync(self._display, 0)

    def move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, _Id(0))

    def button(self, number: int, *, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, number, int(down), _Id(0))

    def key(self, name: str, *, down: bool) -> None:
        """A key as X calls it: Tab, Return, Alt_L. Raises LookupError when this keyboard has none such."""
        code = self._x.XKeysymToKeycode(self._display, _Id(self._x.XStringToKeysym(name.encode())))
        if not code:
            raise LookupError(f"no key {name}")
        self._test.XTestFakeKeyEvent(self._display, code, int(down), _Id(0))

    def windows(self) -> list[int]:
        """The windows on the screen, from the lowest to the one in front."""
        root, parent, children, count = _Id(), _Id(), ctypes.POINTER(_Id)(), ctypes.c_uint()
        asked = [ctypes.byref(one) for one in (root, parent, children, count)]
        self._x.XQueryTree(self._display, self._root, *asked)
        found = [children[number] for number in range(count.value)]
        if found:
            self._x.XFree(children)
        return found

    def place(self, window: int | None = None) -> Place:
        """Of a window, or of the screen itself."""
        found = _Attributes()
        self._x.XGetWindowAttributes(self._display, _Id(window) if window else self._root, ctypes.byref(found))
        return Place(found.x, found.y, found.width, found.height, found.map_state == _VIEWABLE)

    def has_keys(self, window: int) -> bool:
        """Whether what is typed goes to this window."""
        focused, revert = _Id(), ctypes.c_int()
        self._x.XGetInputFocus(self._display, ctypes.byref(focused), ctypes.byref(revert))
        return focused.value == window

    def take_keys(self, window: int | None = None) -> None:
        """Gives what is typed to another window, or to none."""
        self._x.XSetInputFocus(self._display, _Id(window or 0), _REVERT_TO_ROOT, _Id(0))

    def unmap(self, window: int) -> None:
        self._x.XUnmapWindow(self._display, _Id(window))

    def lower(self, window: int) -> None:
        self._x.XLowerWindow(self._display, _Id(window))

    def put(self, window: int, place: Place) -> None:
        self._x.XMoveResizeWindow(self._display, _Id(window), place.x, place.y, place.width, place.height)

    def ask_to_close(self, window: int) -> None:
        """As a window manager does when somebody clicks on the cross."""
        atoms = {name: self._x.XInternAtom(self._display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")}
        message = _Message(type=_CLIENT_MESSAGE, window=window, kind=atoms[b"WM_PROTOCOLS"], form=32)
        message.data[0] = atoms[b"WM_DELETE_WINDOW"]
        self._x.XSendEvent(self._display, _Id(window), 0, ctypes.c_long(0), ctypes.byref(message))

    def resize(self, size: Size) -> None:
        """Gives the screen another size, at most the one that its server was started with."""
        raw = ctypes.c_void_p(self._randr.XRRGetScreenResources(self._display, self._root))
        resources = ctypes.cast(raw, ctypes.POINTER(_Resources)).contents
        output, crtc = resources.outputs[0], _Id(resources.crtcs[0])
        mode = self._mode(resources, output, size)
        with self._alone():  # a screen with no picture on it, or with one larger than itself, is for nobody to see
            self._randr.XRRSetCrtcConfig(self._display, raw, crtc, _Id(0), 0, 0, _Id(0), 1, None, 0)
            self._randr.XRRSetScreenSize(self._display, self._root, *size, size[0] // 4, size[1] // 4)
            outputs = (_Id * 1)(output)
            self._randr.XRRSetCrtcConfig(self._display, raw, crtc, _Id(0), 0, 0, _Id(mode), 1, outputs, 1)
        self._randr.XRRFreeScreenResources(raw)

    def _mode(self, resources: _Resources, output: int, size: Size) -> int:
        for number in range(resources.mode_count):
            if (resources.modes[number].width, resources.modes[number].height) == size:
                return int(resources.modes[number].id)
        name = f"{size[0]}x{size[1]}".encode()
        new = _Mode(width=size[0], height=size[1], clock=size[0] * size[1] * 60, name=name, name_length=len(name))
        new.timings[:] = [size[0], size[0], size[0], 0, size[1], size[1], size[1]]
        mode = int(self._randr.XRRCreateMode(self._display, self._root, ctypes.byref(new)))
        self._randr.XRRAddOutputMode(self._display, _Id(output), _Id(mode))
        return mode

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._x.XGrabServer(self._display)
        try:
            yield
        finally:
            self._x.XUngrabServer(self._display)
            self.sync()


@contextmanager
def connected(environment: Mapping[str, str]) -> Iterator[X11]:
    x11 = X11(environment)
    try:
        yield x11
    finally:
        with suppress(OSError):
            x11.close()
