"""Terminals that send a release once a second: `python -m tests.bench.honest FILE COUNT`, see `Door`.

Told a number of seconds, it sends for so long, and says how long each message waited for its acknowledgement.
"""

import ssl
import sys
from pathlib import Path
from threading import Event
from time import monotonic

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contract.messages import Acks, SheetsMessage, encode, entries_of
from contract.sheets import Sheet, Table
from contract.topics import Kind, topic
from tests.bench.flood import SURVEY, name
from tests.bench.programs import say
from tests.bench.terminals import Door

LAST_SECONDS = 5.0
"""After which an acknowledgement that has not come is not waited for."""


class Honest:
    """One of them, on a connection of its own."""

    def __init__(self, number: int, door: Door, tls: ssl.SSLContext | None) -> None:
        self._installation = f"installation-{number}"
        self._topic = topic(name(number), Kind.SHEETS)
        self._sent: dict[int, float] = {}
        self._times: list[float] = []
        self.ready = Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name(number), protocol=mqtt.MQTTv311)
        if tls is not None:
            self._client.username_pw_set(name(number), door.passwords[number])
            self._client.tls_set_context(tls)
        self._client.on_message = self._hear
        self._client.on_subscribe = lambda *_: self.ready.set()
        self._client.on_connect = lambda client, *_: client.subscribe(topic(name(number), Kind.ACKS), 1)
        self._client.connect("localhost", door.port)
        self._client.loop_start()

    def send(self, revision: int) -> None:
        counts = {"4": revision % 1000, "1": 1}
        sheets = [Sheet(SURVEY, Table.FACES, "2026-11-21", revision, counts)]
        payload = encode(SheetsMessage(v=1, installation=self._installation, sheets=sheets))
        self._sent[revision] = monotonic()
        self._client.publish(self._topic, payload, qos=1)

    def take_times(self) -> list[float | None]:
        """Seconds that those sent since the last time waited; None for those that wait still."""
        times: list[float | None] = [*self._times, *(None for _ in self._sent)]
        self._times.clear()
        self._sent.clear()
        return times

    @property
    def waits(self) -> bool:
        return bool(self._sent)

    def _hear(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        """An acknowledgement is of all revisions up to its own: the newer heals what was lost of the older."""
        now = monotonic()
        for _, _, _, stored in entries_of(msgspec.json.decode(message.payload, type=Acks).revisions):
            for revision in [one for one in list(self._sent) if one <= stored]:
                self._times.append(now - self._sent.pop(revision))


def main(file: str, count: str) -> None:
    door = msgspec.json.decode(Path(file).read_bytes(), type=Door)
    tls = door.tls()
    terminals = [Honest(number, door, tls) for number in range(int(count))]
    for one in terminals:
        one.ready.wait(LAST_SECONDS)
    say("ready")
    revision = 0
    for line in sys.stdin:
        pause = Event()
        for _ in range(int(line)):
            revision += 1
            for one in terminals:
                one.send(revision)
                pause.wait(1.0 / len(terminals))
        until = monotonic() + LAST_SECONDS
        while any(one.waits for one in terminals) and monotonic() < until:
            pause.wait(0.05)
        say("waited", times=[time for one in terminals for time in one.take_times()])


if __name__ == "__main__":
    main(*sys.argv[1:])
