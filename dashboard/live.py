"""Tells every open page when the store has changed: one watcher, any number of streams."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from itertools import count

from litestar.response import ServerSentEventMessage

from collector.store.protocol import ReadStore, StoreError

LOOK_EVERY_SECONDS = 0.2
HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 1000
AFRESH_EVERY_LOOKS = 300
"""Once a minute all is read afresh: the store's file may have been replaced, the day may be over."""


class Live:
    """Watches the store's version and wakes the streams.

    A state is named by this process and a number, so that a page notices a restart too.
    """

    def __init__(self, open_store: Callable[[], ReadStore]) -> None:
        self._open_store = open_store
        self._life = secrets.token_hex(4)
        self.changes = 0
        self._woken = asyncio.Event()
        self._closed = False
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "store-version")
        self._store: ReadStore | None = None

    @property
    def state(self) -> str:
        """Tells only whether it is another than before, and not how many changes there were, here or elsewhere."""
        return sha256(f"{self._life}-{self.changes}".encode()).hexdigest()[:12]

    def start(self) -> None:
        """Begins to watch. To be called on the event loop."""
        self._task = asyncio.create_task(self._watch())

    def end_streams(self) -> None:
        """Ends every open stream at once, so that a stop does not wait for readers."""
        self._closed = True
        self._woken.set()

    async def stop(self) -> None:
        self.end_streams()
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close_store)
        self._thread.shutdown()

    async def stream(
        self, may_go_on: Callable[[], bool] = lambda: True
    ) -> AsyncGenerator[ServerSentEventMessage, None]:
        """The state now, and each later one; a comment now and then keeps the way open.

        All streams are woken together: 500 with a timer of their own made a page take half as long again.

        When `may_go_on` says no, for one who is not signed in any more, that is the last that is told.
        """
        told = ""
        while not self._closed:
            woken = self._woken  # before the state is looked at: what changes while it is told wakes at once
            if not may_go_on():
                yield ServerSentEventMessage(event="ended", data="")
                return
            if told != self.state:
                told = self.state
                yield ServerSentEventMessage(event="change", data=told, retry=RETRY_MILLISECONDS)
            else:
                yield ServerSentEventMessage(data=None, comment="still here")
            await woken.wait()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        seen: int | None = None
        beat = loop.time()
        for look in count(1):
            if afresh := look % AFRESH_EVERY_LOOKS == 0:
                await loop.run_in_executor(self._thread, self._close_store)
            version = await loop.run_in_executor(self._thread, self._version)
            if version != seen or afresh:
                seen = version
                self.changes += 1
                beat = float("-inf")
            if loop.time() - beat >= HEARTBEAT_SECONDS:
                beat = loop.time()
                self._woken.set()
                self._woken = asyncio.Event()
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
