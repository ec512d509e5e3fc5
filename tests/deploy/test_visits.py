"""`fjes visits`: a file is taken whole or not at all, what was told can be printed, and years are forgotten with it."""

from datetime import date
from pathlib import Path

import pytest

from collector.store.protocol import Placement
from dashboard.people.book import People
from dashboard.people.visits import Entry
from deploy.command import main
from deploy.operating.forget import run_forget
from tests.deploy.operated import Server, a_month

FILE = "place,period,visits\noslo/pro,2024,300\noslo/pro,2025,400\n"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path)
    server.save(*a_month(24, "2024-12", terminal="stua-1"), *a_month(20, "2025-01", terminal="stua-1"))
    store = server.open()
    store.place(Placement("stua-1", "oslo/pro", date(2020, 1, 1)))
    store.close()
    return server


def run(server: Server, *arguments: str) -> int:
    return main(["--config", str(server.file), *arguments])


def bring(server: Server, text: str) -> int:
    file = server.directory / "visits.csv"
    file.write_text(text)
    return run(server, "visits", "import", str(file))


def test_what_was_taken_can_be_printed_and_taken_again(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(server, FILE) == 0
    assert capsys.readouterr().out.startswith("took 2 numbers of ")
    assert run(server, "visits", "list") == 0
    assert capsys.readouterr().out == FILE
    assert bring(server, FILE) == 0
    capsys.readouterr()
    assert run(server, "visits", "list", "--place", "oslo/bus") == 0
    assert capsys.readouterr().out == "place,period,visits\n"


def test_figures_and_report_have_them(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    votes = '"visits": null'
    assert run(server, "figures", "--period", "2024", "--json") == 0
    assert votes in capsys.readouterr().out
    bring(server, FILE)
    capsys.readouterr()
    assert run(server, "figures", "--period", "2024", "--json") == 0
    assert '"visits": 300' in capsys.readouterr().out
    assert run(server, "report", "--period", "2024", "--format", "csv", "--output", "-") == 0
    assert "visits,,300" in capsys.readouterr().out


def test_figures_do_not_need_the_file_of_people(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    (server.directory / "fjes-people.db").write_text("something else")
    assert run(server, "figures", "--period", "2024", "--json") == 0
    told = capsys.readouterr()
    assert '"visits": null' in told.out
    assert "visits are left out" in told.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,period,visits\noslo/pro,2024,1\nbergen,2024,2\n", "Line 3: no terminal stands at “bergen”"),
        ("when,where\n", "The first line has to be place,period,visits"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(
    server: Server, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert bring(server, text) == 1
    error = capsys.readouterr().err
    assert f"{server.directory / 'visits.csv'}: {said}" in error
    assert "Nothing of the file was taken." in error
    assert kept(server) == []


def test_a_file_that_is_not_there(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(server, "visits", "import", "none.csv") == 1
    assert capsys.readouterr().err == "fjes: none.csv: No such file or directory\n"


def test_years_are_forgotten_with_their_visits(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    bring(server, FILE)
    run_forget(server.configuration, None, 2025, sure=True, today=date(2026, 11, 22))
    assert "Deleted 1 number of visits" in capsys.readouterr().out
    assert kept(server) == [Entry("oslo/pro", "2025", 400)]


def kept(server: Server) -> list[Entry]:
    people = People.open(server.directory / "fjes-people.db")
    try:
        return list(people.visits.all())
    finally:
        people.close()
