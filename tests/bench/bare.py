"""The collector's floor: a paho subscriber that counts and does nothing. `python -m tests.bench.bare PORT COUNT`."""

import sys

import paho.mqtt.client as mqtt

from contract.topics import Kind
from tests.bench.programs import listen, say


def main(port: str, count: str) -> None:
    heard = 0

    def hear(_client: mqtt.Client, _data: object, _message: mqtt.MQTTMessage) -> None:
        nonlocal heard
        heard += 1
        if heard == int(count):
            say("heard")

    listen(port, Kind.SHEETS, 1, hear)


if __name__ == "__main__":
    main(*sys.argv[1:])
