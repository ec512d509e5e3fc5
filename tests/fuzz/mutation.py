"""Messages that nobody honest sends: real ones with a value, a key or some bytes exchanged, as fast as can be."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from collector.wire import Message
from contract.examples import EXAMPLES
from contract.messages import MAX_BYTES
from contract.sheets import Sheet, Table
from contract.topics import Kind, topic
from locales.catalogue import default_survey

SURVEY = default_survey().id
ALLOWED = tuple(f"allowed-{number}" for number in range(20))
REVOKED = "revoked-1"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{},:"]+')
_PERIODS = (b"2026-11-21", b"2026-11", b"2026-11-21T16+01:00", b"2199-12-31", b"2000-01", b"2026-W47", b"0000-00-00")
HOSTILE = (
    *(b"0", b"-1", b"1.5", b"1e400", b"-0", b"NaN", b"Infinity", b"9" * 400, b"%d" % 2**53, b"%d" % (2**53 + 1)),
    *(b"%d" % 2**63, b"%d" % (2**63 - 1), b"%d" % 2**64, b"true", b"null", b"{}", b"[]", b'""'),
    *(b'"\\ud800"', b'"\xff"', b'"\\u0000"', b'"a\\nb"', b'"<script>alert(1)</script>"', b'"fjes/v1/+/#"'),
    *(b'"' + b"a" * 5_000 + b'"', '"\u202e\u00e5\u00df\U0001f600"'.encode()),
    *(b"[" * 600 + b"]" * 600, b'{"a":' * 600 + b"1" + b"}" * 600, b"[" * 60_000),
    *(b'"' + period + b'"' for period in _PERIODS),
)
"""Values to put in the place of others."""
_ENDS = (b"", b"}", b"]", b"\x00", b"\xff", b" " * 70_000, b"{}")


def seeds() -> list[tuple[Kind, bytes]]:
    """One of every kind of message, with the example's and with this survey's sheets, whole and in parts."""
    found = [(kind, msgspec.json.encode(one.message)) for kind, many in EXAMPLES.items() for one in many]
    for number, table in enumerate(Table):
        cell = {Table.PATTERN: "4:2-14", Table.ANSWERS: "4:help", Table.LANGUAGES: "4:nb"}.get(table, "4")
        sheet = Sheet(SURVEY, table, "2026-11", 1 + number, {cell: 3})
        body = {"v": 1, "installation": f"installation-{number}", "sheets": [sheet] * (1 + number)}
        found.append((Kind.SHEETS, msgspec.json.encode(body)))
        found.append((Kind.SHEETS, msgspec.json.encode({**body, "batch": "b", "part": 1 + number % 2, "parts": 2})))
    return found


def spans(payload: bytes) -> list[tuple[int, int]]:
    """Where each value and key of JSON begins and ends."""
    found, open_ = [], []
    for token in _TOKEN.finditer(payload):
        if token[0] in b"[{":
            open_.append(token.start())
        elif token[0] in b"]}":
            found.append((open_.pop(), token.end()))
        else:
            found.append(token.span())
    return found


class Mutator:
    """An endless supply, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._seeds = [(kind, payload, spans(payload)) for kind, payload in seeds()]
        self._ways: Sequence[Callable[[bytes, list[tuple[int, int]]], bytes]] = (
            *(self._exchange,) * 6,
            self._repeat,
            self._splice,
            self._cut,
            self._noise,
            self._edge,
            self._count,
            self._count,
            lambda payload, _: payload,
        )

    def __iter__(self) -> Iterator[Message]:
        while True:
            yield self.message()

    def message(self) -> Message:
        chance = self._chance
        kind, payload, found = chance.choice(self._seeds)
        payload = chance.choice(self._ways)(payload, found)
        if chance.random() < 0.02:
            payload += chance.choice(_ENDS)
        number = chance.randrange(len(ALLOWED))
        if chance.random() < 0.95:  # an installation of its own
            payload = payload.replace(b'"installation-', b'"installation-%d-' % number)
        return Message(self._topic(ALLOWED[number], kind), payload, chance.random() < 0.1)

    def _topic(self, terminal: str, kind: Kind) -> str:
        chance = self._chance
        dice = chance.random()
        if dice < 0.9:
            return topic(terminal, kind)
        if dice < 0.95:
            return topic(chance.choice((REVOKED, f"stranger-{chance.randrange(10**9)}")), kind)
        if dice < 0.98:
            return topic(terminal, chance.choice(list(Kind)))
        name = chance.choice(("", "A", "a" * 64, "a/b", "<b>", "\x00", "\ufffd", "å" * 20_000))
        return chance.choice((topic(name, kind), name, f"fjes/v1/{name}", f"$SYS/{name}"))

    def _exchange(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        start, end = self._chance.choice(found)
        return payload[:start] + self._chance.choice(HOSTILE) + payload[end:]

    def _count(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        """Another installation, revision or period, so that the store has much to keep."""
        chance = self._chance
        number = b"%d" % chance.randrange(1, 2**53)
        old, new = chance.choice(
            (
                (b'"installation-', b'"installation-' + number),
                (b'"revision":', b'"revision":' + number[:15]),
                (b'"2026-11"', b'"%d-%02d"' % (chance.randrange(2000, 2200), chance.randrange(1, 13))),
                (b'"batch":"b"', b'"batch":"b' + number + b'"'),
            )
        )
        return payload.replace(old, new)

    def _repeat(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        """The same value, or key and value, many times."""
        start, end = self._chance.choice(found)
        piece = payload[start:end] + b","
        times = min(self._chance.choice((1, 2, 50, 5_000)), (MAX_BYTES - len(payload)) // len(piece))
        return payload[:start] + piece * times + payload[start:]

    def _splice(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        _, other, others = self._chance.choice(self._seeds)
        start, end = self._chance.choice(found)
        begin, stop = self._chance.choice(others)
        return payload[:start] + other[begin:stop] + payload[end:]

    def _cut(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        return payload[: self._chance.randrange(len(payload))]

    def _noise(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        at, size = self._chance.randrange(len(payload)), self._chance.randrange(1, 9)
        return payload[:at] + self._chance.randbytes(size) + payload[at + size :]

    def _edge(self, payload: bytes, found: list[tuple[int, int]]) -> bytes:
        """As long as is allowed, or a byte more or less."""
        return payload.ljust(MAX_BYTES + self._chance.choice((-1, 0, 1)))
