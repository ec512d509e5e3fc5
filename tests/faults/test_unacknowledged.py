"""A broker that takes everything and never says so: what the terminal sends must not wait for it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from tests.broker import Broker
from tests.faults.network import Link, Network, Weather
from tests.kiosk.samples import make_tally, released
from tests.kiosk.wire import TERMINAL, Ear
from tests.polling import eventually

pytestmark = pytest.mark.e2e
MORE_THAN_PAHO_HAS_UNDER_WAY = 30


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def link(broker: Broker) -> Iterator[Link]:
    network = Network(broker.port)
    network.start()
    yield network.link(random.Random(1))
    network.stop()


@pytest.fixture
def ear(broker: Broker) -> Iterator[Ear]:
    ear = Ear(broker)
    yield ear
    ear.end()


def test_lost_acknowledgements_of_the_broker_hold_nothing_up(link: Link, ear: Ear, tmp_path: Path) -> None:
    link.weather = Weather(acks_lost=1.0)
    tally = make_tally(tmp_path / "tally.db")
    publisher = Publisher(
        TERMINAL, tally, host="127.0.0.1", port=link.port, client_id=TERMINAL, pace=Pace(messages=0.0)
    )
    publisher.start()
    ear.answer(ear.hello())
    for number in range(1, MORE_THAN_PAHO_HAS_UNDER_WAY):
        released(tally)
        publisher.nudge()
        ear.acknowledge(ear.sheets(number)[-1])
        eventually(lambda: not tally.owed_count())
    publisher.stop()
    tally.close()
