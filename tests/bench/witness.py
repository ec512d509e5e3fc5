"""Hears every acknowledgement, and says when the last one came.

`python -m tests.bench.witness PORT TERMINALS MESSAGES`, the numbers as given to the flood.
"""

import sys

import paho.mqtt.client as mqtt

from contract.topics import Kind, topic
from tests.bench.flood import name
from tests.bench.programs import listen, say

SHEETS = 4
"""In each message."""


def main(port: str, terminals: str, messages: str) -> None:
    count, total = int(terminals), int(messages)
    newest = {topic(name(i), Kind.ACKS): b":%d" % len(range(i, total, count)) for i in range(count)}

    def hear(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        """As cheap as can be: terminals are elsewhere, and take no time from the collector."""
        revision = newest.get(message.topic)
        if revision and message.payload.count(revision + b"}") == SHEETS:
            del newest[message.topic]
            if not newest:
                say("acknowledged")

    listen(port, Kind.ACKS, 0, hear)


if __name__ == "__main__":
    main(*sys.argv[1:])
