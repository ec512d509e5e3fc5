"""The demo's year: the same every time, and right by the rules that every press file is held to."""

from datetime import date
from pathlib import Path

import pytest

from contract.survey import Side
from deploy.example import TERMINALS, ExampleTerminal, write_example
from deploy.presses import Press, read_presses
from deploy.settings import Settings
from locales.catalogue import default_survey
from tests.fakes.clock import OSLO

SURVEY = default_survey()
UNTIL = date(2026, 11, 20)


def example(file: Path, terminal: ExampleTerminal, until: date = UNTIL) -> list[Press]:
    write_example(file, terminal, SURVEY, until)
    return read_presses(file, OSLO, Settings().site.languages, SURVEY)


@pytest.mark.parametrize("terminal", TERMINALS, ids=lambda terminal: terminal.id)
def test_it_is_a_year_of_valid_presses(tmp_path: Path, terminal: ExampleTerminal) -> None:
    presses = example(tmp_path / "a.csv", terminal)
    days = {press.time.date() for press in presses}
    assert max(days) <= UNTIL
    assert min(days) >= date(2025, 11, 21)
    assert len(days) > 200
    assert {press.score for press in presses} == {1, 2, 3, 4}
    assert {press.language for press in presses} == set(Settings().site.languages)
    assert {press.answer for press in presses} == {"none", *(o for side in Side for o in SURVEY.option_ids(side))}


@pytest.mark.parametrize("terminal", TERMINALS, ids=lambda terminal: terminal.id)
def test_it_is_the_same_every_time(tmp_path: Path, terminal: ExampleTerminal) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    example(first, terminal)
    example(second, terminal)
    assert first.read_bytes() == second.read_bytes()


def test_two_terminals_have_two_years(tmp_path: Path) -> None:
    assert example(tmp_path / "a.csv", TERMINALS[0]) != example(tmp_path / "b.csv", TERMINALS[1])


def test_it_is_closed_at_weekends_and_in_july(tmp_path: Path) -> None:
    presses = example(tmp_path / "a.csv", TERMINALS[0])
    assert {press.time.isoweekday() for press in presses} == {1, 2, 3, 4, 5}
    assert not [press for press in presses if date(2026, 7, 6) <= press.time.date() <= date(2026, 7, 26)]
    assert {press.time.hour for press in presses} <= set(range(10, 16))


def test_a_year_that_ends_on_a_day_of_daylight_saving_is_valid_too(tmp_path: Path) -> None:
    assert example(tmp_path / "a.csv", TERMINALS[0], date(2026, 3, 29))
    assert example(tmp_path / "a.csv", TERMINALS[0], date(2028, 2, 29))
