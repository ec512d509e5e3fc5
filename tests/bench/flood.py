"""The terminals of the collector's bench: `python -m tests.bench.flood PORT TERMINALS MESSAGES`.

One paho client publishes at QoS 1, as fast as the broker takes it, the releases of many terminals in turn: each
message is the four sheets of a release, with counts and revisions that grow.
"""

import sys

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contract.messages import SheetsMessage, encode
from contract.sheets import Sheet, Table
from contract.topics import Kind, topic
from locales.catalogue import default_survey
from tests.bench.programs import PATIENCE, say

INSTALLATION = "installation-1"
SURVEY = default_survey().id


def name(terminal: int) -> str:
    return f"terminal-{terminal}"


def release(number: int) -> bytes:
    """A terminal's release after so many others, profile `busy`."""
    votes = {"4": 20 + number, "3": 9, "2": 3, "1": 2}
    sheets = {
        (Table.FACES, "2026-11-21T16+01:00"): votes,
        (Table.PATTERN, "2026-11"): {f"{score}:6-16": count for score, count in votes.items()},
        (Table.ANSWERS, "2026-11-21"): {f"{score}:none": count for score, count in votes.items()},
        (Table.LANGUAGES, "2026-11-21"): {f"{score}:nb": count for score, count in votes.items()},
    }
    body = [Sheet(SURVEY, table, period, number, counts) for (table, period), counts in sheets.items()]
    return encode(SheetsMessage(v=1, installation=INSTALLATION, sheets=body))


def main(port: str, terminals: str, messages: str) -> None:
    count = int(terminals)
    ready = [(topic(name(i % count), Kind.SHEETS), release(i // count + 1)) for i in range(int(messages))]
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
    client.max_inflight_messages_set(0)
    client.connect("127.0.0.1", int(port))
    client.loop_start()
    say("began")
    for name_, payload in ready:
        last = client.publish(name_, payload, qos=1)
    last.wait_for_publish(PATIENCE)
    say("published")
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
