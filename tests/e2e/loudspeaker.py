"""A sound device that can be taken away, put back, or stand still: a pipe that SDL's driver `disk` writes into."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread


class Loudspeaker:
    """One that is there at first. `environment` has SDL play to it; `hear` gets what it takes, from a thread."""

    def __init__(self, directory: Path, hear: Callable[[bytes], None] = lambda _: None) -> None:
        self._hear = hear
        self._socket = directory / "speaker"
        self._away = directory / "speaker-away"
        self._pipe = self._socket / "pipe"
        self._ended = Event()
        self._takes = Event()
        self._end: int | None = None
        self._reader: Thread | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        return {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(self._pipe)}

    def start(self) -> None:
        self._socket.mkdir()
        os.mkfifo(self._pipe)
        self.be("there")

    def be(self, state: str) -> None:
        """`there`, `stuck` (it takes nothing more), or `gone`: what plays breaks off, and nothing can be opened."""
        if state == "gone":
            self._unplug()
            return
        if self._end is None:
            self._plug()
        (self._takes.set if state == "there" else self._takes.clear)()

    def stop(self) -> None:
        self._unplug()

    def _plug(self) -> None:
        if self._away.exists():
            self._away.rename(self._socket)
        self._end = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._ended.clear()
        self._reader = Thread(target=self._read, args=(self._end,), daemon=True)
        self._reader.start()

    def _unplug(self) -> None:
        if self._end is None or self._reader is None:
            return
        self._socket.rename(self._away)
        self._ended.set()
        self._takes.set()
        self._reader.join()
        os.close(self._end)
        self._end = None

    def _read(self, end: int) -> None:
        """Takes what is played, as long as it takes anything."""
        while not self._ended.wait(0.01):
            if self._takes.wait(0.1):
                with suppress(BlockingIOError):
                    self._hear(os.read(end, 1 << 16))
