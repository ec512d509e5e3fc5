"""A paho client that reads what is waiting in one go, and copies no message that nobody has room for.

paho asks the system three times for each message, and makes an object of each. A terminal that sends without end would
so slow the reading of all others' messages down: they wait behind its own at the broker, which then drops of both.
Only reading is done here, at the same place as paho does it; all else is left to it, also every packet that is no
message. https://github.com/eclipse-paho/paho.mqtt.python/blob/v2.1.0/src/paho/mqtt/client.py#L2082
"""

from time import sleep

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt import MQTTException
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from collector.inbox import Inbox
from collector.wire import Message
from contract.messages import MAX_BYTES

CHUNK = 256 * 1024
READING = 1024 * 1024
"""Bytes after which what was read is looked at, and the rest of paho's loop has its turn."""
LONGEST = 2 + 65_535 + 2 + MAX_BYTES + 1
"""Bytes of a message, with its topic, that are kept at most: one that is too long is known by less than all of it."""
CROWD = 32
REST_SECONDS = 0.002
"""Where so many were dropped of one reading, the next waits, so that it finds more at once: reading message by message
costs six times as much, and takes the time from the worker."""
PUBLISH, PUBACK = 0x30, 0x40

log = structlog.get_logger(__name__)


class QuickClient(mqtt.Client):
    """Puts each message that has room into the inbox.

    What has none is acknowledged to the broker as well, which would else keep it. An exception of the inbox is logged
    and loses one message; it would end paho's thread, unseen.
    """

    def __init__(self, client_id: str, inbox: Inbox) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=False, protocol=mqtt.MQTTv311)
        self._inbox = inbox
        self._unread = bytearray()
        self._to_skip = 0
        self._crowded = 0
        self._failures = 0

    def reconnect(self) -> MQTTErrorCode:
        self._unread.clear()
        self._to_skip = 0
        return super().reconnect()

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Reads until nothing waits: over TLS, the system gives message by message, as the broker sent them."""
        self._crowded = 0
        result = self._read()
        with self._msgtime_mutex:
            self._last_bytes_received = mqtt.time_func()
        if packets := self._take_packets():
            result = packets
        if result:
            return self._loop_rc_handle(result)
        if self._sock is None:  # closed by what paho did with a packet
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        if self._crowded >= CROWD:
            sleep(REST_SECONDS)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _read(self) -> MQTTErrorCode:
        most = len(self._unread) + READING
        while len(self._unread) < most:
            try:
                chunk = self._sock_recv(CHUNK)
            except BlockingIOError:
                break
            except OSError:
                return MQTTErrorCode.MQTT_ERR_CONN_LOST
            if not chunk:
                return MQTTErrorCode.MQTT_ERR_CONN_LOST
            skipped = min(self._to_skip, len(chunk))
            self._to_skip -= skipped
            self._unread += memoryview(chunk)[skipped:] if skipped else chunk
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _take_packets(self) -> MQTTErrorCode:
        """All packets that have come whole, and the beginning of one that is too long."""
        unread, start, acknowledgements = self._unread, 0, bytearray()
        result = MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            while not result and not self._to_skip and (body := _body(unread, start)):
                begin, end = body
                command, kept = unread[start], min(end, begin + LONGEST)
                if kept > len(unread):
                    break
                start = min(end, len(unread))
                self._to_skip = end - start
                if command & 0xF0 == PUBLISH:
                    acknowledgements += self._take_message(command, begin, kept)
                elif kept < end:
                    raise ValueError("a packet of a size that none has")
                else:
                    result = self._pass_on(command, unread[begin:end])
        except (ValueError, IndexError, MQTTException):
            result = MQTTErrorCode.MQTT_ERR_PROTOCOL
        finally:
            del unread[:start]
        if acknowledgements and not result:
            result = self._packet_queue(PUBACK, acknowledgements, 0, 0)
        return result

    def _take_message(self, command: int, begin: int, end: int) -> bytes:
        """The acknowledgement that it takes; none at quality of service 0, and the subscriptions allow 1 at most."""
        unread, acknowledgement = self._unread, b""
        payload = begin + 2 + (unread[begin] << 8 | unread[begin + 1])
        topic = unread[begin + 2 : payload].decode(errors="replace")
        if command & 0x06:
            acknowledgement = bytes((PUBACK, 2, unread[payload], unread[payload + 1]))
            payload += 2
        if payload > end:
            raise ValueError("a message that is shorter than it says")
        try:
            if self._inbox.accepts(topic, end - payload):
                self._inbox.put(Message(topic, bytes(unread[payload:end]), bool(command & 0x01)))
            else:
                self._crowded += 1
        except Exception:
            self._failures += 1
            log.exception("message_lost", failures=self._failures)
        return acknowledgement

    def _pass_on(self, command: int, body: bytearray) -> MQTTErrorCode:
        """To paho, as if it had read the packet."""
        packet = self._in_packet
        packet["command"], packet["remaining_length"] = command, len(body)
        packet["packet"], packet["pos"] = body, 0
        try:
            return self._packet_handle()
        finally:
            packet["command"], packet["packet"] = 0, bytearray()


def _body(unread: bytearray, start: int) -> tuple[int, int] | None:
    """Where the body of a packet begins and ends; None when its length is not all there. Raises ValueError."""
    length, shift = 0, 0
    for at in range(start + 1, min(start + 5, len(unread))):
        length |= (unread[at] & 0x7F) << shift
        if unread[at] < 0x80:
            return at + 1, at + 1 + length
        shift += 7
    if len(unread) - start > 4:
        raise ValueError("a length of more than four bytes")
    return None
