"""`fjes report`, over a store on disk: the file that is written, and one sentence where there can be none."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from collector.store.sqlite import SqliteStore
from contract.sheets import Table
from deploy.command import main
from tests.dashboard.conftest import year_store
from tests.dashboard.reports.told import text_of


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site's directory with the store of 2023, and the working directory."""
    year = year_store()
    store = SqliteStore.open(tmp_path / "fjes.db")
    store.save(list(year.sheets(year.terminals(), Table, date.min, date.max)))
    store.close()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fjes.toml").write_text('[site]\nlanguages = ["th", "nb", "ro"]\n')
    return tmp_path


def test_a_report_is_written_where_one_is(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--period", "2023"]) == 0
    assert capsys.readouterr().out == "wrote fjes-2023.pdf\n"
    text = text_of((directory / "fjes-2023.pdf").read_bytes())
    assert "på 4 språk: thai, norsk, rumensk og engelsk." in text  # English was voted in, so it was there
    assert "Det ble gitt 1 112 stemmer i 2023." in text


def test_place_language_form_and_file_can_be_chosen(directory: Path) -> None:
    chosen = ["--place", "stua-1", "--language", "en", "--format", "xlsx", "--output", "mine.xlsx"]
    assert main(["report", "--period", "2023-Q1", *chosen]) == 0
    book = load_workbook(directory / "mine.xlsx")
    assert book["Overview"]["A2"].value == "1st quarter 2023 · stua-1"
    assert book["Overview"]["B5"].value == 733


def test_numbers_can_go_to_the_next_program(directory: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", "--period", "2023-W10", "--format", "csv", "--output", "-"]) == 0
    assert b"votes,,733" in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--period", "2031"], "period '2031' has not begun yet"),
        (["--period", "2023-03-07"], "period '2023-03-07' is too short; choose a month, a quarter or a year"),
        (["--period", "soon"], "period 'soon' has the wrong form"),
        (["--period", "2023", "--place", "nowhere"], "place 'nowhere' is not known; no terminal stands there"),
        (["--period", "2023", "--language", "th"], "--language th: there are no reports in it yet; expected one of nb"),
        (["--period", "2023", "--output", "none/a.pdf"], "--output none/a.pdf: No such file or directory"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    directory: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["report", *arguments]) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith(f"fjes: {said}")
    assert shown.err.count("\n") == 1
    assert not list(directory.glob("*.pdf"))


def test_without_a_store_it_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report", "--period", "2023"]) == 1
    assert "fjes.db" in capsys.readouterr().err


def test_without_votes_there_is_a_page_that_says_so(directory: Path) -> None:
    assert main(["report", "--period", "2022", "--output", "a.pdf"]) == 0
    assert "Det ble ikke gitt noen stemmer i 2022." in text_of((directory / "a.pdf").read_bytes())
