"""The stream of changes: one event a change, one more when the store comes back, and a quick end."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from collector.store.protocol import ReadStore
from dashboard import live as module
from dashboard.live import Live
from tests.fakes.read_store import FakeReadStore
from tests.polling import PATIENCE


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.001)


def run(store: FakeReadStore, story: Callable[[Live], Awaitable[None]]) -> None:
    def open_store() -> ReadStore:
        store.version()
        return store

    async def play() -> None:
        live = Live(open_store)
        live.start()
        try:
            async with asyncio.timeout(PATIENCE):
                await story(live)
        finally:
            await live.stop()

    asyncio.run(play())


async def settled(live: Live, changes: int) -> None:
    """Waits until the watcher has counted this many changes."""
    while live.of_all.changes != changes:
        await asyncio.sleep(0.001)


def test_each_change_is_one_event() -> None:
    store = FakeReadStore()

    async def story(live: Live) -> None:
        await settled(live, 1)
        stream = live.stream(live.of_all)
        assert (await anext(stream)).data == live.of_all.state
        store.commits += 1
        told = await anext(stream)
        assert (told.event, told.data) == ("change", live.of_all.state)

    run(store, story)


def test_a_change_while_the_last_one_is_still_being_told_is_told_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFRESH_EVERY_LOOKS", 10**9)
    store = FakeReadStore()

    async def story(live: Live) -> None:
        await settled(live, 1)
        stream = live.stream(live.of_all)
        before = (await anext(stream)).data
        store.commits += 1
        await settled(live, 2)
        assert (await anext(stream)).data == live.of_all.state != before

    run(store, story)


def test_a_store_that_goes_and_comes_back_is_two_changes() -> None:
    store = FakeReadStore()

    async def story(live: Live) -> None:
        await settled(live, 1)
        store.broken = True
        await settled(live, 2)
        store.broken = False
        await settled(live, 3)

    run(store, story)


def test_the_end_of_the_server_ends_the_streams() -> None:
    async def story(live: Live) -> None:
        await settled(live, 1)
        stream = live.stream(live.of_all)
        await anext(stream)
        rest = asyncio.create_task(anext(stream, None))
        await asyncio.sleep(0)
        live.end_streams()
        assert await rest is None

    run(FakeReadStore(), story)


def test_who_sees_some_places_only_is_told_at_the_minute_and_not_at_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFRESH_EVERY_LOOKS", 10**9)
    store = FakeReadStore()

    async def story(live: Live) -> None:
        await settled(live, 1)
        stream = live.stream(live.of_some)
        before = (await anext(stream)).data
        rest = asyncio.create_task(anext(stream, None))
        store.commits += 1
        await settled(live, 2)
        await asyncio.sleep(0)
        assert not rest.done()
        assert live.of_some.state == before
        monkeypatch.setattr(module, "AFRESH_EVERY_LOOKS", 1)
        told = await rest
        assert told
        assert told.data != before

    run(store, story)


def test_a_watch_that_ends_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    store = FakeReadStore()

    def fail() -> int:
        raise RuntimeError("all is lost")

    async def story(live: Live) -> None:
        await settled(live, 1)
        store.version = fail  # type: ignore[method-assign]
        while "all is lost" not in capsys.readouterr().out:
            await asyncio.sleep(0.001)

    run(store, story)


def test_a_quiet_stream_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.001)

    async def story(live: Live) -> None:
        await settled(live, 1)
        stream = live.stream(live.of_all)
        await anext(stream)
        assert (await anext(stream)).comment == "still here"

    run(FakeReadStore(), story)


def test_all_is_read_afresh_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFRESH_EVERY_LOOKS", 3)

    async def story(live: Live) -> None:
        await settled(live, 3)

    run(FakeReadStore(), story)
