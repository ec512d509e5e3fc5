"""Sheets: which cells a vote belongs to, and which cells and periods a sheet may have."""

from collections import Counter

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from contract.errors import RefusedError
from contract.ids import NONE
from contract.messages import decode_sheet
from contract.periods import Granularity
from contract.sheets import CELLS, PROFILES, RELEASE, Counts, Sheet, Table, Vote, cells_of, check_against_survey, coarse
from contract.survey import SCORES, side_of
from locales.catalogue import default_survey

SURVEY = default_survey()


@st.composite
def votes(draw: st.DrawFn) -> Vote:
    score = draw(st.sampled_from(SCORES))
    answers = (NONE, *SURVEY.option_ids(side_of(score)))
    return Vote(score, draw(st.sampled_from(SURVEY.languages)), draw(st.sampled_from(answers)), draw(st.booleans()))


hours_of_week = st.builds("{}-{}".format, st.integers(1, 7), st.integers(0, 23))


def a_sheet(table: Table, counts: Counts, period: str = "2026-11") -> Sheet:
    return Sheet(SURVEY.id, table, period, 1, counts)


def test_a_vote_is_counted_once_in_each_of_four_tables() -> None:
    vote = Vote(4, "th", "help")
    assert list(cells_of(vote, "2-14")) == [
        (Table.FACES, "4"),
        (Table.PATTERN, "4:2-14"),
        (Table.ANSWERS, "4:help"),
        (Table.LANGUAGES, "4:th"),
    ]


def test_a_vote_without_a_reason_is_counted_as_that() -> None:
    assert (Table.ANSWERS, "1:none") in cells_of(Vote(1, "nb"), "1-0")


def test_a_suspect_vote_is_counted_apart_and_nowhere_else() -> None:
    assert list(cells_of(Vote(1, "nb", "wait", suspect=True), "2-14")) == [(Table.SUSPECT, "1")]


@given(st.lists(st.tuples(votes(), hours_of_week), max_size=30))
def test_sums_agree_and_every_cell_is_one_of_its_table(given_votes: list[tuple[Vote, str]]) -> None:
    counts: dict[Table, Counter[str]] = {table: Counter() for table in Table}
    for vote, hour in given_votes:
        for table, cell in cells_of(vote, hour):
            counts[table][cell] += 1
    sheets = {table: a_sheet(table, dict(cells)) for table, cells in counts.items()}
    for sheet in sheets.values():
        check_against_survey(sheet, SURVEY)
    good = sum(not vote.suspect for vote, _ in given_votes)
    tables = (Table.FACES, Table.PATTERN, Table.ANSWERS, Table.LANGUAGES)
    assert {sheets[table].total for table in tables} == {good}
    assert sheets[Table.SUSPECT].total == len(given_votes) - good


@pytest.mark.parametrize(
    ("table", "cell"),
    [
        (Table.FACES, "5"),
        (Table.FACES, "0"),
        (Table.FACES, ""),
        (Table.FACES, "4\n"),
        (Table.FACES, "4:nb"),
        (Table.FACES, "٤"),
        (Table.PATTERN, "4:8-14"),
        (Table.PATTERN, "4:0-14"),
        (Table.PATTERN, "4:2-24"),
        (Table.PATTERN, "4:2-04"),
        (Table.PATTERN, "2-14"),
        (Table.ANSWERS, "4:"),
        (Table.ANSWERS, "4:Help"),
        (Table.ANSWERS, "4:2-14"),
        (Table.ANSWERS, "help"),
        (Table.LANGUAGES, "4:norsk"),
        (Table.LANGUAGES, "4:help"),
        (Table.LANGUAGES, "nb"),
        (Table.SUSPECT, "4:nb"),
    ],
)
def test_cells_of_another_table_are_refused_by_name(table: Table, cell: str) -> None:
    with pytest.raises(RefusedError, match=f"is not a cell of {table}") as refused:
        a_sheet(table, {"4": 1, cell: 1} if CELLS[table].fullmatch("4") else {cell: 1})
    assert repr(cell) in str(refused.value)


@pytest.mark.parametrize("table", Table)
def test_the_score_alone_is_a_cell_of_every_table(table: Table) -> None:
    sheet = a_sheet(table, {"4": 2, "1": 1})
    check_against_survey(sheet, SURVEY)
    assert sheet.total == 3


@given(st.lists(st.tuples(votes(), hours_of_week), max_size=30))
def test_by_score_alone_there_are_as_many_votes_of_each_face(given_votes: list[tuple[Vote, str]]) -> None:
    cells = [cell for vote, hour in given_votes for table, cell in cells_of(vote, hour) if table is Table.PATTERN]
    told = coarse(Counter(cells))
    assert told == coarse(told) == Counter(str(vote.score) for vote, _ in given_votes if not vote.suspect)


def test_a_sheet_may_count_nothing() -> None:
    assert a_sheet(Table.FACES, {}).total == 0
    assert a_sheet(Table.FACES, {"4": 0, "1": 2}).total == 2


@pytest.mark.parametrize("period", ["2026-11-21T16+01:00", "2026-11-21", "2026-11"])
def test_any_table_may_be_over_an_hour_a_day_or_a_month(period: str) -> None:
    for table in Table:
        assert a_sheet(table, {}, period).period == period


@pytest.mark.parametrize("period", ["2026", "2026-W47"])
def test_no_sheet_is_over_a_week_or_a_year(period: str) -> None:
    with pytest.raises(RefusedError, match=f"period '{period}': a sheet is over an hour, a day or a month"):
        a_sheet(Table.FACES, {}, period)


def test_a_period_in_the_wrong_form_is_refused_in_json_too() -> None:
    raw = msgspec.json.encode(a_sheet(Table.FACES, {"4": 1})).replace(b"2026-11", b"2026/11")
    with pytest.raises(RefusedError, match="period '2026/11' has the wrong form"):
        decode_sheet(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"survey":"visit@1"}', "missing required field `table`"),
        (b'{"survey":"visit@1","table":"votes"}', "Invalid enum value 'votes'"),
        (b"\xff", "JSON is malformed"),
        (b"[" * 10_000, "Expected `object`, got `array`"),
        (b'{"survey":"\xff"}', "is not UTF-8"),
    ],
)
def test_a_bad_sheet_is_refused_with_its_reason(raw: bytes, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        decode_sheet(raw)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("table", "cell", "what"),
    [
        (Table.LANGUAGES, "4:fr", "language"),
        (Table.ANSWERS, "4:parking", "answer"),
        (Table.ANSWERS, "4:wait", "answer"),
        (Table.ANSWERS, "1:help", "answer"),
    ],
)
def test_what_the_survey_does_not_have_is_refused(table: Table, cell: str, what: str) -> None:
    with pytest.raises(RefusedError, match=f"'{cell}': survey visit@1 has no such {what} for this face"):
        check_against_survey(a_sheet(table, {cell: 1}), SURVEY)


@pytest.mark.parametrize("table", [Table.FACES, Table.PATTERN, Table.SUSPECT])
def test_other_tables_hold_nothing_of_the_survey(table: Table) -> None:
    check_against_survey(a_sheet(table, {"4:2-14" if table is Table.PATTERN else "4": 1}), SURVEY)


def test_profiles_are_those_of_the_design() -> None:
    day, month, hour = Granularity.DAY, Granularity.MONTH, Granularity.HOUR
    assert list(PROFILES["small"].values()) == [day, month, month, month, month]
    assert list(PROFILES["busy"].values()) == [hour, month, day, day, day]
    assert all(list(periods) == list(Table) for periods in PROFILES.values())
    assert RELEASE == {"small": 5, "busy": 1}
