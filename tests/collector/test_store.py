"""What every store promises. Another store joins by adding how it is opened to `STORES`."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.store.merging import SHEET_BYTES
from collector.store.protocol import Placement, ReadStore, Refusal, Standing, Stay, Store, StoreError
from collector.store.reading import SqliteReadStore
from collector.store.sqlite import SqliteStore
from contract.messages import Presence
from contract.periods import Period
from contract.sheets import Sheet, Table
from tests.collector.samples import INSTALLATION, SURVEY, TERMINAL, a_sheet, received

Opener = Callable[[Path], Store]
STORES: dict[str, tuple[Opener, Callable[[Path], ReadStore]]] = {
    "sqlite": (
        lambda directory: SqliteStore.open(directory / "fjes.db"),
        lambda directory: SqliteReadStore.open(directory / "fjes.db"),
    ),
}
ALWAYS = (date(2000, 1, 1), date(2200, 1, 1))


@pytest.fixture(params=STORES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path) -> Iterator[Store]:
    store = STORES[kind][0](tmp_path)
    yield store
    store.close()


@pytest.fixture
def reader(kind: str, store: Store, tmp_path: Path) -> Iterator[ReadStore]:
    reader = STORES[kind][1](tmp_path)
    yield reader
    reader.close()


def kept(store: ReadStore) -> list[Sheet]:
    return [one.sheet for one in store.sheets(store.terminals(), Table, *ALWAYS)]


def test_a_saved_sheet_is_read_by_another_connection(store: Store, reader: ReadStore) -> None:
    one = received(Sheet(SURVEY.id, Table.ANSWERS, "2026-11", 7, {"4:help": 2, "2:none": 1}, estimated=True))
    assert store.save([one]).refusals == []
    assert list(reader.sheets([TERMINAL], [Table.ANSWERS], *ALWAYS)) == [one]


def test_the_higher_revision_is_kept_in_whatever_order(store: Store) -> None:
    first, second, third = a_sheet(1, {"4": 1}), a_sheet(2, {"4": 2}), a_sheet(3, {"4": 1})
    store.save([received(second), received(first)])
    assert kept(store) == [second]
    store.save([received(first)])
    assert kept(store) == [second]
    store.save([received(third)])
    assert kept(store) == [third]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=30), st.data())
def test_any_order_and_any_repetition_ends_with_the_newest(
    tmp_path_factory: pytest.TempPathFactory, revisions: list[int], data: st.DataObject
) -> None:
    for opener, _ in STORES.values():
        store = opener(tmp_path_factory.mktemp("store"))
        rest = [received(a_sheet(revision, {"4": revision})) for revision in revisions]
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            assert store.save(rest[:size]).refusals == []
            rest = rest[size:]
        assert kept(store) == [a_sheet(max(revisions), {"4": max(revisions)})]
        store.close()


def test_an_equal_revision_with_other_counts_is_refused(store: Store) -> None:
    store.save([received(a_sheet(5, {"4": 12}))])
    (shrunk,) = store.save([received(a_sheet(5, {"4": 11}))]).refusals
    assert shrunk.topic == "fjes/v1/stua-1/sheets"
    assert shrunk.reason == (
        "survey visit@1, table faces, period 2026-11-21, revision 5: counts shrank from 12 to 11 without a new revision"
    )
    assert msgspec.json.decode(shrunk.payload, type=Sheet) == a_sheet(5, {"4": 11})
    (changed,) = store.save([received(a_sheet(5, {"3": 12}))]).refusals
    assert changed.reason.endswith("counts changed without a new revision (stored: 12 votes, received: 12)")
    assert kept(store) == [a_sheet(5, {"4": 12})]


def test_a_conflict_within_one_batch_is_refused_and_takes_nothing_with_it(store: Store) -> None:
    other = a_sheet(1, period="2026-11-22")
    refused = store.save([received(a_sheet(2, {"4": 2})), received(a_sheet(2, {"4": 9})), received(other)]).refusals
    assert len(refused) == 1
    assert kept(store) == [a_sheet(2, {"4": 2}), other]


def test_a_cell_of_zero_is_no_change(store: Store) -> None:
    store.save([received(a_sheet(2, {"4": 2}))])
    assert store.save([received(a_sheet(2, {"4": 2, "3": 0}))]).refusals == []


def test_installations_terminals_and_surveys_do_not_mix(store: Store) -> None:
    copies = [
        received(a_sheet()),
        received(a_sheet(), installation="installation-2"),
        received(a_sheet(), terminal="stua-2"),
        received(a_sheet(survey="visit@2")),
    ]
    store.save(copies)
    found = list(store.sheets([TERMINAL, "stua-2"], [Table.FACES], *ALWAYS))
    assert sorted(found, key=repr) == sorted(copies, key=repr)


def test_sheets_are_chosen_by_the_start_of_their_period(store: Store) -> None:
    periods = ["2026-10", "2026-11", "2026-11-30", "2026-11-30T23+01:00", "2026-12"]
    store.save([received(a_sheet(period=period)) for period in periods])
    found = store.sheets([TERMINAL], [Table.FACES], date(2026, 11, 1), date(2026, 12, 1))
    assert {one.sheet.period for one in found} == {"2026-11", "2026-11-30", "2026-11-30T23+01:00"}
    assert list(store.sheets([TERMINAL], [Table.SUSPECT], *ALWAYS)) == []
    assert list(store.sheets([], [Table.FACES], *ALWAYS)) == []


def test_the_hour_that_comes_twice_is_two_sheets(store: Store) -> None:
    twice = [a_sheet(period="2026-10-25T02+02:00"), a_sheet(period="2026-10-25T02+01:00")]
    store.save([received(sheet) for sheet in twice])
    assert len(kept(store)) == 2


def test_revisions(store: Store) -> None:
    sheets = [a_sheet(3), a_sheet(4, period="2026-11-22"), a_sheet(9, {"4:nb": 2}, Table.LANGUAGES, "2026-11")]
    store.save([received(sheet) for sheet in sheets] + [received(a_sheet(8), installation="installation-2")])
    assert store.revisions(TERMINAL, INSTALLATION, date.min) == {
        SURVEY.id: {
            Table.FACES: {"2026-11-21": 3, "2026-11-22": 4},
            Table.LANGUAGES: {"2026-11": 9},
        }
    }
    assert store.revisions(TERMINAL, INSTALLATION, date(2026, 11, 22)) == {SURVEY.id: {Table.FACES: {"2026-11-22": 4}}}
    assert store.revisions(TERMINAL, "installation-3", date.min) == {}


def test_saving_tells_the_stored_revisions_of_just_these_sheets(store: Store) -> None:
    store.save([received(a_sheet(3)), received(a_sheet(4, period="2026-11-22"))])
    saved = store.save([received(a_sheet(2)), received(a_sheet(1, period="2026-11-23"))])
    assert saved.revisions == {(TERMINAL, INSTALLATION): {SURVEY.id: {Table.FACES: {"2026-11-21": 3, "2026-11-23": 1}}}}
    assert store.save([]).revisions == {}


def test_terminals_are_those_heard_of_in_any_way(store: Store) -> None:
    store.save([received(a_sheet(), terminal="c")])
    store.set_presences({"b": Presence(v=1, online=True)})
    store.place(Placement("a", "oslo", date(2026, 1, 1)))
    store.register("d")
    assert store.terminals() == ["a", "b", "c", "d"]


def test_presences(store: Store) -> None:
    online, offline = Presence(v=1, online=True, owed=2), Presence(v=1, online=False)
    store.set_presences({"a": online, "b": online})
    store.set_presences({"a": offline, "b": None, "c": None})
    assert store.presences() == {"a": offline}


def test_placements_are_kept_by_terminal_and_day_and_sorted(store: Store) -> None:
    placements = [
        Placement("a", "oslo", date(2026, 1, 1)),
        Placement("a", "oslo/pro/stua", date(2026, 5, 1)),
        Placement("b", "oslo", date(2025, 1, 1)),
    ]
    for placement in (Placement("a", "elsewhere", date(2026, 5, 1)), *reversed(placements)):
        store.place(placement)
    assert store.placements() == placements


def test_the_register(store: Store, reader: ReadStore) -> None:
    assert reader.registered() == {}
    for terminal in ("b", "a", "b"):
        store.register(terminal)
    store.set_presences({"b": Presence(v=1, online=True)})
    store.revoke("b")
    assert reader.registered() == {"a": Standing.ALLOWED, "b": Standing.REVOKED}
    assert reader.presences() == {}
    store.register("b")
    assert reader.registered()["b"] is Standing.ALLOWED


def test_who_was_never_registered_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(StoreError, match="no terminal a in its register: nothing to revoke"):
        store.revoke("a")
    assert store.registered() == {}


def test_with_a_register_an_installation_is_its_first_terminals(store: Store) -> None:
    store.register("a")
    first, second = received(a_sheet(1), terminal="a"), received(a_sheet(2), terminal="b")
    store.save([first])
    saved = store.save([second, received(a_sheet(3), terminal="b")])
    assert (saved.revisions, kept(store)) == ({}, [a_sheet(1)])
    (refusal,) = saved.refusals
    assert refusal.reason == f"installation {INSTALLATION} is not this terminal's: a has it"
    assert (refusal.topic, refusal.times) == ("fjes/v1/b/sheets", 2)
    assert msgspec.json.decode(refusal.payload, type=Sheet) == a_sheet(2)
    assert store.save([received(a_sheet(4), terminal="a")]).refusals == []


def test_of_two_in_one_batch_the_first_has_the_installation(store: Store) -> None:
    store.register("a")
    saved = store.save([received(a_sheet(1), terminal="b"), received(a_sheet(2), terminal="a")])
    assert list(saved.revisions) == [("b", INSTALLATION)]
    assert len(saved.refusals) == 1
    assert list(store.save([received(a_sheet(3), terminal="a")]).revisions) == []


def test_without_a_register_an_installation_may_be_several_terminals(store: Store) -> None:
    assert store.save([received(a_sheet(1), terminal=terminal) for terminal in "ab"]).refusals == []
    store.register("a")
    (refusal,) = store.save([received(a_sheet(2), terminal=terminal) for terminal in "ba"]).refusals
    assert refusal.topic == "fjes/v1/b/sheets"


def test_a_terminal_has_only_so_much_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.store.merging.ROOM", 2 * SHEET_BYTES + 100)
    days = [a_sheet(1, {"4": 1}, period=f"2026-11-{day:02}") for day in range(1, 5)]
    assert store.save([received(day) for day in days[:2]]).refusals == []
    saved = store.save([received(days[2]), received(days[3]), received(days[0]), received(days[3], terminal="modest")])
    assert saved.revisions == {
        (TERMINAL, INSTALLATION): {SURVEY.id: {Table.FACES: {"2026-11-01": 1}}},
        ("modest", INSTALLATION): {SURVEY.id: {Table.FACES: {"2026-11-04": 1}}},
    }
    (refusal,) = saved.refusals
    assert "take 814 bytes, and 900 are its room" in refusal.reason
    assert refusal.times == 2
    newer = a_sheet(2, {"4": 2}, period="2026-11-01")
    assert store.save([received(newer)]).refusals == []
    assert newer in kept(store)
    store.forget(TERMINAL, date(2026, 11, 2))
    assert store.save([received(days[2])]).refusals == []
    assert len(store.save([received(days[3])]).refusals) == 1


def test_sheets_that_grow_take_room_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.store.merging.ROOM", SHEET_BYTES + 60)
    store.save([received(a_sheet(1, {"4:1-1": 1}, Table.PATTERN, "2026-11"))])
    large = a_sheet(2, {f"4:1-{hour}": 1 for hour in range(20)}, Table.PATTERN, "2026-11")
    saved = store.save([received(large)])
    assert saved.revisions[TERMINAL, INSTALLATION][SURVEY.id][Table.PATTERN] == {"2026-11": 1}
    assert len(saved.refusals) == 1
    store.save([received(a_sheet(3, {}, Table.PATTERN, "2026-11"))])
    assert kept(store) == [a_sheet(3, {}, Table.PATTERN, "2026-11")]


def test_a_terminal_is_forgotten_in_all(store: Store) -> None:
    for terminal in ("gone", "stays"):
        store.register(terminal)
        store.place(Placement(terminal, "oslo", date(2026, 1, 1)))
        store.set_presences({terminal: Presence(v=1, online=True)})
        store.save([received(a_sheet(1, period=day), terminal, terminal * 2) for day in ("2025-12-31", "2026-01-01")])
        store.quarantine([Refusal(f"fjes/v1/{terminal}/sheets", "bad", b"votes")])
    assert store.forget("gone", None) == 2
    assert store.terminals() == list(store.registered()) == list(store.presences()) == ["stays"]
    assert [one.terminal for one in store.placements()] == ["stays"]
    assert [(one.reason, one.payload) for one in store.refusals().newest] == [("bad", b"votes"), ("forgotten", b"")]
    assert store.refusals().total == 2
    assert store.save([received(a_sheet(1), "stays", "gonegone")]).refusals == []


def test_days_are_forgotten_of_one_terminal_or_of_all(store: Store) -> None:
    for terminal in ("a", "b"):
        store.register(terminal)
        periods = ("2025-12-31T23+01:00", "2025-12", "2026-01-01", "2026-01")
        store.save([received(a_sheet(1, period=period), terminal, terminal * 8) for period in periods])
    assert store.forget("a", date(2026, 1, 1)) == 2
    assert store.forget(None, date(2026, 1, 1)) == 2
    assert {one.period for one in kept(store)} == {"2026-01-01", "2026-01"}
    assert len(store.registered()) == 2
    assert store.forget("nobody", None) == 0
    with pytest.raises(ValueError, match="else everything would be forgotten"):
        store.forget(None, None)


def test_the_last_of_a_register_stays_in_it_so_that_it_lets_nobody_in(store: Store) -> None:
    store.register("a")
    store.forget("a", None)
    assert store.registered() == {"a": Standing.REVOKED}


def test_a_survey_is_kept_and_never_changed(store: Store) -> None:
    store.publish_survey(SURVEY)
    store.publish_survey(SURVEY)
    changed = msgspec.structs.replace(SURVEY, question={**SURVEY.question, "en": "Well?"})
    with pytest.raises(StoreError, match="another survey visit@1: give the changed one a new version"):
        store.publish_survey(changed)
    assert store.surveys() == {SURVEY.id: SURVEY}


def test_span(store: Store) -> None:
    assert store.span([Stay(TERMINAL)]) is None
    periods = ["2026-11-22", "2025-03-01T10+01:00", "2026-11-23"]
    store.save([received(a_sheet(period=period)) for period in periods])
    store.save([received(a_sheet(1, {}, Table.PATTERN, "2024-01"))])
    assert store.span([Stay(TERMINAL)]) == (Period.parse("2025-03-01T10+01:00"), Period.parse("2026-11-23"))
    assert store.span([Stay("stua-2")]) is None
    spring, late = Stay(TERMINAL, until=date(2026, 11, 22)), Stay(TERMINAL, since=date(2025, 3, 2))
    assert store.span([spring]) == (Period.parse("2025-03-01T10+01:00"), Period.parse("2025-03-01T10+01:00"))
    assert store.span([late]) == (Period.parse("2026-11-22"), Period.parse("2026-11-23"))
    assert store.span([Stay("stua-2"), spring, late]) == store.span([Stay(TERMINAL)])


def test_the_quarantine_is_bounded_and_its_total_is_not(store: Store) -> None:
    assert store.refusals().total == 0
    store.quarantine([Refusal("t", f"reason {n}", b"") for n in range(1500)])
    store.quarantine([Refusal("t", "last", b"x" * 100_000)])
    found = store.refusals()
    assert found.total == 1501
    assert len(found.newest) == 1000
    assert found.newest[0] == Refusal("t", "last", b"x" * 65536)
    assert found.newest[1].reason == "reason 1499"
    assert store.refusals(most=1).newest == found.newest[:1]
    assert store.refusals(most=0).total == 1501
    store.quarantine([Refusal("t", "big", b"x" * 65536)] * 200)
    found = store.refusals()
    assert found.total == 1701
    assert sum(len(one.payload) for one in found.newest) <= 8 * 1024 * 1024
    assert len(found.newest) == 128


def test_a_refusal_may_stand_for_many(store: Store) -> None:
    store.quarantine([Refusal("t", "one", b""), Refusal("t", "many", b"", 5_000)])
    store.quarantine([Refusal("t", "last", b"")])
    found = store.refusals()
    assert found.total == 5_002
    assert [one.reason for one in found.newest] == ["last", "many", "one"]


def test_the_version_changes_with_another_connections_commit(store: Store, reader: ReadStore) -> None:
    before = reader.version()
    assert reader.version() == before
    store.save([received(a_sheet())])
    assert reader.version() != before
