"""A wire without a broker: what the test puts in comes out of `take`, what is published is kept to be looked at."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from collector.wire import Message
from contract.messages import Acks, SurveyMessage


class Published(NamedTuple):
    topic: str
    payload: bytes
    retain: bool


class FakeWire:
    """A Wire whose connection the test opens and closes with `connected`."""

    def __init__(self) -> None:
        self.connected = True
        self.crowded = False
        self.waiting: list[Message] = []
        self.published: list[Published] = []
        self.asked_again = 0
        self.charged: dict[str, int] = {}
        self.too_much: dict[str, int] = {}
        self.heard: Collection[str] | None = None
        self.running = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def take(self, timeout: float) -> list[Message]:
        taken, self.waiting = self.waiting, []
        return taken

    def charge(self, work: Mapping[str, int]) -> None:
        for topic, effort in work.items():
            self.charged[topic] = self.charged.get(topic, 0) + effort

    def take_too_much(self) -> Mapping[str, int]:
        too_much, self.too_much = self.too_much, {}
        return too_much

    def hear_only(self, terminals: Collection[str] | None, muted: Collection[str] = ()) -> None:
        self.heard = terminals

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        if self.connected:
            self.published.append(Published(topic, payload, retain))
        return self.connected

    def busy(self) -> bool:
        return self.crowded

    def ask_again(self) -> None:
        self.asked_again += 1

    def acks(self, terminal: str) -> list[Acks]:
        """The acknowledgements published to a terminal so far, oldest first."""
        name = f"fjes/v1/{terminal}/acks"
        return [msgspec.json.decode(one.payload, type=Acks) for one in self.published if one.topic == name]

    def surveys(self, terminal: str) -> list[SurveyMessage]:
        """The retained survey messages published to a terminal so far, oldest first."""
        name = f"fjes/v1/{terminal}/survey"
        return [
            msgspec.json.decode(one.payload, type=SurveyMessage)
            for one in self.published
            if one.topic == name and one.retain
        ]
