"""What leaves a terminal in profile `small`, heard by somebody else at the broker: groups of votes, never one."""

from datetime import timedelta

import pytest

from contract.messages import Presence
from tests.broker import Broker
from tests.kiosk.samples import FIRST
from tests.kiosk.wire import Ear, Terminal, Visitors, talk
from tests.polling import eventually

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("end", ["the fifth vote", "the day's end"])
def test_in_profile_small_four_votes_change_no_byte_that_leaves_the_terminal(
    terminal: Terminal, ear: Ear, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in sheets, and not in presence, however often it is looked at."""
    monkeypatch.setattr("kiosk.publisher.publisher._PRESENCE", 0.05)
    visitors = Visitors(terminal)
    talk(terminal, ear)
    eventually(ear.presences)
    before = ear.from_terminal()
    looks: list[Presence] = []

    def look() -> Presence:
        looks.append(terminal.presence())
        return looks[-1]

    monkeypatch.setattr(terminal.publisher, "_presence", look)
    for _ in range(4):
        visitors.vote()
        seen = len(looks)
        terminal.publisher.nudge()
        eventually(lambda seen=seen: len(looks) > seen + 1)  # type: ignore[misc]
    assert ear.from_terminal() == before

    if end == "the fifth vote":
        visitors.vote()
    else:
        visitors.clock.now += timedelta(hours=12)
        visitors.recorder.tick()
        visitors.wait()
    message = ear.sheets()[0]
    assert {sheet.total for sheet in message.sheets} == {5 if end == "the fifth vote" else 4}
    assert all(sheet.revision == FIRST for sheet in message.sheets)
    visitors.recorder.stop()


def test_a_hello_between_two_releases_does_not_tell_of_votes_either(
    terminal: Terminal, ear: Ear, broker: Broker
) -> None:
    visitors = Visitors(terminal)
    talk(terminal, ear)
    first = ear.hello()
    for _ in range(4):
        visitors.vote()
    broker.kill()
    broker.start()
    eventually(lambda: len(ear.of("hello")) > 1)
    second = ear.hello(2)
    ear.answer(second)
    assert (second.installation, second.since) == (first.installation, first.since)
    visitors.vote()
    assert {sheet.total for sheet in ear.sheets()[0].sheets} == {5}
    assert len(ear.of("sheets")) == 1
    visitors.recorder.stop()
