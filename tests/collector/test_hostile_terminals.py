"""Terminals that are not let in, and ones that are and do harm: what the worker makes of them."""

from datetime import date

import pytest
from structlog.testing import capture_logs

from collector.fleet import Fleet
from collector.muting import FIRST_SECONDS, FLOOD
from collector.service import BYTES_A_SHEET, HELLO, REVISIONS_A_SHEET, Service
from collector.store.sqlite import SqliteStore
from collector.wire import Message
from contract.messages import MAX_BYTES
from contract.sheets import Sheet, Table
from tests.collector.samples import SURVEY, TERMINAL, a_sheet, hello, presence, sheets_message
from tests.fakes.clock import FakeClock
from tests.fakes.wire import FakeWire


@pytest.fixture
def wire() -> FakeWire:
    return FakeWire()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def fleet(store: SqliteStore, wire: FakeWire) -> Fleet:
    fleet = Fleet(store, wire, [SURVEY], SURVEY)
    fleet.start()
    return fleet


@pytest.fixture
def service(store: SqliteStore, wire: FakeWire, fleet: Fleet, clock: FakeClock) -> Service:
    return Service(store, wire, fleet, pauses=(0.0,), clock=clock.monotonic)


def kept(store: SqliteStore) -> list[Sheet]:
    return [one.sheet for one in store.sheets(store.terminals(), Table, date.min, date.max)]


def test_strangers_and_the_revoked_are_quarantined_and_never_answered(
    service: Service, store: SqliteStore, wire: FakeWire, fleet: Fleet
) -> None:
    for terminal in (TERMINAL, "old-1"):
        store.register(terminal)
    store.revoke("old-1")
    for terminal in ("old-1", "stranger-1"):
        service.work(
            [
                sheets_message(a_sheet(), terminal=terminal),
                hello(terminal=terminal),
                presence(terminal=terminal, retained=True),
                Message(f"fjes/v1/{terminal}/presence", b""),
                Message(f"fjes/v1/{terminal}/sheets", b"rubbish"),
            ]
        )
    assert (wire.published, kept(store), store.presences(), fleet.has_to_ask) == ([], [], {}, False)
    stranger = "terminal stranger-1 is a stranger: it is not in the register"
    reasons = [one.reason for one in store.refusals().newest]
    assert reasons == [stranger] * 5 + ["terminal old-1 was revoked"] * 5
    service.work([sheets_message(a_sheet())])
    assert len(wire.acks(TERMINAL)) == 1


def test_the_register_holds_without_a_restart(
    service: Service, wire: FakeWire, operator: SqliteStore, clock: FakeClock
) -> None:
    def heard() -> bool:
        clock.advance(1.0)
        wire.published.clear()
        service.work([sheets_message(a_sheet())])
        return bool(wire.acks(TERMINAL))

    assert heard()
    operator.register("other")
    assert not heard()
    operator.register(TERMINAL)
    assert heard()
    operator.revoke(TERMINAL)
    assert not heard()
    operator.register(TERMINAL)
    assert heard()


def test_a_sheet_of_anothers_installation_is_quarantined_and_not_acknowledged(
    service: Service, store: SqliteStore, wire: FakeWire
) -> None:
    for terminal in (TERMINAL, "stua-2"):
        store.register(terminal)
    service.work([sheets_message(a_sheet(1)), sheets_message(a_sheet(2), terminal="stua-2")])
    service.work([sheets_message(a_sheet(3), terminal="stua-2")])
    assert kept(store) == [a_sheet(1)]
    assert wire.acks("stua-2") == []
    assert [one.topic for one in store.refusals().newest] == ["fjes/v1/stua-2/sheets"] * 2


def test_messages_are_charged_for_by_the_work_they_make(service: Service, wire: FakeWire) -> None:
    service.work(
        [
            sheets_message(a_sheet(1), a_sheet(1, period="2026-11-22")),
            Message("fjes/v1/stua-2/sheets", b"\xff" * 2 * BYTES_A_SHEET),
            presence(terminal="stua-3"),
        ]
    )
    assert wire.charged == {"fjes/v1/stua-1/sheets": 3, "fjes/v1/stua-2/sheets": 3, "fjes/v1/stua-3/presence": 1}
    service.work([sheets_message(*(a_sheet(2, period=f"2026-10-{day:02}") for day in range(1, 31)))])
    wire.charged.clear()
    service.work([hello()])
    assert wire.charged == {"fjes/v1/stua-1/hello": 1 + HELLO + 32 // REVISIONS_A_SHEET}


def test_the_parts_of_a_release_are_charged_for_when_they_are_whole(service: Service, wire: FakeWire) -> None:
    days = [a_sheet(1, period=f"2026-11-{day:02}") for day in range(1, 11)]
    service.work([sheets_message(*days, batch="b", part=1, parts=2)])
    assert wire.charged == {"fjes/v1/stua-1/sheets": 1}
    wire.charged.clear()
    service.work([sheets_message(a_sheet(1, period="2026-12-01"), batch="b", part=2, parts=2)])
    assert wire.charged == {"fjes/v1/stua-1/sheets": 12}


def test_parts_that_are_too_much_are_quarantined(service: Service, store: SqliteStore) -> None:
    for part in range(1, 34):
        message = sheets_message(a_sheet(), batch="b", part=part, parts=40)
        service.work([Message(message.topic, message.payload.ljust(MAX_BYTES))])
    (refusal,) = store.refusals().newest
    assert refusal.reason == "the parts of a release take 2097152 bytes at most; all were dropped"


def test_who_floods_is_not_listened_to_while_the_others_are(
    service: Service, store: SqliteStore, wire: FakeWire, clock: FakeClock
) -> None:
    for terminal in ("greedy", TERMINAL):
        store.register(terminal)
    service.work([])
    assert not wire.heard
    wire.too_much = {"greedy": FLOOD}
    with capture_logs() as logs:
        service.work([])
    assert set(wire.heard or ()) == {TERMINAL}
    assert [line["terminals"] for line in logs if line["event"] == "muted"] == [["greedy"]]
    clock.advance(FIRST_SECONDS)
    service.work([])
    assert wire.heard is None


def test_a_terminal_that_is_added_while_another_floods_is_listened_to(
    service: Service, store: SqliteStore, wire: FakeWire, operator: SqliteStore, clock: FakeClock
) -> None:
    store.register("greedy")
    wire.too_much = {"greedy": FLOOD}
    service.work([])
    assert wire.heard == frozenset()
    operator.register(TERMINAL)
    clock.advance(1.0)
    service.work([])
    assert wire.heard == {TERMINAL}


def test_a_flood_of_refusals_is_counted_and_takes_little_of_the_quarantine(
    service: Service, store: SqliteStore, clock: FakeClock
) -> None:
    for _ in range(10):
        service.work([Message("fjes/v1/greedy/sheets", b"{")] * 100 + [Message("fjes/v1/stua-1/sheets", b"x")])
    clock.advance(10.0)
    service.work([])
    found = store.refusals()
    assert found.total == 1_010
    assert len(found.newest) == 21
