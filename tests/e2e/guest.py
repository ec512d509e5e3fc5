"""A client at a site's broker that says and asks whatever a test wants, also what it may not."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.polling import PATIENCE, eventually
from tests.provisioned import Provisioned


class Guest:
    """Signs on once. `refused` says why it was not let in; `heard` is what came, topic and payload."""

    def __init__(
        self,
        site: Provisioned,
        user: str,
        password: str | None,
        *,
        client_id: str = "guest",
        persistent: bool = False,
        will: str | None = None,
        tls: ssl.SSLContext | None = None,
        protocol: MQTTProtocolVersion = mqtt.MQTTv311,
    ) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.refused = ""
        self.session = False
        self.ended = threading.Event()
        self._answered = threading.Event()
        self._granted = threading.Event()
        clean = None if protocol == mqtt.MQTTv5 else not persistent
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=clean,
            protocol=protocol,
            reconnect_on_failure=False,
        )
        self._client.tls_set_context(tls or trusting(site.files.ca))
        if user:
            self._client.username_pw_set(user, password)
        if will is not None:
            self._client.will_set(will, b"will", qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = lambda *_: self.ended.set()
        self._client.on_message = lambda _, __, message: self.heard.append((message.topic, bytes(message.payload)))
        self._client.on_subscribe = lambda *_: self._granted.set()
        self._client.connect(site.host, site.port)
        self._client.loop_start()
        eventually(lambda: self._answered.is_set() or self.ended.is_set(), "the broker does not answer")

    def _on_connect(self, _client: mqtt.Client, _data: object, flags: Any, reason: Any, _properties: object) -> None:  # noqa: ANN401
        self.refused = str(reason) if reason.is_failure else ""
        self.session = flags.session_present
        self._answered.set()

    @property
    def is_in(self) -> bool:
        return self._answered.is_set() and not self.refused and not self.ended.is_set()

    def say(self, topic: str, payload: bytes, *, retain: bool = False, qos: int = 1) -> None:
        """Returns when the broker has said that it has it, which it also says of what it throws away."""
        self._client.publish(topic, payload, qos=qos, retain=retain).wait_for_publish(PATIENCE)

    def shout(self, topic: str, payload: bytes, *, qos: int = 1) -> None:
        """Without waiting, for what the broker may answer by hanging up."""
        self._client.publish(topic, payload, qos=qos)

    def ask(self, topics: Sequence[str]) -> None:
        """Subscribes, and returns when that is answered."""
        for topic in topics:
            self._granted.clear()
            self._client.subscribe(topic, 1)
            assert self._granted.wait(PATIENCE)

    def topics(self) -> set[str]:
        return {topic for topic, _ in self.heard}

    def hears(self, topic: str, payload: bytes) -> None:
        """Waits for a message."""
        eventually(lambda: (topic, payload) in self.heard, f"{topic} never came; {self.heard}")

    def vanish(self) -> None:
        """As when the plug is pulled, but at once; the broker tells of the last will."""
        connection = self._client.socket()
        assert isinstance(connection, ssl.SSLSocket)
        connection.shutdown(socket.SHUT_RDWR)
        assert self.ended.wait(PATIENCE)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if remaining := self._client.socket():
            with contextlib.suppress(OSError):
                remaining.close()


def trusting(ca: Path) -> ssl.SSLContext:
    """A context that trusts one authority."""
    return ssl.create_default_context(cafile=ca)
