"""The PDF: what a person and a screen reader find in it, and that it is the same each time."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from collector.store.protocol import Placement
from contract.sheets import Vote
from dashboard.reports.paper import pdf
from tests.dashboard.conftest import year_store
from tests.dashboard.reports.told import MARCH, report_of, text_of
from tests.fakes.read_store import FakeReadStore


def busy_store() -> FakeReadStore:
    """Every hour and every day of a quarter, all answers and many languages."""
    store = FakeReadStore()
    for hour in range(24):
        for weekday in range(7):
            for month in (7, 8, 9):
                moment = datetime(2023, month, 3 + weekday, hour)
                store.vote(moment, Vote(4, "nb", "social"), times=40_000)
                store.vote(moment, Vote(1, "th", "unsafe"), times=700)
    return store


@pytest.mark.parametrize(
    ("language", "figures"),
    [
        ("en", ("1,112", "1,063", "43 (3.9%)", "99.5%", "98.3", "66%", "257 35%", "213 29%", "<5", "together got 6")),
        ("nb", ("1 112", "1 063", "43 (3,9 %)", "99,5 %", "98,3", "66 %", "257 35 %", "213 29 %", "<5", "sammen 6")),
    ],
)
def test_the_year_has_every_number_of_it(language: str, figures: tuple[str, ...]) -> None:
    text = text_of(pdf(report_of(year_store(), "2023", language)))
    for figure in figures:
        assert figure in text
    assert "2022:" not in text


def test_it_is_the_same_each_time_and_has_no_time_of_its_making() -> None:
    made = pdf(report_of(year_store(), "2023"))
    later = pdf(report_of(year_store(), "2023", now=datetime(2024, 7, 9, 17, 1, 2, tzinfo=UTC)))
    assert made == later
    information = PdfReader(io.BytesIO(made)).metadata
    assert information
    assert information.title == "How satisfied visitors were: 2023, All places"
    assert information.creation_date is None


def test_it_is_tagged_and_tells_its_language() -> None:
    catalog: Any = PdfReader(io.BytesIO(pdf(report_of(year_store(), "2023", "nb")))).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "nb"
    assert "/StructTreeRoot" in catalog


@pytest.mark.parametrize("period", ["2023", "2023-Q3", "2023-08"])
def test_many_votes_fit(period: str) -> None:
    report = report_of(busy_store(), period)
    made = pdf(report)
    assert len(PdfReader(io.BytesIO(made)).pages) <= 4
    assert f"{report.shown.votes:,}" in text_of(made)


def test_under_ten_votes_show_no_chart_and_no_crossing() -> None:
    store = FakeReadStore()
    store.vote(MARCH, Vote(4, "th", "help"), times=9)
    text = text_of(pdf(report_of(store, "2023")))
    assert "9 votes were given in 2023." in text
    for part in ("The four faces", "Share satisfied over time", "What the satisfied", "The help I got", "When in the"):
        assert part not in text


def test_a_year_without_votes_is_a_page_that_says_so() -> None:
    reader = PdfReader(io.BytesIO(pdf(report_of(year_store(), "2021"))))
    assert len(reader.pages) == 1
    assert "No votes were given in 2021." in reader.pages[0].extract_text()


def test_a_long_place_is_named_whole() -> None:
    store, place = year_store(), "/".join(["the-northern-valley-and-its-islands"] * 7)
    store.moves = [Placement("stua-1", place, datetime(2020, 1, 1).date())]
    text = text_of(pdf(report_of(store, "2023", place=place)))
    assert text.replace(" ", "").count(place.replace("/", "›")) >= 2


def test_texts_are_never_read_as_markup() -> None:
    store = FakeReadStore()
    store.vote(MARCH, Vote(4, "nb", "none"), times=20)
    survey = store.published["visit@1"]
    store.published["visit@1"] = replace(survey, question={**survey.question, "en": '#panic("x") *bold* $x$'})
    assert '#panic("x") *bold* $x$' in text_of(pdf(report_of(store, "2023")))
