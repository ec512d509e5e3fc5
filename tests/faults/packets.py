"""MQTT 3.1.1 on the way: where a packet begins and ends, and the few things a fault needs to know of it."""

from asyncio import IncompleteReadError, StreamReader

from msgspec import Struct

PUBLISH, PUBACK = 3, 4
_DUPLICATE = 0x08


class Packet(Struct, frozen=True):
    """One control packet, as it came."""

    raw: bytes
    body: int
    """Where what follows the length begins."""

    @property
    def kind(self) -> int:
        return self.raw[0] >> 4

    @property
    def wants_ack(self) -> bool:
        """Whether it is a PUBLISH of QoS 1."""
        return self.kind == PUBLISH and self.raw[0] >> 1 & 3 == 1

    def ack(self) -> bytes:
        """The PUBACK of this PUBLISH (3.4)."""
        after_topic = self.body + 2 + int.from_bytes(self.raw[self.body : self.body + 2])
        return bytes([PUBACK << 4, 2]) + self.raw[after_topic : after_topic + 2]

    def again(self) -> bytes:
        """This PUBLISH as it is sent a second time."""
        return bytes([self.raw[0] | _DUPLICATE]) + self.raw[1:]


async def read_packet(reader: StreamReader) -> Packet | None:
    """The next packet; None when there will be none."""
    try:
        head = await reader.readexactly(2)
        while head[-1] & 0x80:
            head += await reader.readexactly(1)
        length = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(head[1:]))
        return Packet(head + await reader.readexactly(length), len(head))
    except (IncompleteReadError, ConnectionError, OSError):
        return None
