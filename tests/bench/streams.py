"""Many open pages: whether 500 streams of changes slow a page down, and when the last of them has heard of a change."""

import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from time import monotonic

from collector.store.protocol import Placement
from collector.store.sqlite import SqliteStore
from tests.bench.house import FIRST, PLACES, Somebody, dashboard
from tests.bench.report import Figure, at_most, at_most_times
from tests.dashboard.anything import Asked, status_of
from tests.dashboard.served import connect, read_until
from tests.polling import PATIENCE

STREAMS = 500
PAGES = 30
CHANGES = 10
_PAGE = Asked("GET", "/?period=2025-03", {}, b"")


def measure(directory: Path) -> Iterator[Figure]:
    with dashboard(directory) as (program, port):
        ada = Somebody(directory, port, "ada")
        ada.sign_in()
        _pages(ada, port)
        before, memory = _pages(ada, port), program.memory()
        with ExitStack() as stack:
            lines = [stack.enter_context(closing(_stream(port, ada.cookie))) for _ in range(STREAMS)]
            together, grown = _pages(ada, port), program.memory() - memory
            with closing(SqliteStore.open(directory / "fjes.db")) as store:
                last = median(_heard(store, lines) for _ in range(CHANGES))
                first = median(_heard(store, lines[:1], lines) for _ in range(CHANGES))
        alone = (before + _pages(ada, port)) / 2
    name = f"page with {STREAMS} open streams"
    yield Figure(f"{name}, median", together, "s", at_most_times(1.5), alone, "without streams")
    yield Figure(f"{name}, a change until the last has heard", last, "s", at_most(1), first, "until the first has")
    yield Figure(f"{name}, memory more", grown, "MB", at_most(50), memory, "without streams")


def _pages(who: Somebody, port: int) -> float:
    """Median seconds of a page."""
    took = []
    for _ in range(PAGES):
        began = monotonic()
        status, _ = status_of(port, _PAGE, who.cookie)
        assert status == 200, status
        took.append(monotonic() - began)
    return median(took)


def _stream(port: int, cookie: str) -> socket.socket:
    """An open stream that has told the state."""
    line = connect(port)
    line.sendall(f"GET /changes HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    read_until(line, b"event: change")
    return line


def _heard(store: SqliteStore, lines: Sequence[socket.socket], all_lines: Sequence[socket.socket] = ()) -> float:
    """Seconds from a commit until all of `lines` have heard; what the others hear is taken from them afterwards."""
    began = monotonic()
    store.place(Placement("terminal-0", PLACES[0], FIRST))
    _wait(lines)
    took = monotonic() - began
    _wait([line for line in all_lines if line not in lines])
    return took


def _wait(lines: Sequence[socket.socket]) -> None:
    """Until each has told of a change."""
    waiting = {line.fileno(): line for line in lines}
    poll = select.poll()
    for number in waiting:
        poll.register(number, select.POLLIN)
    until = monotonic() + PATIENCE
    while waiting:
        assert monotonic() < until, f"{len(waiting)} have not heard"
        for number, _ in poll.poll(100):
            if b"event: change" in waiting[number].recv(65536):
                poll.unregister(number)
                del waiting[number]
