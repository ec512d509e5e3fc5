"""In profile small nobody can tie what leaves the terminal to the visitor who just left."""

from collections.abc import Callable, Iterator
from time import sleep

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.e2e.finger import QUESTION, WHY
from tests.e2e.site import Site
from tests.polling import eventually

pytestmark = pytest.mark.e2e

SILENCE = 2.0
"""Seconds without a word after which nothing more is to come."""


class Listener:
    """Someone at the broker, who hears every byte."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _client, _data, one: self.heard.append((one.topic, bytes(one.payload)))
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", qos=1)
        self._client.loop_start()

    def sheets(self) -> list[bytes]:
        return [payload for topic, payload in self.heard if topic.endswith("/sheets")]

    def wait_for_silence(self) -> None:
        """Until all that a start has to say is said."""
        before = -1
        while before != (before := len(self.heard)):
            sleep(SILENCE)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def site(make_site: Callable[[str], Site]) -> Site:
    return make_site("small")


@pytest.fixture
def listener(site: Site) -> Iterator[Listener]:
    site.start("broker")
    listener = Listener(site.broker.port)
    yield listener
    listener.stop()


def test_four_votes_change_no_byte_that_leaves_the_terminal_and_the_fifth_releases_them(
    site: Site, listener: Listener
) -> None:
    site.start("collector")
    site.start("kiosk")
    eventually(lambda: any(b'"screen"' in body for _, body in listener.heard), "no presence with what it found out")
    eventually(lambda: any(topic.endswith("/survey") for topic, _ in listener.heard), "no survey")
    listener.wait_for_silence()
    before = list(listener.heard)

    for score in (4, 1, 4, 2):
        site.visit(score, answer=0, language="th")
    site.choose(3, QUESTION.faces)
    site.choose(1, WHY.faces)
    assert listener.heard == before, "not even while the fifth visitor is there"

    site.touch(WHY.skip)
    eventually(lambda: site.chosen() == [], "the terminal does not thank")
    site.leave()
    eventually(lambda: sum(site.stored().values()) == 5, "the fifth vote releases them all")
    assert site.stored() == {"4": 2, "2": 1, "1": 2}
    eventually(listener.sheets, "nothing was heard of it")
    assert len(listener.sheets()) == 1
