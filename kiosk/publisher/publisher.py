"""The terminal's connection to the broker: paho on its own thread, the dialogue on another."""

import queue
import random
import ssl
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

import msgspec
import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contract.errors import RefusedError
from contract.messages import Presence, SheetsMessage, SurveyMessage, decode, encode
from contract.patience import Patience
from contract.topics import Kind, topic
from kiosk.errors import DiskError
from kiosk.publisher.dialogue import Dialogue, Pace
from kiosk.tally import Tally

log = structlog.get_logger()

_POLL = 0.25
"""Seconds between looks at whether anything is due, when nothing is heard."""
_PRESENCE = 10.0
"""Seconds at least between two presences."""
_DISK = 600.0
"""Seconds at least between two lines about a disk that fails: it is asked several times a second."""
_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for."""

_Event = Literal["connected", "disconnected", "nudge", "presence", "stop"] | tuple[Kind, bytes]


class Publisher:
    """Keeps the collector up to date with the tally. Constructing does nothing; `start` begins.

    `presence` describes the terminal for operators, without anything that changes with a single vote;
    `on_survey` is called, on the publisher's thread, with each survey that the collector sends; `on_answer` when a
    hello of this start was answered first, before anything is sent. `tls` says whom to trust as the broker; None is
    plain text. While `clock_trusted` is false, nobody's certificate is refused for its dates.
    """

    def __init__(
        self,
        terminal: str,
        tally: Tally,
        *,
        host: str,
        port: int,
        client_id: str,
        presence: Callable[[], Presence] | None = None,
        on_survey: Callable[[SurveyMessage], None] | None = None,
        on_answer: Callable[[], None] = lambda: None,
        pace: Pace | None = None,
        tls: ssl.SSLContext | None = None,
        user: str = "",
        password: str = "",
        clock_trusted: Callable[[], bool] = lambda: True,
        patience: Patience | None = None,
    ) -> None:
        self._terminal = terminal
        self._tally = tally
        self._host, self._port = host, port
        self._presence = presence
        self._on_survey = on_survey
        self._dialogue = Dialogue(tally, time.monotonic, pace, on_answer)
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv311)
        self._tls = tls
        self._user, self._password = user, password
        self._clock_trusted = clock_trusted
        self._patience = patience or Patience()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._said: Presence | None = None
        self._said_at = float("-inf")
        self._disk_told_at = float("-inf")
        self._connected = False
        self._troubles: set[str] = set()
        self._pause = self._patience.soonest
        self._connected_at: float | None = None

    def start(self) -> None:
        """Connects, and keeps trying for as long as it takes."""
        client = self._client
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_connect_fail = self._on_connect_fail
        client.on_message = self._on_message
        client.reconnect_delay_set(self._patience.soonest, self._patience.longest)  # type: ignore[arg-type]  # any number
        client.max_inflight_messages_set(0)  # 0 is "no limit": what the broker does not acknowledge holds up nothing
        client.connect_timeout = self._patience.connecting
        if self._user:
            client.username_pw_set(self._user, self._password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
            client.on_pre_connect = self._judge_dates
        if self._presence is not None:
            gone = encode(Presence(v=1, online=False))
            client.will_set(topic(self._terminal, Kind.PRESENCE), gone, qos=1, retain=True)
        client.connect_async(self._host, self._port, keepalive=self._patience.keepalive)
        client.loop_start()
        self._thread.start()

    def stop(self) -> None:
        """Says goodbye and ends both threads; what is owed stays owed."""
        self._events.put("stop")
        self._thread.join(timeout=5)
        self._client.disconnect()
        self._client.loop_stop()

    def nudge(self) -> None:
        """Something was released: look at once whether it can be sent."""
        self._events.put("nudge")

    def tell_presence(self) -> None:
        """The presence has changed, and not with a vote: tell it at once."""
        self._events.put("presence")

    @property
    def alive(self) -> bool:
        """Whether both threads run; without either, nothing is sent. paho has no question for its own."""
        network = self._client._thread
        return self._thread.is_alive() and network is not None and network.is_alive()

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._connected

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._say_away("broker-refuses", reason=str(reason), help="revoked? another password since?")
            return
        self._troubles.clear()
        self._connected_at = time.monotonic()
        client.subscribe([(topic(self._terminal, kind), 1) for kind in (Kind.ACKS, Kind.SURVEY)])
        self._events.put("connected")

    def _on_disconnect(
        self, _client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._events.put("disconnected")
        self._choose_pause()
        if reason.is_failure:
            self._say_away("broker-lost", reason=str(reason))

    def _choose_pause(self) -> None:
        """Two of one name, as a cloned disk makes them, take the broker from each other whenever they connect: after
        short connections each waits longer, by chance, until the other has had time for all that it owes. A connection
        is short that the other's longest pause may have ended.
        """
        if self._connected_at is None:
            return
        soonest, longest = self._patience.soonest, self._patience.longest
        short = time.monotonic() - self._connected_at < 3 * longest
        self._connected_at = None
        self._pause = min(longest, self._pause * random.uniform(1, 2)) if short else soonest  # noqa: S311
        self._client.reconnect_delay_set(self._pause, longest)  # type: ignore[arg-type]  # any number

    def _on_connect_fail(self, _client: mqtt.Client, _data: object) -> None:
        error = sys.exception()  # paho calls this while it handles it, and does not pass it on
        if isinstance(error, ssl.SSLCertVerificationError):
            self._say_away("broker-untrusted", reason=error.verify_message)
        else:
            self._say_away("broker-unreachable", reason=str(error))

    def _judge_dates(self, _client: mqtt.Client, _data: object) -> None:
        """Before each attempt. A clock that may be years off would refuse the right broker until somebody sets it; name
        and authority are judged all the same.
        """
        if self._tls is not None:
            flags = self._tls.verify_flags
            unjudged = ssl.VerifyFlags(_NO_CHECK_TIME)
            self._tls.verify_flags = flags & ~unjudged if self._clock_trusted() else flags | unjudged

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        kind = Kind.SURVEY if message.topic.endswith(f"/{Kind.SURVEY}") else Kind.ACKS
        self._events.put((kind, bytes(message.payload)))

    def _say_away(self, event: str, **facts: str) -> None:
        """Each trouble once per absence, not once per attempt; mere silence only when nothing was told before."""
        silent = event in ("broker-lost", "broker-unreachable")
        if event not in self._troubles and not (silent and self._troubles):
            self._troubles.add(event)
            log.warning(event, host=self._host, port=self._port, now="votes are kept and sent later", **facts)

    def _run(self) -> None:
        while True:
            try:
                event: _Event = self._events.get(timeout=_POLL)
            except queue.Empty:
                event = "nudge"
            if event == "stop":
                self._say_goodbye()
                return
            # Presence before hello: a collector that subscribes too late for the hello finds the presence, and asks
            for work in (partial(self._handle, event), self._tell_presence, self._send_due):
                self._attempt(work)

    def _attempt(self, work: Callable[[], None]) -> None:
        """Whatever goes wrong, what comes next is attempted. Trouble with the disk is met again and again."""
        try:
            work()
        except DiskError as error:
            now = time.monotonic()
            if now - self._disk_told_at > _DISK:
                self._disk_told_at = now
                log.error("disk", problem=str(error))
        except Exception:  # the top of this thread: whatever it is, the next event is handled
            log.exception("publisher")

    def _handle(self, event: _Event) -> None:
        if isinstance(event, tuple):
            kind, raw = event
            try:
                if kind is Kind.ACKS:
                    self._dialogue.received(raw)
                elif self._on_survey is not None:
                    self._on_survey(decode(raw, SurveyMessage))
            except RefusedError as error:
                log.warning("message-refused", kind=kind, reason=str(error))
        elif event == "connected":
            log.info("broker-connected", host=self._host, port=self._port)
            self._connected, self._said = True, None
            self._dialogue.connected()
        elif event == "presence":
            self._said_at = float("-inf")
        elif event == "disconnected":
            self._connected = False
            self._dialogue.disconnected()

    def _send_due(self) -> None:
        while (message := self._dialogue.outgoing()) is not None:
            kind = Kind.SHEETS if isinstance(message, SheetsMessage) else Kind.HELLO
            self._client.publish(topic(self._terminal, kind), encode(message), qos=1)

    def _tell_presence(self) -> None:
        now = time.monotonic()
        if self._presence is not None and self._connected and (self._said is None or now - self._said_at > _PRESENCE):
            self._said_at = now
            presence = self._presence()
            if presence != self._said:
                self._say(presence)

    def _say(self, presence: Presence) -> mqtt.MQTTMessageInfo:
        self._said = presence
        return self._client.publish(topic(self._terminal, Kind.PRESENCE), encode(presence), qos=1, retain=True)

    def _say_goodbye(self) -> None:
        if self._presence is None or not self._connected:
            return
        info = self._say(msgspec.structs.replace(self._presence(), online=False))
        try:
            info.wait_for_publish(timeout=2)
        except (RuntimeError, ValueError) as error:
            log.warning("goodbye-not-said", reason=str(error))
