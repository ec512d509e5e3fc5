"""SDL's mixer with one sound in it: the C library that Kivy brings, called past Kivy's own `SoundLoader`.

That one holds Python's lock while it decodes, so that a frame waits 6 ms on a desktop and more on a small board; it
remembers a first failure for good, so that a loudspeaker plugged in later stays dumb; and it never closes the device
(https://github.com/kivy/kivy/blob/2.3.1/kivy/core/audio/audio_sdl2.pyx). ctypes lets go of the lock.
"""

import ctypes
from importlib.util import find_spec
from pathlib import Path

RATE, FORMAT, CHANNELS, BUFFER = 44100, 0x8010, 2, 2048
"""What is asked of the device: 16 bits, in stereo, in pieces of 46 ms; it may answer with another rate."""
INIT_AUDIO, INIT_OGG = 0x10, 0x10
"""SDL_INIT_AUDIO of SDL.h and MIX_INIT_OGG of SDL_mixer.h."""
DEVICE = 2
"""The number that SDL gives to the first device opened, and so to the only one."""
STOPPED = 0
"""SDL_AUDIO_STOPPED: the driver has given the device up, whatever SDL goes on to play into nothing."""
FULL = 128
"""SDL_MIX_MAXVOLUME."""


class SoundError(Exception):
    """There is no sound to be had; the message says why in SDL's words."""


class RecordingError(Exception):
    """This file is no sound; the next may be."""


class _Chunk(ctypes.Structure):
    """Mix_Chunk: a decoded sound."""

    _fields_ = (
        ("allocated", ctypes.c_int),
        ("samples", ctypes.c_void_p),
        ("size", ctypes.c_uint32),
        ("volume", ctypes.c_uint8),
    )


class Mixer:
    """The sound device, opened and closed. Call from one thread only; any call may take as long as the device likes."""

    def __init__(self) -> None:
        self._sdl: ctypes.CDLL | None = None
        self._chunk: ctypes.POINTER[_Chunk] | None = None  # type: ignore[valid-type]

    def devices(self) -> int:
        """How many sound devices the system lists, without opening any; none when it has no sound at all."""
        try:
            sdl = self._start()
        except SoundError:
            return 0
        found = int(sdl.SDL_GetNumAudioDevices(0))
        self._end()
        return found

    def open(self) -> None:
        """Opens the system's usual device. Raises SoundError."""
        sdl = self._start()
        if sdl.Mix_OpenAudio(RATE, FORMAT, CHANNELS, BUFFER):
            reason = self._reason()
            self._end()
            raise SoundError(reason)

    def close(self) -> None:
        """Ends any sound and gives the device back."""
        assert self._sdl is not None
        self.halt()
        self._sdl.Mix_CloseAudio()
        self._end()

    def play(self, file: Path, volume: float) -> float:
        """Decodes a file and begins to play it; volume 0 to 1. Tells its length in seconds.

        Raises RecordingError when the file cannot be decoded, SoundError when the device does not take it.
        """
        sdl = self._sdl
        assert sdl is not None
        self.halt()
        chunk = sdl.Mix_LoadWAV(str(file).encode())
        if not chunk:
            raise RecordingError(self._reason())
        self._chunk = chunk
        sdl.Mix_Volume(0, round(FULL * volume))
        if sdl.Mix_PlayChannel(0, chunk, 0) < 0:
            raise SoundError(self._reason())
        return float(chunk.contents.size / self._bytes_a_second())

    def halt(self) -> None:
        """Ends the sound and gives its memory back."""
        if self._sdl and self._chunk:
            self._sdl.Mix_HaltChannel(0)
            self._sdl.Mix_FreeChunk(self._chunk)
            self._chunk = None

    @property
    def playing(self) -> bool:
        return self._sdl is not None and bool(self._sdl.Mix_Playing(0))

    @property
    def lost(self) -> bool:
        """Whether the open device has gone away, as when it is unplugged."""
        return self._sdl is not None and self._sdl.SDL_GetAudioDeviceStatus(DEVICE) == STOPPED

    def _bytes_a_second(self) -> int:
        assert self._sdl is not None
        rate, form, channels = ctypes.c_int(), ctypes.c_uint16(), ctypes.c_int()
        self._sdl.Mix_QuerySpec(ctypes.byref(rate), ctypes.byref(form), ctypes.byref(channels))
        return rate.value * channels.value * (form.value & 0xFF) // 8

    def _start(self) -> ctypes.CDLL:
        """SDL's part for sound, which looks for a driver anew each time."""
        self._sdl = self._sdl or _library()
        if self._sdl.SDL_InitSubSystem(INIT_AUDIO):
            raise SoundError(self._reason())
        self._sdl.Mix_Init(INIT_OGG)
        return self._sdl

    def _end(self) -> None:
        assert self._sdl is not None
        self._sdl.SDL_QuitSubSystem(INIT_AUDIO)

    def _reason(self) -> str:
        assert self._sdl is not None
        said: bytes = self._sdl.SDL_GetError()
        return said.decode(errors="replace")


def _library() -> ctypes.CDLL:
    """SDL and its mixer, found through Kivy's own module that is linked to them, wherever they are."""
    kivy = find_spec("kivy")
    assert kivy is not None
    assert kivy.origin is not None
    linked = [*Path(kivy.origin).parent.glob("core/audio/audio_sdl2*.so")]
    if not linked:
        raise SoundError("this Kivy was built without SDL's mixer")
    sdl = ctypes.CDLL(str(linked[0]))
    sdl.SDL_SetHint(b"SDL_NO_SIGNAL_HANDLERS", b"1")  # else SIGTERM would go unheard where SDL has no window
    sdl.SDL_GetError.restype = ctypes.c_char_p
    sdl.Mix_LoadWAV.restype = ctypes.POINTER(_Chunk)
    sdl.Mix_LoadWAV.argtypes = [ctypes.c_char_p]
    sdl.Mix_PlayChannel.argtypes = [ctypes.c_int, ctypes.POINTER(_Chunk), ctypes.c_int]
    sdl.Mix_FreeChunk.argtypes = [ctypes.POINTER(_Chunk)]
    return sdl
