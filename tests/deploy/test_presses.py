"""Press files, right and wrong: a wrong one is named with its line, and gives nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.errors import Problem
from deploy.presses import Press, read_presses
from locales.catalogue import default_survey
from tests.fakes.clock import OSLO

LANGUAGES = ("nb", "en", "th")
HEADER = "time,language,score,answer\n"
GOOD = "2026-03-24T14:05:00,nb,4,help\n"


def read(directory: Path, raw: str | bytes) -> list[Press]:
    file = directory / "presses.csv"
    file.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return read_presses(file, OSLO, LANGUAGES, default_survey())


def problem(directory: Path, raw: str | bytes) -> str:
    with pytest.raises(Problem) as raised:
        read(directory, raw)
    return str(raised.value).removeprefix(f"{directory / 'presses.csv'}")


def test_a_file_is_read_by_time(tmp_path: Path) -> None:
    presses = read(tmp_path, HEADER + "2026-03-24T15:00,th,1,wait\n2026-03-24 14:05,nb,4,\n")
    assert presses == [
        Press(datetime(2026, 3, 24, 14, 5, tzinfo=OSLO), "nb", 4, "none"),
        Press(datetime(2026, 3, 24, 15, 0, tzinfo=OSLO), "th", 1, "wait"),
    ]


@pytest.mark.parametrize("raw", ["\ufeff" + HEADER + GOOD, (HEADER + GOOD).replace("\n", "\r\n"), (HEADER + GOOD)[:-1]])
def test_what_spreadsheets_write_is_read(tmp_path: Path, raw: str) -> None:
    assert len(read(tmp_path, raw)) == 1


def test_quotes_are_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, HEADER + '"2026-03-24T14:05:00","nb","4",""\n')) == 1


def test_a_file_without_presses_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == []


BAD = [
    ("", 1, "expected the columns time,language,score,answer; found ''"),
    ("time,language,score\n", 1, "expected the columns time,language,score,answer; found 'time,language,score'"),
    (HEADER.replace(",", ";") + GOOD, 1, "expected the columns"),
    (HEADER + GOOD + "2026-03-24T14:05:00,nb,4\n", 3, "expected 4 fields; found 3"),
    (HEADER + GOOD + "2026-03-24T14:05:00,nb,4,help,x\n", 3, "expected 4 fields; found 5"),
    (HEADER + GOOD + "\n" + GOOD, 3, "expected 4 fields; found 0"),
    (HEADER + GOOD + "2026-03-24T14:05:00,nb,5,\n", 3, "score '5' is not 1, 2, 3 or 4"),
    (HEADER + "2026-03-24T14:05:00,nb,4.0,\n", 2, "score '4.0' is not"),
    (HEADER + "2026-03-24T14:05:00,nb,٤,\n", 2, "score '٤' is not"),
    (HEADER + "2026-03-24T14:05:00,nb,,\n", 2, "score '' is not"),
    (HEADER + "2026-03-24T14:05:00,ro,4,\n", 2, "language 'ro' is not one of nb, en, th"),
    (HEADER + "2026-03-24T14:05:00,nb,4,wait\n", 2, "answer 'wait' is not one of social, help, "),
    (HEADER + "2026-03-24T14:05:00,nb,2,help\n", 2, "for score 2, nor empty"),
    (HEADER + "2026-03-24T14:05:00,nb,4,none\n", 2, "answer 'none' is not one of"),
    (HEADER + "2026-03-29T02:30:00,nb,4,\n", 2, "does not exist in Europe/Oslo: the clock is put forward then"),
    (HEADER + "2026-02-30T10:00:00,nb,4,\n", 2, "time '2026-02-30T10:00:00' is not a local time"),
    (HEADER + "yesterday,nb,4,\n", 2, "time 'yesterday' is not a local time as 2026-11-21T16:05:00"),
    (HEADER + "2026-03-24,nb,4,\n", 2, "has no time of day"),
    (HEADER + "1999-12-31T23:59:00,nb,4,\n", 2, "is not in the years 2000 to 2199"),
    (HEADER + "0001-01-01T00:00:00+14:00,nb,4,\n", 2, "is not in the years 2000 to 2199"),
    (HEADER + "2026-03-24T14:05:00+02:00,nb,4,\n", 2, "has a UTC offset that Europe/Oslo does not have then"),
    (HEADER + GOOD + '2026-03-24T14:05:00,"nb,4,\n' + GOOD, 4, "unexpected end of data"),
    (HEADER + GOOD + '2026-03-24T14:05:00,"nb"x,4,\n', 3, "',' expected after '\"'"),
    (HEADER.encode() + b"2026-03-24T14:05:00,nb,4,\n2026-03-24T14:05:00,n\xe5,4,\n" + GOOD.encode(), 3, "not UTF-8"),
]


@pytest.mark.parametrize(("raw", "line", "said"), BAD)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, raw: str | bytes, line: int, said: str) -> None:
    found = problem(tmp_path, raw)
    assert found.startswith(f", line {line}: ")
    assert said in found
    if line > 1:
        assert found.endswith("nothing of the file was counted")


@pytest.mark.parametrize(
    ("text", "offset"),
    [("2026-10-25T02:30:00", 2), ("2026-10-25T02:30:00+02:00", 2), ("2026-10-25T02:30:00+01:00", 1)],
)
def test_the_hour_that_comes_twice_is_the_first_unless_an_offset_says_otherwise(
    tmp_path: Path, text: str, offset: int
) -> None:
    [press] = read(tmp_path, f"{HEADER}{text},nb,4,\n")
    assert press.time.utcoffset() == timedelta(hours=offset)
    assert press.time.astimezone(UTC).hour == (2 - offset) % 24


def test_presses_of_the_hour_that_comes_twice_are_in_true_order(tmp_path: Path) -> None:
    rows = "2026-10-25T02:10:00+01:00,nb,3,\n2026-10-25T02:50:00+02:00,nb,4,\n"
    assert [press.score for press in read(tmp_path, HEADER + rows)] == [4, 3]


@pytest.mark.parametrize(("name", "said"), [("none.csv", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        read_presses(tmp_path / name, OSLO, LANGUAGES, default_survey())
