"""Visits beside votes wherever figures leave: page, JSON, CSV, report and workbook; only of what is over and known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from contract.periods import Period
from contract.sheets import Vote
from dashboard.address import Address
from dashboard.document import document, figures_document
from dashboard.export import figures_csv
from dashboard.look import look
from dashboard.people.visits import Entry, Visits
from dashboard.privacy import Shown
from dashboard.reports.definitions import definitions
from dashboard.reports.paper import pdf
from dashboard.reports.report import Report
from dashboard.reports.sentences import section
from dashboard.reports.tables import overview, written
from dashboard.visited import Visited
from dashboard.wording import Words
from tests.dashboard.conftest import NEW_YEAR, year_store
from tests.dashboard.house import open_people
from tests.dashboard.reports.told import SPOKEN, read_aloud, site_over, text_of


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Visits]:
    people = open_people(tmp_path)
    people.visits.keep([Entry("stua-1", "2023", 4611), Entry("stua-1", "2023-12", 300)], by="")
    yield people.visits
    people.close()


def shown_of(visits: Visits, period: str, now: datetime = NEW_YEAR) -> Shown:
    site = replace(site_over(year_store(), now), visited=Visited(visits))
    return look(site, Address(Period.parse(period))).shown


def report_of(visits: Visits, language: str, period: str = "2023") -> Report:
    shown = shown_of(visits, period)
    then = shown_of(visits, str(shown.period.year_before()))
    return Report(shown, then, SPOKEN, NEW_YEAR.date(), Words(language))


def test_machines_read_visits_and_their_share(visits: Visits) -> None:
    told = figures_document(year_store(), Period.parse("2023"), None, today=NEW_YEAR.date(), visited=Visited(visits))
    assert (told["votes"], told["visits"], told["response_rate"]) == (1112, 4611, 0.2412)
    unknown = document(shown_of(visits, "2023-11"))
    assert (unknown["visits"], unknown["response_rate"]) == (None, None)
    lines = figures_csv(shown_of(visits, "2023")).decode().splitlines()
    assert "visits,,4611" in lines
    assert "response_rate,,0.2412" in lines


def test_nothing_is_said_until_the_period_is_over(visits: Visits) -> None:
    late = datetime.fromisoformat("2023-12-31T23:30:00+01:00")
    assert [shown_of(visits, period, late).visits for period in ("2023", "2023-12")] == [None, None]
    assert shown_of(visits, "2023", datetime.fromisoformat("2024-01-01T00:00:00+01:00")).visits == 4611


def test_the_report_tells_it_in_a_sentence(visits: Visits) -> None:
    text = read_aloud(section(report_of(visits, "en")))
    assert "4,611 visits were counted in 2023; there are 24% as many votes as visits." in text
    assert "In 2022 it was" not in text
    text = read_aloud(section(report_of(visits, "nb")))
    assert "I 2023 ble det talt 4 611 besøk; antallet stemmer svarer til 24 % av dem." in text
    assert "24 % av 4 611 besøk" in text_of(pdf(report_of(visits, "nb")))
    assert "Visits" in dict(definitions(report_of(visits, "en")))


def test_the_tables_have_it_where_it_is_known(visits: Visits) -> None:
    report = report_of(visits, "en")
    lines = [[written(cell, report.words) for cell in line] for line in overview(report).lines]
    assert lines[-2:] == [["Visits", "4,611", "–"], ["Votes by visits", "24%", "–"]]
    visits.keep([Entry("stua-1", "2023", None)], by="")
    assert overview(report_of(visits, "en")).lines[-1][0] == "Suspect votes"
    assert "Visits" not in dict(definitions(report_of(visits, "en")))


def test_last_year_is_told_beside_it(visits: Visits) -> None:
    store = year_store()
    store.vote(datetime(2022, 3, 7, 14), Vote(4, "nb", "help"), times=100)
    visits.keep([Entry("stua-1", "2022", 400)], by="")
    site = replace(site_over(store), visited=Visited(visits))
    both = [look(site, Address(Period.parse(year))).shown for year in ("2023", "2022")]
    text = read_aloud(section(Report(both[0], both[1], SPOKEN, NEW_YEAR.date(), Words("en"))))
    assert "there are 24% as many votes as visits. In 2022 it was 25%." in text


def test_more_votes_than_visits_are_no_error(visits: Visits) -> None:
    visits.keep([Entry("stua-1", "2023", 900)], by="")
    assert document(shown_of(visits, "2023"))["response_rate"] == 1.2356
    text = read_aloud(section(report_of(visits, "en")))
    assert "There are more votes than visits (900): people may vote more than once in a visit." in text
    assert "Flere stemmer enn besøk (900)" in text_of(pdf(report_of(visits, "nb")))


def test_a_year_without_a_visit_has_no_share(visits: Visits) -> None:
    visits.keep([Entry("stua-1", "2023", 0)], by="")
    told = document(shown_of(visits, "2023"))
    assert (told["visits"], told["response_rate"]) == (0, None)
