"""The collector on a real mosquitto: away, back, killed, with terminals that were there before it."""

from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from time import sleep

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from structlog.testing import capture_logs

from collector.fleet import Fleet
from collector.inbox import Inbox
from collector.service import Service
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from collector.wire import Message
from contract.messages import Acks
from contract.patience import Patience
from contract.sheets import Table
from tests.broker import Broker
from tests.collector.samples import SURVEY, TERMINAL, a_sheet, hello, presence, sheets_message
from tests.collector.speaking import speak
from tests.polling import eventually

pytestmark = pytest.mark.e2e

SECONDS = 60.0
QUICK = Patience(soonest=0.1, longest=0.3)


class Terminal:
    """A terminal's end of the wire, with nothing behind it."""

    def __init__(self, broker: Broker) -> None:
        self.heard: Queue[tuple[str, bytes]] = Queue()
        self.topics: set[str] = set()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=TERMINAL)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(
            [(f"fjes/v1/{TERMINAL}/acks", 1), (f"fjes/v1/{TERMINAL}/survey", 1)]
        )
        self._client.on_message = lambda _, __, message: self.heard.put((message.topic, bytes(message.payload)))
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def send(self, message: Message) -> None:
        self._client.publish(message.topic, message.payload, qos=1, retain=message.retained)

    def acks(self) -> Acks:
        """The next acknowledgement."""
        while True:
            topic, payload = self.heard.get(timeout=SECONDS)
            self.topics.add(topic)
            if topic.endswith("/acks"):
                return msgspec.json.decode(payload, type=Acks)

    def greet(self) -> None:
        """Says hello until a collector answers: what is sent before its first subscription goes nowhere."""
        while self.heard.empty():
            self.send(hello(nonce="early"))
            sleep(0.05)
        self.send(hello(nonce="last"))
        while self.acks().nonce != "last":
            pass

    def end(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if remaining := self._client.socket():
            remaining.close()


def collector(broker: Broker, path: Path) -> tuple[Service, SqliteStore]:
    """A collector as deploy puts it together."""
    store = SqliteStore.open(path)
    wire = Subscriber(broker.host, broker.port, "fjes-collector", Inbox())
    return Service(store, wire, Fleet(store, wire, [SURVEY], SURVEY)), store


@pytest.fixture
def terminal(broker: Broker) -> Iterator[Terminal]:
    terminal = Terminal(broker)
    yield terminal
    terminal.end()


@pytest.fixture
def store(broker: Broker, terminal: Terminal, tmp_path: Path) -> Iterator[SqliteStore]:
    """The store of a running collector, which the terminal has greeted."""
    service, store = collector(broker, tmp_path / "fjes.db")
    service.start()
    terminal.greet()
    yield store
    service.stop()
    store.close()


def test_the_first_hello_brings_the_survey(terminal: Terminal, store: SqliteStore) -> None:
    assert f"fjes/v1/{TERMINAL}/survey" in terminal.topics


def test_sheets_hello_and_presence_by_a_real_broker(terminal: Terminal, store: SqliteStore) -> None:
    terminal.send(presence())
    eventually(lambda: TERMINAL in store.presences())
    terminal.send(sheets_message(a_sheet(3)))
    assert terminal.acks().revisions == {SURVEY.id: {Table.FACES: {"2026-11-21": 3}}}
    terminal.send(hello(nonce="abc"))
    answer = terminal.acks()
    assert (answer.complete, answer.nonce) == (True, "abc")
    assert answer.revisions == {SURVEY.id: {Table.FACES: {"2026-11-21": 3}}}


def test_what_came_while_the_collector_was_away_is_kept_by_the_broker(
    broker: Broker, terminal: Terminal, tmp_path: Path
) -> None:
    service, store = collector(broker, tmp_path / "fjes.db")
    service.start()
    terminal.greet()
    service.stop()
    terminal.send(sheets_message(a_sheet(3)))
    store.close()
    service, store = collector(broker, tmp_path / "fjes.db")
    service.start()
    assert terminal.acks().revisions == {SURVEY.id: {Table.FACES: {"2026-11-21": 3}}}
    service.stop()
    store.close()


def test_an_absent_broker_is_said_once_and_waited_for(broker: Broker, tmp_path: Path) -> None:
    broker.stop()
    service, store = collector(broker, tmp_path / "fjes.db")
    with capture_logs() as logs:
        service.start()
        eventually(lambda: any(line["event"] == "broker_away" for line in logs))
        broker.start()
        eventually(lambda: any(line["event"] == "broker_connected" for line in logs))
        broker.kill()
        broker.start()
        eventually(lambda: [line["event"] for line in logs].count("broker_connected") == 2)
        service.stop()
    store.close()
    away = [line["reason"] for line in logs if line["event"] == "broker_away"]
    assert away[0] == "unreachable"
    assert away[1].startswith("connection lost")
    assert len(away) == 2


def test_a_terminal_that_stayed_online_is_asked_for_a_hello(broker: Broker, terminal: Terminal, tmp_path: Path) -> None:
    terminal.send(presence(retained=True))
    service, store = collector(broker, tmp_path / "fjes.db")
    service.start()
    assert terminal.acks().ask_hello
    service.stop()
    store.close()


def test_what_the_full_inbox_dropped_is_asked_for_again(broker: Broker, terminal: Terminal, tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "fjes.db")
    inbox = Inbox(capacity=1, patience=0)
    wire = Subscriber(broker.host, broker.port, "fjes-collector", inbox)
    service = Service(store, wire, Fleet(store, wire, [SURVEY], SURVEY))
    terminal.send(presence(retained=True))
    wire.start()
    with capture_logs() as logs:
        while inbox.take(SECONDS)[0].topic != presence().topic:
            pass
        for revision in range(1, 4):
            terminal.send(sheets_message(a_sheet(revision)))
        eventually(lambda: inbox._dropped == 2)
        service.start()
        while not terminal.acks().ask_hello:
            pass
        service.stop()
    store.close()
    assert [line["count"] for line in logs if line["event"] == "messages_dropped"] == [2]


def test_no_exception_ends_the_network_thread(
    broker: Broker, terminal: Terminal, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.send(sheets_message(a_sheet(1)))
    terminal.acks()
    with capture_logs() as logs:
        monkeypatch.setattr(Inbox, "put", lambda *_: 1 / 0)
        terminal.send(sheets_message(a_sheet(2)))
        eventually(lambda: any(line["event"] == "message_lost" for line in logs))
        monkeypatch.undo()
        terminal.send(sheets_message(a_sheet(3)))
        assert terminal.acks().revisions == {SURVEY.id: {Table.FACES: {"2026-11-21": 3}}}


def test_who_is_not_listened_to_is_not_heard_until_all_are_again(
    broker: Broker, terminal: Terminal, tmp_path: Path
) -> None:
    inbox = Inbox(gather=0)
    wire = Subscriber(broker.host, broker.port, "fjes-collector", inbox)
    wire.start()

    def heard(message: Message, other: Message) -> list[str]:
        """Sends one, and then the other until it is heard: what was heard of both."""
        terminal.send(message)
        topics: list[str] = []
        while other.topic not in topics:
            terminal.send(other)
            topics += [one.topic for one in wire.take(0.05)]
        return sorted(set(topics))

    greedy, modest = sheets_message(a_sheet(), terminal="greedy"), sheets_message(a_sheet(), terminal="modest")
    while heard(greedy, modest) != [greedy.topic, modest.topic]:
        pass
    wire.hear_only(["modest"])
    while heard(greedy, modest) != [modest.topic]:
        pass
    assert presence().topic not in heard(presence(), hello(terminal="modest"))
    terminal.send(presence(retained=True))
    wire.hear_only(None)
    while presence().topic not in heard(modest, greedy):
        wire.ask_again()
    wire.stop()


def test_a_mute_holds_over_a_lost_connection_and_over_another_process(broker: Broker, tmp_path: Path) -> None:
    """The broker keeps what was subscribed to before, and what could not be ended without a connection."""
    wire = Subscriber(broker.host, broker.port, "fjes-collector", Inbox(gather=0), patience=QUICK)
    wire.start()
    eventually(lambda: wire.connected)
    wire.hear_only(["greedy", "modest"], ["rude"])
    wire.stop()
    again = Subscriber(broker.host, broker.port, "fjes-collector", Inbox(gather=0), patience=QUICK)
    again.start()
    eventually(lambda: again.connected)
    broker.stop()
    eventually(lambda: not again.connected)
    again.hear_only(["modest"], ["greedy"])
    broker.start()
    eventually(lambda: again.connected)
    eventually(lambda: not again._to_end, "the broker has not confirmed what is ended")
    speak(broker, *(sheets_message(a_sheet(), terminal=name) for name in ("rude", "greedy", "modest")))
    heard: list[str] = []
    while not heard:
        heard += [one.topic for one in again.take(0.05)]
    again.stop()
    assert heard == ["fjes/v1/modest/sheets"]
