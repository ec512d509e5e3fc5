"""A client that says a few messages to a real broker."""

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from collector.wire import Message
from tests.broker import Broker


def speak(broker: Broker, *messages: Message) -> None:
    """Returns when the broker has them all."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="speaker")
    client.connect(broker.host, broker.port)
    client.loop_start()
    for message in messages:
        client.publish(message.topic, message.payload, qos=1, retain=message.retained).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()
