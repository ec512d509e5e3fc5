"""No line of any log comes with a vote, or tells of one: with its timestamp it would tie a press to its visitor.

The real session, recorder, tally and publisher, a real broker and the real collector; whatever any of them logs while
people vote is caught.
"""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from contract.sheets import HOLD, PROFILES, RELEASE, Table
from deploy.configuration import Configuration
from kiosk.clock import TerminalClock
from kiosk.faults import Faults
from kiosk.play import Play, Rules
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.recording import TallyRecorder
from kiosk.session import Screen, Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from locales.catalogue import default_survey
from tests.broker import Broker
from tests.deploy.site import collecting, settings, stored
from tests.fakes.clock import OSLO, FakeClock
from tests.polling import eventually

pytestmark = pytest.mark.e2e

TERMINAL = "stua-1"
VISITS = 24


class Terminal:
    """One terminal, put together as deploy does it, but for its screen; time is the test's."""

    def __init__(self, directory: Path, broker: Broker, profile: str) -> None:
        self.clock = FakeClock()
        clock = TerminalClock(
            OSLO,
            trustworthy=lambda: True,
            boot_id="boot",
            since_boot=self.clock.monotonic,
            utc=lambda: self.clock.now,
        )
        self.tally = Tally(
            directory / "tally.db",
            Filing(OSLO, PROFILES[profile]),
            release=RELEASE[profile],
            machine="machine",
            hold=HOLD[profile],
        )
        self.connected = queue.SimpleQueue[None]()
        self.publisher = Publisher(
            TERMINAL,
            self.tally,
            host=broker.host,
            port=broker.port,
            client_id=TERMINAL,
            pace=Pace(messages=0.02, again=0.5),
            on_answer=lambda: self.connected.put(None),
        )
        self._heard: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self.recorder = TallyRecorder(
            self.tally, clock, recorded=self._heard.put, released=self.publisher.nudge, faults=Faults()
        )
        self.session = Session(
            default_survey(),
            ("nb", "en"),
            self.recorder,
            self.clock.monotonic,
            clock.moment,
            play=Play(Rules(changes=1, pause=1.0, in_a_row=50)),
        )

    def start(self) -> None:
        """Returns when the collector has answered."""
        self.tally.start()
        self.recorder.tick()
        self.publisher.start()
        self.connected.get(timeout=30)

    def visit(self, number: int) -> None:
        """A face, for some another one, or back, or play; for some an answer, and then the visitor goes."""
        self.face(1 + number % 4)
        if number % 5 == 1:
            self.face(1 + (number + 1) % 4)
        if number % 7 == 2:  # so often another one that it is play
            for more in range(4):
                self.face(1 + (number + more) % 4)
        if number % 6 == 3:
            self.after(1.0)
            self.session.oops()
            self.hear()
        elif number % 2:
            self.after(1.0)
            self.session.skip()
        self.after(60.0)
        self.after(60.0)
        assert self.session.view.screen is Screen.QUESTION
        self.recorder.tick()

    def face(self, score: int) -> None:
        self.after(1.0)
        self.session.touch()
        before = self.session.view.score
        self.session.choose_face(score)
        if before != score:
            self.hear()

    def hear(self) -> None:
        """What the disk says comes from another thread."""
        self.session.recorded(self._heard.get(timeout=30))

    def after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.session.tick()
        while not self._heard.empty():
            self.session.recorded(self._heard.get())

    def stop(self) -> None:
        self.recorder.stop()
        self.publisher.stop()
        self.tally.close()


@pytest.fixture(params=["small", "busy"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def configuration(tmp_path: Path, broker: Broker, profile: str) -> Iterator[Configuration]:
    configuration = settings(tmp_path, broker, profile)
    with collecting(configuration):
        yield configuration


def test_people_vote_and_nothing_is_logged(
    configuration: Configuration, tmp_path: Path, broker: Broker, profile: str
) -> None:
    terminal = Terminal(tmp_path, broker, profile)
    try:
        with capture_logs() as lines:
            terminal.start()
            eventually(lambda: "broker-connected" in [line["event"] for line in lines], "this hears no log")
        with capture_logs() as lines:
            for number in range(VISITS):
                terminal.visit(number)
            terminal.tally.release()
            terminal.publisher.nudge()
            eventually(lambda: stored(configuration) and not terminal.tally.owed_count())
        assert [line["event"] for line in lines if not line["event"].startswith("broker-")] == []
        tables = {one.sheet.table for one in stored(configuration) if one.sheet.total}
        assert tables == set(Table), "all kinds of votes were among them"
    finally:
        terminal.stop()
