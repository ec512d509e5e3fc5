"""What the store tells as sums are the sums of its sheets, whatever was added up before, and whatever came after."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.store.protocol import MonthCounts, Received, Stay, Store, StoreError
from collector.store.sqlite import SqliteStore
from collector.store.summing import ADD_UP_DAYS, ADD_UP_MONTHS
from contract.periods import Granularity, Period
from contract.sheets import Counts, Sheet, Table
from tests.collector.samples import SURVEY, TERMINAL, a_sheet, received
from tests.collector.test_store import ALWAYS, STORES
from tests.fakes.plain_sums import plain_crossings, plain_span, plain_sums

UNITS = (Granularity.HOUR, Granularity.DAY, Granularity.MONTH)
TERMINALS = ("a", "b")
CELLS = {Table.FACES: ("4", "1"), Table.SUSPECT: ("4", "1"), Table.ANSWERS: ("4:help", "1:wait", "4")}
FIRST = date(2026, 10, 30)

days = st.integers(0, 36).map(lambda number: FIRST + timedelta(days=number))
periods = st.one_of(
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day}"),
    st.tuples(days, st.sampled_from(("T02+02:00", "T02+01:00", "T23+01:00"))).map(lambda hour: f"{hour[0]}{hour[1]}"),
)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = STORES[request.param][0](tmp_path)
    yield store
    store.close()


class Life:
    """A store to which anything happens, and what is to be read in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._revision = 0

    def save(self, data: st.DataObject) -> None:
        drawn = data.draw(st.lists(st.tuples(st.sampled_from(TERMINALS), st.sampled_from(list(CELLS)), periods)))
        sheets = []
        for terminal, table, period in drawn:
            counts = data.draw(st.dictionaries(st.sampled_from(CELLS[table]), st.integers(0, 9)))
            sheets.append(self._sheet(data, terminal, table, period, counts))
        assert self.store.save(sheets).refusals == []

    def _sheet(self, data: st.DataObject, terminal: str, table: Table, period: str, counts: Counts) -> Received:
        self._revision += 1
        survey = data.draw(st.sampled_from((SURVEY.id, "visit@2")))
        life = data.draw(st.sampled_from(("life-1", "life-2")))
        return Received(terminal, f"{terminal}-{life}", Sheet(survey, table, period, self._revision, counts))

    def add_up(self, data: st.DataObject) -> None:
        self.store.add_up(data.draw(days), data.draw(st.integers(0, 4)))

    def forget(self, data: st.DataObject) -> None:
        terminal = data.draw(st.sampled_from((None, *TERMINALS)))
        self.store.forget(terminal, data.draw(days) if terminal is None else data.draw(st.none() | days))

    def check(self, since: date, until: date) -> None:
        sheets = list(self.store.sheets(TERMINALS, Table, *ALWAYS))
        where = [Stay("a", until=until), Stay("a", since=max(since, until)), Stay("b", since)]
        for unit in UNITS:
            assert self.store.sums(where, Table, unit) == plain_sums(sheets, where, unit)
            groups = {"first": where[:2], "last": where[2:], "nowhere": [], "all": where}
            each = {group: plain_sums(sheets, stays, unit) for group, stays in groups.items()}
            assert self.store.sums_of_each(groups, Table, unit) == each
        faces = [one for one in sheets if one.sheet.table is Table.FACES]
        assert self.store.span(where) == plain_span(faces, where)
        for year in (2026, 2027):
            assert self.store.crossings(year, until) == plain_crossings(sheets, year, until)


HAPPENINGS: list[Callable[[Life, st.DataObject], None]] = [Life.save, Life.add_up, Life.forget, Life.save, Life.add_up]


@given(
    st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=12),
    st.sampled_from((*(date(2026, month, 1) for month in (10, 11, 12)), date(2026, 11, 17), date.min)),
    st.sampled_from((*(date(2026, month, 1) for month in (11, 12)), date(2026, 12, 3), date(2027, 1, 1))),
    st.data(),
)
def test_whatever_happens_sums_are_those_of_the_sheets(
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[Callable[[Life, st.DataObject], None]],
    since: date,
    until: date,
    data: st.DataObject,
) -> None:
    for opener, _ in STORES.values():
        life = Life(opener(tmp_path_factory.mktemp("store")))
        before = (life.store.crossings(2026, until), life.store.edition(2026, until))
        for happen in happenings:
            happen(life, data)
            life.check(since, until)
            after = (life.store.crossings(2026, until), life.store.edition(2026, until))
            assert life.store.wrong_totals() == 0
            assert after[0] == before[0] or after[1] != before[1], "the edition is another when the counts are"
            before = after
        life.store.close()


def test_hours_are_days_and_months_and_what_is_longer_stays_so(store: Store) -> None:
    hours = ("2026-11-21T09+01:00", "2026-11-21T10+01:00", "2026-11-22T09+01:00")
    store.save([received(a_sheet(1, {"4": 2}, period=period)) for period in (*hours, "2026-11-20", "2026-11")])

    def found(unit: Granularity) -> dict[str, int]:
        return {one.period: one.counts["4"] for one in store.sums([Stay(TERMINAL)], [Table.FACES], unit)}

    for _ in range(2):
        assert found(Granularity.HOUR) == {"2026-11": 2, "2026-11-20": 2, **dict.fromkeys(hours, 2)}
        assert found(Granularity.DAY) == {"2026-11": 2, "2026-11-20": 2, "2026-11-21": 4, "2026-11-22": 2}
        assert found(Granularity.MONTH) == {"2026-11": 10}
        store.add_up(date(2027, 1, 1), 100)


def test_only_what_is_over_is_added_up_the_days_first_and_no_more_than_asked_for(store: Store) -> None:
    hours = ("2026-10-31T23+01:00", "2026-11-01T00+01:00", "2026-11-02T09+01:00")
    store.save([received(a_sheet(1, {"4": 2}, period=period)) for period in hours])
    assert store.add_up(date(2026, 11, 2), 1) == 1
    assert store.add_up(date(2026, 11, 2), 100) == 2
    assert store.add_up(date(2026, 11, 2), 100) == 0
    assert store.add_up(date(2026, 12, 1), 100) == 2
    store.save([received(a_sheet(2, {"4": 3}, period=hours[0]))])
    assert store.add_up(date(2026, 12, 1), 100) == 2


def test_sheets_of_a_month_that_is_not_over_leave_the_edition_as_it_is(store: Store) -> None:
    today = date(2026, 11, 20)
    store.save([received(a_sheet(1, period="2026-10-31"))])
    before = store.edition(2026, today)
    store.save([received(a_sheet(1, period="2026-11-20")), received(a_sheet(1, period="2025-12-31"))])
    assert store.edition(2026, today) == before
    assert store.edition(2026, date(2026, 12, 1)) != before
    store.save([received(a_sheet(2, {"4": 9}, period="2026-10-31"))])
    assert store.edition(2026, today) != before


def test_the_crossings_are_of_whole_months_of_each_terminal(store: Store) -> None:
    sheets = [
        a_sheet(1, {"4:help": 2}, Table.ANSWERS, "2026-10-30"),
        a_sheet(1, {"4:help": 3, "1:wait": 1}, Table.ANSWERS, "2026-10-31"),
        a_sheet(1, {"4": 1}, Table.ANSWERS, "2026-11"),
        a_sheet(1, {"4": 7}, Table.SUSPECT, "2026-10"),
    ]
    store.save([received(sheet) for sheet in sheets])
    october = MonthCounts(TERMINAL, "2026-10", SURVEY.id, Table.ANSWERS, {"4:help": 5, "1:wait": 1})
    assert store.crossings(2026, date(2026, 11, 30)) == [october]
    november = MonthCounts(TERMINAL, "2026-11", SURVEY.id, Table.ANSWERS, {"4": 1})
    assert store.crossings(2026, date(2026, 12, 1)) == [october, november]
    assert store.crossings(2025, date(2026, 12, 1)) == store.crossings(2027, date(2026, 12, 1)) == []


def test_a_total_that_is_wrong_or_missing_is_found(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "fjes.db")
    store.save([received(a_sheet(1, period=period)) for period in ("2026-10-31T23+01:00", "2026-10", "2026-11")])
    store.add_up(date(2026, 12, 1), 100)
    assert store.wrong_totals() == 0
    store._db.execute("UPDATE sheets SET counts = '{\"4\":9}' WHERE granularity = 'hour'")
    assert store.wrong_totals() == 1
    store._db.execute("UPDATE totals SET counts = '{}' WHERE granularity = 'month'")
    assert store.wrong_totals() == 3
    store._db.execute("DELETE FROM totals")
    assert store.wrong_totals() == 3
    store.close()


def test_what_another_collector_has_added_up_is_not_taken_for_new(tmp_path: Path) -> None:
    one, other = SqliteStore.open(tmp_path / "fjes.db"), SqliteStore.open(tmp_path / "fjes.db")
    for revision, store in ((1, one), (2, one), (3, other), (4, one)):
        other.add_up(date(2026, 12, 1), 100)
        store.save([received(a_sheet(revision, {"4": revision}, period="2026-10-31T23+01:00"))])
        assert one.sums([Stay(TERMINAL)], [Table.FACES], Granularity.MONTH)[0].counts == {"4": revision}
        one.add_up(date(2026, 12, 1), 100)
    one.close()
    other.close()


def test_a_save_that_failed_leaves_nothing_to_believe(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "fjes.db")
    first, second = (a_sheet(1, {"4": 1}, period=f"2026-10-3{day}T23+01:00") for day in (0, 1))
    store.save([received(first)])
    store.add_up(date(2026, 12, 1), 100)
    store._db.execute("CREATE TRIGGER full BEFORE INSERT ON editions BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    with pytest.raises(StoreError, match="disk is full"):
        store.save([received(second)])
    store._db.execute("DROP TRIGGER full")
    store.save([received(second)])
    assert store.sums([Stay(TERMINAL)], [Table.FACES], Granularity.MONTH)[0].counts == {"4": 2}
    store.close()


def test_counts_that_are_no_counts_are_an_error_in_words(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "fjes.db")
    store.save([received(a_sheet(1, period="2026-10"))])
    store._db.execute("UPDATE sheets SET counts = '{'")
    with pytest.raises(StoreError, match="malformed JSON: move it aside and restore a backup"):
        store.add_up(date(2026, 12, 1), 100)
    store.close()


def test_periods_sort_as_text_as_they_begin() -> None:
    texts = ["2025-12-31T23+01:00", "2026-01", "2026-01-01", "2026-01-01T00+01:00", "2026-01-02", "2026-02"]
    assert texts == sorted(texts)
    assert [Period.parse(text).start for text in texts] == sorted(Period.parse(text).start for text in texts)


@pytest.mark.parametrize("statement", [ADD_UP_DAYS, ADD_UP_MONTHS])
def test_what_is_to_be_made_is_found_by_an_index_of_its_own(statement: str, tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "fjes.db")
    rows = store._db.execute(f"EXPLAIN QUERY PLAN {statement}", {"before": "2026-12", "most": 10})
    plan = [row[3] for row in rows]
    assert any("totals_to_make" in line for line in plan)
    assert not [line for line in plan if line.startswith(("SCAN totals", "SCAN sheets", "SCAN s ", "SCAN t "))]
    store.close()
