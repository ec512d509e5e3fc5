"""A day at a small service, made in seconds: real terminal, broker, collector and page, and a clock of the test's own.

Somebody records every byte that the broker gives out and every state of the page, and knows when each visitor came.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import paho.mqtt.client as mqtt
from litestar import Litestar
from litestar.testing import TestClient
from paho.mqtt.enums import CallbackAPIVersion

from collector.fleet import Fleet
from collector.inbox import Inbox
from collector.service import Service
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from collector.subscriber import Subscriber
from contract.messages import Presence, SheetsMessage, decode
from contract.periods import Period
from contract.sheets import Sheet
from dashboard.app import create_app
from dashboard.document import figures_document
from deploy.settings import Privacy
from kiosk.clock import TerminalClock
from kiosk.publisher import Publisher
from kiosk.publisher.dialogue import Pace
from kiosk.recording import TallyRecorder
from kiosk.session import Session
from kiosk.tally import Tally
from kiosk.tally.filing import Filing
from locales.catalogue import default_survey
from tests.broker import Broker
from tests.fakes.clock import OSLO, FakeClock
from tests.fakes.executor import FakeExecutor
from tests.polling import eventually

TERMINAL = "stua-1"
SURVEY = default_survey()
LANGUAGES = ("nb", "en", "th")
MORNING = datetime(2026, 3, 24, 7, tzinfo=UTC)
DAY = date(2026, 3, 24)
PAGES = ("/?period=2026-03-24", "/", "/?period=2026-03")
"""The first is looked at after every visit, the others after every release."""
MARK = "recorder/mark"
_BY_CHANCE = re.compile(r'[0-9a-f]{32}|(?<=data-state=")[^"]*')
"""Nonces, and the page's name for its state: made by chance."""


class Vote(NamedTuple):
    """What a visitor says."""

    score: int
    answer: str | None = None
    language: str | None = None


class Visit(NamedTuple):
    """When a visitor comes, which the recorder knows too, and what they say, which it would like to."""

    at: datetime
    vote: Vote


class Seen(NamedTuple):
    """Something that the recorder saw after so many visits."""

    visits: int
    where: str
    what: str


class Recorder:
    """Hears all that the broker gives out, byte by byte."""

    def __init__(self, broker: Broker) -> None:
        self.raw: list[tuple[int, str, bytes]] = []
        self.visits = 0
        self._marks = 0
        self._heard_marks = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="recorder")
        self._client.on_message = self._hear
        self._client.connect(broker.host, broker.port)
        self._client.subscribe("#", qos=1)
        self._client.loop_start()
        self.catch_up()

    def _hear(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.topic == MARK:
            self._heard_marks += 1
        else:
            self.raw.append((self.visits, message.topic, bytes(message.payload)))

    def catch_up(self) -> None:
        """Until all is heard that the broker has had by now."""
        self._marks += 1
        self._client.publish(MARK, str(self._marks), qos=1)
        eventually(lambda: self._heard_marks == self._marks)

    def sheets(self) -> list[tuple[int, list[Sheet]]]:
        """Each release, and after how many visits it came."""
        return [
            (visits, decode(payload, SheetsMessage).sheets)
            for visits, topic, payload in self.raw
            if topic.endswith("/sheets")
        ]

    def seen(self) -> list[Seen]:
        return [Seen(visits, topic, sure(payload.decode())) for visits, topic, payload in self.raw]

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def sure(text: str) -> str:
    """Without what is made by chance."""
    return _BY_CHANCE.sub("*", text)


class Page:
    """The web page, over the store and at the time of the day that is made just now."""

    def __init__(self) -> None:
        self.file = Path()
        self.clock = FakeClock(MORNING)
        self.client: TestClient[Litestar] = TestClient(
            create_app(
                lambda: SqliteReadStore.open(self.file),
                timezone=OSLO,
                languages=LANGUAGES,
                clock=lambda: self.clock.now,
            )
        )


class Wire(Subscriber):
    """Knows whether the broker has heard what the collector wants to hear."""

    subscribed = False

    def _on_subscribe(self, *args: Any, **named: Any) -> None:  # noqa: ANN401
        super()._on_subscribe(*args, **named)
        self.subscribed = True


class Day:
    """The site and its recorder, with privacy as it is set."""

    def __init__(self, directory: Path, broker: Broker, page: Page, privacy: Privacy) -> None:
        self.clock = page.clock = FakeClock(MORNING)
        self._page = page
        self.recorder = Recorder(broker)
        self.pages: list[Seen] = []
        self._wire, self._service = _collector(directory, broker)
        self._store_file = directory / "fjes.db"
        self._names = count(1)
        self._tally = Tally(
            directory / "terminal" / "tally.db",
            Filing(OSLO, privacy.granularities),
            release=privacy.votes_to_release,
            machine="machine",
            hold=privacy.held,
            new_name=lambda: f"installation-{next(self._names)}",
        )
        self._publisher = Publisher(
            TERMINAL,
            self._tally,
            host=broker.host,
            port=broker.port,
            client_id=f"fjes-{TERMINAL}",
            presence=self._presence,
            on_answer=self._answered,
            pace=Pace(messages=0.0),
        )
        self._answers = self._released = 0
        terminal_clock = TerminalClock(
            OSLO,
            trustworthy=lambda: True,
            boot_id="boot-1",
            since_boot=lambda: self.clock.seconds,
            utc=lambda: self.clock.now,
        )
        self._keeper = TallyRecorder(
            self._tally, terminal_clock, recorded=self._recorded, released=self._publisher.nudge
        )
        self._keeper._thread = FakeExecutor()  # type: ignore[assignment]  # each commit is waited for
        self._session = Session(SURVEY, LANGUAGES, self._keeper, self.clock.monotonic, terminal_clock.moment, speaks=())

    @contextmanager
    def open(self) -> Iterator["Day"]:
        with ExitStack() as stack:
            stack.callback(self.recorder.stop)
            self._service.start()
            stack.callback(self._service.stop)
            eventually(lambda: self._wire.subscribed, "the collector hears nothing")  # it never has to ask for a hello
            self._tally.start()
            stack.callback(self._tally.close)
            self._publisher.start()
            stack.callback(self._publisher.stop)
            eventually(lambda: self._answers, "no hello was answered")
            self._page.file = self._store_file
            self._watched = SqliteReadStore.open(self._store_file)
            stack.callback(self._watched.close)
            eventually(self._is_settled, "the site does not come to rest")
            yield self

    def visit(self, visit: Visit) -> None:
        """One visitor, from the first touch to gone, and what can be seen after that."""
        self._wait((visit.at - self.clock.now).total_seconds())
        self._keeper.tick()
        self.recorder.visits += 1
        session, vote = self._session, visit.vote
        if vote.language:
            self._touch(partial(session.choose_language, vote.language))
        self._touch(partial(session.choose_face, vote.score))
        self._touch(partial(session.choose_answer, vote.answer) if vote.answer else session.skip)
        self._touch(session.dismiss)
        self._look()

    def end(self) -> None:
        """Midnight."""
        self._wait((MORNING.replace(hour=23) + timedelta(seconds=5) - self.clock.now).total_seconds())
        self._keeper.tick()
        self._look()

    def store_version(self) -> int:
        """What the page's live stream watches."""
        return self._watched.version()

    def _touch(self, what: Callable[[], object]) -> None:
        self._wait(2.0)
        self._session.touch()
        what()

    def _wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self._session.tick()

    def _recorded(self, ok: bool) -> None:
        self._session.recorded(ok)

    def _answered(self) -> None:
        self._answers += 1

    def _presence(self) -> Presence:
        return Presence(v=1, online=True, installation=self._tally.installation, survey=SURVEY.id)

    def _is_settled(self) -> bool:
        return {topic.rsplit("/", 1)[-1] for _, topic, _ in self.recorder.raw} >= {
            "presence",
            "hello",
            "survey",
            "acks",
        }

    def _look(self) -> None:
        """Waits until what was released has arrived, and looks at every page."""
        eventually(lambda: not self._tally.owed_count(), "what was released is not acknowledged")
        self.recorder.catch_up()
        visits = self.recorder.visits
        released = len(self.recorder.sheets())
        for address in PAGES if released != self._released else PAGES[:1]:
            self.pages.append(Seen(visits, address, sure(self._page.client.get(address).text)))
        self.pages.append(Seen(visits, "figures", self._figures("2026-03-24")))
        self._released = released

    def _figures(self, period: str) -> str:
        today = self.clock.now.astimezone(OSLO).date()
        shown = figures_document(self._watched, Period.parse(period), None, today=today)
        return msgspec.json.encode(shown).decode()


def _collector(directory: Path, broker: Broker) -> tuple[Wire, Service]:
    store = SqliteStore.open(directory / "fjes.db")
    wire = Wire(broker.host, broker.port, "fjes-collector", Inbox())
    return wire, Service(store, wire, Fleet(store, wire, (), SURVEY, lambda: DAY))


def record(broker: Broker, page: Page, visits: Sequence[Visit], privacy: Privacy) -> Day:
    """A whole day as it was seen, at a broker that has heard nothing yet."""
    broker.stop()
    broker.start()
    with tempfile.TemporaryDirectory() as directory, Day(Path(directory), broker, page, privacy).open() as day:
        for visit in visits:
            day.visit(visit)
        day.end()
    return day
