"""The network of the harness, between two ends that speak MQTT by hand."""

import random
import socket
from collections.abc import Iterator

import pytest

from tests.faults.network import Link, Network, Weather

pytestmark = pytest.mark.e2e
HELLO = b"\x32\x09\x00\x01t\x00\x07body"
"""A PUBLISH of QoS 1: topic t, identifier 7."""
ACK = b"\x40\x02\x00\x07"
SECONDS = 60.0


@pytest.fixture
def broker() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        yield server


@pytest.fixture
def link(broker: socket.socket) -> Iterator[Link]:
    network = Network(broker.getsockname()[1])
    network.start()
    yield network.link(random.Random(1))
    network.stop()


@pytest.fixture
def ends(broker: socket.socket, link: Link) -> Iterator[tuple[socket.socket, socket.socket]]:
    """The program's end of a connection, and the broker's."""
    with socket.create_connection(("127.0.0.1", link.port), SECONDS) as near:
        far, _ = broker.accept()
        far.settimeout(SECONDS)
        with far:
            yield near, far


Ends = tuple[socket.socket, socket.socket]


def test_in_fine_weather_all_comes_through(ends: Ends) -> None:
    near, far = ends
    near.sendall(HELLO)
    assert far.recv(100) == HELLO
    far.sendall(ACK)
    assert near.recv(100) == ACK


def test_what_is_lost_was_acknowledged(link: Link, ends: Ends) -> None:
    near, far = ends
    link.weather = Weather(lost=1.0)
    near.sendall(HELLO)
    assert near.recv(100) == ACK
    link.heal()
    near.sendall(b"\xc0\x00")
    assert far.recv(100) == b"\xc0\x00", "nothing came before the ping"


def test_acknowledgements_are_lost(link: Link, ends: Ends) -> None:
    near, far = ends
    link.weather = Weather(acks_lost=1.0)
    far.sendall(ACK + b"\xd0\x00")
    assert near.recv(100) == b"\xd0\x00"


def test_what_is_doubled_is_marked(link: Link, ends: Ends) -> None:
    near, far = ends
    link.weather = Weather(doubled=1.0)
    near.sendall(HELLO)
    assert _all(far, 2 * len(HELLO)) == HELLO + b"\x3a" + HELLO[1:]


def test_what_is_overtaken_comes_later(link: Link, ends: Ends) -> None:
    near, far = ends
    link.weather = Weather(overtaken=1.0)
    near.sendall(HELLO + b"\xc0\x00")
    assert _all(far, 2 + len(HELLO)) == b"\xc0\x00" + HELLO


def test_a_deaf_connection_stays_deaf_and_open(broker: socket.socket, link: Link, ends: Ends) -> None:
    near, far = ends
    near.sendall(HELLO)
    assert _all(far, len(HELLO)) == HELLO
    link.deafen()
    link.heal()
    near.sendall(HELLO)
    with socket.create_connection(("127.0.0.1", link.port), SECONDS) as other:
        again, _ = broker.accept()
        other.sendall(ACK)
        assert again.recv(100) == ACK
        again.close()
    far.settimeout(0.05)
    with pytest.raises(TimeoutError):
        far.recv(100)


def test_a_cut_is_seen_on_both_ends(link: Link, ends: Ends) -> None:
    near, far = ends
    near.sendall(HELLO)
    assert _all(far, len(HELLO)) == HELLO
    link.cut()
    assert near.recv(100) == b""
    assert far.recv(100) == b""


def _all(end: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        got += end.recv(size - len(got))
    return got
