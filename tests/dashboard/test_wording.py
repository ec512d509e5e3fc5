"""Numbers, shares and dates as people write them."""

from datetime import datetime

import pytest

from contract.periods import Period
from dashboard.intervals import Share
from dashboard.trend import Stretch
from dashboard.wording import Words
from kiosk.faults import Fault
from locales.catalogue import default_survey

NB, EN = Words("nb"), Words("en")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("share", "nb", "en"),
    [(1106 / 1112, "99,5 %", "99.5%"), (0.9996, "99,9 %", "99.9%"), (0.0001, "0,1 %", "0.1%"), (1, "100 %", "100%")],
)
def test_percentages(share: float, nb: str, en: str) -> None:
    assert plain(NB.percent(share)) == nb
    assert EN.percent(share) == en


def test_numbers() -> None:
    assert plain(NB.number(1112)) == "1 112"
    assert EN.number("<5") == "<5"
    assert NB.decimal(98.29, 1, top=100) == "98,3"
    assert NB.decimal(99.99, 1, top=100) == "99,9"
    assert plain(NB.interval(Share(0.9, 0.88, 1.0))) == "95 % sikkert mellom 88,0 og 100 %"


def test_plurals() -> None:
    one, many = "{n} suspect vote is left out", "{n} suspect votes are left out"
    assert NB.say_many(one, many, 1) == "1 mistenkelig stemme er holdt utenfor"
    assert NB.say_many(one, many, 3) == "3 mistenkelige stemmer er holdt utenfor"


@pytest.mark.parametrize(
    ("period", "nb", "en"),
    [
        ("2023", "2023", "2023"),
        ("2023-03", "mars 2023", "March 2023"),
        ("2023-W05", "uke 5 i 2023", "week 5 of 2023"),
        ("2023-03-07", "7. mars 2023", "7 March 2023"),
    ],
)
def test_periods(period: str, nb: str, en: str) -> None:
    assert NB.period(Period.parse(period)) == nb
    assert EN.period(Period.parse(period)) == en


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2023-03-01", "2023-04-01", "Mar"),
        ("2023-03-01", "2023-05-01", "Mar – Apr"),
        ("2023-03-07", "2023-03-08", "7 Mar"),
        ("2023-03-06", "2023-03-13", "6 Mar – 12 Mar"),
        ("2023-03-06T10:00", "2023-03-06T12:00", "10–12"),
    ],
)
def test_stretches(start: str, end: str, name: str) -> None:
    assert EN.stretch(Stretch(datetime.fromisoformat(start), datetime.fromisoformat(end), None)) == name


def test_answers_are_called_what_the_survey_calls_them() -> None:
    assert NB.answer("help", [default_survey()]) == "Hjelpen jeg fikk"
    assert NB.answer("garden", [default_survey()]) == "garden"


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_that_a_terminal_can_have_has_words(fault: Fault) -> None:
    assert " " in NB.faults([fault]) != EN.faults([fault])
