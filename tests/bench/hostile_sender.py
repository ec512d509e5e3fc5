"""A terminal that sends without end: `python -m tests.bench.hostile_sender FILE NUMBER FLOOD BYTES`, see `Door`.

It is as fast as a program in C, or at most so many bytes a second: packets that are made before it begins, on a socket
without a client's care. Told anything, it says how many it has sent a second, and ends.
"""

import random
import select
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from time import monotonic

import msgspec

from contract.messages import MAX_BYTES
from contract.topics import Kind, topic
from tests.bench.flood import SURVEY, name
from tests.bench.programs import say
from tests.bench.terminals import Door

POOL_BYTES = 24 * 1024 * 1024
LARGEST = 1024 * 1024
PAUSE = 0.001
MOST = 50_000
"""Different packets, after which it begins again."""
FLOODS: Mapping[str, str] = {
    "sheets": "sheets of 200 bytes",
    "large": "sheets of 64 KiB",
    "rubbish": "rubbish",
    "hellos": "hellos",
    "presences": "presences",
}

Message = tuple[Kind, bytes]


def _sheets() -> Iterator[Message]:
    revision = 0
    while True:
        revision += 1
        sheet = (
            f'{{"survey":"{SURVEY}","table":"faces","period":"20{revision % 90 + 10}-11-21","revision":{revision},'
            f'"counts":{{"4":{revision % 1000}}}}}'
        )
        body = f'{{"v":1,"installation":"installation-h","sheets":[{sheet}]}}'
        yield Kind.SHEETS, body.encode().ljust(200)


def _large() -> Iterator[Message]:
    """As many sheets as fit."""
    revision = 0
    while True:
        revision += 1
        sheets, size = [], 60
        for number in range(2_000):
            period = f"20{number // 336 + 10}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
            one = f'{{"survey":"{SURVEY}","table":"faces","period":"{period}","revision":{revision},"counts":{{}}}}'
            size += len(one) + 1
            if size > MAX_BYTES:
                break
            sheets.append(one)
        yield Kind.SHEETS, f'{{"v":1,"installation":"installation-h","sheets":[{",".join(sheets)}]}}'.encode()


def _rubbish() -> Iterator[Message]:
    chance = random.Random(1)
    kinds = (Kind.SHEETS, Kind.HELLO, Kind.PRESENCE)
    while True:
        yield chance.choice(kinds), chance.choice((b"", b"{", b"[" * 300)) + chance.randbytes(chance.randrange(1, 300))


def _hellos() -> Iterator[Message]:
    number = 0
    while True:
        number += 1
        body = f'{{"v":1,"installation":"installation-{number % 100}","since":"2000-01-01","nonce":"{number}"}}'
        yield Kind.HELLO, body.encode()


def _presences() -> Iterator[Message]:
    number = 0
    while True:
        number += 1
        yield Kind.PRESENCE, f'{{"v":1,"online":true,"installation":"installation-h","owed":{number}}}'.encode()


_MESSAGES: Mapping[str, Callable[[], Iterator[Message]]] = {
    "sheets": _sheets,
    "large": _large,
    "rubbish": _rubbish,
    "hellos": _hellos,
    "presences": _presences,
}


def main(file: str, number: str, flood: str, bytes_a_second: str) -> None:
    door = msgspec.json.decode(Path(file).read_bytes(), type=Door)
    terminal = name(int(number))
    pool, ends = _pool(terminal, flood)
    connection = _connect(door, terminal, door.passwords[int(number)] if door.ca else "")
    say("began")
    began, rounds, at = monotonic(), 0, 0
    view, stdin, pace = memoryview(pool), sys.stdin.fileno(), float(bytes_a_second)
    while True:
        allowed = int(pace * (monotonic() - began) - rounds * len(pool) - at) if pace else LARGEST
        wanted = [connection] if allowed > 0 else []
        readable, writable, _ = select.select([connection, stdin], wanted, [], None if wanted else PAUSE)
        if stdin in readable:
            break
        if connection in readable:
            _drain(connection)
        if writable:
            try:
                at += connection.send(view[at : at + min(allowed, LARGEST)])
            except ssl.SSLWantReadError:
                _drain(connection)
            except (BlockingIOError, ssl.SSLWantWriteError):
                continue
            if at == len(pool):
                rounds, at = rounds + 1, 0
    done = rounds * len(ends) + sum(end <= at for end in ends)
    say("sent", messages=done / (monotonic() - began))


def _pool(terminal: str, flood: str) -> tuple[bytes, list[int]]:
    """Packets one after the other, and where each ends."""
    pool, ends = bytearray(), []
    for number, (kind, payload) in enumerate(islice(_MESSAGES[flood](), MOST)):
        named = topic(terminal, kind).encode()
        pool += _packet(0x32, _text(named) + (number % 65_535 + 1).to_bytes(2) + payload)
        ends.append(len(pool))
        if len(pool) > POOL_BYTES:
            break
    return bytes(pool), ends


def _connect(door: Door, terminal: str, password: str) -> socket.socket:
    plain = socket.create_connection(("localhost", door.port))
    tls = door.tls()
    connection = tls.wrap_socket(plain, server_hostname="localhost") if tls else plain
    flags = 0xC2 if password else 0x02
    body = _text(b"MQTT") + bytes((4, flags, 0, 0)) + _text(terminal.encode())
    if password:
        body += _text(terminal.encode()) + _text(password.encode())
    connection.sendall(_packet(0x10, body))
    if connection.recv(4)[3:] != b"\0":
        raise SystemExit("the broker does not let it in")
    connection.setblocking(False)
    return connection


def _drain(connection: socket.socket) -> None:
    try:
        while connection.recv(1024 * 1024):
            pass
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return
    raise SystemExit("the broker has ended the connection")


def _text(raw: bytes) -> bytes:
    return len(raw).to_bytes(2) + raw


def _packet(command: int, body: bytes) -> bytes:
    """With its remaining length, MQTT 3.1.1, 2.2.3."""
    length, digits = len(body), bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes((command, *digits)) + body


if __name__ == "__main__":
    main(*sys.argv[1:])
