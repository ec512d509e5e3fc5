"""20,000 requests of any kind at the real page, signed in and not: nothing falls over, and nothing grows."""

import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from time import monotonic

from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

from tests.bench.house import ROLES, Somebody, dashboard
from tests.bench.report import Figure, at_most
from tests.dashboard.anything import ANYTHING_GOES, Asked, cases, rubbish, status_of
from tests.dashboard.served import connect

REQUESTS = 20_000
RAW = 4_000
"""Of them that are bytes to a socket."""
ROUND = 500
"""Requests between two looks, and two sign-ins: some of the requests sign out."""
WARM_UP = 2_000
"""Requests until a report, a workbook and a picture of a survey were made once, with the libraries that make them."""
PLAIN = 300
GROWTH = 20.0
_VALID = Asked("GET", "/?period=2025-03", {}, b"")


class Outcome:
    """What came of all requests."""

    def __init__(self) -> None:
        self.asked = self.failures = 0
        self.seconds = 0.0

    def note(self, status: int, seconds: float) -> None:
        self.asked += 1
        self.failures += status >= 500
        self.seconds += seconds


def measure(directory: Path) -> Iterator[Figure]:
    """The baseline is the same page asked for again and again, by one who is signed in."""
    with dashboard(directory) as (program, port):
        everybody = [Somebody(directory, port, name) for name in (*ROLES, "")]
        everybody[0].sign_in()
        made = cases(everybody[0].document())
        _ask(made, everybody[0], port, WARM_UP, Outcome())
        plain = _plain(everybody[0], port)
        before, outcome = program.memory(), Outcome()
        for who in everybody:
            _ask(made, who, port, ceil((REQUESTS - RAW) / len(everybody)), outcome)
        _send(port, RAW, outcome)
        growth, crashes = program.memory() - before, int(not program.runs)
    name = f"requests: {outcome.asked:,} of any kind"
    yield Figure(f"{name}, crashes", crashes, "", at_most(0))
    yield Figure(f"{name}, answers 5xx", outcome.failures, "", at_most(0))
    yield Figure(f"{name}, memory growth", growth, "MB", at_most(GROWTH), before, "at first")
    yield Figure(f"{name}, answered", outcome.asked / outcome.seconds, "/s", None, plain, "one page again and again")


def _ask(made: SearchStrategy[Asked], who: Somebody, port: int, count: int, outcome: Outcome) -> None:
    """Each round is other requests, by one who has just signed in, and whose form's token is right as often as not."""
    enough = outcome.asked + count
    while outcome.asked < enough:
        who.sign_in()
        turn = settings(ANYTHING_GOES, max_examples=min(ROUND, enough - outcome.asked), derandomize=False)

        @settings(turn, phases=[Phase.generate])
        @given(asked=made)
        def ask(asked: Asked) -> None:
            began = monotonic()
            status, _ = status_of(port, _with_token(asked, who.token), who.cookie)
            outcome.note(status, monotonic() - began)

        ask()


def _with_token(asked: Asked, token: str) -> Asked:
    body = re.sub(rb"(^|&)form=[^&]*", rb"\1form=" + token.encode(), asked.body) if len(asked.body) % 2 else asked.body
    return Asked(asked.method, asked.target, asked.headers, body)


def _send(port: int, count: int, outcome: Outcome) -> None:
    """Bytes that may be no request: the answer is read as far as it comes at once, and the line is left."""

    @settings(ANYTHING_GOES, max_examples=count, phases=[Phase.generate], derandomize=False)
    @given(raw=rubbish())
    def send(raw: bytes) -> None:
        began = monotonic()
        outcome.note(_status(port, raw), monotonic() - began)

    send()


def _status(port: int, raw: bytes) -> int:
    """0 where nothing is said."""
    with connect(port) as line:
        line.settimeout(0.1)
        try:
            line.sendall(raw)
            answer = line.recv(65536)
        except OSError:
            return 0
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


def _plain(who: Somebody, port: int) -> float:
    """Requests a second."""
    who.sign_in()
    began = monotonic()
    for _ in range(PLAIN):
        status, _ = status_of(port, _VALID, who.cookie)
        assert status == 200, status
    return PLAIN / (monotonic() - began)
