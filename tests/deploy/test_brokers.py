"""The demo's brokers: each starts, carries a message, and ends."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from deploy import brokers
from deploy.brokers import EmbeddedBroker, find_mosquitto, free_port, start_mosquitto, wait_for_port
from deploy.children import Children
from deploy.errors import Problem
from tests.polling import PATIENCE
from tests.ports import listens

pytestmark = pytest.mark.e2e


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path / "log")
    yield children
    children.stop()


def carries(port: int) -> bool:
    """Whether a retained message of QoS 1 comes back to its sender."""
    listens, back = threading.Event(), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="test", protocol=mqtt.MQTTv311)
    client.on_subscribe = lambda *_: listens.set()
    client.on_message = lambda _client, _data, message: back.set() if message.payload == b"here" else None
    client.connect("127.0.0.1", port)
    client.subscribe("fjes/v1/+/presence", qos=1)
    client.loop_start()
    assert listens.wait(PATIENCE)
    client.publish("fjes/v1/stua-1/presence", b"here", qos=1, retain=True)
    came = back.wait(PATIENCE)
    client.disconnect()
    client.loop_stop()
    return came


def test_mosquitto_starts_carries_and_ends(tmp_path: Path, children: Children) -> None:
    program = find_mosquitto()
    assert program
    port = free_port()
    start_mosquitto(program, port, tmp_path, children)
    assert carries(port)
    children.stop()
    assert not listens(port)


def test_the_embedded_broker_starts_carries_and_ends() -> None:
    port = free_port()
    broker = EmbeddedBroker(port)
    broker.start()
    assert carries(port)
    broker.stop()
    assert not listens(port)
    assert "broker" not in {thread.name for thread in threading.enumerate()}


def test_an_embedded_broker_whose_port_is_taken_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Problem, match=f"amqtt did not start on port {port}: .*address already in use"):
            EmbeddedBroker(port).start()
    assert "broker" not in {thread.name for thread in threading.enumerate()}


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        assert listener.getsockname()[1] > 0


def test_a_broker_that_does_not_start_is_a_problem(
    tmp_path: Path, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brokers, "_START", 0.3)
    program = tmp_path / "mosquitto"
    program.write_text(f"#!{sys.executable}\nimport sys; sys.exit(1)\n")
    program.chmod(0o755)
    port = free_port()
    with pytest.raises(Problem, match=f"mosquitto did not start on port {port}"):
        start_mosquitto(str(program), port, tmp_path, children)


def test_a_port_that_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wait_for_port(listener.getsockname()[1], "this")


@pytest.mark.parametrize("place", ["bin", "sbin"])
def test_mosquitto_is_found_where_debian_puts_it(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def which(name: str, path: str | None = None) -> str | None:
        here = path is None if place == "bin" else path is not None and "/usr/sbin" in path
        return f"/{place}/{name}" if here else None

    monkeypatch.setattr("deploy.brokers.shutil.which", which)
    assert find_mosquitto() == f"/{place}/mosquitto"


def test_no_mosquitto_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Callable[..., None] = lambda *_args, **_kwargs: None  # noqa: E731
    monkeypatch.setattr("deploy.brokers.shutil.which", nothing)
    assert find_mosquitto() is None
