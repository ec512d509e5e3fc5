"""Slow, silent and too many readers: each is broken off, and shuts nobody else out."""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from dashboard import connection, live
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.served import Served, answer_to, connect, read_until, rest_of
from tests.polling import eventually

pytestmark = pytest.mark.e2e

GET = b"GET /assets/none/none HTTP/1.1\r\nHost: fjes\r\n"
WHOLE = GET + b"Connection: close\r\n\r\n"
SOON = 0.2
UNHURRIED = 2.0
"""Seconds for a request that is meant to come in time, also on a busy machine."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", SOON)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(app_over(year_store()), rest=60)
    yield served
    served.stop()


@pytest.mark.parametrize(
    "begun",
    [b"", b"G", GET, GET + b"Content-Length: 9\r\n\r\nbody", GET + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
    ids=["nothing", "a letter", "half a head", "half a body", "a chunk"],
)
def test_a_request_that_does_not_come_is_not_waited_for(served: Served, begun: bytes) -> None:
    answer_to(served.port, begun)


def test_more_bytes_give_no_more_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """uvicorn's own rest between two requests is out of the way: here it would end a slow one too."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 1.0)
    with closing(connect(served.port)) as line:
        line.sendall(GET + b"X-Slow: ")
        line.settimeout(0.02)
        for _ in range(1_000):
            try:
                line.sendall(b"x")
                assert line.recv(100) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                pass
            return
        pytest.fail("it was waited for all the same")


def test_a_further_request_has_its_own_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one's is over when it is answered; the second comes a byte at a time, and does not get to its end."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", UNHURRIED)
    with closing(connect(served.port)) as line:
        line.sendall(WHOLE)
        read_until(line, b"\r\n\r\n")
        line.sendall(GET)
        assert b"HTTP/1.1" not in rest_of(line)


def test_a_stream_of_changes_outlasts_the_time_for_a_request(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", UNHURRIED)
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 2 * UNHURRIED)
    with closing(connect(served.port)) as line:
        line.sendall(b"GET /changes HTTP/1.1\r\nHost: fjes\r\n\r\n")
        read_until(line, b"event: change")
        for _ in range(2):  # the first may come at once
            read_until(line, b"still here")


def test_an_answer_that_is_not_read_is_not_waited_for(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 60.0)
    monkeypatch.setattr(connection, "ANSWER_SECONDS", SOON)
    ask = b"GET / HTTP/1.1\r\nHost: fjes\r\nConnection: close\r\n\r\n"
    page = answer_to(served.port, ask)
    served.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # of those that connect from now on
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", served.port))
        line.sendall(ask)
        broken = select.poll()
        broken.register(line, 0)
        assert broken.poll(30_000) == [(line.fileno(), select.POLLERR | select.POLLHUP)]
        assert len(rest_of(line)) < len(page)


def test_those_that_are_too_many_are_shut_out_and_the_others_served(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 60.0)
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 5)
    eventually(lambda: not served._server.server_state.connections, "somebody of before is still there")
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(connect(served.port))) for _ in range(5)]
        assert answer_to(served.port, WHOLE) == b""
        for line in lines:
            line.sendall(WHOLE)
            assert line.recv(65536).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("address", [b"/?period=2023", b"/changes"])
def test_a_body_that_turns_out_to_be_none_ends_the_answer_too(
    served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, address: bytes
) -> None:
    """The page is being made meanwhile, and the stream has begun."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 60.0)
    with closing(connect(served.port)) as line:
        line.sendall(b"GET " + address + b" HTTP/1.1\r\nHost: fjes\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        if address == b"/changes":
            line.recv(65536)
        line.sendall(b"rubbish\r\n")
        rest_of(line)
    eventually(lambda: not served.busy)
    assert not [record for record in caplog.records if record.exc_info]
