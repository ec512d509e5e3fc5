"""What systemd hears of the roles, over the socket that it would listen on."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Timer

import pytest

from collector.fleet import Fleet
from collector.inbox import Inbox
from collector.service import Service
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from deploy.collector import _go_on
from deploy.heartbeat import BEAT_SECONDS
from deploy.keeper import ANSWERS, NEWS
from deploy.notify import ALIVE, READY, Notifier
from kiosk.publisher import Publisher
from tests.collector.samples import SURVEY
from tests.kiosk.samples import make_tally
from tests.polling import PATIENCE, eventually
from tests.ports import free_port

pytestmark = pytest.mark.e2e

QUICK = "look=0.05, hung=5.0, first_face=30.0, goodbye=10.0, pauses=(0.0, 0.1)"


class Systemd:
    """The socket that NOTIFY_SOCKET names."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0", 1))
        self._socket.settimeout(PATIENCE)

    def hears(self) -> bytes:
        """The next word; waits for it."""
        return self._socket.recv(4096)

    def heard(self) -> list[bytes]:
        """All that has come by now."""
        words = []
        self._socket.setblocking(False)
        try:
            while True:
                words.append(self._socket.recv(4096))
        except BlockingIOError:
            return words
        finally:
            self._socket.settimeout(PATIENCE)

    def environment(self, watchdog: float = 0.0) -> dict[str, str]:
        """Of a service that it would take to hang after so many seconds; never, where they are none."""
        given = {"NOTIFY_SOCKET": self.address}
        return given | ({"WATCHDOG_USEC": str(round(watchdog * 1e6))} if watchdog else {})

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    systemd = Systemd(str(tmp_path / "notify"))
    yield systemd
    systemd.close()


@pytest.mark.parametrize("address", ["notify", "@fjes-{}"])
def test_it_is_told_what_it_understands(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The very words of sd_notify(3); an address may be a name without a file too."""
    monkeypatch.chdir(tmp_path)
    systemd = Systemd(address.format(os.getpid()))
    with closing(Notifier(systemd.environment())) as notifier:
        notifier.ready()
        notifier.alive()
    assert systemd.heard() == [b"READY=1", b"WATCHDOG=1"]
    systemd.close()


def test_beats_come_well_within_its_patience(systemd: Systemd) -> None:
    assert 2 * Notifier(systemd.environment(watchdog=60)).seconds < 60


def test_without_systemd_nothing_is_said_and_nothing_goes_wrong(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": str(tmp_path / "gone")}):
        notifier = Notifier(environment)
        notifier.ready()
        notifier.alive()
        assert notifier.descriptor() is None
        assert notifier.seconds > 1


def test_a_systemd_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    systemd = Systemd(str(tmp_path / "notify"))
    with closing(Notifier(systemd.environment())) as notifier:
        notifier.ready()
        systemd.close()
        notifier.alive()


def test_an_event_loop_that_stands_still_says_nothing(systemd: Systemd) -> None:
    notifier = Notifier(systemd.environment(watchdog=0.06))

    async def serve() -> None:
        task = asyncio.create_task(notifier.keep_saying())
        await asyncio.sleep(0)
        assert systemd.heard() == [READY, ALIVE]
        Event().wait(5 * notifier.seconds)  # stuck
        assert systemd.heard() == []
        while not systemd.heard():
            await asyncio.sleep(notifier.seconds)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(serve())


@contextmanager
def collector(directory: Path) -> Iterator[tuple[Service, Subscriber]]:
    """A real one, not started, whose broker is not there."""
    store = SqliteStore.open(directory / "fjes.db")
    subscriber = Subscriber("127.0.0.1", free_port(), "fjes-collector", Inbox())
    service = Service(store, subscriber, Fleet(store, subscriber, [SURVEY], SURVEY))
    try:
        yield service, subscriber
    finally:
        store.close()


def told(systemd: Systemd, service: Service, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What systemd hears of a collector in a time that is enough for many beats."""
    for name, value in systemd.environment(watchdog=0.03).items():
        monkeypatch.setenv(name, value)
    stop = Event()
    enough = Timer(2.0, stop.set)
    enough.start()
    _go_on(service, subscriber, lambda _: None, stop)
    enough.join()
    return systemd.heard()


def test_a_collector_says_that_it_works_while_both_of_its_threads_do(
    systemd: Systemd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while there is no broker: systemd could not bring that back."""
    with collector(tmp_path) as (service, subscriber):
        service.start()
        heard = told(systemd, service, subscriber, monkeypatch)
        assert heard[0] == READY
        assert set(heard[1:]) == {ALIVE}
        subscriber._client.loop_stop()  # as when an exception of paho's has ended its thread
        assert told(systemd, service, subscriber, monkeypatch) == [READY]
        service.stop()


def test_a_collector_whose_worker_is_gone_does_not(
    systemd: Systemd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collector(tmp_path) as (service, subscriber):
        subscriber.start()
        assert told(systemd, service, subscriber, monkeypatch) == [READY]
        subscriber.stop()


@pytest.mark.parametrize("role", ["collector", "dashboard"])
def test_a_role_says_that_it_is_there_and_goes_on_saying_so(tmp_path: Path, role: str, systemd: Systemd) -> None:
    settings = tmp_path / "fjes.toml"
    settings.write_text(f"[broker]\nport = {free_port()}\n[dashboard]\nsign_in = false\nport = {free_port()}\n")
    line = [sys.executable, "-m", "deploy", "--config", str(settings), role]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(line, env=os.environ | systemd.environment(watchdog=0.3), stderr=log)
    try:
        assert systemd.hears() == READY
        assert [systemd.hears() for _ in range(3)] == [ALIVE] * 3
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_terminal_is_alive_while_both_threads_of_its_publisher_are() -> None:
    tally = make_tally()
    publisher = Publisher("stua-1", tally, host="127.0.0.1", port=free_port(), client_id="fjes-stua-1")
    states = [publisher.alive]
    for change in (publisher.start, publisher._client.loop_stop, publisher.stop):
        change()
        states.append(publisher.alive)
    assert states == [False, True, False, False], "without a broker it lives too: votes are kept"
    tally.close()


@contextmanager
def keeper(systemd: Systemd, directory: Path, *ways: str, pace: str = QUICK) -> Iterator[Path]:
    """A keeper that was started as `fjes kiosk` starts it, over terminals of tests/deploy/kept.py; their notes."""
    kept, notes = Path(__file__).with_name("kept.py"), directory / "notes"
    code = (
        "import sys; from deploy.keeper import Keeper, Pace; from deploy.notify import Notifier; "
        f"terminal = [sys.executable, {str(kept)!r}, {str(notes)!r}, {','.join(ways)!r}]; "
        f"sys.exit(Keeper(terminal, Pace({pace}), Notifier().descriptor()).run())"
    )
    room = str(Path(__file__).parents[2])
    with (directory / "log").open("ab") as log:
        environment = {**os.environ, **systemd.environment(), "PYTHONPATH": room}
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=log)
    try:
        yield notes
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_a_terminal_that_answers_is_ready_and_its_keeper_goes_on_saying_so(systemd: Systemd, tmp_path: Path) -> None:
    """kept.py beats once a second, as a terminal does, so that every NEWS-th of its beats is told."""
    with keeper(systemd, tmp_path, "answer-crash", "answer-crash", "answer") as notes:
        assert [systemd.hears() for _ in range(3)] == [ANSWERS] * 3, "each start's first face is news"
        eventually(lambda: len(notes.read_text().splitlines()) == 3)


def test_systemd_is_not_woken_by_every_beat(systemd: Systemd, tmp_path: Path) -> None:
    with keeper(systemd, tmp_path, "answer", pace="look=0.5, hung=20.0") as notes:
        assert systemd.hears() == ANSWERS
        Event().wait(2.5 * BEAT_SECONDS)
        assert systemd.heard() == []
        assert len(notes.read_text().splitlines()) == 1


def test_a_terminal_that_shows_no_face_is_never_ready(systemd: Systemd, tmp_path: Path) -> None:
    impatient = "look=0.05, hung=5.0, first_face=3.0, pauses=(0.0,)"
    with keeper(systemd, tmp_path, "hang", "crash", "hang", pace=impatient) as notes:
        eventually(lambda: notes.exists() and len(notes.read_text().splitlines()) >= 3)
        assert systemd.heard() == []


def test_what_the_keeper_says_is_ready_and_alive() -> None:
    assert ANSWERS.splitlines() == [READY, ALIVE]
    assert NEWS < 180 / 3, "seconds, of the patience in fjes-kiosk.service"
