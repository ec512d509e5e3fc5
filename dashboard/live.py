"""Tells every open page when the store has changed: one watcher, any number of streams.

Who does not see everything is told once a minute, whether something has changed or not: else the second of every
release at other places would be told too.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import count
from traceback import format_exception

import structlog
from litestar.response import ServerSentEventMessage

from collector.store.protocol import ReadStore, StoreError

LOOK_EVERY_SECONDS = 0.2
HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 1000
AFRESH_EVERY_LOOKS = 300
"""Once a minute all is read afresh: the store's file may have been replaced, the day may be over."""

_log = structlog.get_logger("dashboard")


class Pulse:
    """What wakes the streams of some readers.

    A state is named by this process and a number, so that a page notices a restart too.
    """

    def __init__(self) -> None:
        self._life = secrets.token_hex(16)
        self._beat = float("-inf")
        self.changes = 0
        self.woken = asyncio.Event()

    @property
    def state(self) -> str:
        """Tells only whether it is another than before, and not how many changes there were, here or elsewhere."""
        return sha256(f"{self._life}-{self.changes}".encode()).hexdigest()[:12]

    def change(self) -> None:
        """The streams are woken at the next beat, which is now."""
        self.changes += 1
        self._beat = float("-inf")

    def beat(self, now: float) -> None:
        """Wakes the streams after a change, and now and then without one."""
        if now - self._beat >= HEARTBEAT_SECONDS:
            self._beat = now
            self.wake()

    def wake(self) -> None:
        self.woken.set()
        self.woken = asyncio.Event()


class Live:
    """Watches the store's version and wakes the streams: `of_all` at each change, `of_some` once a minute."""

    def __init__(self, open_store: Callable[[], ReadStore]) -> None:
        self._open_store = open_store
        self.of_all = Pulse()
        self.of_some = Pulse()
        self._closed = False
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "store-version")
        self._store: ReadStore | None = None

    def pulse(self, *, everything: bool) -> Pulse:
        """That of readers who see everything, or of those who see some places only."""
        return self.of_all if everything else self.of_some

    def start(self) -> None:
        """Begins to watch. To be called on the event loop."""
        self._task = asyncio.create_task(self._watch())
        self._task.add_done_callback(_tell_why_it_ended)

    def end_streams(self) -> None:
        """Ends every open stream at once, so that a stop does not wait for readers."""
        self._closed = True
        for pulse in (self.of_all, self.of_some):
            pulse.wake()

    async def stop(self) -> None:
        self.end_streams()
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close_store)
        self._thread.shutdown()

    async def stream(
        self, pulse: Pulse, may_go_on: Callable[[], bool] = lambda: True
    ) -> AsyncGenerator[ServerSentEventMessage, None]:
        """The state now, and each later one; a comment now and then keeps the way open.

        All streams are woken together: 500 with a timer of their own made a page take half as long again.

        When `may_go_on` says no, for one who is not signed in any more, that is the last that is told.
        """
        told = ""
        while not self._closed:
            woken = pulse.woken  # before the state is looked at: what changes while it is told wakes at once
            if not may_go_on():
                yield ServerSentEventMessage(event="ended", data="")
                return
            if told != pulse.state:
                told = pulse.state
                yield ServerSentEventMessage(event="change", data=told, retry=RETRY_MILLISECONDS)
            else:
                yield ServerSentEventMessage(data=None, comment="still here")
            await woken.wait()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        seen: int | None = None
        for look in count(1):
            if afresh := look % AFRESH_EVERY_LOOKS == 0:
                await loop.run_in_executor(self._thread, self._close_store)
            version = await loop.run_in_executor(self._thread, self._version)
            came_or_went = (version is None) is not (seen is None)
            for pulse, news in ((self.of_all, version != seen), (self.of_some, came_or_went)):
                if news or afresh:
                    pulse.change()
                pulse.beat(loop.time())
            seen = version
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _version(self) -> int | None:
        """None while the store cannot be read. The same connection is kept, as versions count from its start."""
        try:
            if self._store is None:
                self._store = self._open_store()
            return self._store.version()
        except StoreError:
            self._close_store()
            return None

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


def _tell_why_it_ended(task: asyncio.Task[None]) -> None:
    """Pages would stay as they are, and nobody would know."""
    if not task.cancelled() and (error := task.exception()):
        _log.error("the store is not watched any more", traceback="".join(format_exception(error)))
