"""The terminal's connection on a real mosquitto; the test is the collector."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from structlog.testing import capture_logs

from contract.messages import Hello, Presence, SheetsMessage, SurveyMessage, decode, encode
from contract.survey import Survey
from contract.topics import PREFIX
from kiosk.clock import TerminalClock
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.recording import TallyRecorder
from kiosk.session import Change
from kiosk.tally import Tally
from locales.catalogue import default_survey
from tests.broker import Broker, free_port
from tests.fakes.clock import OSLO, FakeClock
from tests.kiosk.samples import HAPPY, TUESDAY, acks, answers, make_tally, released
from tests.polling import eventually

pytestmark = pytest.mark.e2e

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
        assert self._listens.wait(10)

    def _hear(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self.heard.append(Heard(message.topic.removeprefix(f"{PREFIX}/{TERMINAL}/"), message.payload, message.retain))

    def of(self, kind: str) -> list[bytes]:
        return [one.raw for one in self.heard if one.kind == kind]

    def say(self, kind: str, raw: bytes, *, retain: bool = False) -> None:
        self._client.publish(f"{PREFIX}/{TERMINAL}/{kind}", raw, qos=1, retain=retain).wait_for_publish(10)

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
            v=1, online=True, installation=self.tally.installation, survey="visit@1", owed=self.tally.owed_count()
        )

    def take_survey(self, message: SurveyMessage) -> None:
        self.surveys.append(message.survey)

    def _answered(self) -> None:
        self.answers += 1

    def end(self) -> None:
        self.publisher.stop()
        self.tally.close()


@pytest.fixture
def ear(broker: Broker) -> Iterator[Ear]:
    ear = Ear(broker)
    yield ear
    ear.end()


@pytest.fixture
def terminal(broker: Broker, tmp_path: Path) -> Iterator[Terminal]:
    """Started by the test."""
    terminal = Terminal(broker, tmp_path / "tally.db")
    yield terminal
    terminal.end()


def talk(terminal: Terminal, ear: Ear) -> None:
    """Starts, says hello and is answered."""
    terminal.publisher.start()
    ear.answer(ear.hello())
    eventually(lambda: terminal.answers)


def test_a_vote_goes_from_hello_to_acknowledged(terminal: Terminal, ear: Ear) -> None:
    released(terminal.tally)
    terminal.publisher.start()
    hello = ear.hello()
    assert hello.installation == terminal.tally.installation
    assert ear.of("sheets") == []
    ear.answer(hello)
    [message] = ear.sheets()
    assert {sheet.total for sheet in message.sheets} == {1}
    ear.acknowledge(message)
    eventually(lambda: terminal.tally.owed_count() == 0)


def test_a_release_is_sent_at_once_when_the_publisher_is_nudged(terminal: Terminal, ear: Ear) -> None:
    talk(terminal, ear)
    released(terminal.tally)
    terminal.publisher.nudge()
    assert len(ear.sheets()[0].sheets) == 4


def test_a_broker_that_dies_and_comes_back_loses_nothing(terminal: Terminal, ear: Ear, broker: Broker) -> None:
    talk(terminal, ear)
    with capture_logs() as logs:
        broker.kill()
        released(terminal.tally)
        terminal.publisher.nudge()
        eventually(lambda: logs)
        broker.start()
        said = len(ear.of("hello"))
        eventually(lambda: len(ear.of("hello")) > said or "broker-connected" in [line["event"] for line in logs])
    events = [line["event"] for line in logs]
    assert events.count("broker-lost") == 1
    # the ear may have come back after the hello was said: what is not answered is said again
    eventually(lambda: len(ear.of("hello")) > said)
    ear.answer(ear.hello(said + 1))
    message = ear.sheets()[-1]
    ear.acknowledge(message)
    eventually(lambda: terminal.tally.owed_count() == 0)


def test_presence_is_retained_and_says_goodbye(terminal: Terminal, ear: Ear, broker: Broker) -> None:
    talk(terminal, ear)
    eventually(ear.presences)
    assert ear.presences()[0] == {
        "v": 1,
        "online": True,
        "installation": terminal.tally.installation,
        "survey": "visit@1",
    }
    late = Ear(broker)
    eventually(late.presences)
    assert [one.retained for one in late.heard if one.kind == "presence"] == [True]
    terminal.publisher.stop()
    eventually(lambda: not ear.presences()[-1]["online"])
    assert ear.presences()[-1]["installation"] == terminal.tally.installation
    late.end()


def test_the_last_will_is_told_of_a_terminal_that_vanished(terminal: Terminal, ear: Ear, broker: Broker) -> None:
    talk(terminal, ear)
    eventually(ear.presences)
    usurper = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"fjes-{TERMINAL}")
    connection = terminal.publisher._client.socket()
    assert isinstance(connection, socket.socket)
    connection.shutdown(socket.SHUT_RDWR)  # as when the plug is pulled, but at once
    eventually(lambda: {"v": 1, "online": False} in ear.presences())
    assert usurper.socket() is None


def test_a_survey_reaches_the_terminal(terminal: Terminal, ear: Ear) -> None:
    message = SurveyMessage(v=1, survey=default_survey(), since=TUESDAY.local.date())
    ear.say("survey", encode(message), retain=True)
    terminal.publisher.start()
    eventually(lambda: terminal.surveys == [default_survey()])


def test_a_terminal_that_takes_no_surveys_and_tells_no_presence_works(broker: Broker, ear: Ear) -> None:
    """As `fjes replay` is one."""
    tally = make_tally()
    publisher = Publisher(TERMINAL, tally, host=broker.host, port=broker.port, client_id="replay")
    ear.say("survey", encode(SurveyMessage(v=1, survey=default_survey(), since=TUESDAY.local.date())), retain=True)
    released(tally)
    publisher.start()
    ear.answer(ear.hello())
    assert len(ear.sheets()[0].sheets) == 4
    publisher.stop()
    assert ear.of("presence") == []
    tally.close()


GARBAGE = (b"", b"\x00\xff", b"{", b"[" * 60_000, b'{"v":9}', b" " * 70_000)


def test_garbage_is_told_and_survived(terminal: Terminal, ear: Ear) -> None:
    terminal.publisher.start()
    hello = ear.hello()
    with capture_logs() as logs:
        for raw in GARBAGE:
            ear.say("acks", raw)
            ear.say("survey", raw)
        ear.answer(hello)
        eventually(lambda: terminal.answers)
    refused = [line for line in logs if line["event"] == "message-refused"]
    assert len(refused) == 2 * len(GARBAGE)
    assert all(line["reason"] for line in refused)
    assert terminal.publisher.alive


def test_a_mistake_of_ours_is_logged_and_survived(
    terminal: Terminal, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_message: SurveyMessage) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(terminal.publisher, "_on_survey", fail)
    terminal.publisher.start()
    hello = ear.hello()
    with capture_logs() as logs:
        ear.say("survey", encode(SurveyMessage(v=1, survey=default_survey(), since=TUESDAY.local.date())))
        ear.answer(hello)
        eventually(lambda: terminal.answers)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["publisher"]


def test_a_disk_that_fails_is_told_and_survived(terminal: Terminal, ear: Ear) -> None:
    talk(terminal, ear)
    with capture_logs() as logs:
        terminal.tally.close()
        eventually(lambda: any(line["event"] == "disk" for line in logs))
        terminal.tally.start()
    released(terminal.tally)
    terminal.publisher.nudge()
    assert len(ear.sheets()[-1].sheets) == 4


def test_a_broker_that_is_not_there_yet_is_waited_for_and_missed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []
    connect = socket.create_connection

    def count(*args: Any, **kwargs: Any) -> socket.socket:  # noqa: ANN401
        attempts.append(args)
        return connect(*args, **kwargs)

    monkeypatch.setattr("paho.mqtt.client.socket.create_connection", count)
    broker = Broker(tmp_path, free_port())
    terminal = Terminal(broker, tmp_path / "tally.db")
    with capture_logs() as logs:
        terminal.publisher.start()
        eventually(lambda: len(attempts) >= 3)
        missed = [line for line in logs if line["event"] == "broker-unreachable"]
        broker.start()
        ear = Ear(broker)
        ear.answer(ear.hello())
        eventually(lambda: terminal.answers)
    assert [(line["host"], line["port"]) for line in missed] == [(broker.host, broker.port)]
    terminal.end()
    ear.end()
    broker.stop()


def test_a_broker_that_refuses_is_told(tmp_path: Path) -> None:
    broker = Broker(tmp_path, settings="allow_anonymous false\n")
    broker.start()
    terminal = Terminal(broker, tmp_path / "tally.db")
    with capture_logs() as logs:
        terminal.publisher.start()
        eventually(lambda: [line for line in logs if line["event"] == "broker-refuses"])
    terminal.end()
    broker.stop()
    assert "authori" in logs[0]["reason"].lower()


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


@pytest.mark.parametrize("end", ["the fifth vote", "the day's end"])
def test_in_profile_small_four_votes_change_no_byte_that_leaves_the_terminal(
    terminal: Terminal, ear: Ear, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in sheets, not in presence, and not in a hello that is said between them."""
    monkeypatch.setattr("kiosk.publisher.publisher._PRESENCE", 0.05)
    visitors = Visitors(terminal)
    talk(terminal, ear)
    eventually(ear.presences)
    before = list(ear.heard)
    looks = []
    presence = terminal.publisher._presence
    assert presence is not None
    monkeypatch.setattr(terminal.publisher, "_presence", lambda: looks.append(1) or presence())
    for _ in range(4):
        visitors.vote()
        seen = len(looks)
        terminal.publisher.nudge()
        eventually(lambda seen=seen: len(looks) > seen + 1)  # type: ignore[misc]
    assert ear.heard == before

    if end == "the fifth vote":
        visitors.vote()
    else:
        visitors.clock.now += timedelta(hours=12)
        visitors.recorder.tick()
        visitors.wait()
    message = ear.sheets()[0]
    assert {sheet.total for sheet in message.sheets} == {5 if end == "the fifth vote" else 4}
    assert all(sheet.revision == 1 for sheet in message.sheets)
    visitors.recorder.stop()


def test_a_hello_between_two_releases_does_not_tell_of_votes_either(
    terminal: Terminal, ear: Ear, broker: Broker
) -> None:
    visitors = Visitors(terminal)
    talk(terminal, ear)
    first = ear.hello()
    for _ in range(4):
        visitors.vote()
    broker.kill()
    broker.start()
    eventually(lambda: len(ear.of("hello")) > 1)
    second = ear.hello(2)
    ear.answer(second)
    assert (second.installation, second.since) == (first.installation, first.since)
    visitors.vote()
    assert {sheet.total for sheet in ear.sheets()[0].sheets} == {5}
    assert len(ear.of("sheets")) == 1
    visitors.recorder.stop()
