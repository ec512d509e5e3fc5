"""The workbook: typed cells, a sheet for each table, definitions, and small numbers as text."""

import io
from datetime import UTC, datetime

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from contract.sheets import Vote
from dashboard.reports.report import Report
from dashboard.reports.workbook import workbook
from tests.dashboard.conftest import year_store
from tests.dashboard.reports.told import MARCH, report_of
from tests.fakes.read_store import FakeReadStore

Lines = dict[object, tuple[object, ...]]


def opened(report: Report) -> Workbook:
    return load_workbook(io.BytesIO(workbook(report)))


def lines(book: Workbook, sheet: str) -> Lines:
    """What stands in the table, by its lines' names."""
    return {row[0]: row[1:] for row in book[sheet].iter_rows(min_row=5, values_only=True)}


def test_every_table_has_a_sheet_with_numbers_that_are_numbers() -> None:
    book = opened(report_of(year_store(), "2023"))
    assert book.sheetnames == [
        "Overview",
        "Faces",
        "Satisfied answers",
        "Unsatisfied answers",
        "Languages",
        "Trend",
        "Hours",
        "Definitions",
    ]
    assert lines(book, "Overview") == {
        "Votes": (1112, 0),
        "Satisfied": (0.995, None),
        "Satisfied, at least (95% sure)": (0.988, None),
        "Satisfied, at most (95% sure)": (0.998, None),
        "Happy index": (98.3, None),
        "Said why": (0.66, None),
        "Suspect votes": (0, 0),
    }
    assert lines(book, "Faces")["Very happy"] == (1063, 0.956)
    assert lines(book, "Satisfied answers")["The help I got"] == (213, 0.29)
    assert lines(book, "Languages")["Thai"] == (43, 0.04)
    assert lines(book, "Trend")["Mar"] == (733, 1, 0.995, 1)
    assert lines(book, "Trend")["Jan – Feb"] == ("silent", None, None, None)
    assert lines(book, "Hours")["14–15"] == (0, 733, 0, 0, 0)
    assert book["Faces"]["C5"].number_format == "0.0%"


def test_a_small_number_is_a_text() -> None:
    assert lines(opened(report_of(year_store(), "2023")), "Unsatisfied answers")["The waiting"] == ("<5", None)


def test_almost_all_is_not_all() -> None:
    store = FakeReadStore()
    store.vote(MARCH, Vote(4, "nb", "none"), times=99_999)
    store.vote(MARCH, Vote(1, "nb", "none"))
    assert lines(opened(report_of(store, "2023")), "Overview")["Satisfied"] == (0.999, None)


def test_it_is_the_same_each_time() -> None:
    later = datetime(2025, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert workbook(report_of(year_store(), "2023")) == workbook(report_of(year_store(), "2023", now=later))


def test_under_ten_votes_there_is_no_sheet_but_the_overview() -> None:
    store = FakeReadStore()
    store.vote(MARCH, Vote(4, "th", "help"), times=9)
    book = opened(report_of(store, "2023"))
    assert book.sheetnames == ["Overview", "Definitions"]
    assert lines(book, "Overview")["Votes"] == (9, 0)
    assert lines(book, "Overview")["Satisfied"] == (None, None)


def test_it_is_in_norwegian_too() -> None:
    book = opened(report_of(year_store(), "2023", "nb"))
    assert lines(book, "Svar fra fornøyde")["Hjelpen jeg fikk"] == (213, 0.29)
    assert "Definisjoner" in book.sheetnames
