"""Both ends of the terminal's wire for tests: a terminal without a screen, and an ear that plays the collector."""

import json
import threading
from pathlib import Path
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contract.messages import Hello, Presence, SheetsMessage, SurveyMessage, decode
from contract.survey import Survey
from contract.topics import PREFIX
from kiosk.clock import TerminalClock
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.recording import TallyRecorder
from kiosk.session import Change
from tests.broker import Broker
from tests.fakes.clock import OSLO, FakeClock
from tests.kiosk.samples import HAPPY, acks, answers, make_tally
from tests.polling import PATIENCE, eventually

TERMINAL = "stua-1"


class Heard(NamedTuple):
    """One message as the broker gave it out."""

    kind: str
    raw: bytes
    retained: bool


class Ear:
    """A client of its own that hears everything, and says what it is told."""

    def __init__(self, broker: Broker) -> None:
        self.heard: list[Heard] = []
        self._listens = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="ear")
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{PREFIX}/#", qos=1)
        self._client.on_subscribe = lambda *_: self._listens.set()
        self._client.on_message = self._hear
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        assert self._listens.wait(PATIENCE)

    def _hear(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self.heard.append(
            Heard(message.topic.removeprefix(f"{PREFIX}/{TERMINAL}/"), bytes(message.payload), message.retain)
        )

    def of(self, kind: str) -> list[bytes]:
        return [one.raw for one in self.heard if one.kind == kind]

    def from_terminal(self) -> list[Heard]:
        """All that left the terminal; the ear hears its own acknowledgements too."""
        return [one for one in self.heard if one.kind != "acks"]

    def say(self, kind: str, raw: bytes, *, retain: bool = False) -> None:
        self._client.publish(f"{PREFIX}/{TERMINAL}/{kind}", raw, qos=1, retain=retain).wait_for_publish(PATIENCE)

    def hello(self, number: int = 1) -> Hello:
        """The terminal's latest hello, when it has said so many."""
        eventually(lambda: len(self.of("hello")) >= number)
        return decode(self.of("hello")[-1], Hello)

    def answer(self, hello: Hello) -> None:
        """Tells the terminal that the store is empty."""
        for raw in answers(hello.installation, hello.nonce, {}):
            self.say("acks", raw)

    def sheets(self, number: int = 1) -> list[SheetsMessage]:
        eventually(lambda: len(self.of("sheets")) >= number)
        return [decode(raw, SheetsMessage) for raw in self.of("sheets")]

    def presences(self) -> list[dict[str, Any]]:
        return [json.loads(raw) for raw in self.of("presence") if raw]

    def acknowledge(self, message: SheetsMessage) -> None:
        self.say("acks", acks(message.installation, message.sheets))

    def end(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if remaining := self._client.socket():
            remaining.close()


class Terminal:
    """A terminal but for its screen, put together as deploy does it."""

    def __init__(self, broker: Broker, path: Path, *, pace: Pace | None = None) -> None:
        self.tally = make_tally(path)
        self.surveys: list[Survey] = []
        self.faults: tuple[str, ...] = ()
        self.answers = 0
        self.publisher = Publisher(
            TERMINAL,
            self.tally,
            host=broker.host,
            port=broker.port,
            client_id=f"fjes-{TERMINAL}",
            presence=self.presence,
            on_survey=self.take_survey,
            on_answer=self._answered,
            pace=pace,
        )

    def presence(self) -> Presence:
        return Presence(
            v=1,
            online=True,
            installation=self.tally.installation,
            survey="visit@1",
            owed=self.tally.owed_count(),
            faults=self.faults,
        )

    def take_survey(self, message: SurveyMessage) -> None:
        self.surveys.append(message.survey)

    def _answered(self) -> None:
        self.answers += 1

    def end(self) -> None:
        self.publisher.stop()
        self.tally.close()


def talk(terminal: Terminal, ear: Ear) -> None:
    """Starts, says hello and is answered."""
    terminal.publisher.start()
    ear.answer(ear.hello())
    eventually(lambda: terminal.answers)


class Visitors:
    """Votes through the recorder, with a clock of the test's own."""

    def __init__(self, terminal: Terminal) -> None:
        self.clock = FakeClock()
        clock = TerminalClock(
            OSLO,
            trustworthy=lambda: True,
            boot_id="boot-1",
            since_boot=self.clock.monotonic,
            utc=lambda: self.clock.now,
        )
        self.recorder = TallyRecorder(
            terminal.tally, clock, recorded=lambda _ok: None, released=terminal.publisher.nudge
        )

    def vote(self) -> None:
        self.recorder.record(Change("visit@1", self.clock.moment(), None, HAPPY))
        self.recorder.session_ended()
        self.recorder.tick()
        self.wait()

    def wait(self) -> None:
        """Until all is on disk."""
        self.recorder._thread.submit(lambda: None).result()
