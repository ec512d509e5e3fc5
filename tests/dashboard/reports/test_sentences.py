"""The section of the yearly report: every number by hand from FACTS.md's year, in right grammar, small ones hidden."""

from datetime import UTC, datetime

import pytest

from contract.sheets import Vote
from dashboard.reports.sentences import section
from tests.dashboard.conftest import year_store
from tests.dashboard.reports.told import MARCH, read_aloud, report_of
from tests.fakes.read_store import FakeReadStore


def store_of(*votes: tuple[datetime, int, str, str, int]) -> FakeReadStore:
    store = FakeReadStore()
    for moment, score, language, answer, times in votes:
        store.vote(moment, Vote(score, language, answer), times=times)
    return store


def told(
    store: FakeReadStore, period: str, language: str = "en", now: datetime = datetime(2024, 1, 1, 12, tzinfo=UTC)
) -> str:
    return read_aloud(section(report_of(store, period, language, now=now)))


def test_the_year_in_english() -> None:
    assert told(year_store(), "2023") == (
        "Visitors were asked “How satisfied are you with your visit today?”, and answered by touching one of four "
        "faces. The question was put in 6 languages: Norwegian, English, Spanish, Romanian, Bulgarian and Thai. "
        "1,112 votes were given in 2023. The happiest face got 1,063 of them, the second 43, the third 4 and the "
        "saddest 2; the two unhappy faces together got 6. The share of satisfied votes, those for the two happiest "
        "faces, is 99.5%; with 95% certainty it lies between 98.8% and 99.8%. The happy index is 98.3 of 100. No votes "
        "came in January–February, April–August and October–December. "
        "66% of those who voted also said why. The satisfied gave 733 answers, the most frequent first: “Meeting "
        "others” (35%), “The help I got” (29%), “The health service” (16%), “The talk with staff” (13%) and “The place "
        "and the food” (6%). What the unsatisfied chose is hidden, to protect visitors. "
        "The votes came in these languages: Norwegian (66%), English (30%), Thai (4%) and Romanian (1%). "
        "There are no votes of 2022 to compare with."
    )


def test_the_year_in_norwegian() -> None:
    text = told(year_store(), "2023", "nb")
    for said in (
        "De besøkende ble spurt «Hvor fornøyd er du med besøket ditt i dag?», og svarte",
        "på 6 språk: norsk, engelsk, spansk, rumensk, bulgarsk og thai.",
        "Det ble gitt 1 112 stemmer i 2023. Det gladeste fjeset fikk 1 063 av dem, det neste 43, det tredje 4 og det "
        "tristeste 2; de to misfornøyde fjesene fikk til sammen 6.",
        "er 99,5 %; med 95 % sikkerhet",
        "66 % av dem som stemte, sa også hvorfor. De fornøyde ga 733 svar, det hyppigste først: «Treffe andre» (35 %), "
        "«Hjelpen jeg fikk» (29 %), «Helsetilbudet» (16 %), «Samtalen med ansatte» (13 %) og «Stedet og maten» (6 %).",
        "Hva de misfornøyde valgte, er skjult for å verne de besøkende.",
        "norsk (66 %), engelsk (30 %), thai (4 %) og rumensk (1 %).",
        "Det er ingen stemmer fra 2022 å sammenligne med.",
    ):
        assert said in text


LAST_YEAR = datetime(2022, 3, 8, 14)


@pytest.mark.parametrize(
    ("unhappy_then", "said"),
    [
        (1, "The satisfied share has not clearly changed since 2022. In 2022, 99.0% of 100 votes were satisfied."),
        (20, "The satisfied share is better than in 2022. In 2022, 80.0% of 100 votes were satisfied."),
    ],
)
def test_what_has_changed_since_last_year(unhappy_then: int, said: str) -> None:
    then = ((LAST_YEAR, 4, "nb", "none", 100 - unhappy_then), (LAST_YEAR, 1, "nb", "none", unhappy_then))
    assert said in told(store_of((MARCH, 4, "nb", "none", 100), *then), "2023")


def test_it_can_be_worse_and_there_can_be_too_few_to_tell() -> None:
    now = ((MARCH, 4, "nb", "none", 50), (MARCH, 1, "nb", "none", 50))
    assert "is worse than in 2022." in told(store_of(*now, (LAST_YEAR, 4, "nb", "none", 100)), "2023")
    few = told(store_of(*now, (LAST_YEAR, 4, "nb", "none", 9)), "2023")
    assert "In 2022 there were too few votes to compare with." in few
    assert "of 9 votes" not in few


def test_a_quarter_is_beside_the_one_before_and_last_years() -> None:
    store = store_of(
        (datetime(2023, 8, 7, 14), 4, "nb", "none", 40),
        (datetime(2023, 5, 7, 14), 4, "nb", "none", 40),
        (datetime(2022, 8, 7, 14), 4, "nb", "none", 40),
    )
    text = told(store, "2023-Q3")
    assert "40 votes were given in the third quarter of 2023." in text
    assert "clearly changed neither since the second quarter of 2023 nor since the third quarter of 2022." in text
    assert "tredje kvartal 2023" in told(store, "2023-Q3", "nb")


def test_a_month_that_is_worse_says_so_of_both() -> None:
    store = store_of(
        (MARCH, 1, "nb", "none", 40),
        (datetime(2023, 2, 7, 14), 4, "nb", "none", 40),
        (LAST_YEAR, 4, "nb", "none", 40),
    )
    text = told(store, "2023-03")
    assert "is worse than in February 2023. The satisfied share is worse than in March 2022. In March 2022" in text


@pytest.mark.parametrize(("votes", "said"), [(1, "1 vote was given in 2023. "), (9, "9 votes were given in 2023. ")])
def test_under_ten_votes_tell_no_face_no_answer_and_no_language(votes: int, said: str) -> None:
    text = told(store_of((MARCH, 4, "th", "help", votes)), "2023")
    assert text.endswith(f"{said}These are too few to tell faces or shares.")
    assert "%" not in text
    assert "help" not in text


def test_ten_votes_are_enough() -> None:
    text = told(store_of((MARCH, 4, "nb", "none", 10)), "2023")
    assert "The happiest face got 10 of them and the second none; nobody touched the two unhappy ones." in text
    assert "is 100%;" in text


def test_without_votes_it_is_one_sentence() -> None:
    assert section(report_of(year_store(), "2021")) == ["No votes were given in 2021."]
    assert section(report_of(year_store(), "2021", "nb")) == ["Det ble ikke gitt noen stemmer i 2021."]


def test_a_running_year_says_until_when() -> None:
    text = told(year_store(), "2023", now=datetime(2023, 11, 20, 12, tzinfo=UTC))
    assert "1,112 votes were given in 2023. That is until 20 November 2023; the period is not over yet." in text


def test_suspect_votes_and_what_they_would_change() -> None:
    store = store_of((MARCH, 4, "nb", "none", 99))
    store.vote(MARCH, Vote(1, "nb", "none", True))
    assert told(store, "2023").endswith(
        "1 vote looks like play and is left out. With them, the satisfied share would be 99.0%."
    )


def test_almost_all_is_not_all() -> None:
    store = store_of((MARCH, 4, "nb", "none", 9999), (MARCH, 1, "nb", "none", 1))
    assert "is 99.9%; with 95% certainty it lies between 99.9% and 99.9%." in told(store, "2023")


def test_few_answers_are_counted_and_small_ones_hidden() -> None:
    store = store_of(
        (MARCH, 4, "nb", "social", 40),
        (MARCH, 4, "nb", "help", 3),
        (MARCH, 4, "nb", "talk", 30),
        (MARCH, 1, "nb", "wait", 12),
        (MARCH, 1, "nb", "none", 12),
    )
    text = told(store, "2023")
    assert "What else they chose is hidden, to protect visitors." in text
    assert "“The help I got”" not in text
    assert "The unsatisfied gave 12 answers, the most frequent first: “The waiting” (100%)." in text
    assert "None of the satisfied said why." in told(store_of((MARCH, 4, "nb", "none", 40)), "2023")
