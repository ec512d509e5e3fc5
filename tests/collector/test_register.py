"""Who is heard: whom the register allows, and where there is none, whoever comes, up to a number."""

import pytest

from collector import register
from collector.register import FRESH_SECONDS, Register
from collector.store.sqlite import SqliteStore
from tests.collector.samples import a_sheet, received
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_where_nobody_is_registered_everybody_is_heard(store: SqliteStore, clock: FakeClock) -> None:
    who = Register(store, clock.monotonic)
    who.refresh()
    assert who.refuses("stua-1") is None
    assert who.heard == {"stua-1"}


def test_the_allowed_are_heard_and_nobody_else(store: SqliteStore, clock: FakeClock) -> None:
    for terminal in ("a", "b"):
        store.register(terminal)
    store.revoke("b")
    who = Register(store, clock.monotonic)
    who.refresh()
    assert who.refuses("a") is None
    assert who.refuses("b") == "terminal b was revoked"
    assert who.refuses("c") == "terminal c is a stranger: it is not in the register"
    assert who.heard == {"a"}


def test_a_change_by_another_process_holds_within_a_second(
    store: SqliteStore, operator: SqliteStore, clock: FakeClock
) -> None:
    who = Register(store, clock.monotonic)
    who.refresh()
    before = who.edition
    operator.register("a")
    who.refresh()
    assert who.refuses("b") is None
    clock.advance(FRESH_SECONDS)
    who.refresh()
    assert who.refuses("b") is not None
    assert who.edition == before + 1
    operator.revoke("a")
    clock.advance(FRESH_SECONDS)
    who.refresh()
    assert who.refuses("a") == "terminal a was revoked"


def test_the_register_is_not_read_again_while_nothing_changes(
    store: SqliteStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = Register(store, clock.monotonic)
    who.refresh()
    monkeypatch.setattr(SqliteStore, "registered", lambda _: 1 / 0)
    clock.advance(FRESH_SECONDS)
    who.refresh()


def test_strangers_are_heard_up_to_a_number_and_those_of_the_store_before_them(
    store: SqliteStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST_UNREGISTERED", 2)
    store.save([received(a_sheet(), terminal="known")])
    who = Register(store, clock.monotonic)
    who.refresh()
    assert who.refuses("new") is None
    assert who.refuses("newer") == "no terminal is registered here, and 2 others have been heard: register them"
    assert (who.refuses("known"), who.refuses("new")) == (None, None)
