"""The collector's floor: a paho subscriber that counts and does nothing. `python -m tests.bench.bare PORT COUNT`."""

import sys

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contract.topics import Kind, topic
from tests.bench.programs import say


def main(port: str, count: str) -> None:
    heard = 0

    def hear(_client: mqtt.Client, _data: object, _message: mqtt.MQTTMessage) -> None:
        nonlocal heard
        heard += 1
        if heard == int(count):
            say("heard")

    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
    client.on_message = hear
    client.on_subscribe = lambda *_: say("ready")
    client.connect("127.0.0.1", int(port))
    client.subscribe(topic("+", Kind.SHEETS), qos=1)
    client.loop_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
