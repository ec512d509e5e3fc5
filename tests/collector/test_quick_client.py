"""However the bytes of a broker fall apart, each message comes once, in order, and is acknowledged to the broker."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import MQTTErrorCode
from structlog.testing import capture_logs

from collector.inbox import Inbox
from collector.quick_client import LONGEST, PUBACK, QuickClient
from collector.wire import Message
from contract.messages import MAX_BYTES

PINGRESP = b"\xd0\x00"


class Client(QuickClient):
    """Reads from a list of chunks; an empty one is the end of the connection."""

    def __init__(self, chunks: Iterable[bytes], inbox: Inbox) -> None:
        super().__init__("collector", inbox)
        self.chunks = list(chunks)
        self.sent = bytearray()
        self.passed_on: list[int] = []
        self.ended: list[int] = []
        self._sock = object()  # type: ignore[assignment]  # there is a connection

    def _sock_recv(self, bufsize: int) -> bytes:
        if not self.chunks:
            raise BlockingIOError
        chunk = self.chunks.pop(0)
        self.chunks[:0] = [chunk[bufsize:]] if len(chunk) > bufsize else []
        return chunk[:bufsize]

    def _packet_queue(self, command: int, packet: bytes | bytearray, *rest: object) -> MQTTErrorCode:
        self.sent += packet
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _packet_handle(self) -> MQTTErrorCode:
        self.passed_on.append(self._in_packet["command"])
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _loop_rc_handle(self, rc: MQTTErrorCode) -> MQTTErrorCode:
        self.ended.append(rc)
        return rc

    def close_socket(self) -> None:
        self._sock = None


def packet(command: int, body: bytes) -> bytes:
    length, digits = len(body), bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes((command, *digits)) + body


def publish(topic: bytes, payload: bytes, packet_id: int | None = 1, *, retained: bool = False) -> bytes:
    name = b"" if packet_id is None else packet_id.to_bytes(2)
    command = 0x30 | (0 if packet_id is None else 2) | retained
    return packet(command, len(topic).to_bytes(2) + topic + name + payload)


def read(client: Client) -> list[Message]:
    """All that comes of what waits."""
    taken: list[Message] = []
    while client.chunks and not client.ended:
        client.loop_read()
        while some := client._inbox.take(0):
            taken += some
    client.close_socket()
    return taken


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted({place % len(stream) for place in places} - {0}), len(stream)]
    return [stream[start:end] for start, end in pairwise(bounds)]


@given(
    st.lists(
        st.tuples(st.binary(max_size=300), st.none() | st.integers(1, 65_535), st.booleans()), min_size=1, max_size=8
    ),
    st.lists(st.integers(0, 10_000), max_size=20),
)
def test_messages_come_whole_and_in_order(sent: list[tuple[bytes, int | None, bool]], places: list[int]) -> None:
    stream = b"".join(publish(b"a/b", one, name, retained=kept) + PINGRESP for one, name, kept in sent)
    client = Client(cut(stream, places), Inbox(gather=0))
    assert read(client) == [Message("a/b", one, kept) for one, _, kept in sent]
    names = [name for _, name, _ in sent if name is not None]
    assert client.sent == b"".join(bytes((PUBACK, 2)) + name.to_bytes(2) for name in names)
    assert client.passed_on == [PINGRESP[0]] * len(sent)
    assert client.ended == []
    assert not client._unread


@given(st.integers(MAX_BYTES, 3 * LONGEST), st.lists(st.integers(0, 10**6), max_size=20))
def test_of_a_message_that_is_too_long_the_beginning_is_kept_and_the_next_comes(size: int, places: list[int]) -> None:
    stream = publish(b"a/b", b"x" * size) + publish(b"a/c", b"next", 2)
    client = Client(cut(stream, places), Inbox(gather=0))
    long, after = read(client)
    assert min(size, MAX_BYTES + 1) <= len(long.payload) <= min(size, LONGEST)
    assert after == Message("a/c", b"next")
    assert client.sent == bytes((PUBACK, 2, 0, 1, PUBACK, 2, 0, 2))


def test_what_is_not_accepted_is_acknowledged_and_not_put() -> None:
    inbox = Inbox(room=600, gather=0)
    stream = publish(b"a/b", b"x" * 300, 1) + publish(b"a/b", b"y" * 300, 2) + publish(b"c/b", b"z", 3)
    client = Client([stream], inbox)
    assert [one.payload[:1] for one in read(client)] == [b"x", b"z"]
    assert len(client.sent) == 12
    assert inbox.take_too_much() == {"a": 1}


@pytest.mark.parametrize(
    "stream",
    [b"\x30\xff\xff\xff\xff\x01", b"\x30\x03\x00\x09a", b"\x32\x03\x00\x01a", b"\x30\x01\x00", b"\x32\x04\x00\x01ab"],
)
def test_what_is_not_mqtt_ends_the_connection(stream: bytes) -> None:
    client = Client([stream], Inbox(gather=0))
    read(client)
    assert client.ended == [MQTTErrorCode.MQTT_ERR_PROTOCOL]


def test_a_connection_that_ends_gives_what_came_before() -> None:
    client = Client([publish(b"a/b", b"last") + b"\x30\x70", b""], Inbox(gather=0))
    assert read(client) == [Message("a/b", b"last")]
    assert client.ended == [MQTTErrorCode.MQTT_ERR_CONN_LOST]


@pytest.mark.parametrize(("size", "came"), [(3 * LONGEST, 1), (1_000, 0)])
def test_a_new_connection_begins_anew(monkeypatch: pytest.MonkeyPatch, size: int, came: int) -> None:
    client = Client([publish(b"a/b", b"x" * size)[: 2 * size // 3]], Inbox(gather=0))
    assert len(read(client)) == came
    monkeypatch.setattr("paho.mqtt.client.Client.reconnect", lambda _: MQTTErrorCode.MQTT_ERR_SUCCESS)
    client.reconnect()
    client.chunks = [publish(b"a/c", b"first")]
    assert read(client) == [Message("a/c", b"first")]


def test_a_topic_that_is_no_text_is_a_message_all_the_same() -> None:
    assert [one.topic for one in read(Client([publish(b"a/\xff", b"")], Inbox(gather=0)))] == ["a/\ufffd"]


def test_a_fault_of_the_inbox_loses_one_message_and_not_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(gather=0)
    put = inbox.put

    def broken(message: Message) -> None:
        if message.payload == b"bad":
            raise MemoryError
        put(message)

    monkeypatch.setattr(inbox, "put", broken)
    client = Client([publish(b"a/b", b"bad") + publish(b"a/b", b"good")], inbox)
    with capture_logs() as logs:
        assert [one.payload for one in read(client)] == [b"good"]
    assert [line["event"] for line in logs] == ["message_lost"]
    assert len(client.sent) == 8
