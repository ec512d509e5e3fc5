"""The overview narrowed to a place or an answer, as it is read: nothing is told that was not told before."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from collector.store.protocol import Placement
from contract.sheets import Vote
from tests.dashboard.conftest import app_over
from tests.dashboard.test_pages import text_of
from tests.fakes.read_store import FakeReadStore

Client = TestClient[Litestar]


def store_of_places() -> FakeReadStore:
    """Three sites of oslo in March and April 2023: a good one, a worse one that is getting better, a tiny one."""
    store = FakeReadStore()
    for terminal, place in (("stua-1", "oslo/stua"), ("klinikk-1", "oslo/klinikk"), ("bod-1", "oslo/bod")):
        store.moves.append(Placement(terminal, place, date(2020, 1, 1)))
    counts = {
        "stua-1": (("help", 4, 60, 120), ("talk", 4, 60, 60), ("none", 4, 60, 60), ("wait", 1, 20, 22)),
        "klinikk-1": (("help", 4, 30, 30), ("none", 4, 50, 50), ("wait", 1, 60, 20), ("none", 2, 20, 40)),
        "bod-1": (("help", 4, 4, 5),),
    }
    for terminal, rows in counts.items():
        for option, score, march, april in rows:
            for month, many in ((3, march), (4, april)):
                store.vote(datetime(2023, month, 7, 14), Vote(score, "nb", option), times=many, terminal=terminal)
    for times, suspect in ((3, 4), (40, 1)):
        place = "klinikk-1" if times > 3 else "stua-1"
        store.vote(datetime(2023, 4, 8, 14), Vote(suspect, "nb", "none", True), times=times, terminal=place)
    return store


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with TestClient(app_over(store_of_places(), datetime(2024, 1, 1, 12, tzinfo=UTC))) as client:
        yield client


def read(client: Client, query: str) -> tuple[str, str]:
    page = client.get(f"/?{query}&language=en")
    assert page.status_code == 200
    return page.text, text_of(page.text)


def test_places_stand_side_by_side_with_links_that_keep_the_rest_of_the_address(client: Client) -> None:
    page, text = read(client, "period=2023-04&place=oslo")
    assert "A place comes after those that are clearly better." in text
    assert re.search(r"1 stua 91\.6% 87\.6 – 94\.4% 262 2 klinikk 57\.1% 48\.9 – 65\.0% 140 – bod – 5 ", text)
    assert 'href="/?period=2023-04&amp;place=oslo/klinikk&amp;language=en"' in page
    alone = read(client, "period=2023-04&place=oslo/stua")[1]
    assert "place by place" not in alone


def test_places_that_cannot_be_told_apart_have_no_rank(client: Client) -> None:
    text = read(client, "period=2022&place=oslo")[1]
    assert "There are no votes in this period" in text
    store = store_of_places()
    store.counts = {key: counts for key, counts in store.counts.items() if key[0] != "klinikk-1"}
    with TestClient(app_over(store, datetime(2024, 1, 1, 12, tzinfo=UTC))) as other:
        two = read(other, "period=2023&place=oslo")[1]
    assert "Rank" not in two
    assert "Rank" in read(client, "period=2023&place=oslo")[1]


def test_an_answer_tells_whether_it_was_chosen_more_often_than_before(client: Client) -> None:
    stua = read(client, "period=2023-04&place=oslo/stua")[1]
    assert "The help I got more often than in March 2023" in stua
    assert "The waiting less often" not in stua
    klinikk = read(client, "period=2023-04&place=oslo/klinikk")[1]
    assert "The waiting less often than in March 2023" in klinikk
    assert "No clear change since March 2023" in klinikk


def test_an_answer_is_told_over_time_and_by_place(client: Client) -> None:
    page, text = read(client, "period=2023-04&place=oslo&answer=wait")
    assert "“The waiting” In April 2023, 42 of 82 unsatisfied visitors chose it: 51%; 95% sure" in text
    assert re.search(r"February 2023 silent March 2023 80 80% 71 – 87% April 2023 42 51%", text)
    assert re.search(r"At which places .* klinikk 33% 23 – 46% 20 stua 100% 85 – 100% 22", text)
    assert 'href="/?period=2023-04&amp;place=oslo/stua&amp;answer=wait&amp;language=en"' in page
    assert 'href="/?period=2023-04&amp;place=oslo&amp;language=en#why"' in page, "a way back"
    assert 'aria-current="true">The waiting' in page


def test_hidden_numbers_stay_hidden_in_the_answers_own_card(client: Client) -> None:
    text = read(client, "period=2023-04&place=oslo/bod&answer=help")[1]
    assert "How many chose it in April 2023 is hidden, to protect visitors." in text
    assert re.search(r"March 2023 <5 – April 2023 <5 –", text)


@pytest.mark.parametrize("answer", ["parking", "%3Cb%3E", "..%2F..", "x" * 500])
def test_an_answer_that_there_is_not_is_told_so_and_not_repeated(client: Client, answer: str) -> None:
    page, text = read(client, f"period=2023-04&place=oslo&answer={answer}")
    assert "It is not among the answers of this place and period." in text
    assert "<b>" not in page


def test_days_and_running_periods_say_when_answers_are_told(client: Client) -> None:
    for period in ("2023-04-07", "2024"):
        text = read(client, f"period={period}&place=oslo&answer=wait")[1]
        if period == "2024":
            assert "There are no votes in this period" in text
        else:
            assert "Answers are told by month, quarter and year, when these are over." in text
            assert "April 2023 42" in text


def test_what_suspect_votes_would_change_is_told(client: Client) -> None:
    assert "3 suspect votes are left out; with them 91.7% would" in read(client, "period=2023-04&place=oslo/stua")[1]
    assert "with them 44.4% would be" in read(client, "period=2023-04&place=oslo/klinikk")[1]
    store = store_of_places()
    store.vote(datetime(2023, 5, 7, 14), Vote(4, "nb", "help"), times=900)
    store.vote(datetime(2023, 5, 7, 14), Vote(4, "nb", "none", True), times=3)
    with TestClient(app_over(store, datetime(2024, 1, 1, 12, tzinfo=UTC))) as other:
        text = read(other, "period=2023-05")[1]
    assert "3 suspect votes are left out; with them the satisfied share would be the same" in text


def test_the_index_has_its_range_and_that_of_the_period_before(client: Client) -> None:
    text = read(client, "period=2023-04&place=oslo/stua")[1]
    assert "Happy index 91.6 of 100 95% sure to lie between 87.6 and 94.4 March 2023: 90.0" in text
