"""What was published reaches the terminals that it is for, on its day; nothing that is wrong with it stops a vote."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from collector.fleet import FRESH_SECONDS, Fleet
from collector.service import Service
from collector.store.protocol import Placement, StoreError
from collector.store.publications import Publication
from collector.store.sqlite import SqliteStore
from contract.messages import SurveyMessage
from contract.opening import OpenTime
from contract.survey import Survey
from tests.collector.samples import SURVEY, a_sheet, hello, sheets_message
from tests.fakes.wire import FakeWire

TODAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)
TWO = replace(SURVEY, id="visit@2", question=dict.fromkeys(SURVEY.languages, "And now?"))
THREE = replace(SURVEY, id="visit@3", question=dict.fromkeys(SURVEY.languages, "And then?"))
TEA = {"nb": "Te!", "en": "Tea!"}
HOURS = (OpenTime("mon-fri", "09:00", "16:00"),)


class Collector:
    """A collector's worker, with a clock, a day and publications that the test holds."""

    def __init__(self, store: SqliteStore, wire: FakeWire) -> None:
        self.store, self.wire = store, wire
        self.now, self.today = 0.0, TODAY
        self.published: Sequence[Publication] | None = None
        self.error: StoreError | None = None
        self.fleet = Fleet(store, wire, [SURVEY], SURVEY, lambda: self.today, look=self.look, clock=lambda: self.now)
        self.fleet.start()
        self.service = Service(store, wire, self.fleet, pauses=(0.0,), clock=lambda: self.now)

    def look(self) -> Sequence[Publication] | None:
        if self.error:
            raise self.error
        found, self.published = self.published, None
        return found

    def hear(self, *terminals: str) -> None:
        self.service.work([hello(terminal=terminal) for terminal in terminals])

    def publish(self, *published: Publication) -> None:
        """As it is a second later."""
        self.published = published
        self.pass_by()

    def pass_by(self) -> None:
        self.now += FRESH_SECONDS
        self.service.work([])

    def told(self, terminal: str) -> list[tuple[str, date]]:
        return [(message.survey.id, message.since) for message in self.messages(terminal)]

    def messages(self, terminal: str) -> list[SurveyMessage]:
        return self.wire.surveys(terminal)


@pytest.fixture
def wire() -> FakeWire:
    return FakeWire()


@pytest.fixture
def collector(tmp_path: Path, wire: FakeWire) -> Iterator[Collector]:
    store = SqliteStore.open(tmp_path / "fjes.db")
    for terminal, place in (("stua-1", "oslo/pro"), ("bergen-1", "bergen")):
        store.place(Placement(terminal, place, date(2020, 1, 1)))
    yield Collector(store, wire)
    store.close()


def test_what_is_published_goes_to_the_terminals_of_its_place_at_once(collector: Collector) -> None:
    collector.hear("stua-1", "bergen-1")
    collector.publish(Publication(1, "oslo", TODAY, TWO, (TEA,), HOURS))
    assert collector.told("stua-1") == [("visit@1", TODAY), ("visit@2", TODAY)]
    assert collector.told("bergen-1") == [("visit@1", TODAY)]
    newest = collector.messages("stua-1")[-1]
    assert (newest.survey, newest.messages, newest.opening) == (TWO, (TEA,), HOURS)
    collector.pass_by()
    assert len(collector.told("stua-1")) == 2, "each is told once"


def test_votes_for_a_new_survey_are_taken_from_the_first(collector: Collector) -> None:
    collector.publish(Publication(1, "", TODAY, TWO))
    collector.service.work([sheets_message(a_sheet(survey=TWO.id))])
    assert collector.store.refusals().total == 0
    assert collector.store.surveys()[TWO.id] == TWO


def test_no_messages_and_no_hours_are_told_as_such(collector: Collector) -> None:
    collector.publish(Publication(1, "", TODAY, TWO, (), ()))
    collector.hear("stua-1")
    (message,) = collector.messages("stua-1")
    assert (message.messages, message.opening) == ((), ())


def test_a_plan_is_kept_for_who_comes_later_and_what_holds_until_then_is_said_first(
    collector: Collector, wire: FakeWire
) -> None:
    collector.publish(Publication(1, "", TODAY, TWO), Publication(2, "oslo", MONDAY, THREE))
    collector.hear("stua-1")
    kept = [one.retain for one in wire.published if one.topic.endswith("/survey")]
    assert kept == [False, True]
    assert collector.told("stua-1") == [("visit@3", MONDAY)]
    collector.hear("stua-1")
    assert collector.told("stua-1") == [("visit@3", MONDAY)] * 2, "a terminal may have missed the first of the two"


def test_on_its_day_a_plan_is_what_holds_and_the_next_one_is_told(collector: Collector) -> None:
    collector.hear("stua-1")
    collector.publish(Publication(1, "", MONDAY, TWO), Publication(2, "", date(2026, 11, 30), THREE))
    assert collector.told("stua-1")[-1] == ("visit@2", MONDAY)
    collector.today = MONDAY
    collector.pass_by()
    assert collector.told("stua-1")[-1] == ("visit@3", date(2026, 11, 30))


def test_what_was_called_off_is_called_off_on_the_terminal(collector: Collector) -> None:
    collector.hear("stua-1")
    collector.publish(Publication(1, "", MONDAY, TWO))
    collector.publish()
    assert collector.told("stua-1") == [("visit@1", TODAY), ("visit@2", MONDAY), ("visit@1", TODAY)]


def test_a_terminal_that_is_moved_shows_what_is_shown_there(collector: Collector, tmp_path: Path) -> None:
    collector.publish(Publication(1, "oslo", TODAY, TWO))
    collector.hear("bergen-1", "nowhere-1")
    other = SqliteStore.open(tmp_path / "fjes.db")
    other.place(Placement("bergen-1", "oslo/helse", TODAY))
    other.place(Placement("nowhere-1", "oslo", MONDAY))
    other.close()
    collector.pass_by()
    assert collector.told("bergen-1") == [("visit@1", TODAY), ("visit@2", TODAY)]
    assert collector.told("nowhere-1") == [("visit@1", TODAY)]
    collector.today = MONDAY
    collector.pass_by()
    assert collector.told("nowhere-1") == [("visit@1", TODAY), ("visit@2", TODAY)]


def test_while_the_broker_is_away_or_busy_it_is_told_later(collector: Collector, wire: FakeWire) -> None:
    collector.hear("stua-1")
    wire.connected = False
    collector.publish(Publication(1, "", TODAY, TWO))
    wire.connected, wire.crowded = True, True
    collector.pass_by()
    assert len(collector.told("stua-1")) == 1
    wire.crowded = False
    collector.pass_by()
    assert collector.told("stua-1")[1:] == [("visit@2", TODAY)]


def test_a_file_that_cannot_be_read_is_told_once_and_nothing_changes(collector: Collector) -> None:
    collector.publish(Publication(1, "", TODAY, TWO))
    collector.error = StoreError("published.db: malformed")
    with capture_logs() as logs:
        collector.pass_by()
        collector.hear("stua-1")
        collector.pass_by()
    assert [line["event"] for line in logs] == ["published_unreadable"]
    assert collector.told("stua-1") == [("visit@2", TODAY)]


def long_survey() -> Survey:
    text = {f"a{chr(97 + n)}": "字" * 200 for n in range(26)}
    options = [replace(option, text=text) for option in (*SURVEY.satisfied.options, *SURVEY.unsatisfied.options)]
    return Survey(
        "long@1",
        tuple(text),
        text,
        replace(SURVEY.satisfied, question=text, options=tuple(options[:5])),
        replace(SURVEY.unsatisfied, question=text, options=tuple(options[5:])),
    )


@pytest.mark.parametrize("wrong", [replace(TWO, id=SURVEY.id), long_survey()])
def test_what_cannot_be_sent_is_left_out_and_told(collector: Collector, wrong: Survey) -> None:
    collector.hear("stua-1")
    with capture_logs() as logs:
        collector.publish(Publication(1, "", TODAY, TWO), Publication(2, "", TODAY, wrong))
    assert [line["event"] for line in logs] == ["publication_left_out"]
    assert collector.told("stua-1")[-1] == ("visit@2", TODAY)
