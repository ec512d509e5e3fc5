"""The file of the overview: the numbers of the page, as guarded, and nothing else."""

import csv
from datetime import UTC, datetime

from litestar.testing import TestClient

from contract.sheets import Vote
from tests.dashboard.conftest import app_over, year_store
from tests.dashboard.house import Browser
from tests.fakes.read_store import FakeReadStore


def rows_of(
    store: FakeReadStore, period: str, clock: datetime = datetime(2024, 1, 1, tzinfo=UTC)
) -> dict[tuple[str, str], str]:
    with TestClient(app_over(store, clock)) as client:
        answer = Browser(client).post("/figures.csv", {"period": period})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="fjes-{period}.csv"'
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert lines[0] == ["figure", "of", "value"]
    return {(figure, of): value for figure, of, value in lines[1:]}


def test_it_has_what_the_page_shows_with_small_numbers_hidden() -> None:
    rows = rows_of(year_store(), "2023")
    assert rows["votes", ""] == "1112"
    assert rows["scores", "1"] == "2"
    assert rows["satisfied", "share"] == "0.9946"
    assert rows["answers", "satisfied help"] == "213"
    assert rows["answers", "unsatisfied wait"] == "<5"
    assert rows["languages", "th"] == "43"


def test_where_too_few_voted_it_says_as_little_as_the_page() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 3, 7, 14), Vote(4, "nb", "help"), times=7)
    rows = rows_of(store, "2023")
    assert rows["votes", ""] == "7"
    assert rows["scores", ""] == rows["satisfied", ""] == ""
    assert rows["answers", "satisfied help"] in ("7", "<5")


def test_a_running_month_keeps_its_answers_to_itself() -> None:
    store = FakeReadStore()
    store.vote(datetime(2023, 12, 7, 14), Vote(4, "th", "help"), times=50)
    rows = rows_of(store, "2023-12", datetime(2023, 12, 20, tzinfo=UTC))
    assert rows["votes", ""] == "50"
    assert not any(value == "50" for (figure, _), value in rows.items() if figure in ("answers", "languages"))


def test_an_empty_period_names_no_question_that_others_are_asked() -> None:
    rows = rows_of(year_store(), "2021")
    assert rows["votes", ""] == "0"
    assert not any(figure in ("answers", "languages") for figure, _ in rows)
