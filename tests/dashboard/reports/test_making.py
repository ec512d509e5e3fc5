"""Which files there are, for whom, and what is said where there can be none."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from litestar.testing import TestClient

from collector.store.protocol import Placement
from contract.errors import RefusedError
from contract.periods import Period
from contract.sheets import Vote
from dashboard.address import Address
from dashboard.people.roles import FREE, Role
from dashboard.places import UnknownPlaceError
from dashboard.reports.making import Form
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.house import Browser, House, browser_of
from tests.dashboard.reports.told import MARCH, reports_over, text_of
from tests.fakes.read_store import FakeReadStore

STARTS = {Form.PDF: b"%PDF-", Form.XLSX: b"PK", Form.CSV: b"\xef\xbb\xbffigure,"}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("period", ["2023", "2023-Q1", "2023-03"])
def test_each_form_is_what_it_says(form: Form, period: str) -> None:
    made = reports_over(year_store()).make(Address(Period.parse(period), "stua-1"), form)
    assert made.content.startswith(STARTS[form])
    assert (made.name, made.place, made.period) == (f"fjes-stua-1-{period}.{form}", "stua-1", period)


@pytest.mark.parametrize("form", [Form.PDF, Form.XLSX])
@pytest.mark.parametrize("period", ["2023-W10", "2023-03-07"])
def test_a_day_and_a_week_are_too_short(form: Form, period: str) -> None:
    with pytest.raises(RefusedError, match=f"'{period}' is too short; choose a month, a quarter or a year"):
        reports_over(year_store()).make(Address(Period.parse(period)), form)
    assert reports_over(year_store()).make(Address(Period.parse(period)), Form.CSV).content


@pytest.mark.parametrize("form", Form)
def test_what_cannot_be(form: Form) -> None:
    reports = reports_over(year_store())
    with pytest.raises(RefusedError, match="'2031' has not begun yet"):
        reports.make(Address(Period.parse("2031")), form)
    with pytest.raises(UnknownPlaceError):
        reports.make(Address(Period.parse("2023"), "nowhere"), form)


def test_a_language_without_reports_becomes_the_sites_first() -> None:
    made = reports_over(year_store()).make(Address(Period.parse("2023"), language="th"), Form.PDF)
    assert "Hvor fornøyde de besøkende var" in text_of(made.content)


def test_the_page_offers_what_there_is() -> None:
    with TestClient(app_over(year_store())) as client:
        year, week = (client.get(f"/?period={period}&language=en").text for period in ("2023", "2023-W10"))
        assert "Report (PDF)" in year
        assert "Report (PDF)" not in week
        assert "Numbers (CSV)" in week
        answer = Browser(client).post("/report.pdf", {"period": "2023", "language": "en"})
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="fjes-2023.pdf"'
        assert "1,112 votes were given in 2023." in text_of(answer.content)
        assert Browser(client).post("/report.pdf", {"period": "2023-W10"}).status_code == 400
        assert Browser(client).post("/report.xlsx", {"period": "2031"}).status_code == 400


@pytest.mark.parametrize("path", ["/report.pdf", "/report.xlsx"])
def test_they_are_for_managers_of_the_place_and_in_the_log(tmp_path: Path, path: str) -> None:
    store = FakeReadStore()
    store.moves = [Placement("stua-1", "oslo/pro", date(2020, 1, 1)), Placement("gate", "oslo/bus", date(2020, 1, 1))]
    store.vote(MARCH, Vote(4, "nb", "help"), times=20)
    store.vote(datetime(2023, 3, 7, 14, tzinfo=UTC), Vote(1, "nb", "wait"), times=700, terminal="gate")
    house = House(tmp_path, store)
    house.add("boss", Role.MANAGER, "oslo/pro")
    house.add("viewer", Role.VIEWER, "oslo/pro")
    with house.open() as client:
        fields = {"period": "2023", "language": "en"}
        boss = browser_of(client, "boss")
        assert browser_of(client, "viewer").post(path, fields).status_code == 403
        assert boss.post(path, {**fields, "place": "oslo/bus"}).status_code == 404
        answer = boss.post(path, fields)
    assert answer.status_code == 200
    if path.endswith("pdf"):
        assert "20 votes were given in 2023." in text_of(answer.content)
    (entry,) = house.people.audit.entries(FREE, 1)
    assert (entry.who, entry.place, entry.detail) == ("boss", "oslo/pro", f"{path[1:]} 2023")
