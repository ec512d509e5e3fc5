"""The collector's connection to the broker: the network's thread puts what comes into the inbox, and nothing more."""

import ssl
import sys
from collections.abc import Collection, Iterable, Mapping

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.reasoncodes import ReasonCode

from collector.inbox import Inbox
from collector.quick_client import QuickClient
from collector.wire import Message
from contract.patience import Patience
from contract.topics import PREFIX, Kind, topic

EVERYTHING = frozenset(topic("+", kind) for kind in (Kind.SHEETS, Kind.HELLO, Kind.PRESENCE))
FILTERS_A_PACKET = 500
BUSY = 1_000
"""Messages on their way out above which those that can wait should."""

log = structlog.get_logger(__name__)


class Subscriber:
    """A Wire over paho. The session is persistent: the broker keeps messages while the collector is away.

    `tls` says whom to trust as the broker; None is plain text.
    """

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        inbox: Inbox,
        *,
        tls: ssl.SSLContext | None = None,
        user: str = "",
        password: str = "",
        patience: Patience | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._inbox = inbox
        self._filters = EVERYTHING
        self._asked: dict[int, list[str]] = {}
        self._to_end: frozenset[str] = frozenset()
        self._ending: dict[int, list[str]] = {}
        self._troubles: set[str] = set()
        self._patience = patience or Patience()
        self._sent = 0
        self._confirmed = 0
        self._client = QuickClient(client_id, inbox)
        self._client.max_inflight_messages_set(0)  # 0 is "no limit": an acknowledgement waits for no other
        self._client.reconnect_delay_set(self._patience.soonest, self._patience.longest)  # type: ignore[arg-type]
        self._client.connect_timeout = self._patience.connecting
        if user:
            self._client.username_pw_set(user, password)
        if tls is not None:
            self._client.tls_set_context(tls)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_unsubscribe = self._on_unsubscribe
        self._client.on_publish = self._on_publish

    def start(self) -> None:
        """Starts the network's thread, which tries until the broker is there."""
        self._client.connect_async(self._host, self._port, self._patience.keepalive)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if remaining := self._client.socket():  # stopped in the midst of connecting
            remaining.close()

    def is_alive(self) -> bool:
        """Whether the network's thread runs, connected or not. paho has no question for it."""
        thread = self._client._thread
        return thread is not None and thread.is_alive()

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def take(self, timeout: float) -> list[Message]:
        taken = self._inbox.take(timeout)
        if dropped := self._inbox.take_dropped():
            log.warning("messages_dropped", count=dropped, help="the queue was full; terminals send again")
            self.ask_again()
        return taken

    def charge(self, work: Mapping[str, int]) -> None:
        self._inbox.charge(work)

    def take_too_much(self) -> dict[str, int]:
        return {sender.removeprefix(f"{PREFIX}/"): count for sender, count in self._inbox.take_too_much().items()}

    def hear_only(self, terminals: Collection[str] | None, muted: Collection[str] = ()) -> None:
        """The new subscriptions before the old ones end, so that nothing is missed.

        The broker keeps subscriptions over a restart of ours: so those of the muted end by name, too, and all that are
        to end are ended again at each connect until the broker has confirmed it.
        """
        before, self._filters = self._filters, EVERYTHING
        if terminals is not None:
            self._filters = _of(terminals)
        self._subscribe(self._filters - before)
        self._to_end = self._to_end | before | _of(muted)
        self._end()

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        """What is dropped heals: on the next connect every terminal that is online is asked for a hello."""
        if not self._client.is_connected():
            return False
        self._sent += 1
        self._client.publish(topic, payload, qos=1, retain=retain)
        return True

    def busy(self) -> bool:
        return self._sent - self._confirmed > BUSY

    def ask_again(self) -> None:
        """A broker sends what it retains at every SUBSCRIBE (MQTT 3.1.1, 3.8.4), also at a repeated one."""
        self._subscribe(self._filters)

    def _end(self) -> None:
        self._to_end = self._to_end - self._filters
        for some in _in_packets(self._to_end):
            _, packet = self._client.unsubscribe(some)
            if packet is not None:
                self._ending[packet] = some

    def _subscribe(self, names: Collection[str]) -> None:
        for some in _in_packets(names):
            _, packet = self._client.subscribe([(name, 1) for name in some])
            if packet is not None:  # there is a connection
                self._asked[packet] = some

    def _on_connect(
        self, client: mqtt.Client, userdata: object, flags: mqtt.ConnectFlags, reason: ReasonCode, properties: object
    ) -> None:
        if reason.is_failure:
            self._say_away(f"refused: {reason}", always=True)
            return
        self._troubles.clear()
        log.info("broker_connected", host=self._host, port=self._port)
        self.ask_again()
        self._end()

    def _on_connect_fail(self, client: mqtt.Client, userdata: object) -> None:
        error = sys.exception()  # paho calls this while it handles it, and does not pass it on
        if isinstance(error, ssl.SSLCertVerificationError):
            self._say_away(f"not trusted: {error.verify_message}", always=True)
        else:
            self._say_away("unreachable")

    def _on_disconnect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        properties: object,
    ) -> None:
        if reason.is_failure:
            self._say_away(f"connection lost: {reason}")

    def _say_away(self, what: str, *, always: bool = False) -> None:
        """Once per absence, not once per attempt; what an operator must mend, also when another trouble was first."""
        if what not in self._troubles and (always or not self._troubles):
            self._troubles.add(what)
            log.warning("broker_away", host=self._host, port=self._port, reason=what, help="trying until it is there")

    def _on_subscribe(
        self,
        client: mqtt.Client,
        userdata: object,
        mid: int,
        reasons: list[ReasonCode],
        properties: object,
    ) -> None:
        for name, reason in zip(self._asked.pop(mid, ()), reasons, strict=False):
            if reason.is_failure:
                log.error("subscription_refused", topic=name, reason=str(reason), help="allow it in the broker's ACL")

    def _on_unsubscribe(
        self,
        client: mqtt.Client,
        userdata: object,
        mid: int,
        reasons: list[ReasonCode],
        properties: object,
    ) -> None:
        self._to_end = self._to_end.difference(self._ending.pop(mid, ()))

    def _on_publish(
        self, client: mqtt.Client, userdata: object, mid: int, reason: ReasonCode, properties: object
    ) -> None:
        self._confirmed += 1


def _of(terminals: Iterable[str]) -> frozenset[str]:
    return frozenset(topic(one, kind) for one in terminals for kind in (Kind.SHEETS, Kind.HELLO))


def _in_packets(names: Collection[str]) -> list[list[str]]:
    """In shares that one packet holds, and a broker takes up without letting others wait."""
    ordered = sorted(names)
    return [ordered[start : start + FILTERS_A_PACKET] for start in range(0, len(ordered), FILTERS_A_PACKET)]
