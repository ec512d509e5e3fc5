"""Stored, then acknowledged: the worker with a real store and a wire that the test holds."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from collector.fleet import Fleet
from collector.service import Service
from collector.store.protocol import StoreError
from collector.store.sqlite import SqliteStore
from collector.wire import Message
from contract.messages import Acks
from contract.sheets import Sheet, Table
from contract.survey import Survey
from tests.collector.samples import (
    INSTALLATION,
    SURVEY,
    TERMINAL,
    a_sheet,
    hello,
    presence,
    raw_message,
    sheets_message,
)
from tests.fakes.store import FailingStore
from tests.fakes.wire import FakeWire

TODAY = date(2026, 11, 21)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FailingStore]:
    store = FailingStore.open(tmp_path / "fjes.db")
    yield store
    store.close()


@pytest.fixture
def wire() -> FakeWire:
    return FakeWire()


@pytest.fixture
def fleet(store: FailingStore, wire: FakeWire) -> Fleet:
    fleet = Fleet(store, wire, [SURVEY], SURVEY, today=lambda: TODAY)
    fleet.start()
    return fleet


@pytest.fixture
def service(store: FailingStore, wire: FakeWire, fleet: Fleet) -> Service:
    return Service(store, wire, fleet, pauses=(0.0,))


def kept(store: SqliteStore) -> list[Sheet]:
    return [one.sheet for one in store.sheets(store.terminals(), Table, date.min, date.max)]


def revisions(*acks: Acks) -> list[dict[str, int]]:
    return [one.revisions.get(SURVEY.id, {}).get(Table.FACES, {}) for one in acks]


def test_sheets_are_stored_and_acknowledged_once_per_installation(
    service: Service, store: FailingStore, wire: FakeWire
) -> None:
    service.work(
        [
            sheets_message(a_sheet(1)),
            sheets_message(a_sheet(2), a_sheet(1, period="2026-11-22")),
            sheets_message(a_sheet(7), installation="installation-2"),
            sheets_message(a_sheet(8), terminal="stua-2"),
        ]
    )
    assert len(kept(store)) == 4
    first, second = wire.acks(TERMINAL)
    assert (first.installation, second.installation) == (INSTALLATION, "installation-2")
    assert revisions(first, second) == [{"2026-11-21": 2, "2026-11-22": 1}, {"2026-11-21": 7}]
    assert not first.complete
    assert revisions(*wire.acks("stua-2")) == [{"2026-11-21": 8}]


def test_an_older_copy_is_answered_with_the_newer_revision(service: Service, wire: FakeWire) -> None:
    service.work([sheets_message(a_sheet(5))])
    service.work([sheets_message(a_sheet(3))])
    assert revisions(*wire.acks(TERMINAL)) == [{"2026-11-21": 5}, {"2026-11-21": 5}]


def test_a_conflict_is_quarantined_and_acknowledged_with_what_is_stored(
    service: Service, store: FailingStore, wire: FakeWire
) -> None:
    service.work([sheets_message(a_sheet(5, {"4": 9}))])
    service.work([sheets_message(a_sheet(5, {"4": 8}))])
    assert kept(store) == [a_sheet(5, {"4": 9})]
    assert "counts shrank from 9 to 8" in store.refusals().newest[0].reason
    assert revisions(*wire.acks(TERMINAL)) == [{"2026-11-21": 5}] * 2


def test_bad_messages_are_quarantined_and_stop_nothing(service: Service, store: FailingStore, wire: FakeWire) -> None:
    bad = Message("fjes/v1/stua-1/sheets", b"\x00\xff")
    service.work([bad, sheets_message(a_sheet()), bad, raw_message({"v": 1})])
    assert kept(store) == [a_sheet()]
    assert store.refusals().total == 3
    assert len(wire.acks(TERMINAL)) == 1


def test_refusals_are_logged_sparingly(service: Service) -> None:
    with capture_logs() as logs:
        for _ in range(5):
            service.work([Message("fjes/v1/stua-1/sheets", b"{")] * 3)
    (line,) = [line for line in logs if line["event"] == "refused"]
    assert (line["topic"], line["count"]) == ("fjes/v1/stua-1/sheets", 3)


def test_a_release_in_parts_is_stored_whole_or_not_at_all(
    service: Service, store: FailingStore, wire: FakeWire
) -> None:
    first = sheets_message(a_sheet(), batch="b", part=1, parts=2)
    second = sheets_message(
        a_sheet(1, {"4:6-16": 3, "1:6-16": 1}, Table.PATTERN, "2026-11"), batch="b", part=2, parts=2
    )
    service.work([second])
    assert (kept(store), wire.published) == ([], [])
    service.work([first])
    assert len(kept(store)) == 2
    assert len(wire.acks(TERMINAL)) == 1


def test_a_full_disk_loses_nothing_and_acknowledges_nothing(
    service: Service, store: FailingStore, wire: FakeWire
) -> None:
    store.failures = 3
    with capture_logs() as logs:
        service.work([sheets_message(a_sheet())])
    assert store.failed == 3
    assert kept(store) == [a_sheet()]
    assert len(wire.acks(TERMINAL)) == 1
    said = [line for line in logs if line["event"] == "store_unusable"]
    assert len(said) == 1
    assert "fjes.db: database or disk is full: free some space" in said[0]["reason"]
    assert logs[-1]["event"] == "store_usable_again"


def test_stopping_while_the_disk_is_full_acknowledges_nothing(
    store: FailingStore, wire: FakeWire, fleet: Fleet
) -> None:
    service = Service(store, wire, fleet, pauses=(60.0,))
    store.failures = 1_000_000
    wire.waiting = [sheets_message(a_sheet())]
    service.start()
    while not store.failed:
        pass
    service.stop()
    assert (wire.published, wire.running, service.is_alive()) == ([], False, False)


def test_hello_is_answered_with_all_that_is_stored_since_its_day(service: Service, wire: FakeWire) -> None:
    service.work([sheets_message(a_sheet(3), a_sheet(4, period="2025-12-31"))])
    service.work([sheets_message(a_sheet(4)), hello(since="2026-01-01", nonce="abc")])
    plain, answer = wire.acks(TERMINAL)[1:]
    assert not plain.complete
    assert (answer.complete, answer.nonce, answer.part, answer.parts) == (True, "abc", 1, 1)
    assert revisions(answer) == [{"2026-11-21": 4}]


def test_hello_of_an_unknown_installation_is_answered_too(service: Service, wire: FakeWire) -> None:
    service.work([hello()])
    (answer,) = wire.acks(TERMINAL)
    assert (answer.complete, answer.revisions) == (True, {})


def test_the_survey_is_published_at_the_first_hello(service: Service, wire: FakeWire) -> None:
    wire.connected = False
    service.work([hello()])
    wire.connected = True
    service.work([hello()])
    service.work([hello()])
    (message,) = wire.surveys(TERMINAL)
    assert (message.survey, message.since) == (SURVEY, TODAY)


def test_what_visitors_are_told_travels_with_the_survey_and_again_after_a_start(
    store: FailingStore, wire: FakeWire
) -> None:
    for messages in ([], [{"en": "Tea!"}], [{"en": "Tea!"}, {"en": "Cake!", "nb": "Kake!"}], []):
        fleet = Fleet(store, wire, [SURVEY], SURVEY, today=lambda: TODAY, messages=messages)
        fleet.start()
        Service(store, wire, fleet, pauses=(0.0,)).work([hello(), hello()])
    told = [message.messages for message in wire.surveys(TERMINAL)]
    assert told == [None, ({"en": "Tea!"},), ({"en": "Tea!"}, {"en": "Cake!", "nb": "Kake!"}), None]


def test_a_survey_that_another_collector_published_is_taken_up(
    service: Service, store: FailingStore, tmp_path: Path
) -> None:
    sheet = a_sheet(survey="visit@2")
    service.work([sheets_message(sheet)])
    assert "survey visit@2 is not known here" in store.refusals().newest[0].reason
    other = SqliteStore.open(tmp_path / "fjes.db")
    other.publish_survey(msgspec.structs.replace(SURVEY, id="visit@2"))
    other.close()
    service.work([sheets_message(sheet)])
    assert kept(store) == [sheet]


def test_presences_are_kept_and_forgotten(service: Service, store: FailingStore) -> None:
    service.work([presence(True), presence(False), presence(True, "stua-2")])
    assert {terminal: one.online for terminal, one in store.presences().items()} == {
        "stua-1": False,
        "stua-2": True,
    }
    service.work([Message("fjes/v1/stua-2/presence", b""), Message("fjes/v1/stua-1/presence", b"{")])
    assert list(store.presences()) == ["stua-1"]
    assert store.refusals().total == 1


def test_a_presence_that_is_no_news_is_not_written(service: Service, tmp_path: Path) -> None:
    service.work([presence()])
    other = SqliteStore.open(tmp_path / "fjes.db")
    before = other.version()
    service.work([presence(retained=True)])
    assert other.version() == before
    other.close()


def test_a_terminal_that_was_online_before_is_asked_for_a_hello(service: Service, wire: FakeWire, fleet: Fleet) -> None:
    service.work([sheets_message(a_sheet(3), a_sheet(4, period="2012-12-31"))])
    wire.published.clear()
    wire.crowded = True
    service.work([presence(retained=True), presence(False, "stua-2", retained=True)])
    assert (wire.published, fleet.has_to_ask) == ([], True)
    wire.crowded = False
    service.work([])
    (told,) = wire.acks(TERMINAL)
    assert told.ask_hello
    assert (wire.acks("stua-2"), fleet.has_to_ask) == ([], False)


def test_a_terminal_that_comes_online_says_hello_itself(service: Service, wire: FakeWire) -> None:
    service.work([presence(retained=False)])
    assert wire.published == []


def test_start_brings_the_store_up_to_the_settings(service: Service, store: FailingStore, wire: FakeWire) -> None:
    service.start()
    assert wire.running
    assert store.surveys() == {SURVEY.id: SURVEY}
    service.stop()


def test_a_survey_changed_in_place_stops_the_start(store: FailingStore, wire: FakeWire) -> None:
    store.publish_survey(SURVEY)
    changed: Survey = msgspec.structs.replace(SURVEY, question={**SURVEY.question, "en": "Well?"})
    service = Service(store, wire, Fleet(store, wire, [], changed))
    with pytest.raises(StoreError, match="another survey visit@1"):
        service.start()
    service.stop()
    assert not wire.running


def test_no_message_ends_the_worker(
    service: Service, store: FailingStore, wire: FakeWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(messages: list[Message]) -> None:
        monkeypatch.undo()
        wire.waiting = [sheets_message(a_sheet())]
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(service, "work", broken)
    with capture_logs() as logs:
        service.start()
        while not wire.acks(TERMINAL):
            pass
        service.stop()
    assert store.revisions(TERMINAL, INSTALLATION, date.min)[SURVEY.id][Table.FACES] == {"2026-11-21": 1}
    assert [line["failures"] for line in logs if line["event"] == "batch_lost"] == [1]
