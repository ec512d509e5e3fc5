"""The terminal's connection on a real mosquitto; the test is the collector."""

import socket
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from contract.messages import Hello, SurveyMessage, decode, encode
from contract.patience import Patience
from contract.sheets import Sheet
from kiosk.publisher import Publisher
from locales.catalogue import default_survey
from tests.broker import Broker
from tests.kiosk.samples import TUESDAY, make_tally, released
from tests.kiosk.wire import TERMINAL, Ear, Terminal, talk
from tests.polling import eventually
from tests.ports import free_port

pytestmark = pytest.mark.e2e


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


def test_two_terminals_of_one_name_both_get_through(broker: Broker, ear: Ear, tmp_path: Path) -> None:
    """As a cloned disk makes them: the broker lets in the one that came last, and shows the other out."""
    answered: set[str] = set()
    patience = Patience(soonest=0.01, longest=3.0)
    clones = []
    for machine in ("one", "other"):
        tally = make_tally(tmp_path / f"{machine}.db", machine=machine)
        clones.append(
            (
                Publisher(
                    TERMINAL,
                    tally,
                    host=broker.host,
                    port=broker.port,
                    client_id=TERMINAL,
                    patience=patience,
                    on_answer=partial(answered.add, machine),
                ),
                tally,
            )
        )
    heard = 0
    for publisher, _ in clones:
        publisher.start()

    def both() -> bool:
        nonlocal heard
        hellos = ear.of("hello")
        for raw in hellos[heard:]:
            ear.answer(decode(raw, Hello))
        heard = len(hellos)
        return answered == {"one", "other"}

    eventually(both, "they shut each other out")
    for publisher, tally in clones:
        publisher.stop()
        tally.close()


def test_presence_comes_before_the_hello(terminal: Terminal, ear: Ear) -> None:
    """A collector that subscribes between the two has heard no hello, but knows from what is retained whom to ask."""
    terminal.publisher.start()
    ear.hello()
    assert [one.kind for one in ear.heard][:2] == ["presence", "hello"]


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


def test_a_presence_that_has_changed_is_told_at_once_when_it_is_asked_for(terminal: Terminal, ear: Ear) -> None:
    talk(terminal, ear)
    eventually(ear.presences)
    terminal.faults = ("sound",)
    terminal.publisher.tell_presence()
    eventually(lambda: ear.presences()[-1].get("faults") == ["sound"])


def test_the_last_will_is_told_of_a_terminal_that_vanished(terminal: Terminal, ear: Ear, broker: Broker) -> None:
    talk(terminal, ear)
    eventually(ear.presences)
    connection = terminal.publisher._client.socket()
    assert isinstance(connection, socket.socket)
    connection.shutdown(socket.SHUT_RDWR)  # as when the plug is pulled, but at once
    eventually(lambda: {"v": 1, "online": False} in ear.presences())


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


def test_a_disk_that_fails_is_told_and_survived(terminal: Terminal, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    owed = terminal.tally.owed

    def look() -> dict[str, list[Sheet]]:
        nonlocal looks
        looks += 1
        return owed()

    monkeypatch.setattr(terminal.tally, "owed", look)
    talk(terminal, ear)
    with capture_logs() as logs:
        terminal.tally.close()
        eventually(lambda: any(line["event"] == "disk" for line in logs))
        seen = looks
        eventually(lambda: looks > seen + 3)
        said = len(ear.of("hello"))
        terminal.tally.start()
        ear.answer(ear.hello(said + 1))
    released(terminal.tally)
    terminal.publisher.nudge()
    assert len(ear.sheets()[-1].sheets) == 4
    assert [line["event"] for line in logs] == ["disk"], "it fails several times a second, and is told once"


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
    try:
        with capture_logs() as logs:
            terminal.publisher.start()
            eventually(lambda: len(attempts) >= 2)
            missed = [line for line in logs if line["event"] == "broker-unreachable"]
            broker.start()
            ear = Ear(broker)
            ear.answer(ear.hello())
            eventually(lambda: terminal.answers)
        assert [(line["host"], line["port"]) for line in missed] == [(broker.host, broker.port)]
        ear.end()
    finally:
        terminal.end()
        broker.stop()


def test_a_broker_that_refuses_is_told(tmp_path: Path) -> None:
    broker = Broker(tmp_path, settings="allow_anonymous false\n")
    broker.start()
    terminal = Terminal(broker, tmp_path / "tally.db")
    try:
        with capture_logs() as logs:
            terminal.publisher.start()
            eventually(lambda: [line for line in logs if line["event"] == "broker-refuses"])
    finally:
        terminal.end()
        broker.stop()
    (told, *_) = (line for line in logs if line["event"] == "broker-refuses")
    assert "authori" in told["reason"].lower()
