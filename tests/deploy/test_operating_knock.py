"""Signing on to look: with real brokers, which must not notice more than that somebody came and went."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from deploy.operating.knock import knock
from deploy.site.authority import make_authority, make_server
from deploy.site.tls import SignOn
from tests.broker import Broker
from tests.polling import eventually
from tests.ports import free_port

pytestmark = pytest.mark.e2e

PASSWORDS = "allow_anonymous false\npassword_file {file}\nuse_username_as_clientid true\n"
AS_WE_ARE = "user root\n"
"""Where the tests are root's, so is the broker: it is to read files that are nobody else's."""


@contextmanager
def a_broker(directory: Path, settings: str) -> Iterator[Broker]:
    broker = Broker(directory, settings=AS_WE_ARE + settings)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Broker]:
    """A broker that knows `_collector` and `stua-1`, with the password `right`."""
    file = tmp_path / "passwords"
    file.touch()
    for user in ("_collector", "stua-1"):
        subprocess.run(["mosquitto_passwd", "-b", str(file), user, "right"], check=True, capture_output=True)
    with a_broker(tmp_path, PASSWORDS.format(file=file)) as broker:
        yield broker


def test_everybody_is_let_in_where_all_are(broker: Broker) -> None:
    assert knock(broker.host, broker.port, SignOn(), as_user=True) == ""


def test_nobody_is_there() -> None:
    assert knock("127.0.0.1", free_port(), SignOn(), as_user=False) == "cannot be reached: Connection refused"


def test_a_password_is_right_or_wrong(guarded: Broker) -> None:
    assert knock(guarded.host, guarded.port, SignOn(None, "_collector", "right"), as_user=True) == ""
    for user, password in (("_collector", "wrong"), ("stranger", "right"), ("", "")):
        refused = knock(guarded.host, guarded.port, SignOn(None, user, password), as_user=True)
        assert refused in ("does not let us in", "does not know our user or password")
    assert knock(guarded.host, guarded.port, SignOn(None, "_collector", "wrong"), as_user=False) == ""


def test_what_waits_for_the_collector_waits_on(guarded: Broker) -> None:
    """Its session stays, and no message in it is taken: they are delivered when it comes itself."""
    subscribed, heard = threading.Event(), []
    collector = client("_collector")
    collector.on_subscribe = lambda *_: subscribed.set()
    collector.on_connect = lambda client, *_: client.subscribe("waits", qos=1)
    collector.on_message = lambda _client, _data, message: heard.append(bytes(message.payload))
    collector.connect(guarded.host, guarded.port)
    collector.loop_start()
    assert subscribed.wait(10)
    collector.disconnect()
    collector.loop_stop()
    terminal = client("stua-1")
    terminal.connect(guarded.host, guarded.port)
    terminal.loop_start()
    terminal.publish("waits", b"one", qos=1).wait_for_publish(10)
    terminal.disconnect()
    terminal.loop_stop()
    for _ in range(3):
        assert knock(guarded.host, guarded.port, SignOn(None, "_collector", "right"), as_user=True) == ""
    again = client("_collector")
    again.on_message = collector.on_message
    again.connect(guarded.host, guarded.port)
    again.loop_start()
    eventually(lambda: heard == [b"one"])
    again.disconnect()
    again.loop_stop()


def client(user: str) -> mqtt.Client:
    made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=user, clean_session=False)
    made.username_pw_set(user, "right")
    return made


def test_a_certificate_is_the_sites_own_or_not(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("ca.key", "ca.crt", "server.key", "server.crt")]
    make_authority(files[0], files[1], "localhost")
    make_server(files[0], files[1], files[2], files[3], ["fjes.example.org"])
    make_authority(tmp_path / "other.key", tmp_path / "other.crt", "other")
    settings = f"certfile {files[3]}\nkeyfile {files[2]}\n"
    with a_broker(tmp_path, settings) as broker:
        ours = SignOn(ssl.create_default_context(cafile=files[1]))
        assert knock("localhost", broker.port, ours, as_user=True) == ""
        theirs = SignOn(ssl.create_default_context(cafile=tmp_path / "other.crt"))
        assert "certificate is not to be trusted" in knock("localhost", broker.port, theirs, as_user=False)
        assert knock("localhost", broker.port, SignOn(), as_user=True) == "ends the connection"


def test_tls_where_there_is_none(broker: Broker) -> None:
    context = SignOn(ssl.create_default_context())
    refused = knock(broker.host, broker.port, context, as_user=True)
    assert refused.startswith(("does not speak TLS", "ends the connection"))


def test_something_else_answers_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert knock("127.0.0.1", server.getsockname()[1], SignOn(), as_user=True) == "speaks no MQTT"
        thread.join()
